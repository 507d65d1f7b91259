import { actorOfAll } from "../../alerts/alert-actor.ts";
import type { AlertDraft } from "../../alerts/alert.ts";
import { traitsOf, type AlertKind } from "../../alerts/alert-kinds.ts";
import { attribute, fits, longestOperation } from "../../attribution/attribution.ts";
import type { Fact } from "../../ledger/ledger.ts";
import type { TrackedLink } from "../../links/link.ts";
import { callerKey, type Caller, type Signal } from "../../attribution/signal.ts";
import { after, hours, minutes, seconds, type Instant } from "../../time.ts";
import { mayHoldMore } from "../alert-draft.ts";
import { deletesByOthers, ownDelete } from "./deletes.ts";
import { groupBy, noStep, signalsOf, type Situation, type Step } from "../situation.ts";

/** When a create signal without a link is looked into again, counted from its arrival. */
const createLooks = [seconds(5), seconds(30), minutes(2)] as const;
/** How long a delete signal may wait for the link it was about. */
const deletePatience = minutes(2);

/**
 * Explains the signals that are not in `spentAlready`, because no link explained them: links made and gone before we looked, deletions,
 * reads of the list, creations that Azure refused, changes of the host. `links` are those open now: whoever made one of them may read its list.
 */
export function leftoverSignals(
  links: readonly TrackedLink[],
  spentAlready: readonly Signal[],
  situation: Situation,
): Step {
  const left = (...operations: readonly Signal["operation"][]) =>
    signalsOf(situation, ...operations).filter((signal) => !spentAlready.includes(signal));
  const [creates, refused, reads] = [left("create"), left("create-failed"), left("read")];
  const late = creates.filter((signal) => isAboutPast(signal, situation));
  const early = creates.filter((signal) => !late.includes(signal));
  const gone = goneBeforeSeen(early, situation);
  const news = reads.filter((signal) => !isCreator(signal, links) && !wasToldLately(signal, situation));
  const stale = left("delete").filter(
    (signal) => after(signal.receivedAt, deletePatience) <= situation.now || gone.deletes.includes(signal),
  );
  return {
    ...noStep,
    spent: [...late, ...gone.creates, ...refused, ...reads, ...stale, ...left("host-write", "host-delete")],
    alerts: [
      ...gone.alerts,
      ...late.map((signal) => lateAlert(signal, situation)),
      ...unnamed(creates, situation),
      ...grouped("create-failed", refused, situation),
      ...grouped("links-read", news, situation),
    ],
    facts: [
      ...late.map((signal) => fact("creator-reported", signal)),
      ...gone.creates.map((signal) => fact("links-gone-before-seen", signal)),
      ...refused.map((signal) => fact("create-failed", signal)),
      ...reads.map((signal) => fact("links-read-by-other", signal)),
      ...stale.map((signal) => fact("delete-reported", signal, { oursBy: ownDelete(signal, situation)?.by })),
    ],
    looks: sharedLook(creates, gone.creates, situation.now),
  };
}

/** The report comes after the link it is about was seen, told as nobody's, and closed. */
const isAboutPast = (signal: Signal, { host }: Situation): boolean =>
  host.past.some(
    ({ unnamed, openedAt, closedAt }) =>
      unnamed && fits(openedAt, signal) && closedAt >= signal.occurredAt - longestOperation,
  );

const lateAlert = (signal: Signal, { now }: Situation): AlertDraft => ({
  ...reportOf("creator-reported", [signal], now),
  notes: [{ kind: "reported-after-close", createdAt: signal.occurredAt }],
});

/** What signals report, without a link: only whose they are. */
function reportOf(kind: AlertKind, signals: readonly Signal[], at: Instant): AlertDraft {
  const { severity, by } = traitsOf(kind);
  const actor = actorOfAll([attribute(signals)]);
  return { kind, severity, at, actors: actor ? { [by]: actor } : {} };
}

/**
 * A create that no link answers to, though complete listings were made since: the links are gone again. Two minutes prove it;
 * a delete that followed on the same bastion proves it with the first look after five seconds.
 */
function goneBeforeSeen(creates: readonly Signal[], situation: Situation) {
  const provenAt = absenceProvenAt(situation);
  if (provenAt === undefined) return { creates: [], deletes: [], alerts: [] };
  const deletes = deletesByOthers(situation);
  const followed = (signal: Signal) => deletes.filter((other) => other.occurredAt >= signal.occurredAt);
  const patience = (signal: Signal) => (followed(signal).length > 0 ? createLooks[0] : minutes(2));
  const over = creates.filter((signal) => provenAt >= after(signal.receivedAt, patience(signal)));
  return {
    creates: over,
    deletes: over.flatMap(followed),
    alerts: over.map((signal) => goneAlert(signal, followed(signal), situation)),
  };
}

/** From when on it is known that no other link is there: a whole, complete listing in which every entry is a known link began, or the bastion itself is gone. */
function absenceProvenAt(situation: Situation): Instant | undefined {
  const { observation, isPart, now } = situation;
  if (observation.kind === "unreadable" && observation.answer.kind === "gone") return after(now, minutes(2));
  return observation.kind === "listed" && !mayHoldMore(situation) && isPart !== true
    ? observation.startedAt
    : undefined;
}

function goneAlert(signal: Signal, deletes: readonly Signal[], { now }: Situation): AlertDraft {
  const alert = reportOf("created-and-gone", [signal], now);
  const deleter = deletes.length === 0 ? undefined : actorOfAll([attribute(deletes)]);
  return {
    ...alert,
    actors: { ...alert.actors, ...(deleter && { deleter }) },
    notes: [{ kind: "gone-before-seen", createdAt: signal.occurredAt }],
  };
}

/** Signals of a burst are looked into together, with the last of them: none a burst's length later than on its own. */
const burst = seconds(3);

function sharedLook(
  creates: readonly Signal[],
  explained: readonly Signal[],
  now: Instant,
): readonly Instant[] {
  const moments = creates
    .filter((signal) => !explained.includes(signal))
    .flatMap((signal) => nextLook(signal, now));
  const end = Math.min(...moments) + burst;
  return moments
    .filter((moment) => moment <= end)
    .sort((a, b) => b - a)
    .slice(0, 1);
}

const nextLook = (signal: Signal, now: Instant): readonly Instant[] =>
  createLooks
    .map((wait) => after(signal.receivedAt, wait))
    .filter((moment) => moment > now)
    .slice(0, 1);

/** How long people may be left without a word while the bastion cannot be read. */
const namePatience = minutes(1);

/** Somebody made links and the bastion does not answer: better half the news now than all of it too late. */
function unnamed(creates: readonly Signal[], { observation, host, now }: Situation): readonly AlertDraft[] {
  if (observation.kind !== "unreadable" || observation.answer.kind === "gone") return [];
  const { why } = observation.answer;
  const untold = creates.filter(
    (signal) => now >= after(signal.receivedAt, namePatience) && !host.toldUnnamed.includes(signal.eventId),
  );
  return untold.map((signal) => ({
    ...reportOf("created-unnamed", [signal], now),
    notes: [{ kind: "not-yet-seen", createdAt: signal.occurredAt, why }],
  }));
}

/** Whoever made an open link here has its URL anyway, and the Az module reads the list right after creating. */
const isCreator = (signal: Signal, links: readonly TrackedLink[]): boolean =>
  links.some(
    ({ attribution }) =>
      attribution.kind === "known" && callerKey(attribution.caller) === callerKey(signal.caller),
  );

/** What a reader of the list is known by from one look to the next, in `toldReaders`. Callers that nothing identifies share one. */
export const readerKey = (caller: Caller): string => callerKey(caller) ?? "unnamed";

const wasToldLately = ({ caller }: Signal, { host, now }: Situation): boolean =>
  host.toldReaders.some((told) => told.caller === readerKey(caller) && told.at > now - hours(1));

const noteKinds = { "create-failed": "create-refused", "links-read": "list-read" } as const;

/** One alert a caller; none where the policy wants silence, and the facts stay. */
function grouped(
  kind: keyof typeof noteKinds,
  signals: readonly Signal[],
  { policy, now }: Situation,
): readonly AlertDraft[] {
  if (policy.silence.includes(kind)) return [];
  return groupBy(signals, (signal) => callerKey(signal.caller) ?? signal.eventId).map((group) => ({
    ...reportOf(kind, group, now),
    notes: [{ kind: noteKinds[kind], times: group.length }],
  }));
}

const fact = (kind: Fact["kind"], signal: Signal, more: Fact["data"] = {}): Fact => ({
  at: signal.occurredAt,
  kind,
  links: [],
  actor: signal.caller,
  data: { eventId: signal.eventId, correlationId: signal.correlationId, ...more },
});
