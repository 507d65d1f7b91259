import { watchdogPartition } from "../../domain/partition.ts";
import { isoDay } from "../../domain/time.ts";
import type { Ports } from "../../ports.ts";
import { sendInPassing } from "../alerts/deliver-alert.ts";
import type { FlowSettings } from "../settings.ts";
import { plainFact, recordIf, troubleAlert, type Entry } from "../store/record.ts";
import type { HostState } from "../../domain/state/watched.ts";

const key = "clock";

/** Tells that the machine's clock is too far off Azure's to be used, once a UTC day, whichever machine it is. */
export async function reportClock(ports: Ports, settings: FlowSettings): Promise<void> {
  const by = ports.clock.offBy?.();
  if (by === undefined) return;
  const now = ports.clock.now();
  const day = isoDay(now);
  const entryFor = ({ toldRights }: HostState): Entry | undefined =>
    toldRights.some((told) => told.key === key && told.day === day)
      ? undefined
      : {
          partition: watchdogPartition,
          facts: [plainFact(now, "clock-off", { by })],
          alerts: [troubleAlert(now, { kind: "clock-off", by })],
          host: { toldRights: [...toldRights.filter((told) => told.day === day), { key, day }] },
        };
  const written = await recordIf(watchdogPartition, entryFor, { ports, settings });
  if (written) await sendInPassing(watchdogPartition, written.outbox, { ports, settings });
}
