import { peopleIn } from "../../attribution/attribution.ts";
import { peopleKey } from "../../attribution/signal.ts";
import { correlationIdOf, withDelete } from "../../links/own-deletes.ts";
import type { HostState } from "../../state/watched.ts";
import { earliest, hours, isoDay } from "../../time.ts";
import { scopeAfter } from "../links/back-in-scope.ts";
import { countedAfter } from "../links/breaker.ts";
import { burstsTold } from "../alerts/failed-sign-ins.ts";
import { keepsIds, misusesTold } from "../signals/deletes.ts";
import { createsTold } from "../signals/leftover-signals.ts";
import type { Situation, Step } from "../situation.ts";
import { correctedAfter } from "./corrections.ts";
import { lastingTrouble } from "./host-step.ts";

/**
 * The bastion's row after a decision: `step` is all of its steps, `awaited` the alerts that still wait for somebody. The claim is given back,
 * and the row wakes up at the earliest moment a step asks for. `checkedAt` moves only with a complete listing, holes in it or not.
 */
export function hostAfter(situation: Situation, step: Step, awaited: HostState["awaited"]): HostState {
  const { host, observation, now } = situation;
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
    heldToldAt: step.alerts.some(({ kind }) => kind === "revocations-held") ? now : host.heldToldAt,
    awaited,
    toldUnnamed: unnamedAfter(situation, step),
    toldCreates: createsTold(situation, step),
    toldMisuses: misusesTold(situation),
    ownDeletes: withDelete(host, deleteIn(step, situation), now),
    keepsIds: keepsIds(situation),
    toldReaders: readersAfter(situation, step),
    toldDeleters: deletersAfter(situation, step),
    toldBursts: burstsTold(situation, step),
    fullToldFor: fullToldFor(situation, step),
    openBatch: undefined,
    ...correctedAfter(situation, step.facts),
    ...scopeAfter(situation),
  };
}

/** The id that the deletes of this decision are sent with. */
const deleteIn = (step: Step, { bastion, host, now }: Situation): string | undefined =>
  step.revoke.length > 0 ? correlationIdOf(bastion, host, now) : undefined;

/** The day on which people were told that few more links fit. */
const fullToldFor = ({ host, now }: Situation, { alerts }: Step): HostState["fullToldFor"] =>
  alerts.some(({ kind }) => kind === "nearly-full") ? isoDay(now) : host.fullToldFor;

/** As many callers as are remembered. */
const mostTold = 500;

/** Who was told as a reader of the list lately: the same caller is no news for an hour. */
function readersAfter({ host, now }: Situation, { alerts }: Step): HostState["toldReaders"] {
  const told = alerts.flatMap(({ kind, actors }) =>
    kind === "links-read" && actors?.caller?.kind === "known"
      ? [{ caller: peopleKey([actors.caller.caller]), at: now }]
      : [],
  );
  return [...told, ...host.toldReaders].filter(({ at }) => at > now - hours(1)).slice(0, mostTold);
}

/** The same of those whose deletes nothing explained. */
function deletersAfter({ host, now }: Situation, { alerts }: Step): HostState["toldDeleters"] {
  const told = alerts.flatMap(({ kind, actors }) =>
    kind === "deleted-unseen" && actors?.deleter
      ? [{ caller: peopleKey(peopleIn(actors.deleter)), at: now }]
      : [],
  );
  return [...told, ...host.toldDeleters].filter(({ at }) => at > now - hours(1)).slice(0, mostTold);
}

/** Which pending signals people were told of without a VM; forgotten with the signal. */
function unnamedAfter({ host, watched }: Situation, step: Step): readonly string[] {
  const told = step.alerts.flatMap(({ kind, actors }) =>
    kind === "created-unnamed" && actors?.creator?.kind === "known"
      ? actors.creator.operations.map(({ eventId }) => eventId)
      : [],
  );
  const isPending = (eventId: string) => watched.signals.some((signal) => signal.eventId === eventId);
  return [...new Set([...host.toldUnnamed, ...told])].filter(isPending).slice(0, mostTold);
}

function unreadableAfter(situation: Situation, step: Step): HostState["unreadable"] {
  const { host, observation, now } = situation;
  if (observation.kind === "not-looked") return host.unreadable;
  const reading = readingOf(observation);
  if (reading === undefined) return undefined;
  const before = lastingTrouble(host, reading.partly);
  const telling = step.alerts.filter(
    ({ kind }) => kind === "unreadable" || kind === "read-partly" || kind === "bastion-deleted",
  );
  return {
    ...reading,
    since: before?.since ?? now,
    told: before?.told === true || telling.length > 0,
    toldLoud: before?.toldLoud === true || telling.some(({ severity }) => severity === "high"),
  };
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
