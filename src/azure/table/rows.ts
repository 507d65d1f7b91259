import { parseBastionId, type BastionId } from "../../core/domain/arm-id.ts";
import type { AwaitedAlert } from "../../core/domain/alerts/acknowledgement.ts";
import type { LedgerFact } from "../../core/domain/ledger/ledger.ts";
import type { ClosedLink, TrackedLink } from "../../core/domain/links/link.ts";
import { isSettled, type OutboxEntry } from "../../core/domain/alerts/outbox.ts";
import { callerName, type Signal } from "../../core/domain/attribution/signal.ts";
import { heardOf } from "../../core/domain/attribution/unheard.ts";
import { isoInstant, type Instant } from "../../core/domain/time.ts";
import type { HostState, LinkRow } from "../../core/domain/state/watched.ts";
import { type Partition, partitionOf, type Version } from "../../core/domain/partition.ts";
import { readRow, type Row, rowOf, rowProblem, shownMoment, type StoredRow } from "./row-format.ts";
import {
  at,
  awaitedPlace,
  closedPlace,
  hostPlace,
  indexPartition,
  linkPlace,
  numbered,
  outboxPlace,
  seenPlace,
  sharedPlace,
  signalPlace,
} from "./row-keys.ts";
import { ledgerSchema } from "./ledger-schemas.ts";
import { outboxSchema } from "./outbox-schemas.ts";
import {
  awaitedSchema,
  bastionSchema,
  closedSchema,
  hostSchema,
  linkRowSchema,
  signalSchema,
} from "./row-schemas.ts";

export function hostRow(partition: Partition, host: HostState): Row {
  const columns = {
    bastionId: host.bastionId,
    checkedAt: shownMoment(host.checkedAt),
    unreadable: host.unreadable?.why,
    claimUntil: shownMoment(host.claimUntil),
    wakeAt: shownMoment(host.wakeAt),
    seq: host.seq,
  };
  return rowOf(hostPlace(partition), columns, { ...host, awaited: [] });
}

export function awaitedRow(partition: Partition, awaited: AwaitedAlert): Row {
  const { id, kind, at: moment } = awaited;
  return rowOf(awaitedPlace(partition, awaited), { alertId: id, kind, at: isoInstant(moment) }, awaited);
}

export const readAwaited = (row: StoredRow): AwaitedAlert => readRow(awaitedSchema, row);

export const readHost = (row: StoredRow): HostState => readRow(hostSchema, row);

export const linkRow = (partition: Partition, row: LinkRow): Row =>
  rowOf(linkPlace(partition, row.link), linkColumns(row.link), row);

export const readLink = (row: StoredRow): LinkRow => readRow(linkRowSchema, row);

function linkColumns({ vmId, status, createdAt, deadline, announced, rule }: TrackedLink) {
  return { vmId, status, createdAt: isoInstant(createdAt), deadline: isoInstant(deadline), announced, rule };
}

export function closedRow(partition: Partition, closed: ClosedLink): Row {
  const columns = {
    vmId: closed.link.vmId,
    closedAt: isoInstant(closed.closedAt),
    closedBy: closed.closedBy,
  };
  return rowOf(closedPlace(partition, closed.link), columns, closed);
}

export const readClosed = (row: StoredRow): ClosedLink => readRow(closedSchema, row);

export function signalRow(partition: Partition, signal: Signal): Row {
  const columns = {
    operation: signal.operation,
    occurredAt: isoInstant(signal.occurredAt),
    caller: callerName(signal.caller),
  };
  return rowOf(signalPlace(partition, signal), columns, signal);
}

export const readSignal = (row: StoredRow): Signal => readRow(signalSchema, row);

/** Outlives the signal itself, so that an event that is delivered again much later is still known. */
export function seenRow(partition: Partition, signal: Signal): Row {
  const { receivedAt } = signal;
  const columns = { receivedAt: isoInstant(receivedAt) };
  return rowOf(seenPlace(partition, signal), columns, { ...heardOf(signal), receivedAt });
}

/** That one of those that share a row was heard. */
export const sharedRowOf = (partition: Partition, shares: string, receivedAt: Instant): Row =>
  rowOf(sharedPlace(partition, shares), { receivedAt: isoInstant(receivedAt) }, { shares, receivedAt });

/** An alert stays in the outbox while a channel is pending, and moves to the sent rows after that. */
export function outboxRow(partition: Partition, entry: OutboxEntry): Row {
  const place = isSettled(entry)
    ? at(partition, numbered("8sent", entry.seq))
    : outboxPlace(partition, entry);
  const { seq, alert, deliveries, fallback, quiet, againAt } = entry;
  return rowOf(place, outboxColumns(entry), {
    seq,
    alert,
    deliveries,
    fallback,
    ...(quiet && { quiet }),
    ...(againAt && { againAt }),
  });
}

export const readOutbox = (row: StoredRow): OutboxEntry => ({
  ...readRow(outboxSchema, row),
  version: etagOf(row),
});

function outboxColumns({ alert, deliveries }: OutboxEntry) {
  const states = Object.entries(deliveries).map(([channel, { state }]) => `${channel}: ${state}`);
  return {
    alertId: alert.id,
    kind: alert.kind,
    severity: alert.severity,
    at: isoInstant(alert.at),
    deliveries: states.join(", "),
  };
}

export function ledgerRow(partition: Partition, fact: LedgerFact): Row {
  const columns = {
    at: isoInstant(fact.at),
    kind: fact.kind,
    links: fact.links
      .map(({ linkId }) => linkId)
      .slice(0, 10)
      .join(" "),
    hash: fact.hash,
  };
  return rowOf(at(partition, numbered("9ledger", fact.seq)), columns, fact);
}

export const readLedger = (row: StoredRow): LedgerFact => readRow(ledgerSchema, row);

export function bastionRow(bastion: BastionId): Row {
  const place = { partitionKey: indexPartition, rowKey: partitionOf(bastion) };
  return rowOf(place, { bastionId: bastion.id }, { bastionId: bastion.id });
}

/** The key is what the row is found by: whatever else it says, it is the row of that bastion. */
export function readBastion(row: StoredRow): BastionId {
  const { bastionId } = readRow(bastionSchema, row);
  const bastion = parseBastionId(bastionId);
  if (!bastion) throw rowProblem(row, `does not name a bastion host: "${bastionId}"`);
  if (partitionOf(bastion) !== row["rowKey"]) throw rowProblem(row, `names another bastion: "${bastionId}"`);
  return bastion;
}

/** The ETag of a row that was read. */
export function etagOf(row: StoredRow): Version {
  const etag = row["etag"];
  if (typeof etag !== "string") throw rowProblem(row, "came without an ETag");
  return etag as Version;
}
