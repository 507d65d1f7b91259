import { idKey, type BastionId } from "../arm-id.ts";
import type { DirectoryEntry } from "../attribution/directory-entry.ts";
import type { KnownNames } from "../attribution/known-names.ts";
import { sha256Base32 } from "../hash.ts";
import type { StillOpen } from "../links/also-open.ts";
import type { ClosedBy, TrackedLink } from "../links/link.ts";
import type { TagsByVm } from "../links/vm-tags.ts";
import type { Instant } from "../time.ts";
import type { AlertActor } from "./alert-actor.ts";
import { traitsOf, type AlertKind, type Role, type Severity } from "./alert-kinds.ts";
import type { DigestFigures } from "./digest-figures.ts";
import type { Note } from "./note.ts";
import type { Telling } from "./trouble.ts";

/** What an alert says of one link, all of it this link's own. No URL, no token: neither is known here. */
export type AlertLink = Pick<
  TrackedLink,
  | "linkId"
  | "life"
  | "vmId"
  | "createdAt"
  | "createdAtSource"
  | "nativeExpiry"
  | "rule"
  | "tightenedBy"
  | "allowed"
  | "enforced"
  | "deadline"
>;

/** A link that ended. */
export interface GoneLink extends Pick<AlertLink, "linkId" | "life" | "vmId" | "createdAt"> {
  readonly at: Instant;
  readonly closedBy: ClosedBy;
  /** Who else deleted it, as far as that is reported. */
  readonly deleter?: AlertActor | undefined;
}

/** The rows that an alert speaks of, as they are when it is sent. */
export interface AsOf {
  readonly at: Instant;
  readonly open: readonly AlertLink[];
  readonly gone: readonly GoneLink[];
  /** Whether what it says of its bastion is still so. */
  readonly holds: boolean;
  /** Of an alert that says that links are gone: what else is open to their VMs. */
  readonly alsoOpen?: readonly StillOpen[] | undefined;
  /** The rows could not be read in time: what it says is as of its own `at`. */
  readonly isUnread?: true | undefined;
}

/** An alert as a later one names it. */
interface EarlierAlert extends Pick<Alert, "id" | "kind" | "at"> {
  /** Since when it waits again, because who had acknowledged it may have made one of its links. */
  readonly againAt?: Instant | undefined;
}

/** What an alert is news of: its own kind, or that of the alert it is about. */
export const newsOf = ({ kind, about }: Pick<Alert, "kind" | "about">): AlertKind => about?.kind ?? kind;

/** One thing people should know, as facts. It is stored, queued and sent in this form; channels render it. */
export interface Alert {
  /** Stable: a repeat carries the same one. People see `shortAlertId` of it. */
  readonly id: string;
  readonly kind: AlertKind;
  /** No lower than that of any link in it. */
  readonly severity: Severity;
  readonly at: Instant;
  /** The bastion's ARM id; undefined for what concerns the watchdog itself. */
  readonly bastionId: string | undefined;
  /** All of them, most important first; only a digest and an alert about an earlier one name the first few. */
  readonly links: readonly AlertLink[];
  readonly linkCount: number;
  /** Who did what, and the same of every link; whoever is missing is not known, or differs from link to link. */
  readonly actors: Readonly<Partial<Record<Role, AlertActor>>>;
  readonly notes: readonly Note[];
  /** Of a digest. */
  readonly digest?: DigestFigures | undefined;
  /** Which telling it is, of a trouble that goes on: all of them have one id. */
  readonly telling?: Telling | undefined;
  /** The alert that this one is about, where nobody acknowledged it. */
  readonly about?: EarlierAlert | undefined;
  /** What became of it by the time it is sent, where that is later than it was decided. Read then, and not stored. */
  readonly asOf?: AsOf | undefined;
  /** Who the main actor is in the directory. Looked up when the alert is sent, and not stored. */
  readonly person?: DirectoryEntry | undefined;
  /** What subscriptions and software are called that stand in it by an id. Looked up when the alert is sent, and not stored. */
  readonly names?: KnownNames | undefined;
  /** What its VMs are for and whose they are. Looked up when the alert is sent, and not stored. */
  readonly tags?: TagsByVm | undefined;
}

/** Whoever did what the alert is news of. */
export const mainActor = (alert: Pick<Alert, "kind" | "about" | "actors">): AlertActor | undefined =>
  alert.actors[traitsOf(newsOf(alert)).by];

/** A letter, so that no spreadsheet reads a number, and the whole hash: 100,000 alerts have as many ids. */
export const alertId = (partition: string, seq: number): string => `w${sha256Base32(`${partition}#${seq}`)}`;

/** The id of every telling of one trouble. */
export const troubleId = (bastionId: string, kind: AlertKind, since: Instant): string =>
  alertId(`${idKey(bastionId)}#${kind}`, since);

/** Matches exactly what `alertId` makes: `w` and all 256 bits in lower-case base32. */
export const alertIdPattern = /^w[a-z2-7]{52}$/;

/** What people see of an alert's id: eight characters that they can read to each other on the phone. */
export const shortAlertId = (id: string): string => id.slice(0, 8);

/** Of a link in a draft it also counts how loud its first alert was, and whether a person asked for its end. */
type DraftLink = AlertLink & Partial<Pick<TrackedLink, "openedAs" | "demanded">>;

/** An alert that has not got its id yet. What is left out is empty. */
export interface AlertDraft extends Pick<Alert, "kind" | "severity" | "at" | "digest" | "about"> {
  readonly links?: readonly DraftLink[];
  /** How many there are, where `links` are not all of them. */
  readonly linkCount?: number;
  readonly actors?: Alert["actors"];
  readonly notes?: readonly Note[];
  /** It goes on about a trouble, under its id. */
  readonly trouble?: { readonly id: string; readonly telling: Telling } | undefined;
  /** Names of the channels it goes to; none: all that are configured. */
  readonly channels?: readonly string[];
  /** It is this one, told again at `at`: to these channels and nobody else, and nobody has to acknowledge it once more. */
  readonly again?: Alert | undefined;
  /** Names of the channels that get it when one of the others does not take it. */
  readonly fallback?: readonly string[] | undefined;
}

/** The alert as it is stored and sent: of each link only the fields of `AlertLink`. */
export function alertOf(draft: AlertDraft, id: string, bastion: BastionId | undefined): Alert {
  const { kind, severity, at, actors = {}, notes = [], links = [], linkCount = links.length } = draft;
  const { digest, about, trouble } = draft;
  return {
    id: trouble?.id ?? id,
    kind,
    severity,
    at,
    bastionId: bastion?.id,
    links: byImportance(links).map(alertLink),
    linkCount,
    actors,
    notes,
    ...given({ digest, about, telling: trouble?.telling }),
  };
}

/** Without what is undefined: no row holds it. */
const given = ({ digest, about, telling }: Pick<Alert, "digest" | "about" | "telling">) => ({
  ...(digest && { digest }),
  ...(about && { about }),
  ...(telling && { telling }),
});

/** Forbidden ones first, then by deadline: what is cut off anywhere is the least important. */
export const byImportance = <Link extends Pick<AlertLink, "allowed" | "deadline">>(
  links: readonly Link[],
): readonly Link[] =>
  [...links].sort((a, b) => Number(a.allowed) - Number(b.allowed) || a.deadline - b.deadline);

/** Of a link only what an alert says of it. */
export const alertLink = (link: AlertLink): AlertLink => ({
  linkId: link.linkId,
  life: link.life,
  vmId: link.vmId,
  createdAt: link.createdAt,
  createdAtSource: link.createdAtSource,
  nativeExpiry: link.nativeExpiry,
  rule: link.rule,
  tightenedBy: link.tightenedBy,
  allowed: link.allowed,
  enforced: link.enforced,
  deadline: link.deadline,
});
