import { givenUpIn } from "../../domain/alerts/given-up.ts";
import { callerOf } from "../../domain/console/person.ts";
import type { Caller } from "../../domain/attribution/signal.ts";
import type { ResendRequest } from "../../domain/state/messages.ts";
import type { BastionRows } from "../../domain/state/bastion-rows.ts";
import type { Instant } from "../../domain/time.ts";
import type { FlowSettings } from "../settings.ts";
import { partitionFor, rowsIn } from "../store/read-estate.ts";
import { plainFact } from "../store/record.ts";
import { changeHost } from "./change-rows.ts";
import type { ActPorts, Outcome, Task } from "./order.ts";

/** Sends an alert again to the channels that gave it up, as it is by now. */
export const resendForPerson = (
  { order, rows, now, alertId }: Task & { readonly alertId: string },
  ports: ActPorts,
  settings: FlowSettings,
): Promise<Outcome> =>
  resendAlert({ rows, now, alertId, why: order.command.why, actor: callerOf(order.person) }, ports, settings);

/** The same for whoever may write to our queue: nobody is known by name. Safe to repeat. */
export async function resendAsAsked(
  { partition, alertId, why }: ResendRequest,
  ports: ActPorts,
  settings: FlowSettings,
): Promise<Outcome> {
  const rows = [await rowsIn(partition, ports.table)];
  const asked = { rows, now: ports.clock.now(), alertId, why, actor: undefined };
  const outcome = await resendAlert(asked, ports, settings);
  if (outcome.kind === "refused" && outcome.why === "busy")
    throw new Error(`Sending ${alertId} again lost a race; the queue brings it back`);
  return outcome;
}

interface Asked {
  readonly rows: readonly BastionRows[];
  readonly now: Instant;
  readonly alertId: string;
  readonly why: string;
  readonly actor: Caller | undefined;
}

async function resendAlert(
  { rows, now, alertId, why, actor }: Asked,
  ports: ActPorts,
  settings: FlowSettings,
): Promise<Outcome> {
  const [only] = rows;
  if (!only) return { kind: "refused", why: "not-found" };
  const entries = await ports.table.readAlerts(partitionFor(only), 0);
  const lost = givenUpIn(entries).find(({ entry }) => entry.alert.id === alertId);
  const configured = new Set(ports.channels.map(({ name }) => name));
  const channels = (lost?.channels ?? []).filter((name) => configured.has(name));
  if (!lost || channels.length === 0) return { kind: "refused", why: "nothing-left" };
  const { alert } = lost.entry;
  const data = { alert: alertId, channels: channels.join(", "), why };
  const fact = { ...plainFact(now, "alert-resent", data), actor };
  const { kind, severity } = alert;
  const alerts = [{ kind, severity, at: now, channels, again: alert }];
  return await changeHost({ rows, fact, change: () => ({}), look: false, alerts }, ports, settings);
}
