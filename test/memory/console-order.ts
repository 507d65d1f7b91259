import { targetKey, type ConsoleCommand } from "../../src/core/domain/console/command.ts";
import { formToken } from "../../src/core/domain/console/form-token.ts";
import type { Person } from "../../src/core/domain/console/person.ts";
import { formVersionOf } from "../../src/core/domain/console/target.ts";
import type { LinkId } from "../../src/core/domain/links/link.ts";
import { after, type Milliseconds } from "../../src/core/domain/time.ts";
import { act } from "../../src/core/flows/actions/act-on-link.ts";
import type { Outcome } from "../../src/core/flows/actions/order.ts";
import { readTarget } from "../../src/core/flows/store/read-estate.ts";
import type { Watchdog } from "./watchdog.ts";

const formKey = "k".repeat(32);

/** Somebody with the role of an operator; `number` makes their object ID. */
export const operator = (name: string, number: number): Person => ({
  objectId: `33333333-0000-4000-8000-${String(number).padStart(12, "0")}`,
  userPrincipalName: `${name}@contoso.example`,
  name,
  isOperator: true,
});

/** The same person, as the Activity Log names them. */
export const asCaller = ({ objectId, userPrincipalName, name }: Person) => ({
  objectId,
  userPrincipalName,
  name,
});

/** Opens the page and sends its form, as this person. */
export async function order(dog: Watchdog, person: Person, command: ConsoleCommand): Promise<Outcome> {
  const { action, target } = command;
  const rows = await readTarget(target, dog.table);
  const version = formVersionOf(target, rows, action);
  const claims = { objectId: person.objectId, action, target: targetKey(target), version };
  const token = formToken(formKey, claims, dog.clock.now());
  return act({ person, command, token }, { ...dog.ports, table: dog.table }, { ...dog.settings, formKey });
}

export const acknowledge = (dog: Watchdog, person: Person, alertId: string): Promise<Outcome> =>
  order(dog, person, {
    action: "acknowledge",
    target: { kind: "alert", bastionId: dog.bastion.id, alertId },
    why: "on it",
  });

export const extend = (dog: Watchdog, person: Person, linkId: LinkId, by: Milliseconds): Promise<Outcome> =>
  order(dog, person, {
    action: "extend",
    target: { kind: "link", bastionId: dog.bastion.id, linkId },
    until: after(dog.clock.now(), by),
    why: "still needed",
  });
