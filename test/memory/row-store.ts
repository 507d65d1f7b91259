import { UnreadableRow } from "../../src/core/domain/state/watched.ts";
import type { Version } from "../../src/core/domain/partition.ts";

/** One partition's rows as Table Storage keeps them: keys in order, an ETag that changes with every write, transactions. */
export interface StoredValue {
  readonly key: string;
  readonly value: object;
  readonly version: Version;
}

/** The rows as the real table reads them, all or none: a row without a field stands for one that cannot be read. */
export function legible(rows: readonly StoredValue[]): readonly StoredValue[] {
  const bad = rows.find(({ value }) => Object.keys(value).length === 0);
  if (bad) throw new UnreadableRow(`Row "${bad.key}" does not have the expected shape`);
  return rows;
}

export type Action =
  | { readonly do: "insert" | "upsert"; readonly key: string; readonly value: object }
  | { readonly do: "replace"; readonly key: string; readonly value: object; readonly expected: Version }
  | { readonly do: "delete"; readonly key: string; readonly expected?: Version };

export interface RowStore {
  /** In the order of the keys, frozen: nobody changes what is stored by holding it. */
  rows(): readonly StoredValue[];
  /** All or nothing. "refused": an insert met a row, or a row is missing or has another version. Answers versions by key. */
  transact(actions: readonly Action[]): ReadonlyMap<string, Version> | "refused";
}

let writes = 0;
const nextVersion = (): Version => `W/"memory-${++writes}"` as Version;

const rowLimit = 100;
const bytesLimit = 1_048_576;

export function rowStore(): RowStore {
  const stored = new Map<string, StoredValue>();
  return {
    rows: () => [...stored.values()].sort((left, right) => (left.key < right.key ? -1 : 1)),
    transact: (actions) => {
      checkBatch(actions);
      if (!actions.every((action) => fits(action, stored.get(action.key)))) return "refused";
      return new Map(actions.map((action) => [action.key, apply(action, stored)] as const));
    },
  };
}

function checkBatch(actions: readonly Action[]): void {
  if (actions.length > rowLimit)
    throw new RangeError(`A transaction of ${actions.length} rows; at most ${rowLimit}`);
  if (new Set(actions.map(({ key }) => key)).size < actions.length)
    throw new Error("A row appears twice in one transaction");
  for (const action of actions) if (action.do !== "delete") checkRow(action.key, action.value);
}

function checkRow(key: string, value: object): void {
  const json = JSON.stringify(value, (_, field: unknown) => {
    if (typeof field === "number" && !Number.isFinite(field))
      throw new RangeError(`${field} cannot be stored`);
    return field;
  });
  if (json.length * 2 > bytesLimit) throw new RangeError(`Row ${key} has more than 1 MiB`);
}

function fits(action: Action, row: StoredValue | undefined): boolean {
  switch (action.do) {
    case "insert":
      return row === undefined;
    case "upsert":
      return true;
    case "replace":
      return row?.version === action.expected;
    case "delete":
      return row !== undefined && [undefined, row.version].includes(action.expected);
  }
}

function apply(action: Action, stored: Map<string, StoredValue>): Version {
  const version = nextVersion();
  if (action.do === "delete") stored.delete(action.key);
  else stored.set(action.key, { key: action.key, value: frozen(structuredClone(action.value)), version });
  return version;
}

function frozen<Value>(value: Value): Value {
  if (value instanceof Object) for (const part of Object.values(value)) frozen(part);
  return Object.freeze(value);
}
