import { minutes } from "../../../src/core/domain/time.ts";
import type { Outcome } from "../histories.ts";
import type { CommitRecord, Truth } from "../truth.ts";
import { broken, short, when, type Check } from "./violation.ts";

/** What was told and holds no more is told, a trouble is one alert until it ends, and good news calls nobody. */
export const changesAreTold: Check = ({ truth }: Outcome) =>
  broken("P17", [
    ...truth.commits.flatMap(quietMoves),
    ...truth.commits.flatMap(quietConfigurations),
    ...doubledTroubles(truth),
    ...needlessReminders(truth),
  ]);

/** A newer configuration moved an end that people were told. Drafts are told of with the last part of their decision. */
function quietMoves({ commit, read, at }: CommitRecord): readonly string[] {
  if (commit.draft || commit.host.openBatch !== undefined || read?.host?.openBatch !== undefined) return [];
  const told = new Set(
    commit.outbox.flatMap(({ alert }) => alert.links.map(({ linkId, deadline }) => `${linkId} ${deadline}`)),
  );
  return commit.put.flatMap((link) => {
    const before = read?.links.find(({ linkId, life }) => linkId === link.linkId && life === link.life);
    const isMoved =
      before?.announced === true &&
      link.announced &&
      link.demanded === undefined &&
      link.deadline !== before.deadline &&
      link.basis.configuration > before.basis.configuration;
    return isMoved && !told.has(`${link.linkId} ${link.deadline}`)
      ? [`the end of ${short(link.linkId)} moved at ${when(at)}, and nobody was told`]
      : [];
  });
}

function quietConfigurations({ commit, read, at }: CommitRecord): readonly string[] {
  const changes = commit.facts.filter(({ kind }) => kind === "configuration-changed");
  const isFirst = changes.some(({ seq }) => seq === 1) || read?.host?.configuration === undefined;
  const isTold = commit.outbox.some(({ alert }) => alert.kind === "configuration-changed");
  return changes.length > 0 && !isFirst && !isTold
    ? [`the configuration changed at ${when(at)}, and nobody was told`]
    : [];
}

function doubledTroubles({ commits }: Truth): readonly string[] {
  const lasting = new Map<string, string>();
  return commits.flatMap(({ commit, partition, at }) =>
    commit.outbox.flatMap(({ alert: { id, kind, telling, notes } }) => {
      for (const note of notes) {
        if (note.kind === "trouble-ended") lasting.delete(`${partition} ${note.of}`);
        if (note.kind === "channel-back") lasting.delete(`channel ${note.channel}`);
      }
      if (telling === undefined || kind === "trouble-ended") return [];
      const down = notes.find((note) => note.kind === "channel-down");
      const key = down ? `channel ${down.channel}` : `${partition} ${kind}`;
      const known = lasting.get(key) ?? id;
      lasting.set(key, known);
      return known === id ? [] : [`${kind} at ${when(at)} has another id than before, and nothing ended`];
    }),
  );
}

/** Waits are fifteen minutes here: what our delete ended well before nobody has to take care of. */
const soon = minutes(9);

function needlessReminders({ commits }: Truth): readonly string[] {
  const told = commits.flatMap(({ commit, at }) => commit.outbox.map(({ alert }) => ({ alert, at })));
  return told.flatMap(({ alert: { about, links, linkCount }, at }) => {
    const first = told.find(({ alert }) => alert.id === about?.id);
    // What leaves the scope is to be seen by somebody, whatever became of it.
    if (!about || about.kind === "scope-left" || !first || links.length === 0 || links.length < linkCount)
      return [];
    const isOurs = links.every(({ linkId, life }) =>
      commits.some(
        (record) =>
          record.at < first.at + soon &&
          record.commit.close.some(
            ({ link, closedBy }) =>
              link.linkId === linkId && link.life === life && closedBy === "revoked-by-watchdog",
          ),
      ),
    );
    return isOurs ? [`at ${when(at)} people are called for what was revoked since ${when(first.at)}`] : [];
  });
}
