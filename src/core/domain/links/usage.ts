import { idKey } from "../arm-id.ts";
import { after, instant, latest, minutes, seconds, type Instant, type Milliseconds } from "../time.ts";

/** One row of Bastion's audit log. Every text in it was chosen by a stranger. */
export interface AuditEntry {
  readonly bastionId: string;
  readonly vmId: string;
  /** One tunnel is one session, however many rows it has. */
  readonly tunnelId: string | undefined;
  readonly startedAt: Instant;
  readonly endedAt: Instant | undefined;
  /** The sign-in did not succeed. */
  readonly failed: boolean;
  /** Whether Azure marks it as come over a shareable link; undefined where it says nothing of the kind. */
  readonly viaLink: boolean | undefined;
  readonly userName: string | undefined;
  readonly ipAddress: string | undefined;
  readonly protocol: string | undefined;
}

/** What to look up: sign-ins to these machines through these bastions since a moment. */
export interface AuditQuestion {
  readonly bastionIds: readonly string[];
  readonly vmIds: readonly string[];
  readonly since: Instant;
  /** When the newest of the links in question was made: a log without a row after that says nothing of it. */
  readonly newest: Instant;
}

/** `unread`: no answer from the workspace, and `why`. An empty list proves nothing about a bastion whose log has no newer row. */
export type AuditAnswer =
  | {
      readonly kind: "read";
      readonly entries: readonly AuditEntry[];
      /** False: there are more rows than one query brings. */
      readonly whole: boolean;
      /** The newest row of each bastion's audit log, about whatever machine, by lower-case id; a bastion whose log never arrived is missing. */
      readonly newest: Readonly<Record<string, Instant>>;
    }
  | { readonly kind: "unread"; readonly why: string };

/** A link's life, as far as its use can be asked for. */
export interface LinkSpan {
  readonly bastionId: string;
  readonly vmId: string;
  readonly from: Instant;
  readonly until: Instant;
}

/** One tunnel to a VM. `endedAt` is undefined while it is open, or if no row says when it ended. */
export interface Session {
  readonly startedAt: Instant;
  readonly endedAt: Instant | undefined;
  readonly viaLink: boolean | undefined;
  readonly userName: string | undefined;
  readonly ipAddress: string | undefined;
  readonly protocol: string | undefined;
}

/**
 * Whether a machine was signed in to while a link to it was open. No column names the link, so this is about
 * the machine, the bastion and the time. "Never used" is said only where the log is known to arrive, and only
 * up to the moment up to which it has.
 */
export type Usage =
  | {
      readonly kind: "used";
      readonly sessions: readonly Session[];
      readonly failedSignIns: number;
      readonly whole: boolean;
    }
  | { readonly kind: "never used"; readonly through: Instant }
  | { readonly kind: "not known"; readonly gap: UsageGap };

/**
 * Why nothing is known of a link's use: more sign-ins than one query brings, no audit log of this bastion in the workspace, none that goes on after
 * the link was made, a link younger than Azure's logs are late, or no answer from the workspace.
 */
export type UsageGap =
  | { readonly reason: "too-many-sign-ins" | "no-audit-log" | "no-newer-row" | "too-young" }
  | { readonly reason: "no-answer"; readonly why: string };

/** The first few distinct names, cut where a stranger chose a long one, and how many more there are. */
export interface Names {
  readonly shown: readonly string[];
  readonly more: number;
}

/** A usage in figures, small enough to be kept. `viaLink`: of the sessions, those that Azure marks as over a link or as not over one. */
export type UsageSummary =
  | {
      readonly kind: "used";
      readonly sessions: number;
      readonly failedSignIns: number;
      /** False: at least so many. */
      readonly whole: boolean;
      readonly users: Names;
      readonly addresses: Names;
      readonly viaLink: { readonly yes: number; readonly no: number };
    }
  | Exclude<Usage, { readonly kind: "used" }>;

/**
 * Resource logs were seen to take up to five minutes, and some services as long again (Azure Monitor's "Log
 * data ingestion time").
 */
export const ingestionDelay = minutes(10);
/** The clocks of Bastion and of ARM agree within seconds. */
const tolerance = seconds(5);

const spanKey = ({ bastionId, vmId }: Pick<LinkSpan, "bastionId" | "vmId">): string =>
  `${idKey(bastionId)} ${idKey(vmId)}`;

/** The one question that answers for all of these. */
export const questionAbout = (spans: readonly LinkSpan[]): AuditQuestion => ({
  bastionIds: [...new Set(spans.map(({ bastionId }) => idKey(bastionId)))],
  vmIds: [...new Set(spans.map(({ vmId }) => idKey(vmId)))],
  since: instant(Math.min(...spans.map(({ from }) => from)) - tolerance),
  newest: instant(Math.max(...spans.map(({ from }) => from))),
});

/** Judges one link by the answer to a question that covers it. */
export function usageOf(span: LinkSpan, answer: AuditAnswer, now: Instant): Usage {
  if (answer.kind === "unread") return notKnown({ reason: "no-answer", why: answer.why });
  const mine = answer.entries.filter(
    (entry) => spanKey(entry) === spanKey(span) && isWithin(entry.startedAt, span),
  );
  const failedSignIns = mine.filter(({ failed }) => failed).length;
  const sessions = sessionsIn(mine.filter(({ failed }) => !failed));
  if (sessions.length + failedSignIns > 0)
    return { kind: "used", sessions, failedSignIns, whole: answer.whole };
  return unseen(span, answer, now);
}

const isWithin = (moment: Instant, { from, until }: LinkSpan): boolean =>
  moment >= from - tolerance && moment <= until + tolerance;

function unseen(
  { bastionId, from, until }: LinkSpan,
  { whole, newest }: AuditAnswer & { readonly kind: "read" },
  now: Instant,
): Usage {
  if (!whole) return notKnown({ reason: "too-many-sign-ins" });
  const row = newest[idKey(bastionId)];
  if (row === undefined) return notKnown({ reason: "no-audit-log" });
  if (row <= from) return notKnown({ reason: "no-newer-row" });
  const through = instant(Math.min(until, now - ingestionDelay));
  return through <= from ? notKnown({ reason: "too-young" }) : { kind: "never used", through };
}

const notKnown = (gap: UsageGap): Usage => ({ kind: "not known", gap });

/** Rows of one tunnel are one session, from the first to the last of them. */
function sessionsIn(entries: readonly AuditEntry[]): readonly Session[] {
  const byTunnel = new Map<string, Session>();
  for (const entry of entries) {
    const key = entry.tunnelId ?? `${entry.startedAt} ${entry.ipAddress ?? ""} ${entry.userName ?? ""}`;
    const known = byTunnel.get(key);
    byTunnel.set(key, known ? merged(known, entry) : sessionOf(entry));
  }
  return [...byTunnel.values()].sort((a, b) => a.startedAt - b.startedAt);
}

const sessionOf = ({ startedAt, endedAt, viaLink, userName, ipAddress, protocol }: AuditEntry): Session => ({
  startedAt,
  endedAt,
  viaLink,
  userName,
  ipAddress,
  protocol,
});

const merged = (one: Session, other: AuditEntry): Session => ({
  startedAt: instant(Math.min(one.startedAt, other.startedAt)),
  endedAt:
    one.endedAt === undefined || other.endedAt === undefined
      ? (one.endedAt ?? other.endedAt)
      : latest(one.endedAt, other.endedAt),
  viaLink: one.viaLink === true || other.viaLink === true ? true : (one.viaLink ?? other.viaLink),
  userName: one.userName ?? other.userName,
  ipAddress: one.ipAddress ?? other.ipAddress,
  protocol: one.protocol ?? other.protocol,
});

/** What is kept of a usage: figures, and the first few names. */
export function summaryOf(usage: Usage): UsageSummary {
  if (usage.kind !== "used") return usage;
  const { sessions, failedSignIns, whole } = usage;
  return {
    kind: "used",
    sessions: sessions.length,
    failedSignIns,
    whole,
    users: namesOf(sessions.flatMap(({ userName }) => userName ?? [])),
    addresses: namesOf(sessions.flatMap(({ ipAddress }) => ipAddress ?? [])),
    viaLink: {
      yes: sessions.filter(({ viaLink }) => viaLink === true).length,
      no: sessions.filter(({ viaLink }) => viaLink === false).length,
    },
  };
}

const namesShown = 3;
const longestName = 64;

function namesOf(names: readonly string[]): Names {
  const distinct = [...new Set(names)];
  const shown = distinct
    .slice(0, namesShown)
    .map((name) => (name.length > longestName ? `${name.slice(0, longestName)}…` : name));
  return { shown, more: distinct.length - shown.length };
}

/** This many failed sign-ins to one machine within `burstLength` are more than somebody's typing errors. */
const burstSize = 5;
const burstLength: Milliseconds = minutes(10);

/** A burst of failed sign-ins. */
export interface FailedSignIns {
  readonly count: number;
  readonly from: Instant;
  readonly until: Instant;
  readonly addresses: Names;
  readonly users: Names;
}

/** The failed sign-ins from the first burst on while the link was open; undefined if there was none. */
export function burstIn(span: LinkSpan, entries: readonly AuditEntry[]): FailedSignIns | undefined {
  const failed = entries
    .filter((entry) => entry.failed && spanKey(entry) === spanKey(span) && isWithin(entry.startedAt, span))
    .sort((a, b) => a.startedAt - b.startedAt);
  const first = failed.findIndex((entry, index) => {
    const last = failed[index + burstSize - 1];
    return last !== undefined && last.startedAt <= after(entry.startedAt, burstLength);
  });
  return first < 0 ? undefined : burstOf(failed.slice(first));
}

function burstOf(burst: readonly AuditEntry[]): FailedSignIns {
  const moments = burst.map(({ startedAt }) => startedAt);
  return {
    count: burst.length,
    from: instant(Math.min(...moments)),
    until: latest(...moments),
    addresses: namesOf(burst.flatMap(({ ipAddress }) => ipAddress ?? [])),
    users: namesOf(burst.flatMap(({ userName }) => userName ?? [])),
  };
}
