import type { AlertDraft } from "../alerts/alert.ts";
import { attribute } from "../attribution/attribution.ts";
import { fromActivityLog } from "../attribution/activity-log-answer.ts";
import type { Fact } from "../ledger/ledger.ts";
import type { ClosedLink, LinkId, PastLink, TrackedLink } from "../links/link.ts";
import type { Signal } from "../attribution/signal.ts";
import { after, days, earliest, hours, minutes, seconds, type Instant } from "../time.ts";
import type { HostState } from "../state/watched.ts";
import { announce } from "./announce.ts";
import { closeLinks, closeWithBastion } from "./close-links.ts";
import { enforce, lastHour } from "./enforce.ts";
import { leftoverSignals, readerKey } from "./leftover-signals.ts";
import { burstsTold, failedSignIns } from "./failed-sign-ins.ts";
import { comingBackFor, unacknowledged } from "./unacknowledged.ts";
import { concat, noStep, signalsOf, type Situation, type Step } from "./situation.ts";
import { rejudge, track } from "./track.ts";
import { vmKeyOf } from "../arm-id.ts";

/** What one look at a bastion leads to. Nothing here has happened yet: the flow commits it, and only then acts. */
export interface Decision {
  readonly host: HostState;
  readonly put: readonly TrackedLink[];
  readonly close: readonly ClosedLink[];
  readonly spent: readonly Signal[];
  readonly facts: readonly Fact[];
  readonly alerts: readonly AlertDraft[];
  /** Live intents: to be submitted to Azure after the commit. */
  readonly revoke: readonly LinkId[];
}

/** How long a bastion may stay unreadable for a passing reason before people are told. */
const unreadablePatience = minutes(10);

/** The whole of the watchdog's judgement: from what is remembered and what was just seen to what is to be done. Pure. */
export function decide(situation: Situation): Decision {
  const tracking = track(situation);
  const left = isGone(situation) ? closeWithBastion(tracking.links, situation) : closeLinks(tracking.vanished, situation);
  const known = isGone(situation) ? [] : tracking.links.map((link) => rejudge(link, situation));
  const named = announce(known, situation);
  const enforced = isCompletelyListed(situation) ? enforce(named.links, situation) : { ...noStep, links: named.links };
  const links = [...enforced.links, ...left.links];
  const explained = leftoverSignals(links, [...named.spent, ...left.spent], situation);
  const unanswered = unacknowledged(situation);
  const signIns = failedSignIns(enforced.links, situation);
  const step = concat([tracking, left, named, enforced, explained, signIns, hostStep(situation), unanswered]);
  return {
    host: hostAfter(situation, comingBackFor(step, situation), unanswered.awaited),
    put: changedLinks(links, situation),
    close: step.close,
    spent: step.spent,
    facts: step.facts,
    alerts: step.alerts,
    revoke: step.revoke,
  };
}

const isGone = ({ observation }: Situation): boolean => observation.kind === "unreadable" && observation.answer.kind === "gone";
const isCompletelyListed = ({ observation }: Situation): boolean => observation.kind === "listed" && observation.listing.complete;

function changedLinks(links: readonly TrackedLink[], { watched }: Situation): readonly TrackedLink[] {
  const before = new Map(watched.links.map((link) => [link.linkId, JSON.stringify(link)]));
  return links.filter((link) => before.get(link.linkId) !== JSON.stringify(link));
}

function hostAfter(situation: Situation, step: Step, awaited: HostState["awaited"]): HostState {
  const { host, observation, now } = situation;
  const revocations = [...lastHour(host.recentRevocations, now), ...ofOurOwn(step.revoke, situation).map(() => now)];
  const wasHeld = step.alerts.some(({ kind }) => kind === "revocations-held");
  return {
    ...host,
    checkedAt: observation.kind === "listed" && observation.listing.complete ? observation.startedAt : host.checkedAt,
    unreadable: unreadableAfter(situation, step),
    featureOn: observation.kind === "listed" ? (observation.featureOn ?? host.featureOn) : host.featureOn,
    claimUntil: undefined,
    wakeAt: earliest(observation.kind === "not-looked" && host.wakeAt !== undefined ? [...step.looks, host.wakeAt] : step.looks),
    recentRevocations: revocations,
    heldToldAt: wasHeld ? now : host.heldToldAt,
    awaited,
    past: pastAfter(situation, step.close),
    toldUnnamed: unnamedAfter(situation, step),
    toldReaders: readersAfter(situation, step),
    toldBursts: burstsTold(situation, step),
    creatorsAskedAt: situation.logs?.creations ? now : host.creatorsAskedAt,
    openBatch: undefined,
  };
}

/** What people asked for is not the breaker's to count. */
const ofOurOwn = (revoke: readonly LinkId[], { watched }: Situation): readonly LinkId[] =>
  revoke.filter((linkId) => !watched.links.some((link) => link.linkId === linkId && link.demanded));

const pastKept = days(30);
/** As many as a bastion can have at a time: all of them may come back at once. */
const mostPast = 500;

/** Closed links that still count: against a VM's lifetime, and as what a re-created link is re-created from. */
const pastAfter = ({ host, now }: Situation, close: readonly ClosedLink[]): readonly PastLink[] =>
  [...close.map(pastOf), ...host.past].filter(({ closedAt }) => closedAt > now - pastKept).slice(0, mostPast);

const pastOf = ({ link, closedAt, closedBy }: ClosedLink): PastLink => ({
  linkId: link.linkId,
  life: link.life,
  vmKey: vmKeyOf(link.vmId),
  openedAt: link.createdAt,
  closedAt,
  closedBy,
  unnamed:
    link.attribution.kind === "unknown" || (link.attribution.kind === "known" && link.attribution.eventId.startsWith(fromActivityLog)),
});

/** Who was told as a reader of the list lately: the same caller is no news for an hour. */
function readersAfter({ host, now }: Situation, { alerts }: Step): HostState["toldReaders"] {
  const told = alerts.flatMap(({ kind, actor }) =>
    kind === "links-read" && actor?.kind === "known" ? [{ caller: readerKey(actor.caller), at: now }] : [],
  );
  return [...told, ...host.toldReaders].filter(({ at }) => at > now - hours(1)).slice(0, mostPast);
}

/** Which pending signals people were told of without a VM; forgotten with the signal. */
function unnamedAfter({ host, watched }: Situation, step: Step): readonly string[] {
  const told = step.alerts.flatMap((alert) =>
    alert.kind === "created-unnamed" && alert.actor?.kind === "known" ? [alert.actor.eventId] : [],
  );
  const isPending = (eventId: string) => watched.signals.some((signal) => signal.eventId === eventId);
  return [...new Set([...host.toldUnnamed, ...told])].filter(isPending).slice(0, mostPast);
}

function unreadableAfter({ host, observation, now }: Situation, step: Step): HostState["unreadable"] {
  if (observation.kind === "listed") return undefined;
  if (observation.kind === "not-looked") return host.unreadable;
  const told = host.unreadable?.told === true || step.alerts.some(({ kind }) => kind === "unreadable" || kind === "bastion-deleted");
  return { why: observation.answer.why, since: host.unreadable?.since ?? now, told, gone: observation.answer.kind === "gone" };
}

/** What the host row itself has to tell: it cannot be read, it can again, it is gone, its feature was switched. */
function hostStep(situation: Situation): Step {
  const { observation } = situation;
  if (observation.kind === "not-looked") return noStep;
  if (observation.kind === "listed") return concat([readableAgain(situation), featureSwitched(situation)]);
  return observation.answer.kind === "gone" ? deleted(situation) : unreadable(situation);
}

function unreadable({ host, observation, now }: Situation): Step {
  if (observation.kind !== "unreadable") return noStep;
  const { answer } = observation;
  const lasted = now - (host.unreadable?.since ?? now);
  const isPassing = "retryAfter" in answer;
  const isTimeToTell = host.unreadable?.told !== true && (!isPassing || lasted >= unreadablePatience);
  return {
    ...noStep,
    looks: isPassing ? [after(now, waitFor(answer, lasted))] : [],
    facts: host.unreadable ? [] : [hostFact("bastion-unreadable", now, { why: answer.why })],
    alerts: isTimeToTell ? [hostAlert("unreadable", now, [answer.why, notWatched])] : [],
  };
}

const notWatched = "Links on this bastion are not watched until it can be read again.";

/** Azure's own Retry-After, or as long again as it has lasted already, between five seconds and five minutes. */
const waitFor = (answer: { readonly retryAfter?: number | undefined }, lasted: number): number =>
  Math.max(answer.retryAfter ?? Math.min(Math.max(lasted, seconds(5)), minutes(5)), seconds(2));

const readableAgain = ({ host, now }: Situation): Step => ({
  ...noStep,
  facts: host.unreadable ? [hostFact("bastion-readable", now, {})] : [],
  alerts: host.unreadable?.told === true ? [hostAlert("readable-again", now, [])] : [],
});

function featureSwitched(situation: Situation): Step {
  const { host, observation, now } = situation;
  if (observation.kind !== "listed" || observation.featureOn === undefined || observation.featureOn === host.featureOn) return noStep;
  const changed = hostFact("feature-changed", now, { enableShareableLink: observation.featureOn });
  const alert = {
    ...hostAlert(observation.featureOn ? "feature-on" : "feature-off", now, []),
    actor: attribute(signalsOf(situation, "host-write")),
  };
  return { ...noStep, facts: [changed], alerts: host.featureOn === undefined ? [] : [alert] };
}

/** Told once, and again only while it takes links with it. */
const deleted = (situation: Situation): Step =>
  situation.host.unreadable?.gone === true && situation.watched.links.length === 0
    ? noStep
    : {
        ...noStep,
        facts: [hostFact("bastion-deleted", situation.now, {})],
        alerts: [{ ...hostAlert("bastion-deleted", situation.now, []), actor: attribute(signalsOf(situation, "host-delete")) }],
      };

const hostFact = (kind: Fact["kind"], at: Instant, data: Fact["data"]): Fact => ({ at, kind, links: [], actor: undefined, data });

const hostAlert = (kind: AlertDraft["kind"], at: Instant, notes: readonly string[]): AlertDraft => ({
  kind,
  severity: kind === "unreadable" || kind === "feature-on" ? "medium" : "low",
  at,
  links: [],
  actor: undefined,
  enforced: true,
  notes,
  channels: [],
});
