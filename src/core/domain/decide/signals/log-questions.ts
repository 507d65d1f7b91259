import { resourceName } from "../../arm-id.ts";
import type { TrackedLink } from "../../links/link.ts";
import { formatInstant, hours, instant, latest, minutes, type Instant } from "../../time.ts";
import {
  questionAbout,
  usageOf,
  usageWords,
  type AuditQuestion,
  type LinkSpan,
  type Usage,
} from "../../links/usage.ts";
import type { Situation } from "../situation.ts";

/** What is worth asking Azure's logs before this decision; undefined: nothing of the kind. */
export interface LogQuestions {
  readonly signIns: AuditQuestion | undefined;
  /** Ask for links created on the bastion, ingested since. */
  readonly createdSince: Instant | undefined;
}

/** How far back failed sign-ins are looked for: rows come minutes late, and the same burst is told once an hour. */
const burstWindow = hours(1);

/**
 * Was it used, of links that are gone; is somebody trying, of links that are open, once a sweep; and who made it, of links whose creator is not
 * confirmed. At most two queries a look.
 */
export function logQuestions(situation: Situation, isSweep: boolean): LogQuestions {
  const { observation, watched } = situation;
  if (observation.kind !== "listed" || watched.links.length === 0)
    return { signIns: undefined, createdSince: undefined };
  const listed = new Set(observation.listing.links.map(({ linkId }) => linkId));
  const gone = observation.listing.complete ? watched.links.filter(({ linkId }) => !listed.has(linkId)) : [];
  const open = watched.links.filter(({ linkId }) => listed.has(linkId));
  const spans = [
    ...gone.map((link) => spanOf(link, situation)),
    ...(isSweep ? open.map((link) => burstSpan(link, situation)) : []),
  ];
  return {
    signIns: spans.length === 0 ? undefined : questionAbout(spans),
    createdSince: askSince(open, situation),
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

/** When, counted from first sight, the Activity Log is asked about a link's creator: its rows come late, and a link without one is rare. */
const creatorLooks = [minutes(5), minutes(15), hours(1), hours(4), hours(24)] as const;
/** A row is ingested after its operation has ended, and the clocks agree within seconds. */
const ingestedBefore = minutes(1);

function askSince(open: readonly TrackedLink[], { host, now }: Situation): Instant | undefined {
  const asked = host.creatorsAskedAt ?? 0;
  const due = open.filter(
    (link) =>
      isUnconfirmed(link) &&
      creatorLooks.some((wait) => link.firstSeenAt + wait <= now && link.firstSeenAt + wait > asked),
  );
  return due.length === 0
    ? undefined
    : instant(Math.min(...due.map(({ createdAt }) => createdAt)) - ingestedBefore);
}

const isUnconfirmed = ({ attribution, preexisting, firstSeenAt, createdAt }: TrackedLink): boolean =>
  !(attribution.kind === "known" && attribution.confirmed === true) &&
  !preexisting &&
  firstSeenAt - createdAt < hours(24);

/** How a link was used, as far as the logs were asked about it. */
const usageFor = (link: TrackedLink, situation: Situation): Usage | undefined =>
  situation.logs?.signIns && usageOf(spanOf(link, situation), situation.logs.signIns, situation.now);

/** What the ledger keeps of how a link was used: figures and no names. Undefined: the logs were not asked. */
export function usageFact(link: TrackedLink, situation: Situation): string | undefined {
  const usage = usageFor(link, situation);
  if (usage?.kind !== "used") return usage && usageWords(usage);
  return `sessions: ${usage.whole ? "" : "at least "}${usage.sessions.length}, failed sign-ins: ${usage.failedSignIns}`;
}

interface Judged {
  readonly link: TrackedLink;
  readonly usage: Usage;
}

/** Sentences about the use of links that are gone; none where nobody was asked. */
export function usageNotes(links: readonly TrackedLink[], situation: Situation): readonly string[] {
  const judged = links.flatMap((link): Judged[] => {
    const usage = usageFor(link, situation);
    return usage ? [{ link, usage }] : [];
  });
  const [only] = judged;
  if (only && judged.length === 1) return [sentence(only.usage)];
  return [...usedNotes(judged), ...neverUsedNote(judged), ...unknownNote(judged)];
}

function sentence(usage: Usage): string {
  switch (usage.kind) {
    case "used":
      return `Used: ${usageWords(usage)}.`;
    case "never used":
      return `Never used, as far as Bastion's audit log had arrived (until ${formatInstant(usage.through)}).`;
    case "not known":
      return `Whether it was used is not known: ${usage.why}.`;
  }
}

const namedAtMost = 5;

function usedNotes(judged: readonly Judged[]): readonly string[] {
  const used = judged.filter(({ usage }) => usage.kind === "used");
  const named = used
    .slice(0, namedAtMost)
    .map(({ link, usage }) => `${resourceName(link.vmId)} was used: ${usageWords(usage)}.`);
  return used.length > namedAtMost ? [...named, `${used.length - namedAtMost} more were used.`] : named;
}

function neverUsedNote(judged: readonly Judged[]): readonly string[] {
  const through = judged.flatMap(({ usage }) => (usage.kind === "never used" ? [usage.through] : []));
  if (through.length === 0) return [];
  const how =
    through.length === judged.length
      ? "None of them was ever used"
      : `${through.length} of them were never used`;
  return [
    `${how}, as far as Bastion's audit log had arrived (until ${formatInstant(instant(Math.min(...through)))}).`,
  ];
}

function unknownNote(judged: readonly Judged[]): readonly string[] {
  const whys = judged.flatMap(({ usage }) => (usage.kind === "not known" ? [usage.why] : []));
  const [why] = whys;
  return why === undefined
    ? []
    : [`Of ${whys.length} of them it is not known whether they were used: ${why}.`];
}
