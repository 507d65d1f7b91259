import { idKey } from "../arm-id.ts";
import {
  after,
  formatDuration,
  formatInstant,
  instant,
  latest,
  minutes,
  seconds,
  type Instant,
  type Milliseconds,
} from "../time.ts";

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
}

/** `unread`: no answer from the workspace, and `why`. An empty list proves nothing about a silent bastion. */
export type AuditAnswer =
  | {
      readonly kind: "read";
      readonly entries: readonly AuditEntry[];
      /** False: there are more rows than one query brings. */
      readonly whole: boolean;
      /** Bastions, as asked, whose audit log never arrived in the workspace. Their silence says nothing. */
      readonly silent: readonly string[];
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
  | { readonly kind: "not known"; readonly why: string };

/**
 * Resource logs were seen to take up to five minutes, and some services as long again (Azure Monitor's "Log
 * data ingestion time").
 */
const ingestionDelay = minutes(10);
/** The clocks of Bastion and of ARM agree within seconds. */
const tolerance = seconds(5);

const spanKey = ({ bastionId, vmId }: Pick<LinkSpan, "bastionId" | "vmId">): string =>
  `${idKey(bastionId)} ${idKey(vmId)}`;

/** The one question that answers for all of these. */
export const questionAbout = (spans: readonly LinkSpan[]): AuditQuestion => ({
  bastionIds: [...new Set(spans.map(({ bastionId }) => idKey(bastionId)))],
  vmIds: [...new Set(spans.map(({ vmId }) => idKey(vmId)))],
  since: instant(Math.min(...spans.map(({ from }) => from)) - tolerance),
});

/** Judges one link by the answer to a question that covers it. */
export function usageOf(span: LinkSpan, answer: AuditAnswer, now: Instant): Usage {
  if (answer.kind === "unread") return { kind: "not known", why: answer.why };
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
  { whole, silent }: AuditAnswer & { readonly kind: "read" },
  now: Instant,
): Usage {
  if (!whole) return { kind: "not known", why: "the audit log holds more sign-ins than one query brings" };
  if (silent.some((id) => idKey(id) === idKey(bastionId))) return { kind: "not known", why: silence };
  const through = instant(Math.min(until, now - ingestionDelay));
  return through <= from
    ? {
        kind: "not known",
        why: `Azure's logs take up to ${formatDuration(ingestionDelay)} to arrive, and the link is younger`,
      }
    : { kind: "never used", through };
}

const silence =
  "no audit log of this bastion has arrived in the workspace: switch the diagnostic category BastionAuditLogs on";

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

/** The usage in a few words of ours, with strangers' names in them: whoever shows it escapes it. */
export function usageWords(usage: Usage): string {
  switch (usage.kind) {
    case "used":
      return [
        sessionWords(usage),
        ...(usage.failedSignIns > 0 ? [`failed sign-ins: ${usage.failedSignIns}`] : []),
      ].join(", ");
    case "never used":
      return `never used until ${formatInstant(usage.through)}`;
    case "not known":
      return `not known: ${usage.why}`;
  }
}

function sessionWords({ sessions, whole }: Usage & { readonly kind: "used" }): string {
  if (sessions.length === 0) return "no session";
  const by = someOf(sessions.flatMap(({ userName }) => userName ?? []));
  const from = someOf(sessions.flatMap(({ ipAddress }) => ipAddress ?? []));
  const count = `${whole ? "" : "at least "}${sessions.length} session${sessions.length === 1 ? "" : "s"}`;
  return [count, ...(by ? [`by ${by}`] : []), ...(from ? [`from ${from}`] : []), ...markWords(sessions)].join(
    " ",
  );
}

/** Only what Azure says is repeated: a session without a mark may have come over the link all the same. */
function markWords(sessions: readonly Session[]): readonly string[] {
  const marked = sessions.filter(({ viaLink }) => viaLink === true).length;
  if (marked === sessions.length) return ["over a link"];
  if (marked > 0) return [`(${marked} of them over a link)`];
  return sessions.every(({ viaLink }) => viaLink === false) ? ["(not marked as over a link)"] : [];
}

const shown = 3;
const longestName = 64;

function someOf(names: readonly string[]): string {
  const distinct = [...new Set(names)];
  const some = distinct
    .slice(0, shown)
    .map((name) => (name.length > longestName ? `${name.slice(0, longestName)}…` : name));
  return distinct.length > shown ? `${some.join(", ")} and ${distinct.length - shown} more` : some.join(", ");
}

/** This many failed sign-ins to one machine within `burstLength` are more than somebody's typing errors. */
const burstSize = 5;
const burstLength: Milliseconds = minutes(10);

/** The failed sign-ins of the first burst while the link was open; undefined if there was none. */
export function burstIn(span: LinkSpan, entries: readonly AuditEntry[]): readonly AuditEntry[] | undefined {
  const failed = entries
    .filter((entry) => entry.failed && spanKey(entry) === spanKey(span) && isWithin(entry.startedAt, span))
    .sort((a, b) => a.startedAt - b.startedAt);
  const first = failed.findIndex((entry, index) => {
    const last = failed[index + burstSize - 1];
    return last !== undefined && last.startedAt <= after(entry.startedAt, burstLength);
  });
  return first < 0 ? undefined : failed.slice(first);
}

/** "7 failed sign-ins between … and …, from …, as …". */
export function burstWords(burst: readonly AuditEntry[]): string {
  const moments = burst.map(({ startedAt }) => startedAt);
  const from = someOf(burst.flatMap(({ ipAddress }) => ipAddress ?? []));
  const as = someOf(burst.flatMap(({ userName }) => userName ?? []));
  const when = `between ${formatInstant(instant(Math.min(...moments)))} and ${formatInstant(latest(...moments))}`;
  return [
    `${burst.length} failed sign-ins ${when}`,
    ...(from ? [`from ${from}`] : []),
    ...(as ? [`as ${as}`] : []),
  ].join(", ");
}
