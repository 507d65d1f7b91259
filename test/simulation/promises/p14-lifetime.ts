import { vmKeyOf } from "../../../src/core/domain/arm-id.ts";
import type { TrackedLink } from "../../../src/core/domain/links/link.ts";
import { lifeKey } from "../../../src/core/domain/links/lives.ts";
import { judge } from "../../../src/core/domain/policy/policy.ts";
import { days, type Instant } from "../../../src/core/domain/time.ts";
import type { Outcome } from "../histories.ts";
import type { CommitRecord, Truth } from "../truth.ts";
import { bastionIn, broken, short, when, type Check } from "./violation.ts";

/** Once a VM was open for its lifetime, over all its links on all bastions, a further one is forbidden; and what counts is written down. */
export const lifetimesAreKept: Check = (outcome) =>
  broken("P14", [...openedWithNoneLeft(outcome), ...livesNotCounted(outcome)]);

interface Known {
  readonly key: string;
  /** Under which ids of its machine it counts. */
  readonly vmIds: ReadonlySet<string>;
  readonly from: Instant;
  /** The earliest end that was ever committed, or its close: the table cannot know less. */
  readonly until: Instant;
}

/** What was committed of each life before a moment. */
function knownBefore({ commits }: Truth, at: Instant): readonly Known[] {
  const known = new Map<string, Known>();
  for (const record of commits.filter((one) => one.at < at && one.commit.draft === undefined)) {
    // It goes on under another id.
    for (const row of record.commit.drop ?? []) known.delete(keyIn(record, row));
    for (const row of record.commit.put) know(known, keyIn(record, row), row, row.deadline);
    for (const { link, closedAt } of record.commit.close) know(known, keyIn(record, link), link, closedAt);
    for (const { kind, links, data } of record.commit.facts)
      for (const { vmId } of kind === "vm-moved" ? links : []) follow(known, String(data["from"]), vmId);
  }
  return [...known.values()];
}

const keyIn = ({ partition }: CommitRecord, { linkId, life }: TrackedLink): string =>
  `${partition} ${linkId} ${life}`;

function know(known: Map<string, Known>, key: string, link: TrackedLink, end: Instant): void {
  const until = Math.min(known.get(key)?.until ?? Infinity, end) as Instant;
  const vmIds = new Set([...(known.get(key)?.vmIds ?? []), link.vmId.toLowerCase()]);
  known.set(key, { key, vmIds, from: link.comeback?.goesOnSince ?? link.createdAt, until });
}

/** A link of it was open, and was seen under the new id: all that counts under the old one counts there, too. */
function follow(known: Map<string, Known>, from: string, to: string): void {
  for (const [key, life] of known)
    if (life.vmIds.has(from.toLowerCase()))
      known.set(key, { ...life, vmIds: new Set([...life.vmIds, to.toLowerCase()]) });
}

function union(lives: readonly Known[], until: Instant): number {
  let total = 0;
  let countedTo = until - days(30);
  for (const life of lives.toSorted((a, b) => a.from - b.from)) {
    const end = Math.min(life.until, until);
    total += Math.max(0, end - Math.max(life.from, countedTo));
    countedTo = Math.max(countedTo, end);
  }
  return total;
}

const tagsOf = ({ tags = {} }: TrackedLink): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(tags).flatMap(([name, value]) => (value === null ? [] : [[name, value]])),
  );

const begun = ({ commit }: CommitRecord): readonly TrackedLink[] => {
  const seen = commit.facts.filter(({ kind }) => kind === "link-seen").flatMap(({ links }) => links);
  return commit.put.filter((row) =>
    seen.some(({ linkId, life }) => linkId === row.linkId && life === row.life),
  );
};

function openedWithNoneLeft({ truth }: Outcome): readonly string[] {
  return truth.commits.flatMap((record) =>
    begun(record)
      .filter(
        (row) => row.allowed && row.comeback?.goesOnSince === undefined && row.createdAtSource === "azure",
      )
      .flatMap((row) => {
        const { partition, run } = record;
        const since = record.readAt ?? record.at;
        const others = knownBefore(truth, since).filter(
          ({ key, vmIds }) =>
            vmIds.has(row.vmId.toLowerCase()) && key !== `${partition} ${row.linkId} ${row.life}`,
        );
        const subject = {
          ...{ bastionId: bastionIn(partition), vmId: row.vmId, attribution: row.attribution },
          tags: tagsOf(row),
        };
        const { maxLifetime } = judge(subject, run.settings.policy, record.at);
        const used = union(others, row.createdAt);
        return used < maxLifetime
          ? []
          : [
              `link ${short(row.linkId)} made ${when(row.createdAt)} may live, though its VM was open for ${used / 60_000} min`,
            ];
      }),
  );
}

/** In the end every life has its row, until it was closed, whoever died or stood still in between. */
function livesNotCounted({ truth, remains }: Outcome): readonly string[] {
  const ends = new Map<string, { readonly link: TrackedLink; readonly until: Instant }>();
  for (const record of truth.commits)
    for (const { link, closedAt } of record.commit.close)
      ends.set(keyIn(record, link), { link, until: closedAt });
  return [...ends.values()].flatMap(({ link, until }) => {
    const row = remains.lives.get(lifeKey({ ...link, vmKey: vmKeyOf(link.vmId) }));
    if (!row) return [`the time of ${short(link.linkId)} is not counted`];
    return row.until === until
      ? []
      : [`the time of ${short(link.linkId)} counts until ${when(row.until)} instead of ${when(until)}`];
  });
}
