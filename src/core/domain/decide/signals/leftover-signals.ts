import { actorOfAll } from "../../alerts/alert-actor.ts";
import type { AlertDraft } from "../../alerts/alert.ts";
import { traitsOf, type AlertKind } from "../../alerts/alert-kinds.ts";
import { attribute, deedsOf } from "../../attribution/attribution.ts";
import type { Fact } from "../../ledger/ledger.ts";
import type { TrackedLink } from "../../links/link.ts";
import { callerId, type Signal } from "../../attribution/signal.ts";
import type { HostState } from "../../state/watched.ts";
import { after, minutes, seconds, type Instant } from "../../time.ts";
import { mayHoldMore } from "../alert-draft.ts";
import { groupBy, namedIn, noStep, signalsOf, type Situation, type Step } from "../situation.ts";
import { createLooks, followedBy, isProvenAbsent } from "./absence.ts";
import { ownDelete } from "./deletes.ts";
import { newsIn } from "./reads.ts";
import { deletePatience, judgeDeletes, type JudgedDeletes } from "./unexplained-deletes.ts";
import type { Late, LeftOver, Naming } from "./name-creators.ts";

/** How long a create signal is kept: a link of its call may be listed late, and is to be its caller's then. */
const createKept = minutes(10);

interface Explaining {
  /** Open as far as we know. */
  readonly open: readonly TrackedLink[];
  /** Closed lately or just now. */
  readonly past: HostState["past"];
  readonly naming: Naming;
}

/**
 * Explains the signals that no open link explains: links made and gone before we looked, deletions,
 * reads of the list, creations that Azure refused, changes of the host. `open` are those open now: whoever made one of them may read its list.
 * Answers the closed links, too, with what they explained.
 */
export function leftoverSignals(
  { open, past, naming }: Explaining,
  situation: Situation,
): Step & Pick<HostState, "past"> {
  const [refused, reads] = [signalsOf(situation, "create-failed"), signalsOf(situation, "read")];
  const gone = naming.leftOver.filter(({ signal }) => isProvenAbsent(signal, situation));
  const told = [...new Set(gone.flatMap(({ signal }) => followedBy(signal, situation)))];
  const deletes = judgeDeletes({ open, past, told }, situation);
  const done = [...told, ...deletes.judged.keys(), ...oldOwnDeletes(situation)];
  return {
    ...noStep,
    spent: [
      ...oldCreates(naming, situation),
      ...refused,
      ...reads,
      ...done,
      ...signalsOf(situation, "host-write", "host-delete"),
    ],
    alerts: [
      ...gone.map((one) => goneAlert(one, situation)),
      ...naming.late.map((one) => lateAlert(one, situation)),
      ...unnamed(naming, situation),
      ...grouped("create-failed", refused, situation),
      ...grouped("links-read", newsIn(reads, { open, past }, situation), situation),
      ...deletes.alerts,
    ],
    facts: [
      ...createFacts(naming.late, gone),
      ...refused.map((signal) => fact("create-failed", signal)),
      ...reads.map((signal) => fact("links-read-by-other", signal)),
      ...done.map((signal) => deleteFact(signal, deletes, situation)),
    ].map((one) => ({ ...one, at: situation.now })),
    looks: [
      ...sharedLook(naming.waiting.flatMap((signal) => nextLook(signal, situation.now))),
      ...sharedLook(deletes.looks),
    ],
    past: deletes.past,
  };
}

const deleteFact = (signal: Signal, { judged }: JudgedDeletes, situation: Situation): Omit<Fact, "at"> =>
  fact("delete-reported", signal, {
    oursBy: ownDelete(signal, situation)?.by,
    suspicion: judged.get(signal),
  });

/** Our own, once no link waits for them any more. */
const oldOwnDeletes = (situation: Situation): readonly Signal[] =>
  signalsOf(situation, "delete").filter(
    (signal) =>
      ownDelete(signal, situation) !== undefined && after(signal.receivedAt, deletePatience) <= situation.now,
  );

const createFacts = (late: readonly Late[], gone: readonly LeftOver[]): readonly Omit<Fact, "at">[] => [
  ...late.map(({ signal }) => fact("creator-reported", signal)),
  ...gone.map(({ signal, creator }) => ({
    ...fact("links-gone-before-seen", signal),
    ...namedIn(creator),
  })),
];

/**
 * Creates that a link, a fact or an alert speaks for, and whose links would have been listed by now. While nothing is listed, or the list may hold more, they
 * are kept: whoever else creates meanwhile would be known for their links.
 */
function oldCreates({ leftOver }: Naming, situation: Situation): readonly Signal[] {
  if (mayHoldMore(situation) || !isShown(situation)) return [];
  const isOpen = (signal: Signal) =>
    leftOver.some((one) => one.signal === signal && !isProvenAbsent(signal, situation));
  return signalsOf(situation, "create").filter(
    (signal) => after(signal.receivedAt, createKept) <= situation.now && !isOpen(signal),
  );
}

/** With the feature off a list shows nothing of what comes back with it. */
const isShown = ({ observation }: Situation): boolean =>
  observation.kind === "listed"
    ? observation.featureOn !== false
    : observation.kind === "unreadable" && observation.answer.kind === "gone";

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

function sharedLook(moments: readonly Instant[]): readonly Instant[] {
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

const noteKinds = { "create-failed": "create-refused", "links-read": "list-read" } as const;

/** One alert a caller. */
function grouped(
  kind: keyof typeof noteKinds,
  signals: readonly Signal[],
  { now }: Situation,
): readonly AlertDraft[] {
  return groupBy(signals, ({ caller, eventId }) => callerId(caller, eventId)).map((group) => ({
    ...reportOf(kind, group, now),
    notes: [{ kind: noteKinds[kind], times: group.length }],
  }));
}

/** When Azure says that it happened is data; a fact is dated when it is written. */
const fact = (kind: Fact["kind"], signal: Signal, more: Fact["data"] = {}): Omit<Fact, "at"> => ({
  kind,
  links: [],
  actor: signal.caller,
  data: {
    eventId: signal.eventId,
    correlationId: signal.correlationId,
    occurredAt: signal.occurredAt,
    ...more,
  },
});
