import { createHash } from "node:crypto";
import type { LedgerTable } from "../../src/core/ports.ts";
import { type BastionId, parseBastionId } from "../../src/core/domain/arm-id.ts";
import type { LedgerFact } from "../../src/core/domain/ledger/ledger.ts";
import type { ClosedLink, TrackedLink } from "../../src/core/domain/links/link.ts";
import { lifeKey, type Life } from "../../src/core/domain/links/lives.ts";
import type { AwaitedAlert } from "../../src/core/domain/alerts/acknowledgement.ts";
import { isSettled, type OutboxEntry } from "../../src/core/domain/alerts/outbox.ts";
import type { Signal } from "../../src/core/domain/attribution/signal.ts";
import type { KeptSessions } from "../../src/core/domain/links/observation.ts";
import { heardOf, type Heard } from "../../src/core/domain/attribution/unheard.ts";
import type { KeptWitness, WitnessState, WitnessRow } from "../../src/core/domain/state/witness.ts";
import type { Asking } from "../../src/core/domain/state/asking.ts";
import { isoInstant, type Instant } from "../../src/core/domain/time.ts";
import {
  linkRowsOf,
  readLinkRows,
  type LinkRow,
  type Commit,
  type HostState,
  type Watched,
} from "../../src/core/domain/state/watched.ts";
import {
  bastionIn,
  partitionOf,
  watchdogPartition,
  type Partition,
  type Version,
} from "../../src/core/domain/partition.ts";
import { type CrashPlan, crashPlan } from "./crash-plan.ts";
import { memoryLedger } from "./memory-ledger.ts";
import { type Action, legible, type RowStore, type StoredValue, rowStore } from "./row-store.ts";

/** The watch table with everything in it open to tests. */
export interface MemoryTable extends LedgerTable {
  readonly crashes: CrashPlan;
  /** Every row of every partition, by the keys that the real table uses. */
  everything(): ReadonlyMap<string, readonly StoredValue[]>;
  ledger(partition: Partition): readonly LedgerFact[];
  closed(partition: Partition): readonly ClosedLink[];
  sent(partition: Partition): readonly OutboxEntry[];
  /** Writes, or deletes where `value` is undefined, a row behind everybody's back. */
  tamper(partition: Partition, key: string, value: object | undefined): void;
}

/** Give two fakes the same plan to crash "at the n-th call of anything". */
export function memoryTable(crashes: CrashPlan = crashPlan()): MemoryTable {
  const partitions = new Map<string, RowStore>();
  const open = (partition: string): RowStore => {
    const store = partitions.get(partition) ?? rowStore();
    partitions.set(partition, store);
    return store;
  };
  const of = <Value>(partition: string, kind: string) =>
    open(partition)
      .rows()
      .filter(({ key }) => key.startsWith(kind))
      .map(({ value }) => value as Value);
  return {
    ...port(open, crashes),
    crashes,
    everything: () => new Map([...partitions].map(([partition, store]) => [partition, store.rows()])),
    ledger: (partition) => of<LedgerFact>(partition, "9ledger:"),
    closed: (partition) => of<ClosedLink>(partition, "8closed:"),
    sent: (partition) => of<OutboxEntry>(partition, "8sent:"),
    tamper: (partition, key, value) => {
      open(partition).transact([value === undefined ? { do: "delete", key } : { do: "upsert", key, value }]);
    },
  };
}

function port(open: (partition: string) => RowStore, crashes: CrashPlan): LedgerTable {
  const livesOf = (vmKeys: readonly string[]): ReadonlyMap<string, readonly Life[]> => {
    const rows = open("|lives")
      .rows()
      .map(({ value }) => value as Life);
    return new Map(vmKeys.map((vmKey) => [vmKey, rows.filter((life) => life.vmKey === vmKey)]));
  };
  return {
    read: (partition) => crashes.step("read", () => watchedOf(open(partition).rows())),
    readHost: (partition) =>
      crashes.step("readHost", () => {
        const { host, version } = watchedOf(
          open(partition)
            .rows()
            .filter(({ key }) => key === "0host"),
        );
        return { host, version };
      }),
    watchedSince: (subscriptionId) =>
      crashes.step("watchedSince", () => {
        const row = open(watchdogPartition)
          .rows()
          .find(({ key }) => key === firstKey(subscriptionId));
        return (row?.value as { since: Instant } | undefined)?.since;
      }),
    noteWatched: (subscriptionId, since) =>
      crashes.step("noteWatched", () => {
        open(watchdogPartition).transact([{ do: "insert", key: firstKey(subscriptionId), value: { since } }]);
      }),
    readAsking: (place) =>
      crashes.step("readAsking", () => {
        const row = open(watchdogPartition)
          .rows()
          .find(({ key }) => key === `5scan:${place}`);
        return { asking: row?.value as Asking | undefined, version: row?.version };
      }),
    writeAsking: (place, asking, expected) =>
      crashes.step("writeAsking", () => {
        const row = { key: `5scan:${place}`, value: asking };
        return versionOf(
          row.key,
          open(watchdogPartition).transact([
            expected === undefined ? { do: "insert", ...row } : { do: "replace", ...row, expected },
          ]),
        );
      }),
    readSessions: (partition) =>
      crashes.step("readSessions", () => {
        const row = open(partition)
          .rows()
          .find(({ key }) => key === "5sessions");
        return row?.value as KeptSessions | undefined;
      }),
    keepSessions: (partition, value) =>
      crashes.step("keepSessions", () => {
        open(partition).transact([{ do: "upsert", key: "5sessions", value }]);
      }),
    claim: (partition, watched, until) =>
      crashes.step("claim", () => versionOf("0host", open(partition).transact([claimOf(watched, until)]))),
    commit: (partition, commit) =>
      crashes.step("commit", () => {
        const versions = open(partition).transact(actionsOf(commit));
        if (versions === "refused") return "conflict";
        return {
          version: written(versions, "0host"),
          outbox: commit.outbox.map((entry) => ({ ...entry, version: written(versions, outboxKey(entry)) })),
        };
      }),
    rememberSignal: (partition, signal) =>
      crashes.step("rememberSignal", () =>
        open(partition).transact(insertsOf(signal)) === "refused" ? "seen" : "new",
      ),
    heard: (partition, { from, until }) =>
      crashes.step("heard", () => {
        const [first, last] = [`8seen:${isoInstant(from)}`, `8seen:${isoInstant(until)};`];
        const isHeard = ({ key, value }: StoredValue) => key >= first && key < last && "eventId" in value;
        return open(partition)
          .rows()
          .filter(isHeard)
          .map(({ value }) => heardIn(value));
      }),
    witnesses: () => crashes.step("witnesses", () => witnessesIn(open(watchdogPartition).rows())),
    readWitness: (subscriptionId) =>
      crashes.step("readWitness", () =>
        witnessesIn(open(watchdogPartition).rows()).find((row) => row.subscriptionId === subscriptionId),
      ),
    writeWitness: (row) =>
      crashes.step("writeWitness", () =>
        versionOf(`5witness:${row.subscriptionId}`, open(watchdogPartition).transact([witnessAction(row)])),
      ),
    updateOutbox: (partition, entry) =>
      crashes.step("updateOutbox", () =>
        versionOf(outboxKey(entry), open(partition).transact(outboxChange(entry))),
      ),
    keepMessage: (message) =>
      crashes.step("keepMessage", () => {
        const key = `8message:${message.id}`;
        open(watchdogPartition).transact([{ do: "upsert", key, value: message }]);
      }),
    writeLives: (lives) =>
      crashes.step("writeLives", () => {
        const store = open("|lives");
        for (const life of lives) {
          const key = lifeKey(life);
          const hasEnded = store.rows().some((row) => row.key === key && (row.value as Life).ended);
          if (life.ended || !hasEnded) store.transact([{ do: "upsert", key, value: life }]);
        }
      }),
    livesOf: (vmKeys) => crashes.step("livesOf", () => livesOf(vmKeys)),
    closedLinks: (partition, lives) =>
      crashes.step("closedLinks", () => {
        const keys = lives.map(([linkId, life]) => `8closed:${linkId}:${life}`);
        const rows = open(partition).rows();
        return rows.flatMap(({ key, value }) => (keys.includes(key) ? [value as ClosedLink] : []));
      }),
    recall: (partition, { lives, vmKeys }) =>
      crashes.step("recall", () => {
        const rows = open(partition).rows();
        const keys = lives.map(([linkId, life]) => `8closed:${linkId}:${life}`);
        const closed = rows.flatMap(({ key, value }) => (keys.includes(key) ? [value as ClosedLink] : []));
        const { host, links } = watchedOf(rows);
        return { host, open: links, closed, lives: livesOf(vmKeys) };
      }),
    rememberBastions: (bastions) =>
      crashes.step("rememberBastions", () => {
        for (const { id } of bastions)
          open("|index").transact([{ do: "upsert", key: indexKey(id), value: { bastionId: id } }]);
      }),
    knownBastions: () =>
      crashes.step("knownBastions", () =>
        open("|index")
          .rows()
          .flatMap((row) => namedIn(row) ?? bastionIn(row.key) ?? []),
      ),
    mendIndex: () =>
      crashes.step("mendIndex", () => {
        const damaged = open("|index")
          .rows()
          .filter((row) => namedIn(row) === undefined);
        for (const { key } of damaged) {
          const bastion = bastionIn(key);
          if (bastion) open("|index").transact([{ do: "upsert", key, value: { bastionId: bastion.id } }]);
        }
        return damaged.filter(({ key }) => !bastionIn(key)).map(({ key }) => `Row "${key}" names no bastion`);
      }),
    ...memoryLedger(open, crashes),
  };
}

function watchedOf(rows: readonly StoredValue[]): Watched {
  const of = (kind: string) => legible(rows.filter(({ key }) => key.startsWith(kind)));
  const [row] = of("0host");
  const host = row?.value as HostState | undefined;
  const awaited = of("4awaited:")
    .map(({ value }) => value as AwaitedAlert)
    .sort((a, b) => a.at - b.at);
  return {
    version: row?.version,
    host: host && { ...host, awaited },
    ...readLinkRows(
      of("1link:").map(({ value }) => value as LinkRow),
      host?.openBatch,
    ),
    signals: of("2signal:").map(({ value }) => value as Signal),
    outbox: of("3outbox:").map(({ value, version }) => ({ ...(value as OutboxEntry), version })),
  };
}

function claimOf({ version, host }: Watched, until: HostState["claimUntil"]): Action {
  if (!host)
    throw new TypeError(
      "Claiming a partition for the first time takes a new host: { ...watched, host: newHost(id) }",
    );
  const value = { ...host, awaited: [], claimUntil: until };
  return version === undefined
    ? { do: "insert", key: "0host", value }
    : { do: "replace", key: "0host", value, expected: version };
}

function actionsOf(commit: Commit): readonly Action[] {
  const { expected, waits } = commit;
  const host = { ...commit.host, awaited: [] };
  return [
    expected === undefined
      ? { do: "insert", key: "0host", value: host }
      : { do: "replace", key: "0host", value: host, expected },
    ...linkRowsOf(commit).map((row): Action => ({
      do: "upsert",
      key: linkKey("1link", row.link),
      value: row,
    })),
    ...(commit.drop ?? []).map((link): Action => ({ do: "delete", key: linkKey("1link", link) })),
    ...commit.close.map(({ link }): Action => ({ do: "delete", key: linkKey("1link", link) })),
    ...commit.close.map((closed): Action => ({
      do: "upsert",
      key: linkKey("8closed", closed.link),
      value: closed,
    })),
    ...(waits?.put ?? []).map((one): Action => ({ do: "upsert", key: `4awaited:${one.id}`, value: one })),
    ...(waits?.drop ?? []).map((one): Action => ({ do: "delete", key: `4awaited:${one.id}` })),
    ...commit.spent.map((signal): Action => ({ do: "delete", key: signalKey(signal) })),
    ...(commit.freed ?? []).map(({ shares = "" }): Action => ({ do: "delete", key: `8seen:${shares}` })),
    ...(commit.witness ? [witnessAction(commit.witness)] : []),
    ...commit.facts.map((fact): Action => ({
      do: "insert",
      key: numbered("9ledger", fact.seq),
      value: fact,
    })),
    ...commit.outbox.map((entry): Action => ({ do: "insert", key: outboxKey(entry), value: entry })),
  ];
}

function heardIn(value: object): Heard {
  const { eventId, at, operation, correlationId, caller } = value as Heard;
  return { eventId, at, operation, correlationId, caller };
}

function witnessAction({ subscriptionId, witness, version }: WitnessRow): Action {
  const row = { key: `5witness:${subscriptionId}`, value: witness };
  return version === undefined ? { do: "insert", ...row } : { do: "replace", ...row, expected: version };
}

const witnessesIn = (rows: readonly StoredValue[]): readonly KeptWitness[] =>
  rows
    .filter(({ key }) => key.startsWith("5witness:"))
    .map(({ key, value, version }) => ({
      subscriptionId: key.slice("5witness:".length),
      witness: "readTo" in value ? (value as WitnessState) : undefined,
      version,
    }));

const insertsOf = (signal: Signal): readonly Action[] => [
  {
    do: "insert",
    key: seenKey(signal),
    value: { ...heardOf(signal), receivedAt: signal.receivedAt },
  },
  { do: "insert", key: signalKey(signal), value: signal },
  ...(signal.shares === undefined
    ? []
    : [{ do: "insert" as const, key: `8seen:${signal.shares}`, value: { shares: signal.shares } }]),
];

function outboxChange(entry: OutboxEntry): readonly Action[] {
  const { version: expected } = entry;
  if (expected === undefined)
    throw new TypeError(`Outbox entry ${entry.seq} was never read, so it has no version to update`);
  if (!isSettled(entry)) return [{ do: "replace", key: outboxKey(entry), value: entry, expected }];
  return [
    { do: "insert", key: outboxKey(entry), value: entry },
    { do: "delete", key: numbered("3outbox", entry.seq), expected },
  ];
}

const versionOf = (key: string, versions: ReadonlyMap<string, Version> | "refused") =>
  versions === "refused" ? "lost" : written(versions, key);

function written(versions: ReadonlyMap<string, Version>, key: string): Version {
  const version = versions.get(key);
  if (version === undefined) throw new Error(`Nothing was written to ${key}`);
  return version;
}

/** Undefined where the row does not name the bastion of its key. */
function namedIn({ key, value }: StoredValue): BastionId | undefined {
  const { bastionId } = value as { bastionId?: unknown };
  const bastion = typeof bastionId === "string" ? parseBastionId(bastionId) : undefined;
  return bastion && partitionOf(bastion) === key ? bastion : undefined;
}

function bastionOf(id: string): BastionId {
  const bastion = parseBastionId(id);
  if (!bastion) throw new Error(`"${id}" is no bastion`);
  return bastion;
}

const firstKey = (subscriptionId: string) => `5first:${subscriptionId}`;
const numbered = (prefix: string, seq: number) => `${prefix}:${String(seq).padStart(12, "0")}`;
const outboxKey = (entry: OutboxEntry) => numbered(isSettled(entry) ? "8sent" : "3outbox", entry.seq);
const linkKey = (prefix: string, { linkId, life }: TrackedLink) => `${prefix}:${linkId}:${life}`;
const eventHash = ({ eventId }: Signal) => createHash("sha256").update(eventId).digest("hex").slice(0, 32);
const signalKey = (signal: Signal) =>
  `2signal:${signal.shares ?? `${isoInstant(signal.occurredAt)}:${eventHash(signal)}`}`;
const seenKey = (signal: Signal) => `8seen:${isoInstant(signal.occurredAt)}:${eventHash(signal)}`;
const indexKey = (id: string) => partitionOf(bastionOf(id));
