import type { BastionId } from "../../src/core/domain/arm-id.ts";
import { targetKey, type ConsoleCommand } from "../../src/core/domain/console/command.ts";
import { formToken } from "../../src/core/domain/console/form-token.ts";
import type { LinkId } from "../../src/core/domain/links/link.ts";
import type { Person } from "../../src/core/domain/console/person.ts";
import { formVersionOf } from "../../src/core/domain/console/target.ts";
import { after, type Milliseconds } from "../../src/core/domain/time.ts";
import { act } from "../../src/core/flows/actions/act-on-link.ts";
import { readTarget } from "../../src/core/flows/store/read-estate.ts";
import type { FlowSettings } from "../../src/core/flows/settings.ts";
import type { Ports } from "../../src/core/ports.ts";
import { people } from "./places.ts";

const formKey = "the key of the forms of the simulated world";

/** Never a creator of links. */
const olga: Person = {
  objectId: "44444444-0000-4000-8000-000000000004",
  userPrincipalName: "olga@contoso.example",
  name: "Olga",
  isOperator: true,
};

const jane: Person = {
  ...olga,
  objectId: people[0].oid,
  userPrincipalName: people[0].upn,
  name: "Jane",
};

const bob: Person = {
  ...olga,
  objectId: people[1].oid,
  userPrincipalName: people[1].upn,
  name: "Bob",
};

const operators = { olga, jane, bob };

interface LinkOrder {
  readonly bastion: BastionId;
  readonly linkId: LinkId;
  /** Some operators open links, too. */
  readonly as?: "jane" | "bob" | undefined;
}

export type Order =
  | ({ readonly action: "extend"; readonly by: Milliseconds } & LinkOrder)
  | ({ readonly action: "revoke" | "give-time" } & LinkOrder)
  | { readonly action: "release" | "look"; readonly bastion: BastionId };

/** Opens the form and sends it, as fast as a person can who does nothing else. */
export async function orderAtTheConsole(order: Order, ports: Ports, settings: FlowSettings): Promise<void> {
  const { target } = commandOf(order, ports);
  const operator = operators[("as" in order ? order.as : undefined) ?? "olga"];
  const table = {
    ...ports.table,
    readAlerts: () => Promise.resolve([]),
    readClosed: () => Promise.resolve([]),
    readMessage: () => Promise.resolve(undefined),
  };
  const rows = await readTarget(target, table);
  const command = commandOf(order, ports);
  const { action } = command;
  const claims = {
    objectId: operator.objectId,
    action,
    target: targetKey(target),
    version: formVersionOf(target, rows, action),
  };
  const token = formToken(formKey, claims, ports.clock.now());
  await act({ person: operator, command, token }, { ...ports, table }, { ...settings, formKey });
}

function commandOf(order: Order, { clock }: Ports): ConsoleCommand {
  const bastionId = order.bastion.id;
  const why = "the simulation wants it";
  switch (order.action) {
    case "extend":
      return {
        action: "extend",
        target: { kind: "link", bastionId, linkId: order.linkId },
        until: after(clock.now(), order.by),
        why,
      };
    case "revoke":
    case "give-time":
      return { action: order.action, target: { kind: "link", bastionId, linkId: order.linkId }, why };
    default:
      return { action: order.action, target: { kind: "bastion", bastionId }, why };
  }
}
