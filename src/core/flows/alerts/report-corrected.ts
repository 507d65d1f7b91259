import { correctedAfter, correctionsOf } from "../../domain/decide/host/corrections.ts";
import { watchdogPartition } from "../../domain/partition.ts";
import type { HostState } from "../../domain/state/watched.ts";
import type { Ports } from "../../ports.ts";
import { sendInPassing } from "./deliver-alert.ts";
import type { FlowSettings } from "../settings.ts";
import { recordIf, type Entry } from "../store/record.ts";

/** Tells of moments in the watchdog's own rows that lay too far ahead: no reconcile ever decides about those. */
export async function reportCorrected(ports: Ports, settings: FlowSettings): Promise<void> {
  const now = ports.clock.now();
  const entryFor = (host: HostState): Entry | undefined => {
    if (host.corrected.length === 0) return undefined;
    const { facts, alerts } = correctionsOf(host.corrected, host, now);
    return { partition: watchdogPartition, facts, alerts, host: correctedAfter({ host, now }, facts) };
  };
  const written = await recordIf(watchdogPartition, entryFor, { ports, settings });
  if (written) await sendInPassing(watchdogPartition, written.outbox, { ports, settings });
}
