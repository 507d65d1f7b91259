import type { Note } from "../../alerts/note.ts";
import type { Fact } from "../../ledger/ledger.ts";
import { matchEntries } from "../../links/entries.ts";
import type { TrackedLink } from "../../links/link.ts";
import { hours, instant, isoInstant, latest } from "../../time.ts";
import {
  questionAbout,
  summaryOf,
  usageOf,
  type AuditQuestion,
  type LinkSpan,
  type Usage,
} from "../../links/usage.ts";
import type { Situation } from "../situation.ts";

/** What is worth asking Azure's logs before this decision; undefined: nothing of the kind. */
export interface LogQuestions {
  readonly signIns: AuditQuestion | undefined;
}

/** How far back failed sign-ins are looked for: rows come minutes late, and the same burst is told once an hour. */
const burstWindow = hours(1);

/**
 * Was it used, of links that are gone; is somebody trying, of links that are open, once a sweep. At most one query a look.
 */
export function logQuestions(situation: Situation, isSweep: boolean): LogQuestions {
  const { observation, watched } = situation;
  if (observation.kind !== "listed") return { signIns: undefined };
  const { entryOf, absent: gone } = matchEntries(observation.listing, watched.links, situation.now);
  const open = watched.links.filter(({ linkId }) => entryOf.has(linkId));
  const spans = [
    ...gone.map((link) => spanOf(link, situation)),
    ...(isSweep ? open.map((link) => burstSpan(link, situation)) : []),
  ];
  return {
    signIns: spans.length === 0 ? undefined : questionAbout(spans),
  };
}

const spanOf = ({ vmId, createdAt }: TrackedLink, { bastion, now }: Situation): LinkSpan => ({
  bastionId: bastion.id,
  vmId,
  from: createdAt,
  until: now,
});

/** The part of a link's life in which a burst is still news. */
export function burstSpan(link: TrackedLink, situation: Situation): LinkSpan {
  const span = spanOf(link, situation);
  return { ...span, from: latest(span.from, instant(situation.now - burstWindow)) };
}

/** How a link was used, as far as the logs were asked about it. */
const usageFor = (link: TrackedLink, situation: Situation): Usage | undefined =>
  situation.logs?.signIns && usageOf(spanOf(link, situation), situation.logs.signIns, situation.now);

/** What the ledger keeps of how a link was used: figures and no names. Undefined: the logs were not asked. */
export function usageFact(link: TrackedLink, situation: Situation): Fact["data"] | undefined {
  const usage = usageFor(link, situation);
  switch (usage?.kind) {
    case undefined:
      return undefined;
    case "used":
      return {
        used: usage.kind,
        sessions: usage.sessions.length,
        failedSignIns: usage.failedSignIns,
        wholeLog: usage.whole,
      };
    case "never used":
      return { used: usage.kind, usedThrough: isoInstant(usage.through) };
    case "not known":
      return { used: usage.kind, usageGap: usage.gap.reason };
  }
}

/** So many notes may hold names: a row has an end, and a bastion up to 500 links. */
const mostNamed = 100;
const unnamed = { users: { shown: [], more: 0 }, addresses: { shown: [], more: 0 } };

/** Whether links that are gone were used, a note each; none where nobody was asked. */
export const usageNotes = (links: readonly TrackedLink[], situation: Situation): readonly Note[] =>
  links.flatMap((link, index): Note[] => {
    const found = usageFor(link, situation);
    if (!found) return [];
    const usage = summaryOf(found);
    const isShort = usage.kind === "used" && index >= mostNamed;
    return [{ kind: "usage", vmId: link.vmId, usage: isShort ? { ...usage, ...unnamed } : usage }];
  });
