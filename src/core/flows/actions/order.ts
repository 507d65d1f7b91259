import type { ConsoleCommand } from "../../domain/console/command.ts";
import type { TokenCheck } from "../../domain/console/form-token.ts";
import type { Person } from "../../domain/console/person.ts";
import type { BastionRows } from "../../domain/state/bastion-rows.ts";
import type { Instant } from "../../domain/time.ts";
import type { AlertsTable, Ports } from "../../ports.ts";
import type { FlowSettings } from "../settings.ts";

/** What a signed-in operator asked for, with the token of the form they used. */
export interface Order {
  readonly person: Person;
  readonly command: ConsoleCommand;
  /** As `formToken` made it for this person, action and target, in the version they saw. */
  readonly token: string;
}

/** The settings of a flow, and the key of the console's forms. */
export interface ActSettings extends FlowSettings {
  /** What form tokens are made with and checked against; it never leaves the process. */
  readonly formKey: string;
}

/** Whoever carries out orders also looks back at alerts, to acknowledge one. */
export interface ActPorts extends Ports {
  readonly table: AlertsTable;
}

/**
 * Why nothing was done, though the person may act. `nothing-left`: gone, or wanted gone already. `busy`: the bastion is in the middle of a
 * decision, or somebody was faster; ask again. `session-gone`, `session-not-ended`: asked of Azure, and written down as refused.
 */
export type OrderRefusal =
  | "nothing-left"
  | "busy"
  | "not-found"
  | "out-of-scope"
  | "revoke-under-way"
  | "own-link"
  | "own-alert"
  | "creator-unknown"
  | "not-allowed"
  | "tags-unknown"
  | "not-longer"
  | "past-the-cap"
  | "lifetime-left"
  | "session-gone"
  | "session-not-ended"
  | "already-acknowledged";

/** What came of an order. `count`: how many links, or 1 for a host, an alert or a session. `stays`: how many links of an alert wait for somebody else. */
export type Outcome =
  | { readonly kind: "done"; readonly count: number; readonly stays?: number }
  | { readonly kind: "refused"; readonly why: OrderRefusal }
  /** The form was not ours, not theirs, too old, or used already. */
  | { readonly kind: "token"; readonly check: Exclude<TokenCheck, "good"> };

/** An order whose token was good for these rows, and the moment at which it was. */
export interface Task {
  readonly order: Order;
  readonly rows: readonly BastionRows[];
  readonly now: Instant;
}
