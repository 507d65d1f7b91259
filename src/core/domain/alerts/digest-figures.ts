import type { WitnessLine } from "./witness-figures.ts";
import type { AlertKind } from "./alert-kinds.ts";
import type { ClosedBy } from "../links/link.ts";
import type { UsageSummary } from "../links/usage.ts";
import type { Instant } from "../time.ts";

/** The first few of many, and how many more there are. */
export interface FirstOf<Item> {
  readonly shown: readonly Item[];
  readonly more: number;
}

/** A time in which nothing was watched at all. */
export interface Away {
  readonly from: Instant;
  readonly to: Instant;
}

/** Why a link is open past its deadline. `busy`: it is being revoked, or is about to be. */
export type WhyOverdue = "observed" | "held" | "refused" | "still-listed" | "unreadable" | "busy";

/** How a channel did since the last digest. Accepted says that the other side took the message, not that somebody read it. */
export interface ChannelFigures {
  readonly name: string;
  readonly accepted: number;
  /** Refused, or given up. */
  readonly refused: number;
  readonly pending: number;
  readonly lastRefusal: string | undefined;
  /** It takes nothing. */
  readonly paused?: { readonly since: Instant; readonly why: string } | undefined;
}

/** What a channel never took since the last digest, and nobody sent again: how much, to which VMs, opened by whom. */
export interface GivenUpFigures {
  readonly channel: string;
  readonly alerts: number;
  readonly links: number;
  readonly vmIds: FirstOf<string>;
  /** Names of the callers that are known to have opened them. */
  readonly creators: FirstOf<string>;
}

/** How many alerts of a kind were decided since the last digest. */
export interface KindCount {
  readonly of: AlertKind;
  readonly alerts: number;
}

/** A link that a person gave more time. */
interface ExtendedLink {
  readonly vmId: string;
  readonly until: Instant;
  readonly by: string;
  readonly why: string;
}

/** A bastion whose links cannot be read. */
interface UnreadableBastion {
  readonly bastionId: string;
  readonly since: Instant;
  readonly why: string;
}

/** Whether the open links were used. */
export interface UsageFigures {
  readonly neverUsed: number;
  readonly notKnown: number;
  readonly used: FirstOf<{ readonly vmId: string; readonly usage: UsageSummary }>;
}

/** A day in figures. */
export interface DigestFigures {
  /** When the last digest was decided that a channel took; what is counted happened since. */
  readonly since: Instant;
  /** When nothing was watched since then. */
  readonly away: readonly Away[];
  readonly mode: "enforce" | "observe";
  /** The VMs whose links were found since then, once for each link; those that are open come first. */
  readonly opened: FirstOf<string>;
  /** But for those that the policy wants nowhere. */
  readonly alerts: readonly KindCount[];
  readonly links: {
    readonly open: number;
    readonly oldestCreatedAt: Instant | undefined;
    readonly overdue: number;
    readonly dueWithinADay: number;
    readonly extended: number;
    readonly openForLessThanADay: number;
    readonly openForLessThanAWeek: number;
    readonly openForLonger: number;
  };
  readonly closed: {
    readonly revoked: number;
    /** Gone after a delete of ours whose outcome is not known. */
    readonly perhapsRevoked: number;
    readonly deletedByOthers: number;
    readonly switchedOff: number;
    readonly goneWithBastion: number;
    /** The first of each way, by name. */
    readonly named: readonly { readonly vmId: string; readonly closedBy: ClosedBy }[];
  };
  /** Of bastions that left the scope, and of events about such that were dropped; undefined where there is nothing of it. */
  readonly outOfScope?:
    { readonly bastions: number; readonly links: number; readonly events: number } | undefined;
  readonly bastions: {
    readonly known: number;
    readonly readable: number;
    readonly unreadable: number;
    readonly featureOn: number;
    readonly featureOff: number;
    /** When the one that was not read for longest was read; undefined: none was yet. */
    readonly leastRecentlyReadAt: Instant | undefined;
  };
  /** Links that outlived a revocation that Azure accepted. */
  readonly revokeFailed: number;
  /** Links whose revocation Azure refuses. */
  readonly revokeRefused: number;
  /** Those that are open past their deadline, and why; those that only a person can mend come first. */
  readonly overdue: FirstOf<{ readonly vmId: string; readonly deadline: Instant; readonly why: WhyOverdue }>;
  /** Alerts that some channel has not taken for more than an hour. */
  readonly undelivered: number;
  readonly unacknowledged: number;
  /** Those of high severity that nobody has acknowledged, the oldest first. */
  readonly awaited: FirstOf<{ readonly alertId: string; readonly of: AlertKind; readonly at: Instant }>;
  /** When Azure last reported anything. */
  readonly lastEventAt: Instant | undefined;
  /** On how many bastions the breaker held revocations since the last digest. */
  readonly breakerHeld: number;
  /** The newest anchor that the watchdog noted: the name of its blob, and SHA-256 of that. Undefined before the first. */
  readonly anchor: { readonly name: string; readonly hash: string } | undefined;
  readonly channels: readonly ChannelFigures[];
  readonly givenUp: readonly GivenUpFigures[];
  /** Undefined: no workspace is configured. */
  readonly usage: UsageFigures | undefined;
  readonly extensions: FirstOf<ExtendedLink>;
  readonly unreadable: FirstOf<UnreadableBastion>;
  /** How the two witnesses of each subscription are. */
  readonly witnesses: FirstOf<WitnessLine>;
}
