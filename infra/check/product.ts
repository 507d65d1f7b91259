/** What the product's code says about Azure, so that the infrastructure can be held against it. */
import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { settingNames } from "../../src/config/config.ts";
import { handledOperations } from "../../src/core/domain/attribution/activity-event.ts";

export interface Product {
  /** Lower case. */
  readonly handledOperations: readonly string[];
  readonly settingNames: readonly string[];
  /** RBAC actions of every call to ARM, and of every call about evidence, that the code makes, lower case, each with where it is made. */
  readonly actions: ReadonlyMap<string, string>;
  /** Queues with a trigger. */
  readonly queues: readonly string[];
  /** Functions that `main.ts` registers with their name in place: all but pages and poison queues. */
  readonly functions: readonly string[];
}

const root = resolve(import.meta.dirname, "../..");

export function readProduct(): Product {
  const sources = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts"))
    .map((path) => ({ path: `src/${path}`, text: readFileSync(join(root, "src", path), "utf8") }));
  const main = sources.find(({ path }) => path === "src/main.ts")?.text ?? "";
  return {
    handledOperations,
    settingNames,
    actions: actionsIn(sources),
    queues: queuesIn(main),
    functions: functionsIn(main),
  };
}

interface Source {
  readonly path: string;
  readonly text: string;
}

/**
 * A call through the SDK is known by its import: the SDK's own code says which path it posts to. Besides there are paths
 * that the code asks by hand, and what it asks Resource Graph for.
 */
export function actionsIn(sources: readonly Source[]): ReadonlyMap<string, string> {
  const sdk = readFileSync(
    join(createRequire(import.meta.url).resolve("@azure/arm-network"), "../../esm/api/operations.js"),
    "utf8",
  );
  const found = sources.flatMap(({ path, text }) =>
    [...sdkActions(text, sdk), ...pathActions(text), ...graphActions(text), ...blobActions(text)].map(
      (action) => [action.toLowerCase(), path] as const,
    ),
  );
  return new Map(found);
}

function sdkActions(text: string, sdk: string): readonly string[] {
  const imported = [...text.matchAll(/import \{([^}]*)\} from "@azure\/arm-network\/api"/g)].flatMap(
    ([, names = ""]) => names.split(","),
  );
  const calls = imported
    .map((name) => name.trim())
    .filter((name) => name !== "" && name !== "createNetworkManagement");
  return calls.flatMap((name) => [
    sdkAction(name, sdk),
    ...(waitsFor(name, text, sdk) ? operationReads : []),
  ]);
}

/** Azure names two places: the SDK asks the first how it goes, and fetches the result at the second. */
const operationReads = ["operations", "operationResults"].map(
  (place) => `Microsoft.Network/locations/${place}/read`,
);

function sdkAction(name: string, sdk: string): string {
  const body = sdk.split(`function _${name}Send(`)[1] ?? "";
  const [, type, operation] =
    /\/providers\/(Microsoft\.Network\/\w+)\/\{\w+\}\/(\w+)\{\?/.exec(body.slice(0, 600)) ?? [];
  if (type === undefined || operation === undefined || !body.slice(0, 1_500).includes(".post({"))
    throw new Error(
      `What ${name} of @azure/arm-network posts to could not be read from its code; look at how the SDK writes it now`,
    );
  return `${type}/${operation}/action`;
}

/** A long-running operation that is only submitted is never asked for its result. */
function waitsFor(name: string, text: string, sdk: string): boolean {
  const body = sdk.split(`export function ${name}(`)[1]?.split("\nexport function")[0] ?? "";
  return (
    body.includes("getLongRunningPoller") && !new RegExp(`\\b${name}\\([^;]*\\)\\.submitted\\(\\)`).test(text)
  );
}

const pathActions = (text: string): readonly string[] => [
  ...[...text.matchAll(/"\/subscriptions\/\{[^"]*\/providers\/(Microsoft\.\w+\/\w+)\/\{\w+\}"/g)].map(
    ([, type = ""]) => `${type}/read`,
  ),
  ...[...text.matchAll(/\/providers\/(Microsoft\.\w+\/\w+)\/\w+\/(\w+)\?/g)].map(
    ([, type = "", values = ""]) => `${type}/${values}/read`,
  ),
];

/** What a call about blobs takes. One that may write over a blob takes the right to do so. */
const blobCalls: readonly (readonly [call: RegExp, action: string])[] = [
  [/\.upload\([^;]*ifNoneMatch: "\*"/, "add/action"],
  [/\.upload\((?![^;]*ifNoneMatch: "\*")|\.(uploadData|stageBlock|commitBlockList|setMetadata)\(/, "write"],
  [/\.(download|listBlobsFlat)\(/, "read"],
  [/\.delete(IfExists|Blob)?\(/, "delete"],
];

const blobActions = (text: string): readonly string[] =>
  text.includes('from "@azure/storage-blob"')
    ? blobCalls
        .filter(([call]) => call.test(text))
        .map(([, action]) => `Microsoft.Storage/storageAccounts/blobServices/containers/blobs/${action}`)
    : [];

const graphActions = (text: string): readonly string[] =>
  [...text.matchAll(/where type =~ '([^']+)'/g)].map(([, type = ""]) => `${type}/read`);

const queuesIn = (main: string): readonly string[] =>
  [...main.matchAll(/queueName: "([^"]+)"/g)].map(([, name = ""]) => name);
const functionsIn = (main: string): readonly string[] =>
  [...main.matchAll(/app\.\w+\("([^"]+)"/g)].map(([, name = ""]) => name);
