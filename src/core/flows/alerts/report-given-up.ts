import type { Note } from "../../domain/alerts/note.ts";
import { sendLease, type OutboxEntry } from "../../domain/alerts/outbox.ts";
import { watchdogPartition } from "../../domain/partition.ts";
import type { FlowContext } from "../settings.ts";
import { plainFact, record, troubleAlert } from "../store/record.ts";

/**
 * A channel that will not take an alert is news for the others, told before the outbox forgets that it was pending: a crash in
 * between tells it twice rather than never. Trouble about trouble ends here; the fact stays.
 */
export async function reportGivenUp(
  settled: OutboxEntry,
  before: OutboxEntry,
  { ports, settings }: FlowContext,
): Promise<void> {
  const now = ports.clock.now();
  for (const [name, delivery] of Object.entries(settled.deliveries)) {
    if (delivery.state !== "gave-up" || before.deliveries[name]?.state === "gave-up") continue;
    const others = ports.channels.map((channel) => channel.name).filter((other) => other !== name);
    const { id, kind } = settled.alert;
    const { attempts, why } = delivery;
    const note: Note = { kind: "undelivered", alertId: id, of: kind, channel: name, attempts, why };
    const isHeardElsewhere = (settled.fallback ?? []).length > 0 || kind === "watchdog-trouble";
    const alerts =
      others.length > 0 && !isHeardElsewhere ? [{ ...troubleAlert(now, note), channels: others }] : [];
    const facts = [plainFact(now, "alert-undelivered", { alert: id, kind, channel: name, why })];
    const { outbox } = await record({ partition: watchdogPartition, facts, alerts }, ports, settings);
    for (const { seq } of outbox)
      await ports.queues.deliver({ partition: watchdogPartition, seq }, sendLease);
  }
}
