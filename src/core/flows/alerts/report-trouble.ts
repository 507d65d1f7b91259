import type { FactKind } from "../../domain/ledger/ledger.ts";
import { watchdogPartition } from "../../domain/partition.ts";
import type { Ports } from "../../ports.ts";
import { sendCommitted } from "./deliver-alert.ts";
import { plainFact, record, troubleAlert } from "../store/record.ts";
import type { FlowSettings } from "../settings.ts";

/** Something went wrong that belongs to no bastion. `why` must hold nothing of the message's body: it is a stranger's text. */
export interface Trouble {
  readonly kind: FactKind & ("message-poisoned" | "message-rejected");
  readonly what: string;
  readonly why: string;
}

/**
 * Writes the trouble into the watchdog's own ledger with an alert of medium severity to every channel, in one
 * transaction, and sends it. Throws if it could not be written.
 */
export async function reportTrouble(
  { kind, what, why }: Trouble,
  ports: Ports,
  settings: FlowSettings,
): Promise<void> {
  ports.log.error(what, { why });
  const now = ports.clock.now();
  const entry = {
    partition: watchdogPartition,
    facts: [plainFact(now, kind, { what, why })],
    alerts: [troubleAlert(now, [what, why], [])],
  };
  const { outbox } = await record(entry, ports, settings);
  await sendCommitted(watchdogPartition, outbox, { ports, settings });
}
