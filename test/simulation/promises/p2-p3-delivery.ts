import type { Alert } from "../../../src/core/domain/alerts/alert.ts";
import { traitsOf, type AlertKind } from "../../../src/core/domain/alerts/alert-kinds.ts";
import { idKey } from "../../../src/core/domain/arm-id.ts";
import { hours, seconds } from "../../../src/core/domain/time.ts";
import { watchdogPartition } from "../../../src/core/domain/partition.ts";
import type { Outcome } from "../histories.ts";
import type { SendRecord, Truth } from "../truth.ts";
import { broken, short, when, type Check } from "./violation.ts";

/** Every committed alert is taken by every channel it is for, or it is a fact that it was not, and told on another channel. */
export const noAlertLost: Check = (outcome) =>
  broken("P2", [
    ...undelivered(outcome),
    ...givenUpEarly(outcome),
    ...unacknowledged(outcome),
    ...keptFromPeople(outcome.truth),
  ]);

/** Nobody in this world acknowledges anything: what is of high severity is told again, once, unless nothing is left of it to take care of. */
function unacknowledged({ truth }: Outcome): readonly string[] {
  const told = truth.commits.flatMap(({ commit, at }) => commit.outbox.map(({ alert }) => ({ alert, at })));
  return told.flatMap(({ alert, at }) => {
    const { id, kind, severity } = alert;
    if (severity !== "high" || kind === "unacknowledged") return [];
    const again = told.filter(({ alert: { about } }) => about?.id === id).length;
    return again === 1 || isExcused(alert, again, truth)
      ? []
      : [`alert ${id} (${kind}) of ${when(at)} was acknowledged by nobody and told again ${again} times`];
  });
}

/** Told again every day; or, of a trouble, at each of its tellings; or not at all, because nobody has to take care of it any more. */
function isExcused(alert: Alert, again: number, truth: Truth): boolean {
  if (again === 0)
    return isSettled(alert, truth) || (alert.telling !== undefined && hasEnded(alert.id, truth));
  return alert.telling !== undefined || traitsOf(alert.kind).comesAgain === true;
}

/** A trouble that is over wants nobody any more. */
const hasEnded = (id: string, { commits }: Truth): boolean =>
  commits.some(({ commit }) =>
    commit.outbox.some(({ alert }) => alert.kind === "trouble-ended" && alert.id === id),
  );

/** All of its links ended within its time: by our delete, or permitted, or it told no opening. */
function isSettled({ kind, at, links }: Alert, { commits }: Truth): boolean {
  const isOpening = traitsOf(kind).links === "found";
  const ends = commits.filter((record) => record.at < at + hours(2)).flatMap(({ commit }) => commit.close);
  return (
    links.length > 0 &&
    links.every((link) =>
      ends.some(
        (end) =>
          end.link.linkId === link.linkId &&
          end.link.life === link.life &&
          (end.closedBy === "revoked-by-watchdog" || !isOpening || (link.allowed && kind !== "re-created")),
      ),
    )
  );
}

/** What no policy keeps from people, whatever its severity. */
const alwaysCards: readonly AlertKind[] = [
  ...(["expiring", "tags-unknown", "unreadable", "read-partly", "readable-again", "events-missing"] as const),
  ...(["trouble-ended", "watchdog-trouble", "configuration-changed", "unacknowledged"] as const),
];

/** What is left to the digest, or is off, is neither loud nor about a forbidden link, nor the end of one whose opening was loud; no opening is off. */
function keptFromPeople({ commits }: Truth): readonly string[] {
  const loud = new Set<string>();
  const lifeOf = ({ linkId, life }: { readonly linkId: string; readonly life: number }) =>
    `${linkId} ${life}`;
  return commits.flatMap(({ commit, at }) =>
    commit.outbox.flatMap(({ alert, quiet }) => {
      const { id, kind, severity, links } = alert;
      const isOpening = traitsOf(kind).links === "found";
      const isLoud = severity === "high" || links.some((link) => !link.allowed || loud.has(lifeOf(link)));
      if (severity === "high" && isOpening) for (const link of links) loud.add(lifeOf(link));
      const mustBeHeard = isLoud || alwaysCards.includes(kind) || (isOpening && quiet === "off");
      return quiet && mustBeHeard ? [`alert ${id} (${kind}) of ${when(at)} is kept from people`] : [];
    }),
  );
}

const giveUps = ({ remains }: Outcome) =>
  (remains.ledgers.get(watchdogPartition) ?? []).filter(({ kind }) => kind === "alert-undelivered");

const isOwnFailure = ({ answer, isTaken }: SendRecord): boolean =>
  answer === "refused" || (answer === "unavailable" && isTaken);

/** Within a day an alert is given up for what the channel said to it, three times; not because the channel took nothing. */
function givenUpEarly(outcome: Outcome): readonly string[] {
  const { commits, sends } = outcome.truth;
  return giveUps(outcome).flatMap(({ at, data: { alert: id, channel } }) => {
    const isIt = ({ alert }: { readonly alert: Alert }) => alert.id === id;
    const told = commits.find(({ commit }) => commit.outbox.some(isIt))?.at ?? at;
    const failures = sends.filter((send) => isIt(send) && send.channel === channel && isOwnFailure(send));
    return at >= told + hours(24) || failures.length >= 3
      ? []
      : [`alert ${String(id)} of ${when(told)} was given up for ${String(channel)} at ${when(at)}`];
  });
}

function undelivered(outcome: Outcome): readonly string[] {
  const { truth, channels } = outcome;
  const gaveUp = giveUps(outcome);
  const isTaken = (id: string, channel: string) =>
    truth.sends.some((send) => send.alert.id === id && send.channel === channel && send.isTaken);
  return truth.commits.flatMap(({ commit, at, partition }) =>
    commit.outbox.flatMap(({ alert, deliveries, quiet }) => {
      const names = Object.keys(deliveries);
      if (names.length === 0 && quiet === undefined)
        return [`alert ${alert.id} of ${when(at)} goes to no channel`];
      return names.flatMap((channel) => {
        if (isTaken(alert.id, channel)) return [];
        const what = `alert ${alert.id} (${alert.kind}) of ${when(at)} in ${partition.slice(-12)}`;
        if (!gaveUp.some(({ data }) => data["alert"] === alert.id && data["channel"] === channel))
          return [`${what} never reached ${channel}, and no fact says so`];
        if (alert.kind === "watchdog-trouble" || channels.length < 2) return [];
        const told = truth.sends.some(
          (send) =>
            send.isTaken &&
            send.channel !== channel &&
            send.alert.notes.some((note) => note.kind === "undelivered" && note.alertId === alert.id),
        );
        const refusedToo = truth.sends.some(
          (send) =>
            send.answer === "refused" &&
            send.alert.notes.some((note) => note.kind === "undelivered" && note.alertId === alert.id),
        );
        return told || refusedToo
          ? []
          : [`${what} never reached ${channel}, and no other channel heard of that`];
      });
    }),
  );
}

/** One alert per fact and channel; a repeat needs an unknown outcome and carries the same id. */
export const noRepeats: Check = (outcome) =>
  broken("P3", [
    ...repeats(outcome),
    ...tellsTwice(outcome),
    ...sharedIds(outcome),
    ...sentUncommitted(outcome),
    ...eventsToldTwice(outcome),
    ...tooManyMessages(outcome),
    ...outOfOrder(outcome),
  ]);

/** What a process leaves between one message and the next of its loudness, by how many it sent in the hour before; where the channel took the one before. */
const paces = [
  { below: 20, normal: seconds(0.5), high: seconds(0.5) },
  { below: 60, normal: seconds(5), high: seconds(2) },
  { below: Infinity, normal: seconds(20), high: seconds(2) },
] as const;

function gapAfter(count: number, isHigh: boolean): number {
  const pace = paces.find(({ below }) => count < below) ?? paces[2];
  return isHigh ? pace.high : pace.normal;
}

/** A process that died has forgotten what it sent. */
function tooManyMessages({ truth }: Outcome): readonly string[] {
  if (truth.counts.crashes > 0) return [];
  const before = new Map<string, SendRecord[]>();
  const high = new Set(
    truth.sends.flatMap(({ alert, message }) => (alert.severity === "high" ? [message] : [])),
  );
  return truth.sends.flatMap((send) => {
    const isHigh = high.has(send.message);
    const key = `${send.channel} ${send.process} ${isHigh}`;
    const sent = before.get(key) ?? [];
    const last = sent.at(-1);
    if (last?.message === send.message) return [];
    before.set(key, [...sent, send]);
    if (last?.answer !== "accepted") return [];
    const count = sent.filter(({ at }) => at > send.at - hours(1)).length;
    return send.at - last.at >= gapAfter(count, isHigh)
      ? []
      : [
          `${send.channel} got message ${count + 1} of an hour ${send.at - last.at} ms after the one before, at ${when(send.at)}`,
        ];
  });
}

const leaseLength = seconds(60);

function repeats({ truth }: Outcome): readonly string[] {
  const before = new Map<string, SendRecord>();
  return truth.sends.flatMap((send) => {
    const key = `${tellingOf(send.alert)} ${send.channel}`;
    const earlier = before.get(key);
    before.set(key, send);
    if (!earlier?.isTaken || !send.isTaken || isOutcomeUnknown(earlier, send)) return [];
    // Who takes a lease for nothing that somebody set far ahead cannot know that it was one.
    if (truth.edited.some(({ cell, at }) => cell === "send" && at <= send.at)) return [];
    return [
      `alert ${send.alert.id} (${send.alert.kind}) reached ${send.channel} at ${when(earlier.at)} and again at ${when(send.at)}`,
    ];
  });
}

function isOutcomeUnknown(earlier: SendRecord, later: SendRecord): boolean {
  const { run } = earlier;
  const isLeaseOver = later.at - Math.min(run.startedAt, later.run.startedAt) >= leaseLength;
  return earlier.answer !== "accepted" || run.ended !== "done" || run.faults.length > 0 || isLeaseOver;
}

const oncePerLife = ["link-announced", "link-closed", "link-seen"];

function tellsTwice({ truth }: Outcome): readonly string[] {
  const told = new Set<string>();
  return truth.commits.flatMap(({ partition, commit, at }) =>
    commit.facts
      .filter(({ kind }) => oncePerLife.includes(kind))
      .flatMap(({ kind, links }) =>
        links.flatMap(({ linkId, life }) => {
          const key = `${partition} ${kind} ${linkId} ${life}`;
          const isTwice = told.has(key);
          told.add(key);
          return isTwice
            ? [`${kind} of link ${short(linkId)}, life ${life}, is told twice, again at ${when(at)}`]
            : [];
        }),
      ),
  );
}

/** Each telling of a trouble is a message of its own. */
const tellingOf = ({ id, telling }: Alert): string => `${id}.${telling?.number ?? 1}`;

/** Its own facts stay as they were decided, whenever it is sent; a fallback channel hears beside them who did not take it. */
function sharedIds({ truth }: Outcome): readonly string[] {
  const texts = new Map<string, string>();
  return truth.sends.flatMap(({ alert }) => {
    const notes = alert.notes.filter(({ kind }) => kind !== "fallback");
    const text = JSON.stringify({ ...alert, notes, asOf: undefined });
    const key = tellingOf(alert);
    const known = texts.get(key) ?? text;
    texts.set(key, known);
    return known === text ? [] : [`alert ${alert.id} was sent with two contents: ${known} and ${text}`];
  });
}

/** What is sent was committed before: nobody hears of a decision that was not made. */
function sentUncommitted({ truth }: Outcome): readonly string[] {
  const committedAt = new Map(
    truth.commits.flatMap(({ commit, at }) =>
      commit.outbox.map(({ alert }) => [tellingOf(alert), at] as const),
    ),
  );
  return truth.sends.flatMap(({ alert, at, channel }) =>
    (committedAt.get(tellingOf(alert)) ?? Infinity) <= at
      ? []
      : [`alert ${alert.id} (${alert.kind}) went to ${channel} at ${when(at)}, before it was committed`],
  );
}

/** An event that is delivered again is no second fact. */
function eventsToldTwice({ truth }: Outcome): readonly string[] {
  const told = new Map<string, string>();
  return truth.commits.flatMap(({ commit, at }) =>
    commit.facts.flatMap(({ kind, data: { eventId } }) => {
      if (eventId === undefined) return [];
      const before = told.get(String(eventId));
      told.set(String(eventId), kind);
      // What was taken for a link's creation may be left over once other events are known.
      const isLeftOver = before === "creator-reported" && kind === "links-gone-before-seen";
      const isTwice = before !== undefined && !isLeftOver;
      return isTwice ? [`event ${String(eventId)} is told twice, again as ${kind} at ${when(at)}`] : [];
    }),
  );
}

/**
 * What one process sends of one bastion, equally loud, to one channel leaves in the order in which it was decided, also after the channel took
 * nothing. What was refused, or may have been taken, waits for a time of its own. Who died, stands still or is slow holds a lease, and nobody waits for that.
 */
function outOfOrder({ truth, history }: Outcome): readonly string[] {
  const stoppedShort = /^(die|stall|power cut)/;
  if (history.slow || truth.runs.some(({ faults }) => faults.some((fault) => stoppedShort.test(fault))))
    return [];
  const sent = new Map<string, SendRecord>();
  return withoutOwnFailures(truth.sends).flatMap((send) => {
    const { alert, channel, process } = send;
    const key = [channel, process, idKey(alert.bastionId ?? ""), alert.severity === "high"].join(" ");
    const before = sent.get(key);
    sent.set(key, before && before.alert.at > alert.at ? before : send);
    if (!before || before.message === send.message || before.alert.at <= alert.at) return [];
    if (before.at < alert.at + leaseLength) return [];
    return [
      `${channel} got ${alert.id} (${alert.kind}) of ${when(alert.at)} at ${when(send.at)}, after ${before.alert.id} (${before.alert.kind}) of ${when(before.alert.at)} at ${when(before.at)}`,
    ];
  });
}

/** What was accepted, of bastions, and never before was refused, or perhaps taken, by that channel. */
function withoutOwnFailures(sends: readonly SendRecord[]): readonly SendRecord[] {
  const failed = new Set<string>();
  return sends.filter((send) => {
    const { alert, channel, answer } = send;
    const key = `${tellingOf(alert)} ${channel}`;
    if (isOwnFailure(send)) failed.add(key);
    return alert.bastionId !== undefined && answer === "accepted" && !failed.has(key);
  });
}
