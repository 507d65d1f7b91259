import type { AwaitedAlert } from "../../src/core/domain/alerts/acknowledgement.ts";
import { isSettled } from "../../src/core/domain/alerts/outbox.ts";
import type { Policy } from "../../src/core/domain/policy/policy.ts";
import { hours, type Instant } from "../../src/core/domain/time.ts";
import { lastHour, linksIn } from "../../src/core/domain/state/counted-revocations.ts";
import type { Watched } from "../../src/core/domain/state/watched.ts";
import { partitionOf, watchdogPartition, type Partition } from "../../src/core/domain/partition.ts";
import { allBastions } from "./places.ts";
import type { World } from "./world.ts";

/** After this long without a fault everything must have come to rest. */
const longestQuiet = hours(30);

/** Sweeps on until nothing is pending: no alert, no signal, no intent, no link that is due. */
export async function quieten(live: World): Promise<void> {
  const { truth, time, sweepInterval } = live;
  const since = time.now();
  for (let round = 1; time.now() < since + longestQuiet; round += 1) {
    await live.pass(sweepInterval);
    const pending = await whatIsPending(live);
    if (round >= 4 && pending.length === 0) return;
    if (time.now() + sweepInterval >= since + longestQuiet) truth.overdue.push(...pending.slice(0, 5));
  }
}

/** What keeps the world from being quiet, in words. */
async function whatIsPending(live: World): Promise<readonly string[]> {
  const { azure, time, table } = live;
  const { mode, policy } = live.settings();
  const partitions = [
    ...allBastions.map((bastion) => [partitionOf(bastion), bastion] as const),
    [watchdogPartition, undefined] as const,
  ];
  const pending: string[] = [];
  for (const [partition, bastion] of partitions) {
    const watched = await table.read(partition);
    const isFree = mode === "enforce" && !isHeld(watched, policy, time.now());
    pending.push(...stillToDo(partition, watched, isFree));
    if (!bastion || !isFree) continue;
    const open = new Set(azure.open(bastion).map(({ linkId }) => linkId));
    const waiting = watched.links.filter((link) => open.has(link.linkId) && !link.rule.startsWith("look at"));
    pending.push(
      ...waiting.map(
        (link) =>
          `link ${link.linkId} on ${bastion.name} is open until ${new Date(link.deadline).toISOString()} at ${new Date(time.now()).toISOString()}`,
      ),
    );
  }
  return pending;
}

/** The breaker is at its limit for this hour: what is left waits rightly. */
function isHeld({ host }: Watched, { maxRevocationsPerHour }: Policy, now: Instant): boolean {
  return linksIn(lastHour(host?.recentRevocations ?? [], now)) >= maxRevocationsPerHour;
}

/** What was told again waits on until a person acknowledges it, and nobody does here. */
const isUntold = ({ toldAt }: AwaitedAlert): boolean => toldAt === undefined;

function stillToDo(
  partition: Partition,
  { host, outbox, signals, links, unfinished }: Watched,
  isFree: boolean,
): readonly string[] {
  return [
    ...(host?.awaited ?? [])
      .filter(isUntold)
      .map(({ id, kind }) => `alert ${id} (${kind}) of ${partition} waits for an acknowledgement`),
    ...outbox
      .filter((entry) => !isSettled(entry))
      .map((entry) => `alert ${entry.alert.id} (${entry.alert.kind}) of ${partition} is undelivered`),
    ...signals.map(
      (signal) => `signal ${signal.eventId} (${signal.operation}) of ${partition} is unexplained`,
    ),
    ...links
      .filter(({ intent }) => isFree && intent)
      .map(({ linkId }) => `link ${linkId} of ${partition} is asked to go`),
    ...unfinished.map(({ link }) => `link ${link.linkId} of ${partition} is half written`),
  ];
}
