import { mayBeCreator } from "../../../src/core/domain/attribution/actor.ts";
import type { Attribution } from "../../../src/core/domain/attribution/attribution.ts";
import type { LinkId, TrackedLink } from "../../../src/core/domain/links/link.ts";
import { firstEnd, spellsOf } from "../../../src/core/domain/policy/ahead.ts";
import type { Policy, Verdict } from "../../../src/core/domain/policy/policy.ts";
import {
  latest,
  after,
  hours,
  instant,
  minutes,
  type Instant,
  type Milliseconds,
} from "../../../src/core/domain/time.ts";
import { jane } from "../../memory/samples.ts";
import { holeOf } from "../azure.ts";
import type { Outcome } from "../histories.ts";
import type { AskRecord, CommitRecord, TrueLink, Truth } from "../truth.ts";
import { people, type Person } from "../places.ts";
import { bastionIn, broken, firstShown, idsOf, short, wasToldOfTags, when, type Check } from "./violation.ts";

/** No delete is asked for that the promises do not allow. */
export const noWrongRevocation: Check = (outcome) =>
  broken("P4", [
    ...outcome.truth.asks.flatMap((ask) => ask.linkIds.flatMap((linkId) => wrongs(linkId, ask, outcome))),
    ...outcome.truth.asks.flatMap((ask) => ask.byVm.flatMap((link) => wronglyByVm(link, ask, outcome))),
    ...pastBreaker(outcome),
  ]);

function wrongs(linkId: LinkId, ask: AskRecord, outcome: Outcome): readonly string[] {
  const { truth } = outcome;
  const name = `the delete of ${short(linkId)} asked for at ${when(ask.at)}`;
  const link = truth.links.find((one) => one.linkId === linkId && one.bastion === ask.bastion);
  if (!link) return [`${name} is about a link that never was on this bastion`];
  const intent = intentBehind(linkId, ask, truth.commits);
  if (!intent) return [`${name} follows from no committed intent of its run`];
  const row = intent.commit.put.find((put) => put.linkId === linkId);
  if (row?.demanded)
    return wasDemanded(row, intent, truth)
      ? wrongLists(linkId, ask).map((wrong) => `${name} ${wrong}`)
      : [`${name} was demanded by nobody`];
  const earliest = earliestEnd(link, ask, outcome);
  return [
    ...(ask.run.settings.mode === "observe" ? [`${name} happened in observe mode`] : []),
    ...wrongLists(linkId, ask).map((wrong) => `${name} ${wrong}`),
    ...(row ? tooEarly(row, ask, intent, outcome).map((wrong) => `${name} ${wrong}`) : []),
    ...(wasAnnounced(linkId, intent, truth) ? [] : [`${name} comes before its announcement was committed`]),
    ...(ask.at < earliest ? [`${name} comes before any policy allows it, ${when(earliest)}`] : []),
  ];
}

function wrongLists(linkId: LinkId, { run, list }: AskRecord): readonly string[] {
  return [
    ...(list?.linkIds.has(linkId) === true ? [] : ["is by a token that its list did not bring"]),
    ...(list?.run === run ? [] : ["rests on another run's list"]),
  ];
}

/**
 * Whatever a delete by VM took was asked for, and is due: an intent of this very link was committed before, under whichever id it had then. Without their URLs nobody
 * can tell links apart that were made to one VM in the same moment; and of one that Azure leaves out of its lists nobody knows.
 */
function wronglyByVm(link: TrueLink, ask: AskRecord, { truth }: Outcome): readonly string[] {
  const isTwin = (other: TrueLink) => other.bastion === link.bastion && holeOf(other) === holeOf(link);
  const isLeftOut = truth.disturbances.some(
    ({ what, from, until }) => what === "hiding" && from <= ask.at && ask.at <= until,
  );
  if (isLeftOut && ask.list?.linkIds.has(link.linkId) !== true) return [];
  const ids = truth.links.filter(isTwin).flatMap((twin) => twin.ids);
  const written = truth.commits
    .filter(({ partition, at }) => bastionIn(partition) === ask.bastion && at <= ask.at)
    .flatMap(({ commit }) => commit.put);
  const rows = ids.flatMap((id) => written.findLast(({ linkId }) => linkId === id) ?? []);
  const isDue = (row: TrackedLink) => row.demanded !== undefined || (row.enforced && row.deadline <= ask.at);
  return rows.some(({ intent, announced }) => intent !== undefined && announced) && rows.every(isDue)
    ? []
    : [`the delete by VM at ${when(ask.at)} takes ${short(link.linkId)}, which nobody asked to go`];
}

function tooEarly(
  row: TrackedLink,
  { at, run }: AskRecord,
  intent: CommitRecord,
  outcome: Outcome,
): readonly string[] {
  const rule = run.settings.policy.rules.find(({ name }) => name === row.rule);
  return [
    ...(rule?.mode === "observe" ? [`happened though the rule "${row.rule}" only observes`] : []),
    ...(row.deadline > at ? [`comes before its deadline ${when(row.deadline)}`] : []),
    ...beforeStatedDeadline(row, intent, outcome),
    ...whileExtended(row, intent, outcome),
  ];
}

/** The run's own last commit that wrote this link with an intent. */
const intentBehind = (
  linkId: LinkId,
  ask: AskRecord,
  commits: readonly CommitRecord[],
): CommitRecord | undefined =>
  commits.findLast(
    ({ run, at, commit }) =>
      run === ask.run &&
      at <= ask.at &&
      commit.put.some((put) => put.linkId === linkId && put.intent !== undefined) &&
      commit.draft === undefined,
  ) ??
  commits.findLast(
    ({ run, commit }) =>
      run === ask.run && commit.put.some((put) => put.linkId === linkId && put.intent !== undefined),
  );

/** In an earlier transaction than the intent. */
function wasAnnounced(linkId: LinkId, intent: CommitRecord, truth: Truth): boolean {
  const { commits } = truth;
  const ids = idsOf(linkId, truth);
  return commits
    .slice(0, commits.indexOf(intent))
    .some(
      ({ partition, commit }) =>
        partition === intent.partition &&
        commit.facts.some(
          (fact) => fact.kind === "link-announced" && fact.links.some((link) => ids.includes(link.linkId)),
        ),
    );
}

/** The deadline that people were last told, in an alert or a fact about this life. */
function beforeStatedDeadline(row: TrackedLink, intent: CommitRecord, { truth }: Outcome): readonly string[] {
  const before = truth.commits.slice(0, truth.commits.indexOf(intent));
  const facts = before
    .filter(({ partition }) => partition === intent.partition)
    .flatMap(({ commit }) => commit.facts)
    .filter(({ kind }) => kind === "link-announced" || kind === "link-warned");
  const isKnown = row.attribution.kind !== "unknown" && !row.allowed;
  const ids = idsOf(row.linkId, truth);
  const stated = facts
    .flatMap(({ links, data }) => links.map((link) => ({ ...link, isOpen: data["byCreator"] === true })))
    .filter(({ linkId, life }) => ids.includes(linkId) && life === row.life);
  const last = stated.at(-1);
  if (!last || intent.at >= last.deadline || (last.isOpen && isKnown)) return [];
  if (!row.allowed && wasToldOfTags(ids, intent.run.settings, before)) return [];
  return [`comes before the deadline that was last told, ${when(last.deadline)}`];
}

/** A person asked for it, and that was committed before. */
function wasDemanded({ linkId }: TrackedLink, intent: CommitRecord, truth: Truth): boolean {
  const ids = idsOf(linkId, truth);
  return factsBefore(intent, truth.commits).some(
    ({ kind, links }) => kind === "revoke-demanded" && links.some((link) => ids.includes(link.linkId)),
  );
}

const factsBefore = (intent: CommitRecord, commits: readonly CommitRecord[]) =>
  commits
    .slice(0, commits.indexOf(intent))
    .flatMap(({ partition, commit }) => (partition === intent.partition ? commit.facts : []));

/** More time was given, and nothing that decides has changed since. */
function whileExtended(row: TrackedLink, intent: CommitRecord, { truth }: Outcome): readonly string[] {
  const { linkId, life, vmId } = row;
  const given = factsBefore(intent, truth.commits).findLast(
    ({ kind, links }) =>
      kind === "link-extended" && links.some((link) => link.linkId === linkId && link.life === life),
  );
  const until = Date.parse(String(given?.data["until"] ?? ""));
  if (!given || !(intent.at < until)) return [];
  const hasChanged =
    truth.settings.some(({ from }) => from > given.at - minutes(10) && from <= intent.at) ||
    truth.tagged.some(({ at }) => at <= intent.at);
  /** Another link to the same VM uses up its lifetime, also what was given as an extension (P6). */
  const isUsedUp = truth.commits.some(
    ({ partition, at, commit }) =>
      partition === intent.partition &&
      at >= given.at &&
      commit.close.some(({ link }) => link.vmId.toLowerCase() === vmId.toLowerCase()),
  );
  return hasChanged || isUsedUp || isVoid(row)
    ? []
    : [`comes while the link has more time, until ${when(instant(until))}`];
}

/** Who gave it may have made it, or whoever did is forbidden. */
const isVoid = ({ allowed, extension, attribution }: TrackedLink): boolean =>
  !allowed || (extension !== undefined && mayBeCreator(attribution, extension));

/** What the mildest reading of the policy in force allows, from what Azure itself showed: what was so under an older one does not count. */
const earliestEnd = (link: TrueLink, ask: AskRecord, outcome: Outcome): Instant =>
  endUnder(ask.run.settings.policy, link, firstShown(link, outcome.truth) ?? ask.at, outcome);

function endUnder(policy: Policy, link: TrueLink, first: Instant, { truth }: Outcome): Instant {
  const callers = [...new Set(truth.events.map(({ caller }) => caller))];
  const known = [undefined, ...callers].flatMap((caller) => [
    attributionTo(caller),
    attributionTo(caller, true),
  ]);
  const makers = [...known, ...known.flatMap(perhapsOnly)];
  const subjects = makers.flatMap((attribution) =>
    [{}, { env: "prod" }, { env: "test" }].flatMap((tags) =>
      link.vmIds.map((vmId) => ({ bastionId: link.bastion, vmId, tags, attribution })),
    ),
  );
  const others = truth.links.filter((other) => other.machine === link.machine && other !== link);
  const hadOthers = others.length > 0 || link.spans.length > 1;
  const endBy = ({ allowed, ttl, warnBefore, maxLifetime }: Verdict): Instant => {
    if (!allowed || mostUsed(others, first, ttl) >= maxLifetime) return first;
    const full =
      hadOthers || link.nativeExpiry !== undefined
        ? first
        : after(Math.min(link.datedAt ?? first, first) as Instant, ttl);
    return latest(full, after(first, warnBefore));
  };
  const ends = subjects.map((subject) => firstEnd(spellsOf(subject, policy, { now: first }), endBy).at);
  return instant(Math.min(...ends));
}

/** How long the other links of a VM can count before a moment: what nobody saw end counts until its deadline. */
function mostUsed(others: readonly TrueLink[], until: Instant, ttl: Milliseconds): Milliseconds {
  const lengths = others
    .flatMap(({ spans }) => spans)
    .filter(({ from }) => from < until)
    .map((span) => Math.min(span.until ?? until, until) - span.from + ttl);
  return lengths.reduce((sum, length) => sum + length, 0);
}

/** Some rules favour a creator: whoever it was, it may have been that one. `byOwnName`: as an event names them, for rules that are against somebody. */
function attributionTo(caller: string | undefined, byOwnName = false): Attribution {
  if (caller === undefined) return { kind: "unknown", searched: "creation" };
  const person: Person | undefined = people.find(({ key }) => key === caller);
  const own = {
    userPrincipalName: person && "upn" in person ? person.upn : undefined,
    appId: person && "appid" in person ? person.appid : undefined,
    kind: person && "appid" in person ? ("service-principal" as const) : jane.kind,
  };
  const named = byOwnName ? own : { userPrincipalName: "jane@contoso.example" };
  const made = { ...jane, objectId: caller, ...named };
  return { kind: "known", caller: made, eventId: "", reportedAt: instant(0), correlationId: undefined };
}

/** The same as one who may have made it, beside somebody else. */
const perhapsOnly = (attribution: Attribution): readonly Attribution[] =>
  attribution.kind === "known" ? [{ kind: "ambiguous", candidates: [attribution.caller], others: true }] : [];

/** So many more go within the hour that are forbidden. */
const keptForForbidden = 5;

/** Within an hour Azure takes deletes of at most the breaker's number of links, or of five more if only forbidden ones go then. A link counts once an hour. */
function pastBreaker({ truth }: Outcome): readonly string[] {
  const most = Math.max(...truth.settings.map(({ settings }) => settings.policy.maxRevocationsPerHour));
  return [...takenBy(truth)].flatMap(([bastion, taken]) => {
    if (wasReleased(bastion, truth)) return [];
    const worst = taken.find(({ linkId, at, allowed }, index) => {
      const before = taken.slice(0, index).filter((one) => one.at > at - hours(1));
      const others = new Set(before.map((one) => one.linkId));
      return !others.has(linkId) && others.size >= most + (allowed ? 0 : keptForForbidden);
    });
    return worst === undefined
      ? []
      : [`more than ${most} deletes within the hour to ${when(worst.at)} on ${bastion.slice(-8)}`];
  });
}

interface Taken {
  readonly linkId: LinkId;
  readonly at: Instant;
  readonly allowed: boolean;
}

/** What Azure took of what nobody demanded, by bastion, at the time of its intent. */
function takenBy({ asks, commits }: Truth): ReadonlyMap<string, readonly Taken[]> {
  const taken = new Map<string, Taken[]>();
  for (const ask of asks.filter((one) => one.taken))
    taken.set(ask.bastion, [
      ...(taken.get(ask.bastion) ?? []),
      ...ask.linkIds.flatMap((linkId) => undemanded(linkId, ask, commits)),
    ]);
  return taken;
}

function undemanded(linkId: LinkId, ask: AskRecord, commits: readonly CommitRecord[]): readonly Taken[] {
  const row = intentBehind(linkId, ask, commits)?.commit.put.find((put) => put.linkId === linkId);
  return row?.intent && !row.demanded ? [{ linkId, at: row.intent.askedAt, allowed: row.allowed }] : [];
}

const wasReleased = (bastion: string, { commits }: Truth): boolean =>
  commits.some(
    (one) =>
      bastionIn(one.partition) === bastion &&
      one.commit.facts.some(({ kind }) => kind === "breaker-released"),
  );
