import { vmKeyOf } from "../../arm-id.ts";
import { fromActivityLog } from "../../attribution/activity-log-answer.ts";
import type { ClosedLink, LinkId, PastLink } from "../../links/link.ts";
import { correlationIdOf, withDelete } from "../../links/own-deletes.ts";
import type { HostState } from "../../state/watched.ts";
import { days, earliest, hours } from "../../time.ts";
import { scopeAfter } from "../links/back-in-scope.ts";
import { lastHour } from "../links/enforce.ts";
import { burstsTold } from "../alerts/failed-sign-ins.ts";
import { keepsIds, misusesTold } from "../signals/deletes.ts";
import { readerKey } from "../signals/leftover-signals.ts";
import type { Situation, Step } from "../situation.ts";

/**
 * The bastion's row after a decision: `step` is all of its steps, `awaited` the alerts that still wait for somebody. The claim is given back,
 * and the row wakes up at the earliest moment a step asks for. `checkedAt` moves only with a complete listing.
 */
export function hostAfter(situation: Situation, step: Step, awaited: HostState["awaited"]): HostState {
  const { host, observation, now } = situation;
  const revocations = [
    ...lastHour(host.recentRevocations, now),
    ...ofOurOwn(step.revoke, situation).map(() => now),
  ];
  const wasHeld = step.alerts.some(({ kind }) => kind === "revocations-held");
  return {
    ...host,
    checkedAt:
      observation.kind === "listed" && observation.listing.complete ? observation.startedAt : host.checkedAt,
    unreadable: unreadableAfter(situation, step),
    featureOn: observation.kind === "listed" ? (observation.featureOn ?? host.featureOn) : host.featureOn,
    claimUntil: undefined,
    wakeAt: earliest(
      observation.kind === "not-looked" && host.wakeAt !== undefined
        ? [...step.looks, host.wakeAt]
        : step.looks,
    ),
    recentRevocations: revocations,
    heldToldAt: wasHeld ? now : host.heldToldAt,
    awaited,
    past: pastAfter(situation, step.close),
    toldUnnamed: unnamedAfter(situation, step),
    toldMisuses: misusesTold(situation),
    ownDeletes: withDelete(host, deleteIn(step, situation), now),
    keepsIds: keepsIds(situation),
    toldReaders: readersAfter(situation, step),
    toldBursts: burstsTold(situation, step),
    creatorsAskedAt: situation.logs?.creations ? now : host.creatorsAskedAt,
    openBatch: undefined,
    ...scopeAfter(situation),
  };
}

/** The id that the deletes of this decision are sent with. */
const deleteIn = (step: Step, { bastion, host, now }: Situation): string | undefined =>
  step.revoke.length > 0 ? correlationIdOf(bastion, host, now) : undefined;

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
    link.attribution.kind === "unknown" ||
    (link.attribution.kind === "known" && link.attribution.eventId.startsWith(fromActivityLog)),
});

/** Who was told as a reader of the list lately: the same caller is no news for an hour. */
function readersAfter({ host, now }: Situation, { alerts }: Step): HostState["toldReaders"] {
  const told = alerts.flatMap(({ kind, actors }) =>
    kind === "links-read" && actors?.caller?.kind === "known"
      ? [{ caller: readerKey(actors.caller.caller), at: now }]
      : [],
  );
  return [...told, ...host.toldReaders].filter(({ at }) => at > now - hours(1)).slice(0, mostPast);
}

/** Which pending signals people were told of without a VM; forgotten with the signal. */
function unnamedAfter({ host, watched }: Situation, step: Step): readonly string[] {
  const told = step.alerts.flatMap(({ kind, actors }) =>
    kind === "created-unnamed" && actors?.creator?.kind === "known"
      ? actors.creator.operations.map(({ eventId }) => eventId)
      : [],
  );
  const isPending = (eventId: string) => watched.signals.some((signal) => signal.eventId === eventId);
  return [...new Set([...host.toldUnnamed, ...told])].filter(isPending).slice(0, mostPast);
}

function unreadableAfter({ host, observation, now }: Situation, step: Step): HostState["unreadable"] {
  if (observation.kind === "listed") return undefined;
  if (observation.kind === "not-looked") return host.unreadable;
  const told =
    host.unreadable?.told === true ||
    step.alerts.some(({ kind }) => kind === "unreadable" || kind === "bastion-deleted");
  return {
    why: observation.answer.why,
    since: host.unreadable?.since ?? now,
    told,
    gone: observation.answer.kind === "gone",
  };
}
