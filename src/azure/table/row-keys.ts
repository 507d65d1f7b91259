import { sha256 } from "../../core/domain/hash.ts";
import { isoInstant } from "../../core/domain/time.ts";
import type { AwaitedAlert } from "../../core/domain/alerts/acknowledgement.ts";
import type { OutboxEntry } from "../../core/domain/alerts/outbox.ts";
import type { Signal } from "../../core/domain/attribution/signal.ts";
import type { TrackedLink } from "../../core/domain/links/link.ts";
import type { Partition } from "../../core/domain/partition.ts";
import type { Place } from "./row-format.ts";

/** Where rows lie (all of them: docs/architecture.md). The first digit of a row key says whether a reconcile reads it: 0 to 4 are hot. */
export const hotRows = { from: "0", below: "5" } as const;

/** Every bastion ever seen has one row here. */
export const indexPartition = "|index";

export const numbered = (prefix: string, seq: number): string => `${prefix}:${String(seq).padStart(12, "0")}`;
/** An event id is a stranger's text; its hash fits into a key. 32 hexadecimal digits are 128 bits. */
const eventHash = (signal: Signal): string => sha256(signal.eventId).slice(0, 32);
export const at = (partitionKey: Partition, rowKey: string): Place => ({ partitionKey, rowKey });

export const hostPlace = (partition: Partition): Place => at(partition, "0host");
export const linkPlace = (partition: Partition, { linkId, life }: TrackedLink): Place =>
  at(partition, `1link:${linkId}:${life}`);
export const signalPlace = (partition: Partition, signal: Signal): Place =>
  at(partition, `2signal:${signal.shares ?? `${isoInstant(signal.occurredAt)}:${eventHash(signal)}`}`);
export const outboxPlace = (partition: Partition, { seq }: OutboxEntry): Place =>
  at(partition, numbered("3outbox", seq));
export const awaitedPlace = (partition: Partition, { id }: Pick<AwaitedAlert, "id">): Place =>
  at(partition, `4awaited:${id}`);
export const closedPlace = (
  partition: Partition,
  { linkId, life }: Pick<TrackedLink, "linkId" | "life">,
): Place => at(partition, `8closed:${linkId}:${life}`);
/** By the time of what it reports, so that one query finds all that was heard of in a time. */
export const seenPlace = (partition: Partition, signal: Signal): Place =>
  at(partition, `8seen:${isoInstant(signal.occurredAt)}:${eventHash(signal)}`);
/** While it is there, others alike are not heard. */
export const sharedPlace = (partition: Partition, shares: string): Place => at(partition, `8seen:${shares}`);
