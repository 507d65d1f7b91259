/**
 * Azurite as `npm run storage` starts it, with what Azure Storage has and Azurite has not: a query of one partition looks at that partition
 * only, and a blob is found by its name. Azurite looks at every row of the table, and at every blob, each time, which would make any product quadratic.
 */
import { createRequire } from "node:module";
import { runPart } from "../../local/part.ts";
import { startStorage } from "../../local/storage/main.ts";

type Arguments = readonly [
  context: unknown,
  account: unknown,
  table: unknown,
  options: { readonly filter?: string },
  ...rest: unknown[],
];

interface Chain {
  find(query: { readonly PartitionKey: string }): Chain;
}
interface Store {
  getEntityCollection(...of: readonly unknown[]): { chain(): Chain };
  queryTableEntities: (this: Store, ...of: Arguments) => Promise<unknown>;
}

const load = createRequire(import.meta.url);
const { default: LokiStore } = load("azurite/dist/src/table/persistence/LokiTableMetadataStore.js") as {
  default: { prototype: Store };
};
const everyRow = LokiStore.prototype.queryTableEntities;

LokiStore.prototype.queryTableEntities = function (this: Store, ...of: Arguments) {
  const [, name] = /^PartitionKey eq '((?:[^']|'')*)'/.exec(of[3].filter ?? "") ?? [];
  if (name === undefined) return everyRow.apply(this, [...of]);
  const PartitionKey = name.replaceAll("''", "'");
  const getEntityCollection = (...collection: readonly unknown[]) => ({
    chain: () =>
      this.getEntityCollection(...collection)
        .chain()
        .find({ PartitionKey }),
  });
  return everyRow.apply(
    Object.create(this, { getEntityCollection: { value: getEntityCollection } }) as Store,
    [...of],
  );
};

interface Blobs {
  findOne: (this: Blobs, query: Readonly<Record<string, unknown>>) => unknown;
}
const { Collection } = load("lokijs") as { Collection: { prototype: Blobs } };
const { findOne } = Collection.prototype;

/** The name goes first: the first field of a query is the one whose index is asked, and all blobs share the account. */
Collection.prototype.findOne = function (this: Blobs, query) {
  return findOne.call(this, "name" in query ? { name: query["name"], ...query } : query);
};

await runPart(() => startStorage());
