import type { Signal } from "../../attribution/signal.ts";
import { after, minutes, seconds, type Instant } from "../../time.ts";
import { mayHoldMore } from "../alert-draft.ts";
import type { Situation } from "../situation.ts";
import { deletesByOthers } from "./deletes.ts";

/** When a create signal without a link is looked into again, counted from its arrival. */
export const createLooks = [seconds(5), seconds(30), minutes(2)] as const;

/** Deletes that were reported after it on the same bastion. */
export const followedBy = (signal: Signal, situation: Situation): readonly Signal[] =>
  deletesByOthers(situation).filter((other) => other.occurredAt >= signal.occurredAt);

/**
 * Whether a create that has no link will not get one any more: complete listings were made since. Two minutes prove it; a delete that followed
 * on the same bastion proves it with the first look after five seconds.
 */
export function isProvenAbsent(signal: Signal, situation: Situation): boolean {
  const provenAt = absenceProvenAt(situation);
  if (provenAt === undefined) return false;
  const patience = followedBy(signal, situation).length > 0 ? createLooks[0] : minutes(2);
  return provenAt >= after(signal.receivedAt, patience);
}

/** From when on it is known that no other link is there: a whole, complete listing in which every entry is a known link began, or the bastion itself is gone. */
function absenceProvenAt(situation: Situation): Instant | undefined {
  const { observation, isPart, now } = situation;
  if (observation.kind === "unreadable" && observation.answer.kind === "gone") return after(now, minutes(2));
  return observation.kind === "listed" && !mayHoldMore(situation) && isPart !== true
    ? observation.startedAt
    : undefined;
}
