/** What the carrier of a lane does next. Pure: it waits, sends and writes elsewhere. */
import { earliest, type Instant } from "../../time.ts";
import { messageWith } from "./joining.ts";
import {
  alertIn,
  isHigh,
  isOneQueue,
  keyOf,
  leaseToSend,
  oldestFirst,
  type Lane,
  type Waiting,
} from "./lane.ts";
import { nextSlot } from "./pace.ts";
import { highMayTry } from "./pause.ts";

/** What a carrier can do. */
export type Move =
  | { readonly kind: "send"; readonly message: readonly Waiting[] }
  | { readonly kind: "wait"; readonly until: Instant }
  /** Their leases end, and the queue brings them again. */
  | { readonly kind: "give back"; readonly those: readonly Waiting[]; readonly isEnd: boolean }
  | { readonly kind: "end" };

/** `endsAt`: until then this invocation carries the lane. */
export function nextMove(lane: Lane, now: Instant, endsAt: Instant): Move {
  const spent = lane.waiting.filter(({ parcel }) => parcel.leasedUntil - now < leaseToSend);
  if (spent.length > 0) return { kind: "give back", those: spent, isEnd: false };
  const [first] = inTurn(lane);
  if (!first) return { kind: "end" };
  const at = mayLeaveAt(lane, first);
  if (now >= endsAt || at > endsAt) return { kind: "give back", those: lane.waiting, isEnd: true };
  if (at > now) return { kind: "wait", until: at };
  return { kind: "send", message: lane.pause ? [first] : messageWith(first, lane.waiting) };
}

/** When it may leave, as the lane is now. While the channel pauses, the oldest of a bastion leaves in place of a younger one that may leave sooner. */
export function mayLeaveAt({ pause, sent, tries, waiting }: Lane, one: Waiting): Instant {
  if (!pause) return nextSlot(sent, isHigh(one));
  if (!isHigh(one)) return pause.until;
  const moments = waiting
    .filter((other) => isOneQueue(one, other))
    .map((other) => highMayTry(pause, tries.get(keyOf(other))));
  return earliest([...moments, highMayTry(pause, tries.get(keyOf(one)))]) ?? pause.until;
}

/**
 * High first, then the louder, then the oldest; what is older than a louder one of its bastion goes before that. While the channel fails one after the other tries it, the least tried first; but of a bastion no younger one before the
 * oldest has failed three times.
 */
function inTurn(lane: Lane): readonly Waiting[] {
  const waiting = oldestFirst(lane.waiting);
  const heads = lane.pause
    ? waiting.filter((one, place) => isHead(one, waiting.slice(0, place), lane))
    : waiting;
  const lastTried = (one: Waiting): number => (lane.pause && lane.tries.get(keyOf(one))?.lastAt) ?? 0;
  const moments = new Map(heads.map((one) => [one, lane.pause ? mayLeaveAt(lane, one) : 0]));
  const moment = (one: Waiting): number => moments.get(one) ?? 0;
  const withMedium = new Set(
    waiting.filter((one) => alertIn(one).severity === "medium").map(({ parcel }) => parcel.partition),
  );
  const rank = (one: Waiting): number => (isHigh(one) ? 0 : withMedium.has(one.parcel.partition) ? 1 : 2);
  return heads.toSorted(
    (a, b) =>
      moment(a) - moment(b) ||
      rank(a) - rank(b) ||
      lastTried(a) - lastTried(b) ||
      alertIn(a).at - alertIn(b).at,
  );
}

const isHead = (one: Waiting, older: readonly Waiting[], { tries }: Lane): boolean =>
  !older.some((other) => isOneQueue(one, other) && (tries.get(keyOf(other))?.failures ?? 0) < 3);
