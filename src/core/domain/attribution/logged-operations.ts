import { objectIn, textAt } from "../foreign.ts";
import { after, isoInstant, minutes, parseInstant, type Instant } from "../time.ts";
import type { BastionId } from "../arm-id.ts";
import { readActivityEvent } from "./activity-event.ts";
import type { Signal } from "./signal.ts";

/** An operation on a bastion as its records in the Activity Log tell it, from the first to the last. */
export interface LoggedOperation {
  readonly bastion: BastionId;
  /** With the moment at which it began. */
  readonly signal: Signal;
  /** Its last record, which reads as this signal. */
  readonly record: object;
}

/** An operation that was accepted, and of which nothing more came for so long, counts as done. */
const acceptedFor = minutes(30);

/**
 * Folds records of the Activity Log into operations: those with one `operationId` are one, at its last status. What is under way, what is not about a
 * bastion's links, and what is no record is left out. Oldest first.
 */
export function loggedOperations(records: readonly unknown[], now: Instant): readonly LoggedOperation[] {
  const byOperation = new Map<string, unknown[]>();
  for (const record of records) {
    const id = (textAt(record, ["operationId"]) ?? textAt(record, ["eventDataId"]) ?? "").toLowerCase();
    byOperation.set(id, [...(byOperation.get(id) ?? []), record]);
  }
  return [...byOperation.values()]
    .flatMap((ofOne) => operationIn(ofOne, now))
    .sort((a, b) => a.signal.occurredAt - b.signal.occurredAt);
}

function operationIn(records: readonly unknown[], now: Instant): readonly LoggedOperation[] {
  const inOrder = records
    .flatMap((record) => {
      const at = parseInstant(textAt(record, ["eventTimestamp"]) ?? "");
      return at === undefined ? [] : [{ record, at }];
    })
    .sort((a, b) => a.at - b.at || Number(isEnd(a.record)) - Number(isEnd(b.record)));
  const [first, last] = [inOrder[0], inOrder.at(-1)];
  if (!first || !last) return [];
  const isLeft = isAccepted(last.record) && after(last.at, acceptedFor) <= now;
  const began = (inOrder.length > 1 || !isEnd(first.record)) && { beganAt: isoInstant(first.at) };
  const record = { ...objectIn(last.record), ...(isLeft && done), ...began };
  const read = readActivityEvent(record, now);
  return read.kind === "signal" ? [{ bastion: read.bastion, signal: read.signal, record }] : [];
}

const statusOf = (record: unknown): string => textAt(record, ["status"]) ?? "";
const isAccepted = (record: unknown): boolean => /^accept/i.test(statusOf(record));
const isEnd = (record: unknown): boolean => /^(?:succe|fail|cancel)/i.test(statusOf(record));
const done = { status: { value: "Succeeded" } };
