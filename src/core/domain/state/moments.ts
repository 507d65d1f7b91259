import type { Delivery, OutboxEntry } from "../alerts/outbox.ts";
import type { Signal } from "../attribution/signal.ts";
import type { TrackedLink } from "../links/link.ts";
import { instant, type Instant } from "../time.ts";
import { isTooFar, type Reach } from "./reach.ts";
import type { Configuration } from "./configuration.ts";
import type { HostState, Watched } from "./watched.ts";

/** Moments that may be absent, by row. */
const ofHost = {
  checkedAt: "past",
  lookedAt: "past",
  eventLookAt: "past",
  claimUntil: "claim",
  heldToldAt: "past",
  breakerReleasedUntil: "release",
  eventAt: "past",
} as const satisfies Partial<Record<keyof HostState, Reach>>;
const ofLink = {
  missingSince: "past",
  absentAt: "past",
  wholeAt: "past",
  wouldRevokeToldAt: "past",
} as const satisfies Partial<Record<keyof TrackedLink, Reach>>;

/** The rows of a partition without what reaches too far: `host.corrected` names it, and `corrected` the links. The very same object where nothing does. */
export function believed(watched: Watched, now: Instant): Watched {
  const host = watched.host && believedHost(watched.host, now);
  const links = each(watched.links, (link) => believedLink(link, now));
  const outbox = each(watched.outbox, (entry) => believedEntry(entry, now));
  const signals = each(watched.signals, (signal) => believedSignal(signal, now));
  const corrected = links.filter((link, index) => link !== watched.links[index]).map(({ linkId }) => linkId);
  const names = [
    ...corrected.map((linkId) => `link ${linkId}`),
    ...(outbox === watched.outbox ? [] : ["outbox"]),
    ...(signals === watched.signals ? [] : ["signals"]),
  ];
  if (names.length === 0) return host === watched.host ? watched : { ...watched, host };
  return {
    ...{ ...watched, links, outbox, signals },
    host: host && withNames(host, names),
    corrected: new Set(corrected),
  };
}

/** As many as one alert can name. */
const mostNamed = 20;

const withNames = (host: HostState, names: readonly string[]): HostState => ({
  ...host,
  corrected: [...new Set([...host.corrected, ...names])].slice(0, mostNamed),
});

/** The same of the host row alone. */
export function believedHost(host: HostState, now: Instant): HostState {
  const mended: HostState = { ...host, ...withoutFar(host, ofHost, now), ...nested(host, now) };
  const names = (Object.keys(mended) as (keyof HostState)[]).filter((key) => mended[key] !== host[key]);
  return names.length === 0 ? host : withNames(mended, names);
}

/** Those of these fields that reach too far, as absent. */
function withoutFar<Row extends object, Key extends keyof Row>(
  row: Row,
  fields: Readonly<Partial<Record<Key, Reach>>>,
  now: Instant,
): Partial<Row> {
  const far = (Object.entries(fields) as [Key, Reach][]).filter(([key, kind]) =>
    isTooFar(row[key] as Instant | undefined, kind, now),
  );
  return Object.fromEntries(far.map(([key]) => [key, undefined])) as Partial<Row>;
}

const isAhead = (moment: Instant | undefined, now: Instant): boolean => isTooFar(moment, "past", now);

/** `moment`, or now where it lies ahead of that. */
const notAhead = (moment: Instant, now: Instant): Instant => (isAhead(moment, now) ? now : moment);

/** `moment`, or nothing. */
const unlessAhead = (moment: Instant | undefined, now: Instant): Instant | undefined =>
  isAhead(moment, now) ? undefined : moment;

/** The very same object where its moment does not lie ahead. */
const since = <Item extends { readonly since: Instant } | undefined>(item: Item, now: Instant): Item =>
  isAhead(item?.since, now) ? { ...item, since: now } : item;

/** The very same list where nothing in it changes. */
function each<Item>(items: readonly Item[], change: (item: Item) => Item | undefined): readonly Item[] {
  const changed = items.flatMap((item) => change(item) ?? []);
  return changed.length === items.length && changed.every((item, index) => item === items[index])
    ? items
    : changed;
}

const beforeNow = <Item extends { readonly at: Instant }>(
  items: readonly Item[],
  now: Instant,
): readonly Item[] => each(items, (item) => (isAhead(item.at, now) ? undefined : item));

function nested(host: HostState, now: Instant) {
  const { sweep, counted, configuration } = host;
  return {
    unreadable: since(host.unreadable, now),
    outOfScope: since(host.outOfScope, now),
    sweep: isAhead(sweep?.finishedAt, now) ? undefined : sweep,
    counted: isAhead(counted?.at, now) ? undefined : counted,
    configuration: configuration && believedConfiguration(configuration, now),
    recentRevocations: beforeNow(host.recentRevocations, now),
    ownDeletes: beforeNow(host.ownDeletes, now),
    toldReaders: beforeNow(host.toldReaders, now),
    toldDeleters: beforeNow(host.toldDeleters, now),
    toldBursts: beforeNow(host.toldBursts, now),
    newHoles: each(host.newHoles, (hole) =>
      since(isAhead(hole.absentAt, now) ? { ...hole, absentAt: undefined } : hole, now),
    ),
    past: each(host.past, (link) => (isAhead(link.closedAt, now) ? { ...link, closedAt: now } : link)),
    pauses: each(host.pauses, (one) =>
      [one.since, one.toldAt, one.endedAt].some((moment) => isAhead(moment, now)) ? undefined : one,
    ),
    awaited: each(host.awaited, (alert) => believedAwaited(alert, now)),
  } satisfies Partial<HostState>;
}

function believedAwaited(alert: HostState["awaited"][number], now: Instant): HostState["awaited"][number] {
  const { at, toldAt, againAt } = alert;
  return [at, toldAt, againAt].some((moment) => isAhead(moment, now))
    ? {
        ...alert,
        at: notAhead(at, now),
        toldAt: unlessAhead(toldAt, now),
        againAt: unlessAhead(againAt, now),
      }
    : alert;
}

/** Whoever reads it is newer than a process that starts in the future. */
function believedConfiguration(configuration: Configuration, now: Instant): Configuration {
  const { startedAt, judgedAt, reach: other } = configuration;
  if (![startedAt, judgedAt, other.startedAt].some((moment) => isAhead(moment, now))) return configuration;
  const started = (moment: Instant) => unlessAhead(moment, now) ?? instant(0);
  return {
    ...{ ...configuration, startedAt: started(startedAt), judgedAt: unlessAhead(judgedAt, now) },
    reach: { ...other, startedAt: started(other.startedAt) },
  };
}

function believedLink(link: TrackedLink, now: Instant): TrackedLink {
  if (!isFarLink(link, now)) return link;
  const { createdAt, firstSeenAt, notice, demanded } = link;
  const created = notAhead(createdAt, now);
  return {
    ...{ ...link, ...withoutFar(link, ofLink, now) },
    createdAt: created,
    firstSeenAt: isAhead(firstSeenAt, now) ? created : firstSeenAt,
    intent: believedIntent(link.intent, now),
    hole: since(link.hole, now),
    untagged: since(link.untagged, now),
    notice: isAhead(notice?.at, now) ? undefined : notice,
    demanded: demanded && { ...demanded, at: notAhead(demanded.at, now) },
  };
}

const isFarLink = (link: TrackedLink, now: Instant): boolean =>
  Object.keys(withoutFar(link, ofLink, now)).length > 0 ||
  believedIntent(link.intent, now) !== link.intent ||
  [
    link.createdAt,
    link.firstSeenAt,
    link.hole?.since,
    link.untagged?.since,
    link.notice?.at,
    link.demanded?.at,
  ].some((moment) => isAhead(moment, now));

function believedIntent(intent: TrackedLink["intent"], now: Instant): TrackedLink["intent"] {
  if (isAhead(intent?.askedAt, now)) return undefined;
  return intent && isTooFar(intent.leaseUntil, "deleteLease", now)
    ? { ...intent, leaseUntil: intent.askedAt }
    : intent;
}

const believedSignal = (signal: Signal, now: Instant): Signal =>
  isAhead(signal.receivedAt, now) ? { ...signal, receivedAt: now } : signal;

function believedEntry(entry: OutboxEntry, now: Instant): OutboxEntry {
  const isFar = (delivery: Delivery) =>
    delivery.state === "pending" &&
    isTooFar(delivery.notBefore, delivery.lastError === undefined ? "sendLease" : "sendWait", now);
  if (!Object.values(entry.deliveries).some(isFar)) return entry;
  const mended = Object.entries(entry.deliveries).map(([name, delivery]) => [
    name,
    isFar(delivery) ? { ...delivery, notBefore: now } : delivery,
  ]);
  return { ...entry, deliveries: Object.fromEntries(mended) as OutboxEntry["deliveries"] };
}
