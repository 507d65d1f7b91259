import type { Command } from "../../domain/console/command.ts";
import type { TokenCheck } from "../../domain/console/form-token.ts";
import type { Person } from "../../domain/console/person.ts";
import type { BastionRows } from "../../domain/console/target.ts";
import type { Instant } from "../../domain/time.ts";
import type { AlertsTable, Ports } from "../../ports.ts";
import type { FlowSettings } from "../settings.ts";

/** What a signed-in operator asked for, with the token of the form they used. */
export interface Order {
  readonly person: Person;
  readonly command: Command;
  readonly token: string;
}

export interface ActSettings extends FlowSettings {
  /** What form tokens are made with. */
  readonly formKey: string;
}

export interface ActPorts extends Ports {
  readonly table: AlertsTable;
}

/** Why nothing was done, though the person may act. */
export type OrderRefusal =
  | "nothing-left"
  | "busy"
  | "not-found"
  | "revoke-under-way"
  | "own-link"
  | "not-allowed"
  | "not-longer"
  | "past-the-cap"
  | "session-gone"
  | "session-not-ended"
  | "already-acknowledged";

export type Outcome =
  | { readonly kind: "done"; readonly count: number }
  | { readonly kind: "refused"; readonly why: OrderRefusal }
  /** The form was not ours, not theirs, too old, or used already. */
  | { readonly kind: "token"; readonly check: Exclude<TokenCheck, "good"> };

/** An order whose token was good for these rows. */
export interface Task {
  readonly order: Order;
  readonly rows: readonly BastionRows[];
  readonly now: Instant;
}
