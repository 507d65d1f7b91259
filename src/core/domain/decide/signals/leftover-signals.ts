import { actorOfAll } from "../../alerts/alert-actor.ts";
import type { AlertDraft } from "../../alerts/alert.ts";
import { traitsOf, type AlertKind } from "../../alerts/alert-kinds.ts";
import { attribute, deedsOf } from "../../attribution/attribution.ts";
import type { Fact } from "../../ledger/ledger.ts";
import type { TrackedLink } from "../../links/link.ts";
import { callerId, callerKey, isSameCaller, type Caller, type Signal } from "../../attribution/signal.ts";
import type { HostState } from "../../state/watched.ts";
import { after, hours, minutes, seconds, type Instant } from "../../time.ts";
import { mayHoldMore } from "../alert-draft.ts";
import { groupBy, namedIn, noStep, signalsOf, type Situation, type Step } from "../situation.ts";
import { createLooks, followedBy, isProvenAbsent } from "./absence.ts";
import { ownDelete } from "./deletes.ts";
import type { Late, LeftOver, Naming } from "./name-creators.ts";

/** How long a delete signal may wait for the link it was about. */
const deletePatience = minutes(2);
/** How long a create signal is kept: a link of its call may be listed late, and is to be its caller's then. */
const createKept = minutes(10);

/**
 * Explains the signals that are not in `spentAlready`, because no link explained them: links made and gone before we looked, deletions,
 * reads of the list, creations that Azure refused, changes of the host. `links` are those open now: whoever made one of them may read its list.
 */
export function leftoverSignals(
  links: readonly TrackedLink[],
  { spentAlready, naming }: { readonly spentAlready: readonly Signal[]; readonly naming: Naming },
  situation: Situation,
): Step {
  const left = (...operations: readonly Signal["operation"][]) =>
    signalsOf(situation, ...operations).filter((signal) => !spentAlready.includes(signal));
  const [refused, reads] = [left("create-failed"), left("read")];
  const gone = naming.leftOver.filter(({ signal }) => isProvenAbsent(signal, situation));
  const deletes = gone.flatMap(({ signal }) => followedBy(signal, situation));
  const news = reads.filter((signal) => !isCreator(signal, links) && !wasToldLately(signal, situation));
  const stale = left("delete").filter(
    (signal) => after(signal.receivedAt, deletePatience) <= situation.now || deletes.includes(signal),
  );
  return {
    ...noStep,
    spent: [
      ...oldCreates(naming, situation),
      ...refused,
      ...reads,
      ...stale,
      ...left("host-write", "host-delete"),
    ],
    alerts: [
      ...gone.map((one) => goneAlert(one, situation)),
      ...naming.late.map((one) => lateAlert(one, situation)),
      ...unnamed(naming, situation),
      ...grouped("create-failed", refused, situation),
      ...grouped("links-read", news, situation),
    ],
    facts: [
      ...createFacts(naming.late, gone),
      ...refused.map((signal) => fact("create-failed", signal)),
      ...reads.map((signal) => fact("links-read-by-other", signal)),
      ...stale.map((signal) => fact("delete-reported", signal, { oursBy: ownDelete(signal, situation)?.by })),
    ],
    looks: sharedLook(naming.waiting, situation.now),
  };
}

const createFacts = (late: readonly Late[], gone: readonly LeftOver[]): readonly Fact[] => [
  ...late.map(({ signal }) => fact("creator-reported", signal)),
  ...gone.map(({ signal, creator }) => ({
    ...fact("links-gone-before-seen", signal),
    ...namedIn(creator),
  })),
];

/** Creates that a link, a fact or an alert speaks for, and whose links would have been listed by now. While the list may hold more, they are kept. */
function oldCreates({ leftOver }: Naming, situation: Situation): readonly Signal[] {
  if (mayHoldMore(situation)) return [];
  const isOpen = (signal: Signal) =>
    leftOver.some((one) => one.signal === signal && !isProvenAbsent(signal, situation));
  return signalsOf(situation, "create").filter(
    (signal) => after(signal.receivedAt, createKept) <= situation.now && !isOpen(signal),
  );
}

const lateAlert = ({ signal, told }: Late, { now }: Situation): AlertDraft => ({
  ...reportOf("creator-reported", [signal], now),
  notes: [{ kind: "reported-after-close", createdAt: signal.occurredAt, told }],
});

/** What signals report, without a link: only whose they are. */
function reportOf(kind: AlertKind, signals: readonly Signal[], at: Instant): AlertDraft {
  const { severity, by } = traitsOf(kind);
  const actor = actorOfAll([attribute(signals)]);
  return { kind, severity, at, actors: actor ? { [by]: actor } : {} };
}

function goneAlert({ signal, creator }: LeftOver, situation: Situation): AlertDraft {
  const deletes = followedBy(signal, situation);
  const [alert, by] = [reportOf("created-and-gone", [signal], situation.now), actorOfAll([creator])];
  const deleter = deletes.length === 0 ? undefined : actorOfAll([attribute(deletes)]);
  return {
    ...alert,
    actors: { ...(by && { creator: by }), ...(deleter && { deleter }) },
    notes: [{ kind: "gone-before-seen", createdAt: signal.occurredAt }],
  };
}

/** Which creates people were told of, because their links are gone. Forgotten once neither a signal nor a link remembers them. */
export function createsTold(situation: Situation, { facts }: Step): HostState["toldCreates"] {
  const { host, whole = situation } = situation;
  const told = facts.flatMap(({ kind, data: { eventId } }) =>
    kind === "links-gone-before-seen" ? [String(eventId)] : [],
  );
  const remembered = new Set(
    [
      ...signalsOf(whole, "create"),
      ...whole.watched.links.flatMap(({ attribution }) => deedsOf(attribution)),
      ...host.past.flatMap(({ creates }) => creates),
    ].map(({ eventId }) => eventId),
  );
  return [...new Set([...host.toldCreates, ...told])].filter((eventId) => remembered.has(eventId));
}

/** Signals of a burst are looked into together, with the last of them: none a burst's length later than on its own. */
const burst = seconds(3);

function sharedLook(creates: readonly Signal[], now: Instant): readonly Instant[] {
  const moments = creates.flatMap((signal) => nextLook(signal, now));
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
function unnamed({ leftOver }: Naming, { observation, host, now }: Situation): readonly AlertDraft[] {
  if (observation.kind !== "unreadable" || observation.answer.kind === "gone") return [];
  const { why } = observation.answer;
  const creates = leftOver.map(({ signal }) => signal);
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
    ({ attribution }) => attribution.kind === "known" && isSameCaller(attribution.caller, signal.caller),
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
  return groupBy(signals, ({ caller, eventId }) => callerId(caller, eventId)).map((group) => ({
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
