import * as z from "zod";
import { idKey } from "../arm-id.ts";
import type { Attribution, Operation } from "../attribution/attribution.ts";
import { sha256Base32 } from "../hash.ts";
import type { Actor } from "../attribution/actor.ts";
import type { Comeback, TimeGiven, UsedLifetime } from "./vm-time.ts";
import { isoInstant, parseInstant, type Instant } from "../time.ts";

/**
 * What every door takes for a link's id. Refusing, it does not repeat what it was given: that may be a URL.
 */
export const linkIdSchema = z
  .string()
  .regex(/^[a-z2-7]{26}$/, "Invalid link ID")
  .brand<"LinkId">();

/**
 * What stands for a link outside the ARM adapter: SHA-256 of its token, base32, first 26 characters. The URL
 * is a password.
 */
export type LinkId = z.output<typeof linkIdSchema>;

/** `token`: the secret last part of the link's URL. The ID cannot be turned back into it. */
export const linkIdOf = (token: string): LinkId => linkIdSchema.parse(sha256Base32(token).slice(0, 26));

/**
 * What stands for an entry without a usable URL: made of its VM and of the second that Azure's date names, in whatever form, so that the next list
 * has the same.
 */
export function holeIdOf(vmId: string, createdAt: string | undefined): LinkId {
  const created = parseInstant(createdAt ?? "");
  return linkIdOf(`${idKey(vmId)}|${created === undefined ? "" : isoInstant(created).slice(0, 19)}`);
}

/** One entry of Azure's list, without its URL. */
export interface ListedLink {
  readonly linkId: LinkId;
  readonly vmId: string;
  /** As Azure wrote it; undefined when it wrote none. Judged by `usableCreation`. */
  readonly createdAt: string | undefined;
  /** A date field that looks like an expiry, if Azure sends one (no published specification names one). */
  readonly nativeExpiry: Instant | undefined;
}

/**
 * One answer of `getShareableLinks`. It is complete only if every page arrived and every entry names a VM: an
 * incomplete listing can add links, never prove one gone.
 */
export interface LinkListing {
  readonly links: readonly ListedLink[];
  /** Links that no token is known of: entries without a URL, or whose URL ends as that of another. */
  readonly holes: readonly ListedLink[];
  readonly complete: boolean;
  /** Why it is not complete, in Azure's words where it gave any. */
  readonly problems: readonly string[];
}

/** A listing that shows no link at all. */
export const noLinks: LinkListing = { links: [], holes: [], complete: true, problems: [] };

/** `revoking`: Azure was asked to delete it. `revoke-failed`: it was still listed when the wait was over. */
export type LinkStatus = "open" | "warned" | "revoking" | "revoke-failed";

/** What we asked Azure to delete and until when that asking counts as under way. */
interface RevokeIntent {
  readonly askedAt: Instant;
  readonly leaseUntil: Instant;
  readonly attempts: number;
  /** What each asking was sent with, newest last: `ownDeletes` of the host row tells what Azure said to it. */
  readonly correlationIds: readonly string[];
}

/** How a link is listed while it is listed without its URL. */
interface Hole {
  readonly since: Instant;
  /** It was never listed with one: its id is made of VM and date. */
  readonly isOwnLife: boolean;
}

/**
 * One life of a link that is, as far as we know, still open. A closed id that is listed again begins life
 * n+1.
 */
export interface TrackedLink {
  readonly linkId: LinkId;
  readonly life: number;
  readonly vmId: string;
  readonly createdAt: Instant;
  /** `first-seen`: Azure's date was missing or unusable, so the clock started when we first saw the link. */
  readonly createdAtSource: "azure" | "first-seen";
  readonly firstSeenAt: Instant;
  /** Created before the first complete list of its subscription, and by no operation that an event reported: it gets grace. */
  readonly preexisting: boolean;
  readonly nativeExpiry: Instant | undefined;
  /** The rule that matched for certain. */
  readonly rule: string;
  /** The rules that make its verdict stricter. */
  readonly tightenedBy: readonly string[];
  /** Whether the policy allows such a link at all. */
  readonly allowed: boolean;
  /** Whether it is really revoked past its deadline: `observe`, in the settings or in its rule, only says that it would be. */
  readonly enforced: boolean;
  readonly deadline: Instant;
  /** The deadline the policy alone gave when `deadline` last followed it; what it would give since then may be later. */
  readonly judgedDeadline: Instant;
  readonly basis: JudgementBasis;
  /** What has moved `deadline` later without a person or a newer configuration: each can once. */
  readonly gains: readonly Gain[];
  readonly status: LinkStatus;
  /** Its announcement is in a committed outbox. Nothing unannounced is ever revoked. */
  readonly announced: boolean;
  /** How loud its announcement was; undefined: not announced yet. What becomes of one that was high is not left to the digest. */
  readonly openedAs?: "low" | "medium" | "high" | undefined;
  /** What people were last told of its end; undefined where that does not hold any more, or was not told yet. */
  readonly notice: Notice | undefined;
  /** Number of the configuration under which a notice last moved `deadline`: it can once in each. */
  readonly noticeSpentUnder: number | undefined;
  readonly wouldRevokeToldAt: Instant | undefined;
  readonly intent: RevokeIntent | undefined;
  /** Undefined: the last list that showed it had its URL. */
  readonly hole: Hole | undefined;
  /** When the first complete listing without it had arrived. A second one that begins later closes it. */
  readonly missingSince: Instant | undefined;
  /** When the last complete list without it began, which the first one that held it followed; undefined: there was none before. */
  readonly absentAt: Instant | undefined;
  /** When the first complete list that held it began; undefined: none was complete yet. */
  readonly wholeAt?: Instant | undefined;
  readonly attribution: Attribution;
  /** What people were told of its creator, where that does not hold any more or was corrected; undefined: what `attribution` says. */
  readonly toldCreator: ToldCreator | undefined;
  /** The VM's tags that rules ask for, as last known; undefined: they never were. */
  readonly tags: KnownTags | undefined;
  /** Since when the tags are unknown, and under which policy that began; undefined while they are known or no rule asks. */
  readonly untagged: Untagged | undefined;
  /** More time, given by a person with a reason; the rule's `maxLifetime` caps it. */
  readonly extension: Extension | undefined;
  /** How long its VM was open before it was made; undefined: not read yet. */
  readonly usedBefore: UsedLifetime | undefined;
  /** More than the VM's lifetime, given by a person with a reason. */
  readonly given: TimeGiven | undefined;
  /** What it came after; undefined: its VM had no link for 30 days. */
  readonly comeback: Comeback | undefined;
  /** Until when `|lives` counts it, once what this row was committed with is written there. */
  readonly countedUntil: Instant;
  /** An operator asked to revoke it: it is due at once, whatever policy, mode and breaker say. */
  readonly demanded: Demand | undefined;
}

/** Whom people were last told of as a link's creator. */
interface ToldCreator {
  /** `whoKey` of the attribution. */
  readonly who: string;
  /** Of everybody it named; none: nobody was known. */
  readonly names: readonly string[];
  /** When that was a correction; undefined: it was the link's first alert. */
  readonly correctedAt: Instant | undefined;
}

/** What a life's last judgement rested on. */
export interface JudgementBasis {
  /** Number of the configuration: that of its `configuration-changed` in the watchdog's own ledger. */
  readonly configuration: number;
  readonly creatorKnown: boolean;
  /** Whether the tags of its VM were ever known. */
  readonly tagsKnown: boolean;
}

/** Something about a link that came to be known. */
export type Gain = "creator" | "tags";

interface Notice {
  readonly at: Instant;
  /** The end it named. */
  readonly end: Instant;
  /** Whether it said that the link will be revoked, or that it would be. */
  readonly enforced: boolean;
  /** It said that the end depends on who made the link, and may come as soon as that is known. */
  readonly byCreator?: true | undefined;
}

/** What a VM had, by lower-case name, of the tags that rules asked for when it was looked at; null: it had none of that name. */
export type KnownTags = Readonly<Record<string, string | null>>;

interface Untagged {
  readonly since: Instant;
  readonly policyHash: string;
  readonly told: boolean;
}

interface Extension extends Actor {
  readonly until: Instant;
  /** The end that it moved, to go back to; undefined where a newer configuration has judged since. */
  readonly from?: Instant | undefined;
  readonly why: string;
}

interface Demand extends Actor {
  readonly at: Instant;
  readonly why: string;
}

/** From when a link may have been there until a complete list held it: what was there beside it and went meanwhile, nobody saw. */
export interface UnseenTime {
  readonly from: Instant;
  readonly until: Instant;
}

/** What is kept at hand of a closed link: enough to know it again. */
export interface PastLink {
  readonly linkId: LinkId;
  readonly life: number;
  readonly vmKey: string;
  readonly openedAt: Instant;
  readonly closedAt: Instant;
  readonly closedBy: ClosedBy;
  /** `openedAt` where Azure dates it; else when the last complete list without it began, if there was one. */
  readonly madeAfter: Instant | undefined;
  /** The operations that fit it, by whom; a report that comes later may be about it. */
  readonly creates: readonly PastCreate[];
  /** The names of those it was told as opened by. */
  readonly told: readonly string[];
  /** When the last list before its end held it, as far as is known. */
  readonly lastListedAt?: Instant | undefined;
  /** Undefined where no create was news with it. */
  readonly unseen?: UnseenTime | undefined;
  /** A delete that was judged has it for its own. */
  readonly explains?: true | undefined;
}

interface PastCreate extends Omit<Operation, "correlationId"> {
  /** `callerId` of the caller. */
  readonly who: string;
}

/**
 * `deleted-by-other`: no delete of the watchdog explains it, whether or not an event names whose does. `perhaps-by-watchdog`: it had asked for
 * the delete, what Azure made of that is not known, and nobody else's is reported. `switched-off`: with the feature of its bastion; it comes back with it.
 */
export type ClosedBy =
  "revoked-by-watchdog" | "perhaps-by-watchdog" | "deleted-by-other" | "switched-off" | "gone-with-bastion";

/** A life that is over. `actor`: who else deleted it, by events; the watchdog itself is not among them. */
export interface ClosedLink {
  readonly link: TrackedLink;
  readonly closedAt: Instant;
  readonly closedBy: ClosedBy;
  readonly actor: Attribution;
}
