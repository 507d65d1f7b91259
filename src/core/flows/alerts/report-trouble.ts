import type { Note } from "../../domain/alerts/note.ts";
import { watchdogPartition } from "../../domain/partition.ts";
import type { Ports } from "../../ports.ts";
import { sendCommitted } from "./deliver-alert.ts";
import { plainFact, record, troubleAlert } from "../store/record.ts";
import type { FlowSettings } from "../settings.ts";

/** A message that could not be used. Nothing in it may come from the message's body: that is a stranger's text. */
export type Trouble = Extract<Note, { readonly kind: "message-poisoned" | "message-rejected" }>;

/**
 * Writes the trouble into the watchdog's own ledger with an alert of medium severity to every channel, in one
 * transaction, and sends it. Throws if it could not be written.
 */
export async function reportTrouble(trouble: Trouble, ports: Ports, settings: FlowSettings): Promise<void> {
  const { kind, ...data } = trouble;
  ports.log.error(kind === "message-rejected" ? "A message was rejected" : "A message was given up", data);
  const now = ports.clock.now();
  const entry = {
    partition: watchdogPartition,
    facts: [plainFact(now, kind, data)],
    alerts: [troubleAlert(now, trouble)],
  };
  const { outbox } = await record(entry, ports, settings);
  await sendCommitted(watchdogPartition, outbox, { ports, settings });
}
