import { resourceName } from "../arm-id.ts";
import type { PastLink, TrackedLink } from "../links/link.ts";
import { days, formatDuration, formatInstant, hours } from "../time.ts";
import { usageWords, type Usage } from "../links/usage.ts";
import type { HostState } from "../state/watched.ts";
import { openLinksOf, type Overview } from "./overview.ts";

/** As many of a kind as one line each may take; the rest is a count. */
const mostLines = 5;

/** What there is to say, most important first; what may be long comes last. */
export const digestLines = (overview: Overview): readonly string[] => [
  ...openLines(overview),
  sinceYesterday(overview),
  coverage(overview),
  ...troubles(overview),
  lastEvent(overview),
  modeAndBreaker(overview),
  `Anchor over all ledgers: ${overview.anchor}`,
  ...overview.channels.map((name) => channelLine(name, overview)),
  ...usageLine(overview),
  ...some(openLinksOf(overview.bastions).flatMap(extendedLine)),
  ...some(hosts(overview).flatMap(unreadableLine)),
];

function openLines({ bastions, now }: Overview): readonly string[] {
  const links = openLinksOf(bastions);
  const [oldest] = links;
  const where = count(bastions.length, "bastion");
  if (!oldest) return [`All clear: no shareable link is open on ${where}.`];
  const younger = (age: number) => links.filter(({ createdAt }) => now - createdAt < age).length;
  const [ofToday, ofTheWeek] = [younger(days(1)), younger(days(7))];
  const today = links.filter(({ deadline }) => deadline <= now + days(1)).length;
  const extended = links.filter(({ extension }) => extension !== undefined).length;
  return [
    `${count(links.length, "link")} open on ${where}, the oldest for ${formatDuration(now - oldest.createdAt)}. ${today} due within a day, ${extended} extended.`,
    `By age: ${ofToday} open for less than a day, ${ofTheWeek - ofToday} for one to seven days, ${links.length - ofTheWeek} for longer.`,
  ];
}

function sinceYesterday({ bastions, now }: Overview): string {
  const closed = bastions
    .flatMap(({ host }) => host?.past ?? [])
    .filter(({ closedAt }) => closedAt > now - days(1));
  const by = (closedBy: PastLink["closedBy"]) => closed.filter((link) => link.closedBy === closedBy).length;
  return `Since yesterday: ${by("revoked-by-watchdog")} revoked, ${by("deleted-by-other")} deleted by somebody, ${by("gone-with-bastion")} gone with their bastion.`;
}

function coverage(overview: Overview): string {
  const { bastions, now } = overview;
  const looks = hosts(overview).flatMap(({ checkedAt }) => checkedAt ?? []);
  const readable = hosts(overview).filter((host) => host.checkedAt !== undefined && !host.unreadable).length;
  const oldest =
    looks.length === 0
      ? "none was looked at yet"
      : `the longest unseen was looked at ${formatDuration(now - Math.min(...looks))} ago`;
  const unreadable = hosts(overview).filter((host) => host.unreadable).length;
  const switched = (on: boolean) => hosts(overview).filter(({ featureOn }) => featureOn === on).length;
  return `Coverage: ${readable} of ${count(bastions.length, "bastion")} read, ${unreadable} not readable now; shareable links are on at ${switched(true)} and off at ${switched(false)}; ${oldest}.`;
}

function lastEvent({ own, now }: Overview): string {
  const arrivedAt = own.host?.eventAt;
  return arrivedAt === undefined
    ? "Events: none of the Activity Log has arrived so far; what is opened is found by sweeps only."
    : `Events: the last one of the Activity Log arrived ${formatDuration(now - arrivedAt)} ago.`;
}

function modeAndBreaker(overview: Overview): string {
  const { mode, now } = overview;
  const held = hosts(overview).filter(
    ({ heldToldAt }) => heldToldAt !== undefined && heldToldAt > now - days(1),
  ).length;
  const breaker =
    held === 0
      ? "nothing was held since yesterday"
      : `revocations were held on ${count(held, "bastion")} since yesterday`;
  return `${mode === "observe" ? "WATCHDOG_MODE is observe: nothing is revoked." : "Mode: enforce."} Breaker: ${breaker}.`;
}

function troubles({ bastions, own, now }: Overview): readonly string[] {
  const partitions = [...bastions, own];
  const waiting = partitions.flatMap(({ outbox }) =>
    outbox.filter(({ alert }) => alert.at < now - hours(1)),
  ).length;
  const failing = bastions.flatMap(({ links }) =>
    links.filter(({ status }) => status === "revoke-failed"),
  ).length;
  const awaited = partitions.flatMap(({ host }) => host?.awaited ?? []).length;
  return [
    ...(failing > 0 ? [`${count(failing, "link")} outlived a revocation that Azure accepted.`] : []),
    ...(waiting > 0 ? [`${count(waiting, "alert")} undelivered for more than an hour.`] : []),
    ...(awaited > 0 ? [`${count(awaited, "alert")} of high severity not acknowledged yet.`] : []),
  ];
}

/**
 * How a channel did since yesterday. That it accepted says that the other side took the message, not that
 * somebody read it.
 */
function channelLine(name: string, { alerts }: Overview): string {
  const mine = alerts.flatMap(({ deliveries }) => deliveries[name] ?? []);
  if (mine.length === 0) return `Channel "${name}": nothing to send since yesterday.`;
  const refused = mine.flatMap((delivery) => (delivery.state === "gave-up" ? [delivery.why] : []));
  const [last] = refused.slice(-1);
  const numberOf = (state: "accepted" | "pending") =>
    mine.filter((delivery) => delivery.state === state).length;
  const figures = `${numberOf("accepted")} accepted, ${refused.length} refused or given up, ${numberOf("pending")} not delivered yet since yesterday`;
  return `Channel "${name}": ${figures}.${last === undefined ? "" : ` Last: ${last}`}`;
}

function usageLine({ usages, bastions }: Overview): readonly string[] {
  if (openLinksOf(bastions).length === 0) return [];
  if (!usages)
    return ["Use of the open links: not known, because no workspace with Bastion's audit log is configured."];
  const of = (kind: Usage["kind"]) => usages.filter(({ usage }) => usage.kind === kind);
  const used = of("used").map(({ vmId, usage }) => `${resourceName(vmId)} (${usageWords(usage)})`);
  const named =
    used.length === 0
      ? ""
      : `: ${used.slice(0, 3).join("; ")}${used.length > 3 ? ` and ${used.length - 3} more` : ""}`;
  return [
    `Use of the open links: ${of("never used").length} never used, ${of("not known").length} not known, ${used.length} used${named}.`,
  ];
}

const extendedLine = ({ vmId, extension, deadline }: TrackedLink): readonly string[] =>
  extension
    ? [
        `Extended: ${resourceName(vmId)} until ${formatInstant(deadline)} by ${extension.by}: ${extension.why}`,
      ]
    : [];

const unreadableLine = ({ unreadable, bastionId }: HostState): readonly string[] =>
  unreadable
    ? [`Not readable: ${resourceName(bastionId)} since ${formatInstant(unreadable.since)}. ${unreadable.why}`]
    : [];

const some = (lines: readonly string[]): readonly string[] =>
  lines.length <= mostLines
    ? lines
    : [...lines.slice(0, mostLines), `${lines.length - mostLines} more like the one before.`];

const hosts = ({ bastions }: Overview): readonly HostState[] => bastions.flatMap(({ host }) => host ?? []);
const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? "" : "s"}`;
