import type { Severity } from "../alerts/alert-kinds.ts";
import type { Version } from "../partition.ts";
import { after, days, hours, type Instant, type Milliseconds } from "../time.ts";
import { isTooFar } from "./reach.ts";

/** Why the Activity Log of a subscription is not read, and since when. */
export interface LogUnread {
  readonly since: Instant;
  readonly why: string;
  /** A right is missing. */
  readonly forbidden: boolean;
}

/** What is remembered of the two witnesses of a subscription: Event Grid, and the Activity Log. */
export interface WitnessState {
  /** When its Activity Log was first read: what is older is not compared. */
  readonly since: Instant;
  /** The start of the last read whose pages all came. */
  readonly readTo: Instant;
  /** When it was last tried: who was tried longest ago comes first. */
  readonly triedAt: Instant;
  /** How far up to a day ago was read a second time, for records that come late. */
  readonly readAgainTo: Instant;
  /** How much time is asked for at once: less after an answer with too many pages. */
  readonly span: Milliseconds;
  /** Azure asked to be left alone until then. */
  readonly notBefore: Instant | undefined;
  readonly unread: LogUnread | undefined;
  /** Up to when operations on Event Grid itself were read. */
  readonly deliveryReadTo: Instant;
  /** Topics of which one of our event subscriptions was seen, lower case, newest first. */
  readonly topics: readonly string[];
  /** Ids of the newest changes of the delivery that people were told of. */
  readonly toldChanges: readonly string[];
  /** The newest operation on a bastion that the log has, ours included. */
  readonly logSpokeAt: Instant | undefined;
  /** The newest operation that Event Grid was seen to have brought. */
  readonly eventsSpokeAt: Instant | undefined;
  /** The newest operation that Event Grid has not brought. */
  readonly unheardAt: Instant | undefined;
  /** When people were last told of operations that Event Grid did not bring, and how loud. */
  readonly toldUnheard: { readonly at: Instant; readonly severity: Severity } | undefined;
  /** People know that Event Grid never brought any here. */
  readonly toldSilent: boolean;
  /** When people were last told that the log is not read. */
  readonly toldUnread: Instant | undefined;
}

/** The row of one subscription. */
export interface WitnessRow {
  readonly subscriptionId: string;
  readonly witness: WitnessState;
  /** Undefined before it was first written. */
  readonly version: Version | undefined;
}

/** The row as it was read. `witness` is undefined where it cannot be read, or says what nobody can have written. */
export interface KeptWitness {
  readonly subscriptionId: string;
  readonly witness: WitnessState | undefined;
  readonly version: Version;
}

/** So long before the first read is looked at, for names only. */
const firstWindow: Milliseconds = hours(1);
/** What is asked for at once, to begin with. */
const usualSpan: Milliseconds = hours(1);

/** Before the first read. */
export const newWitness = (now: Instant): WitnessState => {
  const from = after(now, -firstWindow);
  return {
    ...{ since: now, readTo: from, triedAt: now, readAgainTo: now, span: usualSpan, deliveryReadTo: now },
    ...{ notBefore: undefined, unread: undefined, topics: [], toldChanges: [] },
    ...{ logSpokeAt: undefined, eventsSpokeAt: undefined, unheardAt: undefined },
    ...{ toldUnheard: undefined, toldSilent: false, toldUnread: undefined },
  };
};

/** In place of a row that is not believed: the last day is read again, and people hear why. */
export const lostWitness = (now: Instant): WitnessState => {
  const from = after(now, -days(1));
  return {
    ...newWitness(now),
    ...{ since: from, readTo: from, deliveryReadTo: from },
    unread: { since: from, why: "What was remembered of it cannot be read.", forbidden: false },
  };
};

/** Undefined of one that reaches further than its writer could. */
export const believedWitness = (witness: WitnessState, now: Instant): WitnessState | undefined => {
  const { since, readTo, triedAt, readAgainTo, deliveryReadTo, notBefore, toldUnheard, toldUnread } = witness;
  const past = [since, readTo, triedAt, readAgainTo, deliveryReadTo, toldUnheard?.at, toldUnread];
  const isFar =
    past.some((moment) => isTooFar(moment, "past", now)) || isTooFar(notBefore, "retryAfter", now);
  return isFar ? undefined : witness;
};
