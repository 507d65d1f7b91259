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
  readonly vmId: string;
  readonly from: Instant;
  /** The earliest end that was ever committed, or its close: the table cannot know less. */
  readonly until: Instant;
}

/** What was committed of each life before a moment. */
function knownBefore({ commits }: Truth, at: Instant): readonly Known[] {
  const known = new Map<string, Known>();
  for (const { commit, partition, at: when } of commits) {
    if (when >= at || commit.draft !== undefined) continue;
    for (const row of commit.put) {
      const key = `${partition} ${row.linkId} ${row.life}`;
      const until = Math.min(known.get(key)?.until ?? Infinity, row.deadline) as Instant;
      known.set(key, { key, vmId: row.vmId, from: row.comeback?.goesOnSince ?? row.createdAt, until });
    }
    for (const { link, closedAt } of commit.close) {
      const key = `${partition} ${link.linkId} ${link.life}`;
      const before = known.get(key);
      if (before) known.set(key, { ...before, until: Math.min(before.until, closedAt) as Instant });
    }
  }
  return [...known.values()];
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
          ({ key, vmId }) =>
            vmId.toLowerCase() === row.vmId.toLowerCase() && key !== `${partition} ${row.linkId} ${row.life}`,
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

/** In the end every life has its row: from when it counts, and until it was closed, whoever died in between. */
function livesNotCounted({ truth, remains }: Outcome): readonly string[] {
  const ends = new Map<string, { readonly link: TrackedLink; readonly until: Instant }>();
  for (const { commit, partition } of truth.commits)
    for (const { link, closedAt } of commit.close)
      ends.set(`${partition} ${link.linkId} ${link.life}`, { link, until: closedAt });
  return [...ends.values()].flatMap(({ link, until }) => {
    const row = remains.lives.get(lifeKey({ ...link, vmKey: vmKeyOf(link.vmId) }));
    if (!row) return [`the time of ${short(link.linkId)} is not counted`];
    const { vmKey } = row;
    return row.until === until && vmKey === vmKeyOf(link.vmId)
      ? []
      : [`the time of ${short(link.linkId)} counts until ${when(row.until)} instead of ${when(until)}`];
  });
}
