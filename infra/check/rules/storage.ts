/**
 * The storage that the app expects: each queue with its poison queue, the table, and the container for evidence, which is immutable. Memory, evidence and
 * package lie in three accounts: who may write to one may not write to another.
 */
import { valueAt, type Variant } from "../deployment.ts";
import { findings, type Finding } from "../finding.ts";
import type { Product } from "../product.ts";

export function checkStorage(variant: Variant, { queues }: Product): readonly Finding[] {
  if (!variant.isWhole) return [];
  const wanted = queues.flatMap((name) => [name, `${name}-poison`]);
  const made = named(variant, "queueServices/queues").map(({ name }) => name);
  return findings(
    variant.path,
    "queues",
  )([
    ...wanted
      .filter((name) => !made.includes(name))
      .map((name) => `there is no queue '${name}', which has a trigger`),
    ...made.filter((name) => !wanted.includes(name)).map((name) => `the queue '${name}' has no trigger`),
    ...placeProblems(variant),
    ...retentionProblems(variant),
  ]);
}

/** What lies in an account, by its own name there. */
const named = ({ resources }: Variant, type: string) =>
  resources
    .filter((one) => one.type === `Microsoft.Storage/storageAccounts/${type}`)
    .map(({ name, properties }) => {
      const [account = "", , ...rest] = name.split("/");
      return { account, name: rest.join("/"), properties };
    });

function placeProblems(variant: Variant): readonly string[] {
  const containers = named(variant, "blobServices/containers");
  const places = [
    ["table 'watchdog'", named(variant, "tableServices/tables").find(({ name }) => name === "watchdog")],
    ...["evidence", "app-package"].map(
      (wanted) => [`container '${wanted}'`, containers.find(({ name }) => name === wanted)] as const,
    ),
  ] as const;
  const accounts = places.flatMap(([, place]) => place?.account ?? []);
  return [
    ...places.filter(([, place]) => place === undefined).map(([what]) => `there is no ${what}`),
    ...(new Set(accounts).size < accounts.length
      ? ["memory, evidence and package do not lie in three accounts"]
      : []),
  ];
}

/** A policy of the container guards every blob in it; one of versions guards those that ask for it. */
function retentionProblems(variant: Variant): readonly string[] {
  const policy = named(variant, "blobServices/containers/immutabilityPolicies").find(({ name }) =>
    name.startsWith("evidence/"),
  );
  if (!policy) return ["the evidence is not immutable"];
  const container = named(variant, "blobServices/containers").find(({ name }) => name === "evidence");
  return [
    ...(valueAt(policy.properties, "allowProtectedAppendWrites") === false
      ? []
      : ["blobs of the evidence can be appended to"]),
    ...(valueAt(container?.properties ?? {}, "immutableStorageWithVersioning") === undefined
      ? []
      : ["the retention of the evidence is one of versions, not of the container"]),
  ];
}
