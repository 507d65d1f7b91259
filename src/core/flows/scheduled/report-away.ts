import { isoInstant, minutes, type Instant } from "../../domain/time.ts";
import { watchdogPartition } from "../../domain/partition.ts";
import type { HostState } from "../../domain/state/watched.ts";
import type { Ports } from "../../ports.ts";
import { sendInPassing } from "../alerts/deliver-alert.ts";
import type { FlowSettings } from "../settings.ts";
import { plainFact, recordIf, troubleAlert, type Entry } from "../store/record.ts";

/** Three sweeps and more, in the rhythm that they had last. */
const sweepsMissed = 3;
const leastGap = minutes(15);
const named = 10;
const mostKept = 10;

/** The last sign that anything was watched; undefined: nothing ever was. */
function lastSign({ sweep, configuration, away }: HostState): Instant | undefined {
  const signs = [sweep?.finishedAt, configuration?.judgedAt, away[0]?.to].flatMap((moment) => moment ?? []);
  return signs.sort((a, b) => b - a)[0];
}

/** Since when nothing was watched, if that is longer than it may be; undefined where it is not, or no rhythm is known yet. */
function awaySince(host: HostState, now: Instant): Instant | undefined {
  const from = lastSign(host);
  const every = host.sweep?.every;
  if (from === undefined || every === undefined) return undefined;
  return now - from > Math.max(leastGap, sweepsMissed * every) ? from : undefined;
}

/** The first sweep after a time without any says from when to when nothing was watched, and which bastions. Safe to run twice. */
export async function reportAway(ports: Ports, settings: FlowSettings): Promise<void> {
  const now = ports.clock.now();
  const { host: own } = await ports.table.readHost(watchdogPartition);
  if (!own || awaySince(own, now) === undefined) return;
  const bastions = await ports.table.knownBastions();
  if (bastions.length === 0) return;
  const entryFor = (host: HostState): Entry | undefined => {
    const from = awaySince(host, now);
    if (from === undefined) return undefined;
    const ids = bastions.map(({ id }) => id).slice(0, named);
    const data = { from: isoInstant(from), to: isoInstant(now), bastions: bastions.length };
    return {
      partition: watchdogPartition,
      facts: [plainFact(now, "unwatched", { ...data, named: ids.join(" ") })],
      alerts: [
        troubleAlert(now, { kind: "unwatched", from, to: now, count: bastions.length, bastionIds: ids }),
      ],
      host: { away: [{ from, to: now }, ...host.away].slice(0, mostKept) },
    };
  };
  const written = await recordIf(watchdogPartition, entryFor, { ports, settings });
  if (written) await sendInPassing(watchdogPartition, written.outbox, { ports, settings });
}
