import pMap from "p-map";
import { takenCareOf } from "../../domain/alerts/taken-care-of.ts";
import type { Partition } from "../../domain/partition.ts";
import { actorOf, callerOf } from "../../domain/console/person.ts";
import type { FlowSettings } from "../settings.ts";
import { partitionFor, partitionsOf, rowsIn } from "../store/read-estate.ts";
import { plainFact } from "../store/record.ts";
import { changeHost } from "./change-rows.ts";
import type { ActPorts, Outcome, Task } from "./order.ts";

/** Takes care of an alert, or of those of its links that others made. */
export async function acknowledge(
  task: Task & { readonly alertId: string },
  ports: ActPorts,
  settings: FlowSettings,
): Promise<Outcome> {
  const { order, rows, now, alertId } = task;
  const [only] = rows;
  if (!only) return { kind: "refused", why: "not-found" };
  const { host, links } = only.watched;
  const entries = await ports.table.readAlerts(partitionFor(only), 0);
  const alert = entries.find((entry) => entry.alert.id === alertId)?.alert;
  if (!host || !alert) return { kind: "refused", why: "not-found" };
  const person = actorOf(order.person);
  const care = takenCareOf(host, links, { alert, person, now });
  if (typeof care === "string") return { kind: "refused", why: care };
  const { stays } = care;
  const data = { alert: alertId, why: order.command.why, ...(stays > 0 && { stays }) };
  const fact = { ...plainFact(now, "alert-acknowledged", data), actor: callerOf(order.person) };
  const outcome = await changeHost({ rows, fact, change: () => care.row, look: false }, ports, settings);
  return outcome.kind === "done" && stays > 0 ? { ...outcome, stays } : outcome;
}

/** So many bastions at once. */
const concurrency = 8;

/** Takes care of each alert that a message carried, as far as the person may; a fact each. */
export async function acknowledgeAll(
  task: Task & { readonly messageId: string },
  ports: ActPorts,
  settings: FlowSettings,
): Promise<Outcome> {
  const message = await ports.table.readMessage(task.messageId);
  if (!message) return { kind: "refused", why: "not-found" };
  const ofBastion = async (partition: Partition) => {
    const outcomes: Outcome[] = [];
    for (const { alertId } of message.alerts.filter((one) => one.partition === partition)) {
      const rows = [await rowsIn(partition, ports.table)];
      outcomes.push(await acknowledge({ ...task, rows, alertId }, ports, settings));
    }
    return outcomes;
  };
  return together((await pMap(partitionsOf(message), ofBastion, { concurrency })).flat());
}

/** Done where any of it is; what waits for somebody else is added up. */
function together(outcomes: readonly Outcome[]): Outcome {
  const done = outcomes.flatMap((outcome) => (outcome.kind === "done" ? [outcome] : []));
  if (done.length === 0) return outcomes[0] ?? { kind: "refused", why: "not-found" };
  const own = outcomes.filter((outcome) => outcome.kind === "refused" && outcome.why === "own-alert").length;
  const stays = done.reduce((sum, outcome) => sum + (outcome.stays ?? 0), own);
  return { kind: "done", count: done.length, ...(stays > 0 && { stays }) };
}
