import { awaitedChanges, awaitedOf, type AwaitedAlert } from "../alerts/acknowledgement.ts";
import { alertId, alertOf, byImportance, type AlertDraft } from "../alerts/alert.ts";
import { destinationOf, isMachine, type Destinations } from "../alerts/destination.ts";
import type { BastionId } from "../arm-id.ts";
import { sha256 } from "../hash.ts";
import { chain, type LedgerFact } from "../ledger/ledger.ts";
import { matchEntries } from "../links/entries.ts";
import type { ListedLink, TrackedLink } from "../links/link.ts";
import { newOutboxEntry, outboxEntryAgain, type OutboxEntry, type Route } from "../alerts/outbox.ts";
import type { Signal } from "../attribution/signal.ts";
import type { Commit, HostState, Watched } from "../state/watched.ts";
import type { Partition } from "../partition.ts";
import { after, seconds, type Milliseconds } from "../time.ts";
import { decide, type Decision } from "./decide.ts";
import { isHeardAgain } from "./signals/reads.ts";
import type { Situation } from "./situation.ts";

/** A table transaction takes a hundred rows; one is the host's. */
const mostRows = 100;
/** Signals that links explained, beyond these, wait for the next look: they cost nothing but a row. */
const mostSpent = 30;

/** Where a decision is written, and under which policy it was made. */
export interface WriteContext {
  readonly partition: Partition;
  /** Undefined for the watchdog's own partition. */
  readonly bastion: BastionId | undefined;
  /** SHA-256 of the policy's text; every fact names the policy it was made under by it. */
  readonly policyHash: string;
  /** Every channel that is configured: where an alert goes whose rule names none of them. */
  readonly channels: readonly string[];
  /** What the policy says of kinds of alerts. */
  readonly alerts: Destinations;
  /** The alerts that waited when the rows were read. */
  readonly awaited: HostState["awaited"];
  /** Undefined: nobody can acknowledge alerts. */
  readonly acknowledgeWithin?: Milliseconds | undefined;
}

/** What of a decision is written down; `revoke` is acted on. */
export type Writable = Omit<Decision, "revoke" | "asked" | "renamed" | "opening"> &
  Partial<Pick<Decision, "renamed">>;
type Unguarded = Omit<Commit, "expected">;

/**
 * What one transaction writes: facts get their place in the chain, then alerts their number, their id and their channels, all counted on from
 * the host row's `seq`. Its size is not looked at, `planFor` does that.
 */
export function commitOf(decision: Writable, context: WriteContext): Unguarded {
  let { seq, headSeq, chainHead: prevHash } = decision.host;
  const facts = decision.facts.map((fact): LedgerFact => {
    const chained = chain(fact, { seq: (seq += 1), policyHash: context.policyHash, prevHash });
    headSeq = seq;
    prevHash = chained.hash;
    return chained;
  });
  const outbox = decision.alerts.map((draft) => {
    seq += 1;
    const route = routeOf(draft, context);
    if (draft.again) return outboxEntryAgain(seq, { alert: draft.again, at: draft.at }, route);
    const alert = alertOf(draft, alertId(context.partition, seq), context.bastion);
    return newOutboxEntry(seq, alert, route);
  });
  const { host, put, close, spent, renamed = [] } = decision;
  const wanting =
    context.acknowledgeWithin === undefined
      ? []
      : decision.alerts.flatMap(({ fallback = [] }, index) => awaitedAt(outbox[index], fallback));
  const awaited = awaitedWith(host.awaited, wanting);
  return {
    host: { ...host, seq, headSeq, chainHead: prevHash, awaited },
    put,
    ...(renamed.length > 0 && { drop: renamed }),
    ...awaitedChanges(context.awaited, awaited),
    close,
    ...signalsIn(spentWith(facts, spent), decision),
    facts,
    outbox,
  };
}

/** What is told again under its id waits as long as before, for what it is about by now. */
function awaitedWith(
  before: readonly AwaitedAlert[],
  told: readonly AwaitedAlert[],
): readonly AwaitedAlert[] {
  const byId = new Map(told.map((one) => [one.id, one]));
  const known = new Set(before.map(({ id }) => id));
  const kept = before.map((one) => {
    const { links, linkCount, actors } = byId.get(one.id) ?? one;
    return { ...one, links, linkCount, actors };
  });
  return [...kept, ...told.filter(({ id }) => !known.has(id))];
}

const awaitedAt = (entry: OutboxEntry | undefined, fallback: readonly string[]) =>
  entry && entry.againAt === undefined ? awaitedOf(entry.alert, fallback) : [];

/** What is no card goes to those of its channels that machines read. */
function routeOf(draft: AlertDraft, { channels, alerts }: WriteContext): Route {
  const route = routeOfCard(draft, channels);
  const destination = draft.again ? "card" : destinationOf(draft, alerts);
  if (destination === "card") return route;
  return {
    channels: route.channels.filter(isMachine),
    fallback: route.fallback.filter(isMachine),
    quiet: destination,
  };
}

/** High severity goes everywhere at once, unless that was done before; so does what names no channel that is configured. */
function routeOfCard(
  { kind, severity, channels = [], fallback = [], again }: AlertDraft,
  configured: readonly string[],
): Route {
  const wanted = configured.filter((name) => channels.includes(name));
  if (again) return { channels: wanted, fallback: [] };
  if ((severity === "high" && kind !== "unacknowledged") || wanted.length === 0)
    return { channels: configured, fallback: [] };
  return {
    channels: wanted,
    fallback: configured.filter((name) => fallback.includes(name) && !wanted.includes(name)),
  };
}

/** A signal that a fact speaks of goes with it, or it would be told again. */
function spentWith(facts: readonly LedgerFact[], spent: readonly Signal[]): readonly Signal[] {
  const recorded = new Set(facts.map(({ data }) => data["eventId"]));
  const told = spent.filter(({ eventId }) => recorded.has(eventId));
  const explained = spent.filter(({ eventId }) => !recorded.has(eventId));
  return [...told, ...explained.slice(0, Math.max(0, mostSpent - told.length))];
}

/** Which rows of signals go, and of which the mark as well, so that the next of that hour or minute is heard. */
function signalsIn(spent: readonly Signal[], { host }: Writable): Pick<Unguarded, "spent" | "freed"> {
  const freed = spent.filter((signal) => isHeardAgain(signal, host));
  return { spent, ...(freed.length > 0 && { freed }) };
}

const rowsOf = ({ put, drop = [], close, spent, freed = [], facts, outbox, waits }: Unguarded): number =>
  1 +
  (put.length + drop.length + 2 * close.length) +
  (spent.length + freed.length + facts.length + outbox.length) +
  (waits ? waits.put.length + waits.drop.length : 0);

/**
 * The transactions a decision takes, in order. Where one does not hold all link rows, the others go ahead as drafts: whoever reads
 * them sees what was before, until the last transaction, which carries every fact and alert, ends the batch. So one decision is
 * one alert, and a crash in between has changed nothing. Undefined if even the last would be too large.
 */
function commitsOf(
  decision: Writable,
  context: WriteContext,
  watched: Watched,
): readonly Unguarded[] | undefined {
  const last = commitOf(decision, context);
  const room = mostRows - rowsOf({ ...last, put: [] });
  if (room < 0) return undefined;
  const ahead = last.put.slice(room);
  const batch = sha256(JSON.stringify([context.partition, watched.version])).slice(0, 16);
  const host: HostState = { ...(watched.host ?? decision.host), openBatch: batch };
  const draft = { batch, before: new Map(watched.links.map((link) => [link.linkId, link])) };
  const drafts = chunks(ahead, mostRows - 1).map((put): Unguarded => ({
    host,
    put,
    draft,
    close: [],
    spent: [],
    facts: [],
    outbox: [],
  }));
  return [...drafts, { ...last, put: last.put.slice(0, room) }];
}

/** The transactions that take back what a dead writer left half done; the last one ends its batch. */
export function rollBackOf({ host, unfinished }: Watched): readonly Unguarded[] {
  if (!host) return [];
  const parts = unfinished.length === 0 ? [[]] : chunks(unfinished, mostRows - 1);
  return parts.map((part, index): Unguarded => ({
    host: { ...host, openBatch: index === parts.length - 1 ? undefined : host.openBatch },
    put: part.flatMap(({ before }) => before ?? []),
    drop: part.flatMap(({ link, before }): TrackedLink[] => (before ? [] : [link])),
    close: [],
    spent: [],
    facts: [],
    outbox: [],
  }));
}

/** A decision, and the transactions that write it, in their order. */
export interface Plan {
  readonly decision: Decision;
  /** A hundred rows each at most, the host's included; not yet guarded by a version. */
  readonly commits: readonly Unguarded[];
}

/**
 * Decides as much of the situation as can be written; what is left over is looked at again a second later, and the bastion does not count as
 * checked until then.
 */
export function planFor(situation: Situation, context: WriteContext): Plan {
  let part = situation;
  for (;;) {
    const decided = decide(part);
    const decision = part === situation ? decided : toBeContinued(decided, situation);
    const commits = commitsOf(decision, context, situation.watched);
    if (commits) return { decision, commits };
    part = narrow(part);
  }
}

const toBeContinued = (decision: Decision, { host, now }: Situation): Decision => {
  const { checkedAt, outOfScope } = host;
  return {
    ...decision,
    host: { ...decision.host, checkedAt, outOfScope, wakeAt: after(now, seconds(1)) },
  };
};

/** Before links are left out, all signals but so many are. */
const fewSignals = 12;

/**
 * Half the situation, for a decision with more alerts or closed links than one transaction holds: of signals first, since anybody may make many of those; of
 * links those that have to go are kept. What is left out counts as not seen, as does a link of a complete list that only the whole of it does not prove
 * gone.
 */
function narrow(situation: Situation): Situation {
  const { watched, observation, now } = situation;
  const partOf = (links: readonly TrackedLink[]) => ({
    ...{ ...situation, isPart: true, whole: situation.whole ?? situation },
    watched: { ...watched, links, signals: half(watched.signals) },
  });
  if (watched.signals.length > fewSignals) return partOf(watched.links);
  const remembered = byImportance(watched.links);
  if (observation.kind !== "listed") return partOf(half(remembered));
  const { listing } = observation;
  const { entryOf, newLinks, newHoles, absent } = matchEntries(listing, watched.links, now);
  const isTold = (link: TrackedLink) =>
    !listing.complete || entryOf.has(link.linkId) || absent.includes(link);
  const links = half(remembered.filter(isTold));
  const kept = new Set([
    ...links.flatMap(({ linkId }) => entryOf.get(linkId) ?? []),
    ...half(newLinks),
    ...half(newHoles),
  ]);
  const isKept = (entry: ListedLink) => kept.has(entry);
  const narrowed = {
    ...listing,
    links: listing.links.filter(isKept),
    holes: listing.holes.filter(isKept),
  };
  return { ...partOf(links), observation: { ...observation, listing: narrowed } };
}

const half = <Item>(items: readonly Item[]): readonly Item[] => items.slice(0, Math.ceil(items.length / 2));

function chunks<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
