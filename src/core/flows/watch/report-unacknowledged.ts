import { noEnds, overdue } from "../../domain/alerts/acknowledgement.ts";
import { commitOf } from "../../domain/decide/plan.ts";
import type { Watched } from "../../domain/state/watched.ts";
import { watchdogPartition } from "../../domain/partition.ts";
import type { Ports } from "../../ports.ts";
import { sendInPassing } from "../alerts/deliver-alert.ts";
import { writeContextAt } from "../store/record.ts";
import type { FlowSettings } from "../settings.ts";

/**
 * Tells which of the watchdog's own alerts nobody acknowledged in time: no reconcile ever decides about them. Takes the rows of the
 * watchdog's own partition as just read. Whoever loses the race for the row leaves it to the next sweep, which reads what the other one wrote.
 */
export async function reportUnacknowledged(
  { host, version }: Watched,
  ports: Ports,
  settings: FlowSettings,
): Promise<void> {
  if (!host || host.awaited.length === 0) return;
  const { awaited: before } = host;
  const waiting = { awaited: before, within: settings.acknowledgeWithin, endOf: noEnds };
  const { alerts, facts, awaited } = overdue(waiting, ports.clock.now());
  if (alerts.length === 0 && awaited.length === before.length) return;
  const own = { partition: watchdogPartition, bastion: undefined, awaited: before };
  const context = writeContextAt(own, ports, settings);
  const commit = commitOf(
    { host: { ...host, awaited }, put: [], close: [], spent: [], facts, alerts },
    context,
  );
  const committed = await ports.table.commit(watchdogPartition, { ...commit, expected: version });
  if (committed !== "conflict") await sendInPassing(watchdogPartition, committed.outbox, { ports, settings });
}
