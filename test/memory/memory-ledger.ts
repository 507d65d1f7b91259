import type { Alert } from "../../src/core/domain/alerts/alert.ts";
import type { KeptMessage } from "../../src/core/domain/alerts/lane/message-id.ts";
import type {
  ChainPoint,
  LedgerFact,
  LedgerHead,
  LedgerRecord,
  UnreadableHead,
} from "../../src/core/domain/ledger/ledger.ts";
import type { ClosedLink } from "../../src/core/domain/links/link.ts";
import type { OutboxEntry } from "../../src/core/domain/alerts/outbox.ts";
import { instant, type Instant } from "../../src/core/domain/time.ts";
import type { HostState } from "../../src/core/domain/state/watched.ts";
import { watchdogPartition, type Partition } from "../../src/core/domain/partition.ts";
import type { LedgerTable, WatchTable } from "../../src/core/ports.ts";
import type { CrashPlan } from "./crash-plan.ts";
import { legible, type RowStore, type StoredValue } from "./row-store.ts";

type LedgerRows = Omit<LedgerTable, keyof WatchTable>;

/** The ledger's and the history's side of the memory table. Deletes a hundred rows at a time, and may crash between two hundreds. */
export function memoryLedger(open: (partition: string) => RowStore, crashes: CrashPlan): LedgerRows {
  const drop = async (partition: Partition, isOld: (row: StoredValue) => boolean) => {
    for (;;) {
      const old = open(partition).rows().filter(isOld).slice(0, 100);
      if (old.length === 0) return;
      await crashes.step("drop", () =>
        open(partition).transact(old.map(({ key }) => ({ do: "delete", key }))),
      );
    }
  };
  return {
    readMessage: (id) =>
      crashes.step("readMessage", () => {
        const rows = open(watchdogPartition).rows();
        return rows.find(({ key }) => key === `8message:${id}`)?.value as KeptMessage | undefined;
      }),
    readLedger: (partition, from, to = Infinity) =>
      records(() => crashes.step("readLedger", () => open(partition).rows()), from, to),
    firstLists: () =>
      crashes.step("firstLists", () =>
        open(watchdogPartition)
          .rows()
          .filter(({ key, value }) => key.startsWith("5first:") && Object.keys(value).length > 0)
          .map(({ key, value }) => ({
            subscriptionId: key.slice("5first:".length),
            since: (value as { since: Instant }).since,
          })),
      ),
    readAlerts: (partition, from) => crashes.step("readAlerts", () => alertsOf(open(partition), from)),
    readClosed: (partition, which) =>
      crashes.step("readClosed", () => {
        const prefix = "linkId" in which ? `8closed:${which.linkId}:` : "8closed:";
        return legible(
          open(partition)
            .rows()
            .filter(({ key }) => key.startsWith(prefix)),
        )
          .map(({ value }) => value as ClosedLink)
          .filter(({ closedAt }) => !("since" in which) || closedAt >= which.since);
      }),
    heads: () => crashes.step("heads", () => headsOf(open)),
    archivedTo: (partition) =>
      crashes.step("archivedTo", () => {
        const row = open(partition)
          .rows()
          .find(({ key }) => key === "9archived");
        return row && { ...(row.value as ChainPoint), version: row.version };
      }),
    markArchived: (partition, { seq, hash }, expected) =>
      crashes.step("markArchived", () => {
        const row = { key: "9archived", value: { seq, hash } };
        const action =
          expected === undefined
            ? ({ do: "insert", ...row } as const)
            : ({ do: "replace", ...row, expected } as const);
        const versions = open(partition).transact([action]);
        return versions === "refused" ? "lost" : (versions.get("9archived") ?? "lost");
      }),
    dropLedger: (partition, to) =>
      drop(partition, ({ key }) => key.startsWith("9ledger:") && seqOf(key) <= to),
    pruneLives: (before) =>
      drop("|lives" as Partition, ({ value }) => (value as { until: Instant }).until < before),
    prune: (partition, before) =>
      drop(
        partition,
        (row) => (endedAt(row) ?? Infinity) < before[row.key.startsWith("8seen:") ? "seen" : "finished"],
      ),
  };
}

const seqOf = (key: string): number => Number(key.split(":")[1]);

async function* records(
  read: () => Promise<readonly StoredValue[]>,
  from: number,
  to: number,
): AsyncGenerator<LedgerRecord> {
  for (const { key, value } of await read()) {
    if (!key.startsWith("9ledger:") || seqOf(key) < from || seqOf(key) > to) continue;
    const fact = value as LedgerFact;
    yield fact.seq === seqOf(key) ? fact : { seq: seqOf(key), unreadable: `it holds fact ${fact.seq}` };
  }
}

const alertsOf = (store: RowStore, from: number): readonly OutboxEntry[] =>
  legible(store.rows().filter(({ key }) => /^(3outbox|8sent):/.test(key) && seqOf(key) >= from))
    .map(({ value, version }) => ({ ...(value as OutboxEntry), version }))
    .sort((a, b) => a.seq - b.seq);

function headsOf(open: (partition: string) => RowStore): readonly (LedgerHead | UnreadableHead)[] {
  const known = open("|index")
    .rows()
    .map(({ key }) => key as Partition);
  return [...known, "|watchdog" as Partition]
    .sort()
    .flatMap((partition): readonly (LedgerHead | UnreadableHead)[] => {
      const row = open(partition)
        .rows()
        .find(({ key }) => key === "0host");
      if (row && Object.keys(row.value).length === 0) return [{ partition, unreadable: "It is damaged" }];
      const host = row?.value as HostState | undefined;
      return host && host.headSeq > 0
        ? [{ partition, seq: host.headSeq, hash: host.chainHead, acceptedTo: host.acceptedTo }]
        : [];
    });
}

/** When a row became history; undefined for rows that are no history. */
function endedAt({ key, value }: StoredValue): Instant | undefined {
  if (key.startsWith("8seen:")) return (value as { receivedAt: Instant }).receivedAt;
  if (key.startsWith("8closed:")) return (value as { closedAt: Instant }).closedAt;
  return key.startsWith("8sent:") ? instant((value as { alert: Alert }).alert.at) : undefined;
}
