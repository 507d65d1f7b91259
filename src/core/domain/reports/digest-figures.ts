import type { ChannelFigures, DigestFigures, WhyOverdue, UsageFigures } from "../alerts/digest-figures.ts";
import { lastingPauses, type SetChannel } from "../alerts/lane/told-pause.ts";
import type { TrackedLink } from "../links/link.ts";
import { isRefusedByAzure, lastAnswered } from "../links/own-deletes.ts";
import { summaryOf, type Usage } from "../links/usage.ts";
import type { HostState, Watched } from "../state/watched.ts";
import { days, hours, type Instant } from "../time.ts";
import { changesOf, firstOf, namedAtMost, namedClosings } from "./digest-changes.ts";
import { witnessLines } from "./witness-lines.ts";
import { openLinksOf, type Overview } from "./overview.ts";

const mostUsedNamed = 3;
/** Those that want somebody come first. */
const mostWitnesses = 10;

/** The day in figures. */
export const figuresOf = (overview: Overview): DigestFigures => ({
  mode: overview.mode,
  since: overview.since,
  ...changesOf(overview),
  away: (overview.own.host?.away ?? []).filter(({ to }) => to > overview.since),
  links: linkFigures(overview),
  closed: closedFigures(overview),
  bastions: bastionFigures(overview),
  ...troubles(overview),
  lastEventAt: overview.own.host?.eventAt,
  breakerHeld: hosts(overview).filter(
    ({ heldToldAt }) => heldToldAt !== undefined && heldToldAt > overview.since,
  ).length,
  anchor: overview.anchor,
  channels: overview.channels.map((channel) => channelFigures(channel, overview)),
  usage: usageFigures(overview),
  extensions: firstOf(openLinksOf(overview.bastions).flatMap(extended), namedAtMost),
  unreadable: firstOf(hosts(overview).flatMap(unreadable), namedAtMost),
  witnesses: firstOf(witnessLines(overview.witnesses, overview.now), mostWitnesses),
});

/** What of the estate is not watched any more; undefined where there is nothing of it. */
export function outOfScopeFigures({ bastions, own }: Overview): DigestFigures["outOfScope"] {
  const outside = bastions.filter(({ host, links }) => host?.outOfScope !== undefined && links.length > 0);
  const { events = 0, told = 0 } = own.host?.dropped ?? {};
  const dropped = Math.max(0, events - told);
  return outside.length === 0 && dropped === 0
    ? undefined
    : { bastions: outside.length, links: openLinksOf(outside).length, events: dropped };
}

function linkFigures({ bastions, now }: Overview): DigestFigures["links"] {
  const links = openLinksOf(bastions);
  const younger = (age: number) => links.filter(({ createdAt }) => now - createdAt < age).length;
  return {
    open: links.length,
    oldestCreatedAt: links[0]?.createdAt,
    overdue: links.filter(({ deadline }) => deadline <= now).length,
    dueWithinADay: links.filter(({ deadline }) => deadline > now && deadline <= now + days(1)).length,
    extended: links.filter(({ extension }) => extension !== undefined).length,
    openForLessThanADay: younger(days(1)),
    openForLessThanAWeek: younger(days(7)) - younger(days(1)),
    openForLonger: links.length - younger(days(7)),
  };
}

function closedFigures(overview: Overview): DigestFigures["closed"] {
  const closed = hosts(overview)
    .flatMap(({ past }) => past)
    .filter(({ closedAt }) => closedAt > overview.since);
  const by = (how: (typeof closed)[number]["closedBy"]) =>
    closed.filter(({ closedBy }) => closedBy === how).length;
  return {
    revoked: by("revoked-by-watchdog"),
    perhapsRevoked: by("perhaps-by-watchdog"),
    deletedByOthers: by("deleted-by-other"),
    switchedOff: by("switched-off"),
    goneWithBastion: by("gone-with-bastion"),
    named: namedClosings(overview),
  };
}

function bastionFigures(overview: Overview): DigestFigures["bastions"] {
  const seen = hosts(overview).filter(isThere);
  const reads = seen.flatMap(({ checkedAt }) => checkedAt ?? []).sort((a, b) => a - b);
  return {
    known: overview.bastions.filter(({ host }) => host === undefined || isThere(host)).length,
    readable: seen.filter((host) => host.checkedAt !== undefined && !host.unreadable).length,
    unreadable: seen.filter((host) => host.unreadable).length,
    featureOn: seen.filter(({ featureOn }) => featureOn === true).length,
    featureOff: seen.filter(({ featureOn }) => featureOn === false).length,
    leastRecentlyReadAt: reads[0],
  };
}

function troubles({
  bastions,
  own,
  now,
}: Overview): Pick<
  DigestFigures,
  "revokeFailed" | "revokeRefused" | "overdue" | "undelivered" | "unacknowledged" | "awaited"
> {
  const partitions = [...bastions, own];
  const overdue = bastions
    .flatMap((watched) => overdueIn(watched, now))
    .sort((a, b) => urgency.indexOf(a.why) - urgency.indexOf(b.why));
  const numberOf = (wanted: WhyOverdue) => overdue.filter(({ why }) => why === wanted).length;
  const awaited = partitions.flatMap(({ host }) => host?.awaited ?? []).sort((a, b) => a.at - b.at);
  return {
    revokeFailed: numberOf("still-listed"),
    revokeRefused: numberOf("refused"),
    overdue: firstOf(overdue, namedAtMost),
    awaited: firstOf(
      awaited.map(({ id, kind, at }) => ({ alertId: id, of: kind, at })),
      namedAtMost,
    ),
    undelivered: partitions.flatMap(({ outbox }) => outbox.filter(({ alert }) => alert.at < now - hours(1)))
      .length,
    unacknowledged: awaited.length,
  };
}

/** What a person has to mend comes first. */
const urgency: readonly WhyOverdue[] = ["refused", "unreadable", "held", "still-listed", "observed", "busy"];

/** What is open past its deadline, and what keeps it. */
function overdueIn({ host, links }: Watched, now: Instant) {
  const held = heldIn(host);
  const whyOf = (link: TrackedLink): WhyOverdue => {
    if (host?.unreadable) return "unreadable";
    if (!link.enforced && link.demanded === undefined) return "observed";
    return held.has(link.linkId) ? "held" : howAsked(link, host);
  };
  return links
    .filter(({ deadline, demanded }) => deadline <= now || demanded !== undefined)
    .map((link) => ({ vmId: link.vmId, deadline: link.deadline, why: whyOf(link) }));
}

/** What came of asking Azure to delete it. */
function howAsked({ intent, status }: TrackedLink, host: HostState | undefined): WhyOverdue {
  const last = lastAnswered(intent?.correlationIds ?? [], host?.ownDeletes);
  if (isRefusedByAzure(last)) return "refused";
  return status === "revoke-failed" ? "still-listed" : "busy";
}

const heldIn = (host: HostState | undefined): ReadonlySet<string> =>
  new Set(
    (host?.troubles ?? []).flatMap(({ kind, endedAt, links }) =>
      kind === "revocations-held" && endedAt === undefined ? links : [],
    ),
  );

/** A bastion that was deleted has nothing that is to be told of. */
const isThere = ({ unreadable: found }: HostState): boolean => found?.gone !== true;

function channelFigures(channel: SetChannel, { alerts, since, own }: Overview): ChannelFigures {
  const { name } = channel;
  const mine = alerts
    .flatMap(({ deliveries }) => deliveries[name] ?? [])
    .filter((delivery) => delivery.state === "pending" || delivery.at > since);
  const refusals = mine.flatMap((delivery) => (delivery.state === "gave-up" ? [delivery.why] : []));
  const [paused] = lastingPauses(own.host?.pauses ?? [], [channel]);
  const numberOf = (state: "accepted" | "pending") =>
    mine.filter((delivery) => delivery.state === state).length;
  return {
    name,
    accepted: numberOf("accepted"),
    refused: refusals.length,
    pending: numberOf("pending"),
    lastRefusal: refusals.at(-1),
    ...(paused && { paused: { since: paused.since, why: paused.why } }),
  };
}

function usageFigures({ usages }: Overview): UsageFigures | undefined {
  if (!usages) return undefined;
  const numberOf = (kind: Usage["kind"]) => usages.filter(({ usage }) => usage.kind === kind).length;
  const used = usages.filter(({ usage }) => usage.kind === "used");
  return {
    neverUsed: numberOf("never used"),
    notKnown: numberOf("not known"),
    used: firstOf(
      used.map(({ vmId, usage }) => ({ vmId, usage: summaryOf(usage) })),
      mostUsedNamed,
    ),
  };
}

const extended = ({ vmId, extension, deadline }: TrackedLink) =>
  extension ? [{ vmId, until: deadline, by: extension.by, why: extension.why }] : [];

const unreadable = ({ unreadable: found, bastionId }: HostState) =>
  found && !found.gone ? [{ bastionId, since: found.since, why: found.why }] : [];

const hosts = ({ bastions }: Overview): readonly HostState[] => bastions.flatMap(({ host }) => host ?? []);
