import { vmKeyOf } from "../../arm-id.ts";
import { deedsOf, namesIn } from "../../attribution/attribution.ts";
import { madeAt } from "../../attribution/fit.ts";
import type { ClosedLink, PastLink } from "../../links/link.ts";
import { correlationIdOf, withDelete } from "../../links/own-deletes.ts";
import type { HostState } from "../../state/watched.ts";
import { days, earliest, hours, isoDay } from "../../time.ts";
import { scopeAfter } from "../links/back-in-scope.ts";
import { countedAfter } from "../links/breaker.ts";
import { burstsTold } from "../alerts/failed-sign-ins.ts";
import { keepsIds, misusesTold } from "../signals/deletes.ts";
import { pastCreate } from "../signals/assign-creates.ts";
import { createsTold, readerKey } from "../signals/leftover-signals.ts";
import type { Situation, Step } from "../situation.ts";
import { lastingTrouble } from "./host-step.ts";

/**
 * The bastion's row after a decision: `step` is all of its steps, `awaited` the alerts that still wait for somebody. The claim is given back,
 * and the row wakes up at the earliest moment a step asks for. `checkedAt` moves only with a complete listing, holes in it or not.
 */
export function hostAfter(situation: Situation, step: Step, awaited: HostState["awaited"]): HostState {
  const { host, observation, now } = situation;
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
    recentRevocations: countedAfter(step.revoke, situation),
    heldToldAt: wasHeld ? now : host.heldToldAt,
    awaited,
    past: pastAfter(situation, step.close),
    toldUnnamed: unnamedAfter(situation, step),
    toldCreates: createsTold(situation, step),
    toldMisuses: misusesTold(situation),
    ownDeletes: withDelete(host, deleteIn(step, situation), now),
    keepsIds: keepsIds(situation),
    toldReaders: readersAfter(situation, step),
    toldBursts: burstsTold(situation, step),
    fullToldFor: fullToldFor(situation, step),
    creatorsAskedAt: situation.logs?.creations ? now : host.creatorsAskedAt,
    openBatch: undefined,
    ...scopeAfter(situation),
  };
}

/** The id that the deletes of this decision are sent with. */
const deleteIn = (step: Step, { bastion, host, now }: Situation): string | undefined =>
  step.revoke.length > 0 ? correlationIdOf(bastion, host, now) : undefined;

/** The day on which people were told that few more links fit. */
const fullToldFor = ({ host, now }: Situation, { alerts }: Step): HostState["fullToldFor"] =>
  alerts.some(({ kind }) => kind === "nearly-full") ? isoDay(now) : host.fullToldFor;

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
  madeAfter: madeAt(link).from,
  creates: deedsOf(link.attribution).map(pastCreate),
  told: namesIn(link.attribution),
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

function unreadableAfter(situation: Situation, step: Step): HostState["unreadable"] {
  const { host, observation, now } = situation;
  if (observation.kind === "not-looked") return host.unreadable;
  const reading = readingOf(observation);
  if (reading === undefined) return undefined;
  const before = lastingTrouble(host, reading.partly);
  const told = step.alerts.some(
    ({ kind }) => kind === "unreadable" || kind === "read-partly" || kind === "bastion-deleted",
  );
  return { ...reading, since: before?.since ?? now, told: before?.told === true || told };
}

/** Why the links could not be read, or not all of them; undefined if they were. */
function readingOf(
  observation: Exclude<Situation["observation"], { readonly kind: "not-looked" }>,
): { readonly why: string; readonly gone: boolean; readonly partly: boolean } | undefined {
  if (observation.kind === "unreadable")
    return { why: observation.answer.why, gone: observation.answer.kind === "gone", partly: false };
  const { complete, problems } = observation.listing;
  return complete ? undefined : { why: problems[0] ?? "", gone: false, partly: true };
}
