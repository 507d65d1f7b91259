import { fromActivityLog } from "../../../src/core/domain/attribution/from-activity-log.ts";
import { isoInstant, type Instant } from "../../../src/core/domain/time.ts";
import type { Outcome } from "../histories.ts";
import { subscription } from "../places.ts";
import type { CommitRecord, RunRecord, TrueLink, Truth } from "../truth.ts";

/** A promise that was broken, and how one can tell. */
export interface Violation {
  readonly promise: string;
  readonly evidence: string;
}

export type Check = (outcome: Outcome) => readonly Violation[];

/** Findings of one promise. */
export const broken = (promise: string, evidence: readonly string[]): readonly Violation[] =>
  evidence.map((text) => ({ promise, evidence: text }));

/** The id by which the world knows an event, whichever witness brought it. */
export const worldId = (eventId: string): string => eventId.replace(fromActivityLog, "");

export const when = (moment: Instant | undefined): string =>
  moment === undefined ? "never" : isoInstant(moment).slice(11, 23);

/** Whether the bastions were in scope all the time. */
export function isInScope({ settings }: Truth, from: Instant, until: Instant): boolean {
  const inForce = settings.filter(
    ({ from: since }, n) => since <= until && (settings[n + 1]?.from ?? Infinity) >= from,
  );
  return inForce.every((one) => one.settings.subscriptions.includes(subscription));
}

/** The bastion of a partition, as the truth calls it. */
export const bastionIn = (partition: string): string => partition.replaceAll("|", "/");

/** Ten characters of a link's id are enough to find it. */
export const short = (linkId: string): string => linkId.slice(0, 10);

/** When a list of a reconcile first showed it, with its URL or without. */
export const firstShown = (
  { linkId, bastion }: TrueLink,
  { lists }: Pick<Truth, "lists">,
): Instant | undefined =>
  lists.find((list) => list.bastion === bastion && (list.linkIds.has(linkId) || list.holeIds.has(linkId)))
    ?.at;

/** A person asked for it to go, and that was committed before. */
export const demandedBefore = ({ ids, bastion }: TrueLink, at: Instant, { commits }: Truth): boolean =>
  commits.some(
    (one) =>
      one.at <= at &&
      bastionIn(one.partition) === bastion &&
      one.commit.facts.some(
        ({ kind, links }) => kind === "revoke-demanded" && links.some(({ linkId }) => ids.includes(linkId)),
      ),
  );

/** Its opening said which tags would forbid it, under the policy that is in force now. */
export const wasToldOfTags = (
  ids: readonly string[],
  { policy }: RunRecord["settings"],
  before: readonly CommitRecord[],
): boolean =>
  before.some(
    ({ run, commit }) =>
      run.settings.policy === policy &&
      commit.outbox.some(
        ({ alert }) =>
          alert.links.some(({ linkId }) => ids.includes(linkId)) &&
          alert.notes.some(
            (note) => note.kind === "tags-unknown" && note.rules.some(({ allowed }) => !allowed),
          ),
      ),
  );

/** Its id, and the one that it was told by before it was listed with its URL. */
export function idsOf(linkId: string, { commits }: Pick<Truth, "commits">): readonly string[] {
  const known = renames.get(commits);
  const before = known?.count === commits.length ? known.before : renamesIn(commits);
  renames.set(commits, { count: commits.length, before });
  return [linkId, ...(before.get(linkId) ?? [])];
}

type Renames = ReadonlyMap<string, readonly string[]>;
const renames = new WeakMap<readonly CommitRecord[], { readonly count: number; readonly before: Renames }>();

function renamesIn(commits: readonly CommitRecord[]): Renames {
  const before = new Map<string, readonly string[]>();
  for (const { commit } of commits)
    for (const { kind, links, data } of commit.facts)
      for (const { linkId } of kind === "link-renamed" ? links : [])
        before.set(linkId, [...(before.get(linkId) ?? []), String(data["links"])]);
  return before;
}
