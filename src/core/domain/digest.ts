import type { AlertDraft } from "./alert.ts";
import { resourceName } from "./arm-id.ts";
import type { PastLink, TrackedLink } from "./link.ts";
import { days, formatDuration, formatInstant, type Instant } from "./time.ts";
import type { HostState, Watched } from "./watched.ts";

/** What a digest is made from: every bastion's rows, and the watchdog's own. */
export interface Overview {
  readonly now: Instant;
  readonly mode: "enforce" | "observe";
  readonly bastions: readonly Watched[];
  readonly own: Watched;
  /** One hash over all chain heads. */
  readonly anchor: string;
}

/** Whether the IANA database knows this time zone. */
export function isTimeZone(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone });
    return true;
  } catch {
    return false;
  }
}

/** The calendar day and hour at `moment` in a time zone, like `2026-11-21` and 8. Throws a RangeError for a zone nobody knows. */
export function localTime(moment: Instant, timeZone: string): { readonly day: string; readonly hour: number } {
  const parts = new Intl.DateTimeFormat("en-CA", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
  });
  const of = Object.fromEntries(parts.formatToParts(moment).map(({ type, value }) => [type, value]));
  return { day: `${of["year"] ?? ""}-${of["month"] ?? ""}-${of["day"] ?? ""}`, hour: Number(of["hour"]) };
}

/**
 * The day in one alert. It is sent when all is quiet as well: "all clear" with coverage is a proof, and a Teams flow that hears nothing for
 * ninety days is switched off.
 */
export function digestOf(overview: Overview): AlertDraft {
  const { now, mode, bastions } = overview;
  const links = bastions.flatMap((watched) => watched.links).sort((a, b) => a.createdAt - b.createdAt);
  return {
    kind: "digest",
    severity: "low",
    at: now,
    links,
    actor: undefined,
    enforced: mode === "enforce",
    notes: [
      openNote(links, overview),
      sinceYesterday(bastions, now),
      coverage(bastions, now),
      ...unreadable(bastions),
      ...troubles(overview),
      `Anchor over all ledgers: ${overview.anchor}`,
    ],
    channels: [],
  };
}

function openNote(links: readonly TrackedLink[], { bastions, now }: Overview): string {
  const where = count(bastions.length, "bastion");
  if (links.length === 0) return `All clear: no shareable link is open on ${where}.`;
  const [oldest] = links;
  const today = links.filter(({ deadline }) => deadline <= now + days(1)).length;
  const extended = links.filter(({ extension }) => extension !== undefined).length;
  const age = oldest ? `, the oldest for ${formatDuration(now - oldest.createdAt)}` : "";
  return `${count(links.length, "link")} open on ${where}${age}. ${today} due within a day, ${extended} extended.`;
}

function sinceYesterday(bastions: readonly Watched[], now: Instant): string {
  const closed = hosts(bastions).flatMap(({ past }) => past.filter(({ closedAt }) => closedAt > now - days(1)));
  const by = (closedBy: PastLink["closedBy"]) => closed.filter((link) => link.closedBy === closedBy).length;
  return `Since yesterday: ${by("revoked-by-watchdog")} revoked, ${by("deleted-by-other")} deleted by somebody, ${by("gone-with-bastion")} gone with their bastion.`;
}

function coverage(bastions: readonly Watched[], now: Instant): string {
  const looks = hosts(bastions).flatMap(({ checkedAt }) => checkedAt ?? []);
  const oldest =
    looks.length === 0 ? "none was looked at yet" : `the longest unseen was looked at ${formatDuration(now - Math.min(...looks))} ago`;
  const off = hosts(bastions).filter(({ featureOn }) => featureOn === false).length;
  return `Coverage: ${looks.length} of ${count(bastions.length, "bastion")} read, ${off} with shareable links switched off; ${oldest}.`;
}

const unreadable = (bastions: readonly Watched[]): readonly string[] =>
  hosts(bastions).flatMap((host) =>
    host.unreadable
      ? [`Not readable since ${formatInstant(host.unreadable.since)}: ${resourceName(host.bastionId)}. ${host.unreadable.why}`]
      : [],
  );

function troubles({ bastions, own, mode, now }: Overview): readonly string[] {
  const waiting = [...bastions, own].flatMap(({ outbox }) => outbox.filter(({ alert }) => alert.at < now - days(1) / 24)).length;
  const failing = bastions.flatMap(({ links }) => links.filter(({ status }) => status === "revoke-failed")).length;
  const held = hosts(bastions).filter(({ heldToldAt }) => heldToldAt !== undefined && heldToldAt > now - days(1)).length;
  return [
    ...(mode === "observe" ? ["WATCHDOG_MODE is observe: nothing is revoked."] : []),
    ...(failing > 0 ? [`${count(failing, "link")} outlived a revocation that Azure accepted.`] : []),
    ...(held > 0 ? [`Revocations were held on ${count(held, "bastion")}.`] : []),
    ...(waiting > 0 ? [`${count(waiting, "alert")} undelivered for more than an hour.`] : []),
  ];
}

const hosts = (bastions: readonly Watched[]): readonly HostState[] => bastions.flatMap(({ host }) => host ?? []);
const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? "" : "s"}`;
