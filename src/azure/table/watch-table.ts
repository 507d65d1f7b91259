import type { TableClient, TransactionAction } from "@azure/data-tables";
import type { Committed, LedgerTable } from "../../core/ports.ts";
import type { Instant } from "../../core/domain/time.ts";
import { isSettled, type OutboxEntry } from "../../core/domain/alerts/outbox.ts";
import { linkRowsOf, type Commit, type Watched } from "../../core/domain/state/watched.ts";
import type { Signal } from "../../core/domain/attribution/signal.ts";
import type { Partition, Version } from "../../core/domain/partition.ts";
import { keepSessions, readAsking, readSessions, writeAsking } from "./unguarded/asking-rows.ts";
import { keepMessage } from "./unguarded/messages.ts";
import { witnessAction, readWitness, readWitnesses, writeWitness } from "./unguarded/witness-rows.ts";
import { noteWatched, watchedSince } from "./unguarded/first-lists.ts";
import { hotRowsOf, readHostRow, watchedOf } from "./hot-rows.ts";
import { closedLinks, recall } from "./closed-links.ts";
import { readHeard } from "./heard.ts";
import { readLives, writeLives } from "./lives.ts";
import { awaitedPlace, linkPlace, outboxPlace, sharedPlace, signalPlace } from "./row-keys.ts";
import {
  awaitedRow,
  closedRow,
  hostRow,
  ledgerRow,
  linkRow,
  outboxRow,
  seenRow,
  sharedRowOf,
  signalRow,
} from "./rows.ts";
import { knownBastions, mendIndex, rememberBastions } from "./bastion-index.ts";
import { ledgerTable } from "./ledger-table.ts";
import { tableAccess, transactionLimit, type TableAccess, type Written } from "./table-access.ts";

/** The watchdog's memory in Azure Table Storage (its rows: docs/architecture.md). Takes over the client: it adds to its pipeline. */
export function watchTable(client: TableClient): LedgerTable {
  const table = tableAccess(client);
  return {
    read: async (partition) => watchedOf(await table.query(hotRowsOf(partition))),
    readHost: (partition) => readHostRow(table, partition),
    watchedSince: (subscriptionId) => watchedSince(table, subscriptionId),
    noteWatched: (subscriptionId, since) => noteWatched(table, subscriptionId, since),
    readAsking: (place) => readAsking(table, place),
    writeAsking: (place, asking, expected) => writeAsking(table, { place, asking }, expected),
    readSessions: (partition) => readSessions(table, partition),
    keepSessions: (partition, sessions) => keepSessions(table, partition, sessions),
    claim: async (partition, watched, until) =>
      versionOrLost(await claim(table, partition, { watched, until })),
    commit: async (partition, commit) => committedOf(commit, await write(table, partition, commit)),
    rememberSignal: async (partition, signal) => {
      const written = await table.transact([
        ["create", seenRow(partition, signal)],
        ["create", signalRow(partition, signal)],
        ...sharedRows(partition, signal),
      ]);
      if (written === "changed" || written === "missing")
        throw new Error(`Inserting a signal into ${partition} was refused as ${written}`);
      return written === "exists" ? "seen" : "new";
    },
    heard: (partition, time) => readHeard(table, partition, time),
    witnesses: () => readWitnesses(table),
    readWitness: (subscriptionId) => readWitness(table, subscriptionId),
    writeWitness: async (row) => versionOrLost(await writeWitness(table, row)),
    updateOutbox: async (partition, entry) => versionOrLost(await updateOutbox(table, partition, entry)),
    keepMessage: (message) => keepMessage(table, message),
    writeLives: (lives) => writeLives(table, lives),
    livesOf: (vmKeys) => readLives(table, vmKeys),
    closedLinks: (partition, lives) => closedLinks(table, partition, lives),
    recall: (partition, asked) => recall(table, partition, asked),
    rememberBastions: (bastions) => rememberBastions(table, bastions),
    knownBastions: () => knownBastions(table),
    mendIndex: () => mendIndex(table),
    ...ledgerTable(table),
  };
}

async function claim(
  table: TableAccess,
  partition: Partition,
  { watched, until }: { readonly watched: Watched; readonly until: Instant },
): Promise<Written> {
  if (!watched.host)
    throw new TypeError(
      `Claiming ${partition} for the first time takes a new host: { ...watched, host: newHost(id) }`,
    );
  const row = hostRow(partition, { ...watched.host, claimUntil: until });
  return watched.version === undefined ? table.insert(row) : table.replace(row, watched.version);
}

/**
 * The host row comes first: its ETag decides for all, and its new one is the answer. Mostly it is alone; then it goes without a transaction,
 * for each of which the SDK builds a client and a pipeline of its own.
 */
function write(table: TableAccess, partition: Partition, commit: Commit): Promise<Written> {
  const host = hostRow(partition, commit.host);
  const others = actionsBeside(partition, commit);
  if (others.length >= transactionLimit)
    throw new RangeError(
      `A commit to ${partition} has ${1 + others.length} rows; one transaction takes at most ${transactionLimit}`,
    );
  if (commit.expected === undefined) return table.transact([["create", host], ...others]);
  if (others.length === 0) return table.replace(host, commit.expected);
  return table.transact([["update", host, "Replace", { etag: commit.expected }], ...others]);
}

function actionsBeside(partition: Partition, commit: Commit): readonly TransactionAction[] {
  return [
    ...linkRowsOf(commit).map((row): TransactionAction => ["upsert", linkRow(partition, row), "Replace"]),
    ...(commit.drop ?? []).map((link): TransactionAction => ["delete", { ...linkPlace(partition, link) }]),
    ...commit.close.map(({ link }): TransactionAction => ["delete", { ...linkPlace(partition, link) }]),
    ...commit.close.map((closed): TransactionAction => ["upsert", closedRow(partition, closed), "Replace"]),
    ...(commit.waits?.put ?? []).map((one): TransactionAction => [
      "upsert",
      awaitedRow(partition, one),
      "Replace",
    ]),
    ...(commit.waits?.drop ?? []).map((one): TransactionAction => [
      "delete",
      { ...awaitedPlace(partition, one) },
    ]),
    ...commit.spent.map((signal): TransactionAction => ["delete", { ...signalPlace(partition, signal) }]),
    ...(commit.freed ?? []).flatMap(({ shares }): TransactionAction[] =>
      shares === undefined ? [] : [["delete", { ...sharedPlace(partition, shares) }]],
    ),
    ...(commit.witness ? [witnessAction(commit.witness)] : []),
    ...commit.facts.map((fact): TransactionAction => ["create", ledgerRow(partition, fact)]),
    ...commit.outbox.map((entry): TransactionAction => ["create", outboxRow(partition, entry)]),
  ];
}

/** A finished alert leaves the hot rows; the row it leaves must still be the one that was read. */
function updateOutbox(table: TableAccess, partition: Partition, entry: OutboxEntry): Promise<Written> {
  const { version } = entry;
  if (version === undefined)
    throw new TypeError(
      `Outbox entry ${entry.seq} of ${partition} was never read, so it has no version to update`,
    );
  const row = outboxRow(partition, entry);
  if (!isSettled(entry)) return table.replace(row, version);
  const move: readonly TransactionAction[] = [
    ["create", row],
    ["delete", { ...outboxPlace(partition, entry) }],
  ];
  return table.transact(move, version);
}

const sharedRows = (partition: Partition, { shares, receivedAt }: Signal): readonly TransactionAction[] =>
  shares === undefined ? [] : [["create", sharedRowOf(partition, shares, receivedAt)]];

const versionOrLost = (written: Written): Version | "lost" =>
  typeof written === "string" ? "lost" : given(written.versions[0]);

/** The host row was first, the outbox rows were last. */
function committedOf(commit: Commit, written: Written): Committed | "conflict" {
  if (typeof written === "string") return "conflict";
  const { versions } = written;
  const ofOutbox = versions.slice(versions.length - commit.outbox.length);
  const outbox = commit.outbox.map((entry, index) => ({ ...entry, version: given(ofOutbox[index]) }));
  return { version: given(versions[0]), outbox };
}

function given(version: Version | undefined): Version {
  if (version === undefined) throw new Error("Table Storage accepted a row and returned no ETag for it");
  return version;
}
