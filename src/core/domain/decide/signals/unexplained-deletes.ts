import { actorOfAll } from "../../alerts/alert-actor.ts";
import type { AlertDraft } from "../../alerts/alert.ts";
import { traitsOf } from "../../alerts/alert-kinds.ts";
import { attribute, clockTolerance, longestOperation } from "../../attribution/attribution.ts";
import { madeAt } from "../../attribution/fit.ts";
import { match, type Pairing } from "../../attribution/matching.ts";
import { peopleKey, type Signal } from "../../attribution/signal.ts";
import type { PastLink, TrackedLink, UnseenTime } from "../../links/link.ts";
import { isInForce } from "../../policy/deciding-rules.ts";
import { after, hours, instant, minutes, type Instant } from "../../time.ts";
import { groupBy, signalsOf, type Situation } from "../situation.ts";
import { deletesByOthers } from "./deletes.ts";

/** How long a delete signal may wait for the link it was about. */
export const deletePatience = minutes(2);
/** As many as one look judges: each is a fact and a row, and a transaction has an end. */
const mostJudged = 30;
/** As many wait for a list that tells what became of them; with more of them the oldest do without. */
const mostWaiting = 100;
/** How long a closed link explains a delete that is heard of later. */
const explainsFor = hours(1);
/** How long people are not told again of the same caller. */
const quietFor = hours(1);

/** It fits no link that is gone; or it came after a link was made, and before a complete list held that. */
type Suspicion = "no-link" | "before-first-list";

/** What becomes of the deletes by others that events report. */
export interface JudgedDeletes {
  /** Nothing more can explain them; undefined: a link of its own does, and no other was there that nobody had seen. */
  readonly judged: ReadonlyMap<Signal, Suspicion | undefined>;
  readonly alerts: readonly AlertDraft[];
  /** When to look into those that nothing explains so far. */
  readonly looks: readonly Instant[];
  /** The closed links, with the deletes of `judged` that have one of them for their own. */
  readonly past: readonly PastLink[];
}

interface Given {
  /** Open as far as we know. */
  readonly open: readonly TrackedLink[];
  /** Those closed just now among them. */
  readonly past: readonly PastLink[];
  /** Deletes that people are told of just now, as what ended links that nobody saw. */
  readonly told: readonly Signal[];
}

/**
 * Each delete took away at least one link. One that can be given none of its own, gone within the hour, took away what nobody saw; one that came
 * after a link was made and before a complete list held that may have, too, whatever else it explains. Judged two minutes after it was heard of, if
 * a complete list began since it ended.
 */
export function judgeDeletes({ open, past, told }: Given, situation: Situation): JudgedDeletes {
  const all = deletesByOthers(situation).filter((signal) => !told.includes(signal));
  if (situation.isPart === true || all.length === 0)
    return { judged: new Map(), alerts: [], looks: [], past };
  const waiting = all.slice(0, mostWaiting);
  const pairing = match(waiting, (signal) => explanationsOf(signal, past, situation));
  const unseen = [...open.map(unseenTime), ...past.map((link) => link.unseen)].filter(
    (one) => one !== undefined,
  );
  const isDone = (signal: Signal, index: number) =>
    index < all.length - mostWaiting || (isOld(signal, situation) && isListedSince(signal, situation));
  const judged = new Map(
    waiting
      .filter(isDone)
      .slice(0, mostJudged)
      .map((signal) => [signal, suspicionOf(signal, pairing, unseen)] as const),
  );
  const explaining = new Set([...judged.keys()].map((signal) => pairing.of.get(signal)));
  return {
    judged,
    alerts: alertsOn(judged, pairing, situation),
    looks: pairing.leftOver
      .map(({ receivedAt }) => after(receivedAt, deletePatience))
      .filter((moment) => moment > situation.now),
    past: past.map((link) => (explaining.has(link) ? { ...link, explains: true } : link)),
  };
}

/** Undefined of a link that came back, or is older than the watchdog: no create is news with it. Without a date it may have been made right after the last list without it. */
export function unseenTime(link: TrackedLink): UnseenTime | undefined {
  const { from } = madeAt(link);
  if (link.life > 1 || link.preexisting || from === undefined) return undefined;
  return { from, until: link.wholeAt ?? instant(Infinity) };
}

const isOld = ({ receivedAt }: Signal, { now }: Situation): boolean =>
  after(receivedAt, deletePatience) <= now;

/** Whether a complete list began after the delete had ended, or there is nothing left to list. */
function isListedSince({ occurredAt }: Signal, { observation, host }: Situation): boolean {
  if (observation.kind === "unreadable" && observation.answer.kind === "gone") return true;
  const isWhole = observation.kind === "listed" && observation.listing.complete;
  const listedAt = isWhole ? observation.startedAt : host.checkedAt;
  return listedAt !== undefined && listedAt >= occurredAt;
}

/** What a delete may have ended: a link that is gone and that no other delete explained before, or links that people were told of as gone before anybody looked. */
function explanationsOf(
  signal: Signal,
  past: readonly PastLink[],
  situation: Situation,
): readonly (PastLink | Signal)[] {
  const links = past.filter((link) => link.explains !== true && mayHaveEnded(signal, link, situation));
  const creates = signalsOf(situation, "create").filter(
    ({ eventId, occurredAt }) =>
      situation.host.toldCreates.includes(eventId) && signal.occurredAt >= occurredAt,
  );
  return [...links, ...creates];
}

const mayHaveEnded = (
  { occurredAt }: Signal,
  { madeAfter = instant(0), lastListedAt = madeAfter, closedAt }: PastLink,
  { now }: Situation,
): boolean =>
  closedAt > now - explainsFor &&
  occurredAt >= madeAfter - clockTolerance &&
  occurredAt >= lastListedAt - longestOperation &&
  occurredAt <= closedAt + longestOperation;

function suspicionOf(
  signal: Signal,
  { leftOver }: Pairing<Signal, unknown>,
  unseen: readonly UnseenTime[],
): Suspicion | undefined {
  if (leftOver.includes(signal)) return "no-link";
  const { occurredAt } = signal;
  return unseen.some(({ from, until }) => from <= occurredAt && occurredAt < until)
    ? "before-first-list"
    : undefined;
}

/** One a caller, and none of a caller that was told within the hour. */
function alertsOn(
  judged: JudgedDeletes["judged"],
  pairing: Pairing<Signal, unknown>,
  { host, policy, now }: Situation,
): readonly AlertDraft[] {
  const suspects = [...judged].flatMap(([signal, suspicion]) =>
    suspicion ? [{ suspicion, whose: suspicion === "no-link" ? pairing.contenders(signal) : [signal] }] : [],
  );
  const keyOf = (whose: readonly Signal[]) => peopleKey(whose.map(({ caller }) => caller));
  const isNews = ({ whose }: (typeof suspects)[number]) =>
    !host.toldDeleters.some(({ caller, at }) => caller === keyOf(whose) && at > now - quietFor);
  const isForbidding = policy.rules.some((rule) => rule.allow === false && isInForce(rule, now));
  return groupBy(suspects.filter(isNews), ({ whose }) => keyOf(whose)).map((group) => {
    const deleter = actorOfAll([attribute(group.flatMap(({ whose }) => whose))]);
    const count = (wanted: Suspicion) => group.filter(({ suspicion }) => suspicion === wanted).length;
    return {
      kind: "deleted-unseen",
      severity: isForbidding ? "high" : traitsOf("deleted-unseen").severity,
      at: now,
      actors: deleter ? { deleter } : {},
      notes: [
        {
          kind: "deletes-unexplained",
          noLink: count("no-link"),
          beforeFirstList: count("before-first-list"),
        },
      ],
    };
  });
}
