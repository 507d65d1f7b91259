/** The storage that the app expects: each queue with its poison queue, the table, and the container for evidence, which is immutable. */
import type { Variant } from "../deployment.ts";
import { findings, type Finding } from "../finding.ts";
import type { Product } from "../product.ts";

export function checkStorage({ path, isWhole, resources }: Variant, { queues }: Product): readonly Finding[] {
  if (!isWhole) return [];
  const named = (type: string) =>
    resources
      .filter((one) => one.type === `Microsoft.Storage/storageAccounts/${type}`)
      .map(({ name }) => name.split("/").slice(2).join("/"));
  const wanted = queues.flatMap((name) => [name, `${name}-poison`]);
  const made = named("queueServices/queues");
  return findings(
    path,
    "queues",
  )([
    ...wanted
      .filter((name) => !made.includes(name))
      .map((name) => `there is no queue '${name}', which has a trigger`),
    ...made.filter((name) => !wanted.includes(name)).map((name) => `the queue '${name}' has no trigger`),
    ...(named("tableServices/tables").includes("watchdog") ? [] : ["there is no table 'watchdog'"]),
    ...(named("blobServices/containers").includes("evidence") ? [] : ["there is no container 'evidence'"]),
    ...(named("blobServices/containers/immutabilityPolicies").some((name) => name.startsWith("evidence/"))
      ? []
      : ["the evidence is not immutable"]),
  ]);
}
