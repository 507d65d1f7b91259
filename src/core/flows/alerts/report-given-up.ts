import type { Alert } from "../../domain/alerts/alert.ts";
import type { Note } from "../../domain/alerts/note.ts";
import { sendLease, type OutboxEntry } from "../../domain/alerts/outbox.ts";
import { callerName } from "../../domain/attribution/signal.ts";
import { watchdogPartition } from "../../domain/partition.ts";
import type { FlowContext } from "../settings.ts";
import { plainFact, record, troubleAlert } from "../store/record.ts";

/** So many VMs are named. */
const mostNamed = 10;

function saidBy({ bastionId, links, linkCount, actors: { creator } }: Alert) {
  const vmIds = links.slice(0, mostNamed).map(({ vmId }) => vmId);
  const by = creator?.kind === "known" ? callerName(creator.caller) : undefined;
  return { bastionId, links: linkCount, vmIds, by };
}

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
    const said = saidBy(settled.alert);
    const note: Note = { kind: "undelivered", alertId: id, of: kind, channel: name, attempts, why, said };
    const isHeardElsewhere = (settled.fallback ?? []).length > 0 || kind === "watchdog-trouble";
    const alerts =
      others.length > 0 && !isHeardElsewhere ? [{ ...troubleAlert(now, note), channels: others }] : [];
    const facts = [plainFact(now, "alert-undelivered", { alert: id, kind, channel: name, why })];
    const { outbox } = await record({ partition: watchdogPartition, facts, alerts }, ports, settings);
    for (const { seq } of outbox)
      await ports.queues.deliver({ partition: watchdogPartition, seq }, sendLease);
  }
}
