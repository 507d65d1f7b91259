import { minutes, type Instant } from "../../../src/core/domain/time.ts";
import { after } from "../../../src/core/domain/time.ts";
import type { Outcome } from "../histories.ts";
import type { TrueLink } from "../truth.ts";
import { bastionIn, broken, isInScope, short, when, type Check } from "./violation.ts";

/** Whatever is open at the end, after so many sweeps without any fault, is told of; and every create event that arrived led to a word. */
export const nothingMissed: Check = (outcome) =>
  broken("P1", [
    ...openUntold(outcome),
    ...lateTold(outcome),
    ...eventsWithoutAWord(outcome),
    ...factsWithoutAlert(outcome),
  ]);

const announcedLives = ({ truth }: Outcome) =>
  truth.commits.flatMap(({ partition, commit, at }) =>
    commit.facts
      .filter(({ kind }) => kind === "link-announced")
      .flatMap(({ links }) =>
        links.map(({ linkId, life }) => ({ bastion: bastionIn(partition), linkId, life, at })),
      ),
  );

function openUntold(outcome: Outcome): readonly string[] {
  const { truth, remains, sweepInterval } = outcome;
  const told = new Set(
    announcedLives(outcome).map(({ bastion, linkId, life }) => `${bastion} ${linkId} ${life}`),
  );
  const lives = [...new Set(announcedLives(outcome).map(({ life }) => life))];
  const end = truth.endedAt ?? 0;
  const rows = new Map(
    [...remains.partitions].flatMap(([name, { links }]) =>
      links.map((link) => [`${bastionIn(name)} ${link.linkId}`, link] as const),
    ),
  );
  return truth.links.flatMap((link) => {
    const span = link.spans.at(-1);
    if (!span || span.until !== undefined || span.from > end - 2 * sweepInterval) return [];
    const row = link.ids.flatMap((id) => rows.get(`${link.bastion} ${id}`) ?? [])[0];
    /** What it was told by before its URL came has another number. */
    const isTold = (life: number) =>
      told.has(`${link.bastion} ${link.linkId} ${life}`) ||
      link.ids.slice(1).some((id) => lives.some((n) => told.has(`${link.bastion} ${id} ${n}`)));
    if (row?.announced === true && isTold(row.life)) return [];
    return [
      `link ${short(link.linkId)} open since ${when(span.from)} is ${row ? "told to nobody" : "not even remembered"} at the end`,
    ];
  });
}

/** A link that was listed for two sweep intervals of calm is told of within them. */
function lateTold(outcome: Outcome): readonly string[] {
  const announced = announcedLives(outcome);
  return outcome.truth.links.flatMap((link) =>
    link.spans.flatMap(({ from, until = outcome.truth.endedAt ?? from }) => {
      const limit = calmFrom(outcome, link, from);
      if (limit === undefined || limit > until) return [];
      const told = announced.filter(
        (one) => link.ids.includes(one.linkId) && one.bastion === link.bastion && one.at <= limit,
      );
      const seen = told.length > 0 || hasClosed(outcome, link);
      return seen
        ? []
        : [`link ${short(link.linkId)} open since ${when(from)} was not told by ${when(limit)}`];
    }),
  );
}

const hasClosed = ({ truth }: Outcome, closed: TrueLink): boolean =>
  truth.commits.some(({ commit }) =>
    commit.close.some(({ link }) => closed.ids.includes(link.linkId) && !link.announced),
  );

/** By when a link of that beginning is told of at the latest, if nothing interferes meanwhile. */
function calmFrom(
  { history, truth, sweepInterval }: Outcome,
  { bastion }: TrueLink,
  from: Instant,
): Instant | undefined {
  const limit = after(from, 2 * sweepInterval + minutes(history.slow ? 5 : 2));
  const isCalm = truth.disturbances.every(
    (trouble) =>
      (trouble.bastion !== undefined && trouble.bastion !== bastion) ||
      ["casing", "slow", "without url", "tokens deaf"].includes(trouble.what) ||
      after(trouble.until, 2 * sweepInterval) < from ||
      trouble.from > limit,
  );
  return isCalm && isInScope(truth, after(from, -2 * sweepInterval), limit) ? limit : undefined;
}

/** Somebody created links and the event arrived: that somebody is named, alone or among others, or the links are told as unannounced… */
function eventsWithoutAWord({ truth }: Outcome): readonly string[] {
  return truth.events.flatMap((event) => {
    if (event.operation !== "create" || event.acceptedAt === undefined) return [];
    const named = truth.commits.some(
      ({ partition, commit }) =>
        bastionIn(partition) === event.bastion &&
        commit.outbox.some(({ alert: { actors, at } }) => {
          const { creator: actor } = actors;
          if (at < event.occurredAt - minutes(2)) return false;
          const callers =
            actor?.kind === "known" ? [actor.caller] : actor?.kind === "ambiguous" ? actor.candidates : [];
          return callers.some(({ objectId, appId }) => (objectId ?? appId ?? event.eventId) === event.caller);
        }),
    );
    return named
      ? []
      : [`create event ${event.eventId} at ${when(event.occurredAt)} led to no alert that names its caller`];
  });
}

/** "Announced" in the ledger means an alert about as many links in the same transaction. */
function factsWithoutAlert({ truth }: Outcome): readonly string[] {
  return truth.commits.flatMap(({ commit, at }) => {
    const links = commit.facts
      .filter(({ kind }) => kind === "link-announced")
      .reduce((sum, fact) => sum + fact.links.length, 0);
    const opening = commit.outbox.filter(({ alert }) =>
      ["created", "unannounced", "preexisting", "re-created"].includes(alert.kind),
    );
    const told = opening.reduce((sum, { alert }) => sum + alert.linkCount, 0);
    return links === told ? [] : [`a commit at ${when(at)} announces ${links} links and alerts ${told}`];
  });
}
