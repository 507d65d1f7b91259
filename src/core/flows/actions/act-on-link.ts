import { targetKey } from "../../domain/console/command.ts";
import { checkToken } from "../../domain/console/form-token.ts";
import { actorOf, callerOf } from "../../domain/console/person.ts";
import { formVersionOf, linksOf } from "../../domain/console/target.ts";
import type { BastionRows, OpenLink } from "../../domain/state/bastion-rows.ts";
import { reach } from "../../domain/state/reach.ts";
import { after, isoInstant } from "../../domain/time.ts";
import { acknowledge, acknowledgeAll } from "./acknowledge.ts";
import { changeHost, changeLinks, type LinkChange } from "./change-rows.ts";
import { endSession } from "./end-session.ts";
import { giveTime } from "./give-time.ts";
import { extend } from "./extend-link.ts";
import { resendForPerson } from "./resend.ts";
import { readTarget } from "../store/read-estate.ts";
import { plainFact } from "../store/record.ts";
import type { FlowSettings } from "../settings.ts";
import type { ActPorts, ActSettings, Order, Outcome, Task } from "./order.ts";

/**
 * Does what an operator asked for, and writes down who did and why, in one transaction a bastion. The token is checked against the rows that are about to
 * change: whoever asks twice, or after somebody else was faster, is refused. Whether the person may act at all was checked before.
 */
export async function act(order: Order, ports: ActPorts, settings: ActSettings): Promise<Outcome> {
  const { command, person, token } = order;
  const rows = await readTarget(command.target, ports.table);
  if (rows.length === 0) return { kind: "refused", why: "not-found" };
  const now = ports.clock.now();
  const { action, target } = command;
  const claims = {
    objectId: person.objectId,
    action,
    target: targetKey(target),
    version: formVersionOf(target, rows, action),
  };
  const check = checkToken(settings.formKey, claims, { token, now });
  if (check !== "good") return { kind: "token", check };
  const outcome: Outcome = isUnwatched(command, rows)
    ? { kind: "refused", why: "out-of-scope" }
    : await perform({ order, rows, now }, ports, settings);
  ports.log.info("A person acted", {
    action,
    by: person.objectId,
    target: claims.target,
    outcome: outcome.kind,
  });
  return outcome;
}

/** Of a bastion out of scope an alert can be acknowledged or sent again; Azure is asked for nothing. */
const isUnwatched = ({ action, target }: Order["command"], rows: readonly BastionRows[]): boolean =>
  action !== "acknowledge" &&
  action !== "resend" &&
  target.kind !== "vm" &&
  target.kind !== "creator" &&
  rows.some(({ watched }) => watched.host?.outOfScope !== undefined);

async function perform(task: Task, ports: ActPorts, settings: FlowSettings): Promise<Outcome> {
  const { command } = task.order;
  switch (command.action) {
    case "revoke":
      return revoke(task, ports, settings);
    case "extend":
      return extend({ ...task, command }, ports, settings);
    case "give-time":
      return giveTime({ ...task, command }, ports, settings);
    case "end-session":
      return endSession({ ...task, command }, ports, settings);
    case "look":
      return look(task, ports, settings);
    case "release":
      return release(task, ports, settings);
    case "resend":
      return resendForPerson({ ...task, alertId: command.target.alertId }, ports, settings);
    case "acknowledge":
      return command.target.kind === "message"
        ? acknowledgeAll({ ...task, messageId: command.target.messageId }, ports, settings)
        : acknowledge({ ...task, alertId: command.target.alertId }, ports, settings);
  }
}

/** Marks the links as wanted gone. The reconcile that follows takes them down by token, from a fresh list, once they are announced. */
async function revoke({ order, rows, now }: Task, ports: ActPorts, settings: FlowSettings): Promise<Outcome> {
  const { person, command } = order;
  const watched = rows.filter(({ watched }) => watched.host?.outOfScope === undefined);
  const wanted = linksOf(command.target, watched).filter(({ link }) => !link.demanded);
  if (wanted.length === 0) return { kind: "refused", why: "nothing-left" };
  const demanded = { ...actorOf(person), at: now, why: command.why };
  const change: LinkChange = {
    change: (link) => ({ ...link, demanded }),
    tell: () => [],
    fact: {
      at: now,
      kind: "revoke-demanded",
      actor: callerOf(person),
      data: { why: command.why, of: command.target.kind },
    },
  };
  let count = 0;
  let busy = false;
  for (const [bastionId, links] of byBastion(wanted)) {
    const changed = await changeLinks({ bastionId, links, ...change }, ports, settings);
    if (changed === "busy") busy = true;
    else count += changed;
  }
  if (count > 0) return { kind: "done", count };
  return { kind: "refused", why: busy ? "busy" : "nothing-left" };
}

function byBastion(links: readonly OpenLink[]): ReadonlyMap<string, readonly OpenLink[]> {
  const groups = new Map<string, OpenLink[]>();
  for (const open of links) groups.set(open.bastionId, [...(groups.get(open.bastionId) ?? []), open]);
  return groups;
}

async function look({ order, rows, now }: Task, ports: ActPorts, settings: FlowSettings): Promise<Outcome> {
  const fact = {
    ...plainFact(now, "look-demanded", { why: order.command.why }),
    actor: callerOf(order.person),
  };
  return changeHost({ rows, fact, change: () => ({}), look: true }, ports, settings);
}

async function release(
  { order, rows, now }: Task,
  ports: ActPorts,
  settings: FlowSettings,
): Promise<Outcome> {
  const breakerReleasedUntil = after(now, reach.release);
  const data = { why: order.command.why, until: isoInstant(breakerReleasedUntil) };
  const fact = { ...plainFact(now, "breaker-released", data), actor: callerOf(order.person) };
  return changeHost({ rows, fact, change: () => ({ breakerReleasedUntil }), look: true }, ports, settings);
}
