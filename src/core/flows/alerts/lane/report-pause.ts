import type { Lane } from "../../../domain/alerts/lane/lane.ts";
import type { Pause } from "../../../domain/alerts/lane/pause.ts";
import { sendLease } from "../../../domain/alerts/outbox.ts";
import { watchdogPartition } from "../../../domain/partition.ts";
import { isoDay, isoInstant, minutes } from "../../../domain/time.ts";
import type { HostState } from "../../../domain/state/watched.ts";
import type { FlowContext } from "../../settings.ts";
import { plainFact, recordIf, troubleAlert, type Entry } from "../../store/record.ts";

/** Sooner than this a pause is no news. */
const newsAfter = minutes(5);

/** A channel that has paused for five minutes is a fact, and an alert on the others once a UTC day; that it is back is a fact. */
export async function reportPause(channel: string, lane: Lane, context: FlowContext): Promise<void> {
  const now = context.ports.clock.now();
  const { pause, toldPause } = lane;
  if (pause && !toldPause && now - pause.since >= newsAfter) {
    lane.toldPause = pause;
    await reportDown(channel, pause, context);
  }
  if (!pause && toldPause) {
    lane.toldPause = undefined;
    const facts = [plainFact(now, "channel-back", { channel, since: isoInstant(toldPause.since) })];
    const entry: Entry = { partition: watchdogPartition, facts, alerts: [] };
    await recordIf(watchdogPartition, () => entry, context);
  }
}

async function reportDown(channel: string, { since, why }: Pause, context: FlowContext): Promise<void> {
  const { ports } = context;
  const now = ports.clock.now();
  const [key, day] = [`channel ${channel}`, isoDay(now)];
  const others = ports.channels.map(({ name }) => name).filter((name) => name !== channel);
  const alert = { ...troubleAlert(now, { kind: "channel-down", channel, since, why }), channels: others };
  const entryFor = ({ toldRights }: HostState): Entry | undefined =>
    toldRights.some((told) => told.key === key && told.day === day)
      ? undefined
      : {
          partition: watchdogPartition,
          facts: [plainFact(now, "channel-paused", { channel, since: isoInstant(since), why })],
          alerts: others.length > 0 ? [alert] : [],
          host: { toldRights: [...toldRights.filter((told) => told.day === day), { key, day }] },
        };
  const written = await recordIf(watchdogPartition, entryFor, context);
  for (const { seq } of written?.outbox ?? [])
    await ports.queues.deliver({ partition: watchdogPartition, seq }, sendLease);
}
