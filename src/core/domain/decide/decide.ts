import type { AlertDraft } from "../alerts/alert.ts";
import type { Fact } from "../ledger/ledger.ts";
import type { ClosedLink, LinkId, TrackedLink } from "../links/link.ts";
import type { Life } from "../links/lives.ts";
import type { Signal } from "../attribution/signal.ts";
import type { HostState } from "../state/watched.ts";
import { alertsOf } from "./alert-draft.ts";
import { announce } from "./alerts/announce.ts";
import { noteChanges } from "./alerts/corrections.ts";
import { endsMoved } from "./alerts/ends-moved.ts";
import { failedSignIns } from "./alerts/failed-sign-ins.ts";
import { heldRevocations } from "./links/breaker.ts";
import { failedRevocations, troubles } from "./alerts/troubles.ts";
import { careFor } from "./alerts/care-for.ts";
import { comingBackFor } from "./alerts/unacknowledged.ts";
import { hostAfter } from "./host/host-after.ts";
import { correctedMoments } from "./host/corrections.ts";
import { hostStep } from "./host/host-step.ts";
import { pastAfter } from "./host/past.ts";
import { backInScope } from "./links/back-in-scope.ts";
import { closeLinks, closeWithBastion } from "./links/close-links.ts";
import { enforce, isRevokable } from "./links/enforce.ts";
import { countLives } from "./links/lifetime.ts";
import { rejudge, soonerLooks } from "./links/rejudge.ts";
import { withinReach } from "./links/too-far.ts";
import { track } from "./links/track.ts";
import { misusedIdentity } from "./signals/deletes.ts";
import { leftoverSignals } from "./signals/leftover-signals.ts";
import { nameCreators } from "./signals/name-creators.ts";
import { rememberTags, reportUntagged } from "./tags.ts";
import { concat, factsOn, noStep, type Situation, type Step } from "./situation.ts";

/** What one look at a bastion leads to. Nothing here has happened yet: the flow commits it, and only then acts. */
export interface Decision {
  /** The bastion's row as it will be, but for numbers and hashes: `commitOf` gives those. */
  readonly host: HostState;
  /** Open links that are new or changed; one that stays as it was costs no row. */
  readonly put: readonly TrackedLink[];
  readonly close: readonly ClosedLink[];
  /** Signals that need not be kept: a link or a fact speaks for them. */
  readonly spent: readonly Signal[];
  /** For the ledger, in the order of the steps. */
  readonly facts: readonly Fact[];
  readonly alerts: readonly AlertDraft[];
  /** Rows to take back: their links have another id now. */
  readonly renamed: readonly TrackedLink[];
  /** Live intents: to be submitted to Azure after the commit. */
  readonly revoke: readonly LinkId[];
  /** Every open link that Azure was asked to delete before and that is still due, or that it is asked to delete now. */
  readonly asked: readonly TrackedLink[];
  /** Rows of `|lives` to be written before the commit. */
  readonly opening: readonly Life[];
}

/**
 * The whole of the watchdog's judgement: from what is remembered and what was just seen to what is to be done. Pure. In this order: which links
 * are there, who made them, which are gone, what is due, which signals no link answers to, who tries passwords, who else has our
 * identity, what the host itself has to tell, what nobody acknowledged.
 */
export function decide(given: Situation): Decision {
  const situation = { ...given, judged: new WeakMap() };
  const tracking = track(situation);
  const naming = nameCreators(tracking, situation);
  const leaving = noteChanges(isGone(situation) ? naming.links : naming.vanished, naming, situation.now);
  const left = (isGone(situation) ? closeWithBastion : closeLinks)(leaving.links, situation);
  const within = withinReach(isGone(situation) ? [] : naming.links, situation);
  const known = within.links.map((link) => judgedAgain(link, situation));
  const untagged = reportUntagged(known, situation, (links) => alertsOf("tags-unknown", links, situation));
  const named = announce(untagged.links, naming, situation);
  const isSeen = ({ linkId }: TrackedLink) => tracking.seen.has(linkId);
  const enforced = enforce(named.links.filter(isSeen), situation);
  const open = [...enforced.links, ...named.links.filter((link) => !isSeen(link))];
  const links = [...open, ...left.links];
  const past = pastAfter(naming.past, left.close, situation);
  const explained = leftoverSignals({ open: links, past, naming }, situation);
  const care = careFor({ open, close: left.close }, naming, situation);
  const moved = endsMoved(named.links, [...untagged.alerts, ...named.alerts], situation);
  const found = troublesOf(named.links.filter(isSeen), enforced.held, situation);
  const trouble = troubles(found, { open, row: care }, situation);
  const step = concat([
    ...[tracking, { ...noStep, facts: leaving.facts }, left, untagged, named, moved, enforced, explained],
    ...[failedSignIns(open, situation), misusedIdentity(situation), hostStep(situation, naming.leftOver)],
    ...[care, trouble, soonerLooks(open, situation), correctedMoments(within.tooFar, situation)],
  ]);
  const { opening, following, ...lives } = countLives(links, { ...tracking, close: step.close }, situation);
  const put = changedLinks(lives.links, situation);
  return {
    host: {
      ...hostAfter(withPast(situation, explained.past), comingBackFor(step, situation), trouble.awaited),
      ...{ troubles: trouble.troubles, acknowledged: trouble.acknowledged },
      ...{ newHoles: tracking.newHoles, owedLives: following },
    },
    ...{ opening, put },
    ...{ close: step.close, spent: step.spent, alerts: step.alerts },
    facts: [...step.facts, ...movedDeadlines(put, step, situation)],
    ...{ renamed: tracking.renamed, revoke: step.revoke },
    asked: open.filter((link) => link.intent && isRevokable(link, situation)),
  };
}

/** What of this look is a trouble: links that cannot be revoked, or not for now. */
const troublesOf = (seen: readonly TrackedLink[], held: readonly TrackedLink[], situation: Situation) => [
  ...failedRevocations(seen, situation),
  ...heldRevocations(held, situation),
];

/** No deadline moves without a fact: whoever compares rows with the ledger finds what somebody else wrote. */
function movedDeadlines(
  links: readonly TrackedLink[],
  { facts }: Step,
  { watched, now }: Situation,
): readonly Fact[] {
  const before = new Map(watched.links.map(({ linkId, deadline }) => [linkId, deadline]));
  const told = new Map(facts.flatMap((fact) => fact.links.map(({ linkId, deadline }) => [linkId, deadline])));
  const moved = links.filter(
    ({ linkId, deadline }) => (told.get(linkId) ?? before.get(linkId) ?? deadline) !== deadline,
  );
  return factsOn(moved, { at: now, kind: "deadline-moved", actor: undefined, data: {} });
}

const judgedAgain = (link: TrackedLink, situation: Situation): TrackedLink =>
  rememberTags(rejudge(backInScope(link, situation), situation), situation);

const withPast = (situation: Situation, past: HostState["past"]): Situation => ({
  ...situation,
  host: { ...situation.host, past },
});

const isGone = ({ observation }: Situation): boolean =>
  observation.kind === "unreadable" && observation.answer.kind === "gone";

function changedLinks(links: readonly TrackedLink[], { watched }: Situation): readonly TrackedLink[] {
  const isAsStored = ({ linkId }: TrackedLink) => watched.corrected?.has(linkId) !== true;
  const before = new Map(watched.links.filter(isAsStored).map((link) => [link.linkId, JSON.stringify(link)]));
  return links.filter((link) => before.get(link.linkId) !== JSON.stringify(link));
}
