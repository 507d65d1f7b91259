import type { UnexplainedField } from "../ledger/explained-rows.ts";
import type { Objection } from "../ledger/objection.ts";
import type { FirstOf } from "./digest-figures.ts";
import type { StillOpen } from "../links/also-open.ts";
import type { FailedSignIns, Names, UsageSummary } from "../links/usage.ts";
import type { Instant, Milliseconds } from "../time.ts";
import type { Caller, SignalOperation } from "../attribution/signal.ts";
import type { AlertKind } from "./alert-kinds.ts";
import type { Rerouted } from "./destination.ts";
import type { TroubleKind } from "./trouble.ts";

/** A channel that has not taken an alert; `why` as far as it said. */
interface MissedBy {
  readonly channel: string;
  readonly why: string | undefined;
}

/** What a channel was not told so far, at least: the first VMs are named. */
export interface WaitingFigures {
  readonly alerts: number;
  readonly links: number;
  readonly vmIds: readonly string[];
}

/** A bastion of which nothing was read for long. */
interface StaleBastion {
  readonly bastionId: string;
  readonly checkedAt: Instant;
}

/** A field of a link's row that somebody else wrote; `row`: all of it. */
interface CorrectedRow {
  readonly vmId: string;
  readonly linkId: string;
  readonly field: UnexplainedField;
}

/** A subscription that left the scope: the first of its bastions, and how many links are open there. */
export interface LeavingSubscription {
  readonly subscriptionId: string;
  readonly bastions: readonly string[];
  readonly moreBastions: number;
  readonly links: number;
  readonly forbidden: number;
}

/** A rule by tag, as `name=value` each, and what it would make of a link. */
export interface TagRule {
  readonly rule: string;
  readonly tags: string;
  readonly allowed: boolean;
  readonly ttl: Milliseconds;
}

/** How many links that have to go a list does not show, and how many creates it may hide for ten minutes or longer. */
export interface KeptFromUs {
  readonly forbidden: number;
  /** Allowed, and past their deadline. */
  readonly due: number;
  readonly creates: number;
}

/** An operation that only the Activity Log told of. */
export interface UnheardOperation {
  readonly operation: SignalOperation;
  readonly bastionId: string;
  readonly at: Instant;
  readonly caller: Caller;
}

/** What somebody did to what brings us events. */
interface ToldChange {
  readonly what: "event subscription" | "system topic";
  readonly deed: "deleted" | "changed";
  readonly name: string;
  readonly at: Instant;
  readonly caller: Caller;
}

/** What differs between the rules of two policies, by their names. */
export interface RuleChanges {
  readonly came: readonly string[];
  readonly went: readonly string[];
  readonly changed: readonly string[];
  /** They say the same, and stand elsewhere among those that both have. */
  readonly moved: readonly string[];
}

interface Change<Value> {
  readonly from: Value;
  readonly to: Value;
}

/** Whose messages could not be read: events, or what the watchdog's own queues hold. */
export type MessageSource = "activity" | "alerts" | "reconcile" | "sessions";

/**
 * One fact about this very alert that its kind, its links and its actors do not say already. Sentences are made of it in `render/words`; each
 * `why` holds words of Azure's or of a channel's, and nothing of a message's body.
 */
export type Note =
  /** A page of Azure's list did not arrive. */
  | { readonly kind: "list-incomplete" }
  /** The links of an operation were gone before anybody looked. */
  | { readonly kind: "gone-before-seen"; readonly createdAt: Instant }
  /** The links of an operation cannot be looked for yet. */
  | { readonly kind: "not-yet-seen"; readonly createdAt: Instant; readonly why: string }
  /** The report of a link that was told as unknown and closed since. */
  | {
      readonly kind: "reported-after-close";
      readonly createdAt: Instant;
      /** As whose it was told. */
      readonly told: readonly string[];
    }
  /** Whom people were told of before as the creator; none: nobody was known. */
  | { readonly kind: "told-creator"; readonly names: readonly string[] }
  /** A link was told as created and gone, and is listed now. */
  | { readonly kind: "listed-late" }
  | { readonly kind: "create-refused" | "list-read"; readonly times: number }
  /** Whether one link that is gone was used. */
  | { readonly kind: "usage"; readonly vmId: string; readonly usage: UsageSummary }
  /** The tags of a VM are unknown, and these rules would be stricter with its link. */
  | { readonly kind: "tags-unknown"; readonly rules: readonly TagRule[] }
  /** The first VMs that had links within 30 days, and how many with this one. */
  | {
      readonly kind: "opened-again";
      readonly vms: readonly { readonly vmId: string; readonly times: number }[];
    }
  /** The first VMs whose old link is listed again, with its old end. */
  | { readonly kind: "listed-again"; readonly vmIds: readonly string[] }
  /** The first VMs that were open as long as they may be. */
  | {
      readonly kind: "lifetime-spent";
      readonly vms: readonly {
        readonly vmId: string;
        readonly used: Milliseconds;
        readonly within: Milliseconds;
        readonly maxLifetime: Milliseconds;
      }[];
    }
  /** A VM may be open longer than its lifetime. */
  | { readonly kind: "time-given"; readonly until: Instant; readonly why: string }
  /** One rule forbids these links; with another creator, who may have made them, another rule would allow them. */
  | { readonly kind: "creator-decides"; readonly forbids: string; readonly allows: string }
  /** More time, until then, does not count: whoever gave it may have made the link. */
  | { readonly kind: "extension-lapsed"; readonly by: string; readonly until: Instant }
  /** What is not watched any more, the first of it. */
  | {
      readonly kind: "scope-left";
      readonly subscriptions: readonly LeavingSubscription[];
      readonly more: number;
    }
  /** The watchdog may not read the tags of a subscription's VMs. */
  | {
      readonly kind: "tags-forbidden";
      readonly subscriptionId: string;
      readonly right: string;
      readonly why: string;
    }
  /** Azure had refused the watchdog's own deletes. */
  | { readonly kind: "deletes-refused" }
  /** Deletes by the watchdog's identity that it did not ask for; without `keepsIds` it knows its own by their time only. */
  | { readonly kind: "deletes-not-ours"; readonly times: number; readonly keepsIds: boolean }
  /** Deletes that took away no link that was known, and those that came before the first complete list with a link that was made before. */
  | { readonly kind: "deletes-unexplained"; readonly noLink: number; readonly beforeFirstList: number }
  /** A person asked for the revocation. */
  | { readonly kind: "demanded"; readonly by: string; readonly why: string }
  /** Sessions to the VMs of links that are gone: those over a link were ended, others go on. */
  | { readonly kind: "sessions-ended"; readonly ended: number; readonly others: number }
  | { readonly kind: "sessions-unknown"; readonly why: string | undefined }
  /** More time, with its reason, and how far it can go at most by the rule or by Azure. */
  | {
      readonly kind: "extended";
      readonly from: Instant;
      readonly until: Instant;
      readonly why: string | undefined;
    }
  | { readonly kind: "longest"; readonly until: Instant; readonly by: "rule" | "azure" }
  | ({ readonly kind: "failed-sign-ins" } & FailedSignIns)
  /** The breaker holds revocations back. */
  | { readonly kind: "held"; readonly perHour: number }
  /** Ends, and what happens then, that people were told and that do not hold any more: how many links of each, and the first of them. */
  | {
      readonly kind: "deadline-moved";
      readonly why: "configuration" | "creator" | "facts";
      readonly later: number;
      readonly sooner: number;
      readonly forbidden: number;
      readonly allowed: number;
      readonly enforced: number;
      readonly observed: number;
      readonly rules: readonly { readonly before: string; readonly after: string; readonly links: number }[];
      readonly ends: readonly { readonly vmId: string; readonly from: Instant; readonly to: Instant }[];
    }
  /** Azure will not delete so many links of a trouble, by its status and code; or still lists them after a second try. */
  | {
      readonly kind: "azure-refuses";
      readonly code: string;
      readonly because: "right" | "lock" | "disabled" | "other";
      readonly links: number;
    }
  | { readonly kind: "still-listed"; readonly links: number }
  /** Other links to the first of its VMs that stay open, the last of them until then as far as is known. */
  | { readonly kind: "also-open"; readonly vms: readonly StillOpen[] }
  /** It was told before under this id. */
  | { readonly kind: "goes-on"; readonly since: Instant; readonly telling: number }
  /** Why a trouble is over. `vmIds`: the first of those whose links are still open, the soonest `until` then. */
  | {
      readonly kind: "trouble-ended";
      readonly of: TroubleKind;
      readonly because: "gone" | "accepted" | "not-due" | "not-enforced";
      readonly since: Instant;
      readonly links: number;
      readonly vmIds: readonly string[];
      readonly until: Instant | undefined;
    }
  | { readonly kind: "unreadable"; readonly why: string; readonly kept?: KeptFromUs | undefined }
  /** Only a part of Azure's list can be read. */
  | {
      readonly kind: "read-partly";
      readonly since: Instant;
      readonly why: string;
      readonly kept?: KeptFromUs | undefined;
    }
  /** How many links a bastion has, and how many more it takes. */
  | { readonly kind: "room"; readonly links: number; readonly left: number }
  /** Azure lists these links without their URL. `new`: it may follow; `expired`: their end in Azure has passed. */
  | { readonly kind: "without-url"; readonly because: "new" | "expired" | "unknown" }
  /** Beside an alert on a fallback channel: who did not take it. */
  | { readonly kind: "fallback"; readonly missed: readonly MissedBy[] }
  | {
      readonly kind: "undelivered";
      readonly alertId: string;
      readonly of: AlertKind;
      readonly channel: string;
      readonly attempts: number;
      readonly why: string;
      /** What it said: of which bastion, of how many links, to which VMs, by whom. */
      readonly said?:
        | {
            readonly bastionId?: string | undefined;
            readonly links: number;
            readonly vmIds: readonly string[];
            readonly by?: string | undefined;
          }
        | undefined;
    }
  | {
      readonly kind: "channel-down";
      readonly channel: string;
      readonly since: Instant;
      readonly why: string;
      readonly waiting?: WaitingFigures | undefined;
    }
  | { readonly kind: "channel-back"; readonly channel: string; readonly since: Instant }
  | { readonly kind: "message-rejected"; readonly source: MessageSource; readonly why: string }
  | {
      readonly kind: "message-poisoned";
      readonly queue: string;
      readonly messageId: string | undefined;
      readonly insertedAt: string | undefined;
    }
  /** `bastions`: the first of them. */
  | {
      readonly kind: "stale";
      readonly count: number;
      readonly longerThan: Milliseconds;
      readonly bastions: readonly StaleBastion[];
    }
  /** What differs from the configuration before; undefined: nothing, and of the rules that they cannot be compared. */
  | {
      readonly kind: "configuration-changed";
      readonly rules: RuleChanges | undefined;
      readonly mode: Change<"enforce" | "observe"> | undefined;
      readonly scope: Change<string> | undefined;
      readonly channels: Change<string> | undefined;
      /** Kinds that go elsewhere; undefined: none, or not to be compared. */
      readonly alerts?: readonly Rerouted[] | undefined;
      readonly breaker: Change<number> | undefined;
      readonly grace: Change<Milliseconds> | undefined;
    }
  /** Nothing was watched, on so many bastions, the first of which are named. */
  | {
      readonly kind: "unwatched";
      readonly from: Instant;
      readonly to: Instant;
      readonly count: number;
      readonly bastionIds: readonly string[];
    }
  | { readonly kind: "ledger-broken"; readonly why: string }
  /** Rows of open links that no fact explains, and that are judged by the facts now. */
  | { readonly kind: "rows-corrected"; readonly rows: FirstOf<CorrectedRow> }
  /** What an anchor objects to: the first of it, and how much more there is. */
  | { readonly kind: "evidence-objected"; readonly anchor: string; readonly objections: FirstOf<Objection> }
  /** Stored moments, by row or field, that lay further ahead than they can have been written. */
  | { readonly kind: "moments-corrected"; readonly moments: Names }
  /** How far Azure's clock is ahead of the machine's. */
  | { readonly kind: "clock-off"; readonly by: Milliseconds }
  /** This process started earlier than the one whose settings were in force, and judges because nobody newer did. */
  | { readonly kind: "settings-conflict"; readonly startedAt: Instant; readonly newest: Instant }
  /** The first operations of a subscription that Event Grid has not brought; `lastEventAt`: undefined where it never brought any. */
  | {
      readonly kind: "events-missing";
      readonly subscriptionId: string;
      readonly lastEventAt: Instant | undefined;
      readonly operations: readonly UnheardOperation[];
      readonly more: number;
    }
  | {
      readonly kind: "delivery-changed";
      readonly subscriptionId: string;
      readonly changes: readonly ToldChange[];
      readonly more: number;
    }
  /** The Activity Log of a subscription is not read; `gap`: what Azure does not keep any more. */
  | {
      readonly kind: "log-unread";
      readonly subscriptionId: string;
      readonly readTo: Instant;
      readonly why: string;
      readonly isForbidden: boolean;
      readonly gap: { readonly from: Instant; readonly until: Instant } | undefined;
    }
  | { readonly kind: "misconfigured"; readonly problems: readonly string[] }
  | { readonly kind: "test" };
