import type { Attribution } from "../attribution/attribution.ts";
import type { BastionId } from "../arm-id.ts";
import { sha256Base32 } from "../hash.ts";
import type { LinkId } from "../links/link.ts";
import type { DirectoryEntry } from "../attribution/directory-entry.ts";
import type { Instant } from "../time.ts";

/** A rule may set it; otherwise the step that raises the alert does. Only `high` needs an acknowledgement. */
export type Severity = "low" | "medium" | "high";

/** Rows keep it and the type of a CloudEvent ends in it: receivers route by it, so a name stays as it is. */
export type AlertKind =
  | "created"
  | "created-unnamed"
  | "unannounced"
  | "preexisting"
  | "re-created"
  | "created-and-gone"
  | "creator-reported"
  | "expiring"
  | "revoked"
  | "would-revoke"
  | "revoke-failed"
  | "revocations-held"
  | "deleted"
  | "links-read"
  | "create-failed"
  | "failed-sign-ins"
  | "feature-on"
  | "feature-off"
  | "bastion-deleted"
  | "unreadable"
  | "readable-again"
  | "extended"
  | "unacknowledged"
  | "watchdog-trouble"
  | "test"
  | "digest";

/** What an alert says of one link. No URL, no token: neither is known here. */
export interface AlertLink {
  readonly linkId: LinkId;
  readonly vmId: string;
  readonly createdAt: Instant;
  readonly createdAtSource: "azure" | "first-seen";
  readonly deadline: Instant;
  readonly rule: string;
}

/** An alert as a later one names it. */
type EarlierAlert = Pick<Alert, "id" | "kind" | "at">;

/** What an alert is news of: its own kind, or that of the alert it is about. */
export const newsOf = ({ kind, about }: Alert): AlertKind => about?.kind ?? kind;

/** One thing people should know. It is stored, queued and sent in this form; channels render it. */
export interface Alert {
  /** Stable: a repeat carries the same one. People see `shortAlertId` of it. */
  readonly id: string;
  readonly kind: AlertKind;
  readonly severity: Severity;
  readonly at: Instant;
  /** The bastion's ARM id; undefined for what concerns the watchdog itself. */
  readonly bastionId: string | undefined;
  /** The first ten; `linkCount` has them all. */
  readonly links: readonly AlertLink[];
  readonly linkCount: number;
  readonly actor: Attribution | undefined;
  /** Whether links past their deadline are really taken down. */
  readonly enforced: boolean;
  /** A sentence or two that belong to this very case. */
  readonly notes: readonly string[];
  /** The alert that this one is about, where nobody acknowledged it. */
  readonly about?: EarlierAlert | undefined;
  /** Who the actor is in the directory. Looked up when the alert is sent, and not stored. */
  readonly person?: DirectoryEntry | undefined;
}

const linksShown = 10;

/** A letter, so that no spreadsheet reads a number, and the whole hash: 100,000 alerts have as many ids. */
export const alertId = (partition: string, seq: number): string => `w${sha256Base32(`${partition}#${seq}`)}`;

/** Matches exactly what `alertId` makes: `w` and all 256 bits in lower-case base32. */
export const alertIdPattern = /^w[a-z2-7]{52}$/;

/** What people see of an alert's id: eight characters that they can read to each other on the phone. */
export const shortAlertId = (id: string): string => id.slice(0, 8);

/** An alert that has not got its id yet. */
export type AlertDraft = Omit<Alert, "id" | "links" | "linkCount" | "bastionId"> & {
  readonly links: readonly AlertLink[];
  /** How many there are, where `links` are not all of them. */
  readonly linkCount?: number;
  /** Names of the channels it goes to; empty: all that are configured. */
  readonly channels: readonly string[];
  /** Names of the channels that get it when one of the others does not take it. */
  readonly fallback?: readonly string[] | undefined;
};

/** The alert as it is stored and sent: at most ten links, and of each link only the fields of `AlertLink`. */
export function alertOf(draft: AlertDraft, id: string, bastion: BastionId | undefined): Alert {
  const { kind, severity, at, actor, enforced, notes, links, linkCount = links.length, about } = draft;
  const shown = links.slice(0, linksShown).map(alertLink);
  return {
    id,
    kind,
    severity,
    at,
    bastionId: bastion?.id,
    links: shown,
    linkCount,
    actor,
    enforced,
    notes,
    ...(about && { about }),
  };
}

const alertLink = ({ linkId, vmId, createdAt, createdAtSource, deadline, rule }: AlertLink): AlertLink => ({
  linkId,
  vmId,
  createdAt,
  createdAtSource,
  deadline,
  rule,
});
