import type { ParseArgsOptionsConfig } from "node:util";
import { linkIdSchema, type LinkId } from "../core/domain/links/link.ts";
import type { ResendRequest } from "../core/domain/state/messages.ts";
import type { Milliseconds } from "../core/domain/time.ts";
import type { ActivityLog, Clock, ControlPlane, Estate, NameBook } from "../core/ports.ts";
import type { Deployment } from "./probes.ts";
import type { LedgerPorts } from "../core/flows/store/read-ledger.ts";

/** What a script learns: `clean`, `findings` (something is not as it is supposed to be), `partial` (not everything could be looked at), `error` (nothing was found out). */
export const exitCodes = { clean: 0, error: 1, findings: 2, partial: 3 } as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** The caller's mistake, or the machine's: told in one line without a stack. */
export class CommandError extends Error {
  override readonly name = "CommandError";
}

/** Where a command's words go. What was asked for is printed; progress and complaints are noted on standard error, so that a pipe stays clean. */
export interface Terminal {
  print(text: string): Promise<void>;
  note(line: string): void;
  /** One line that the next one replaces; nothing unless somebody watches. */
  progress(line: string): void;
  /** How much of a known amount is done, as a bar; nothing unless somebody watches. */
  bar(done: number, total: number): void;
  /** What somebody at a terminal answers; undefined when nobody is there. */
  ask(question: string): Promise<string | undefined>;
}

/** Where to look: subscriptions and management groups, or all that the account may see. */
export type ScopeChoice =
  "everything" | { readonly subscriptions: readonly string[]; readonly managementGroups: readonly string[] };

/** Azure with the rights of whoever is signed in here. */
export interface SignedIn {
  readonly account: Account;
  readonly controlPlane: ControlPlane;
  readonly activityLog: ActivityLog;
  readonly naming: NameBook;
  estate(scope: ScopeChoice): Estate;
}

/** Whose rights those are, as the token says; what it does not say is empty. */
export interface Account {
  readonly objectId: string;
  readonly name: string;
}

/** What commands may reach. Nothing is connected before it is used. */
export interface CliContext {
  readonly clock: Clock;
  readText(path: string): Promise<string>;
  /** Line by line, for files that are too long to hold. */
  readLines(path: string): AsyncIterable<string>;
  /** Every file in a folder, byte for byte as UTF-8, by its name there. */
  readFolder(path: string): Promise<readonly { readonly name: string; readonly text: string }[]>;
  /** A file that appears whole, or not at all. */
  writeLines(path: string, text: AsyncIterable<string>): Promise<void>;
  /** Loads the storage SDKs, which no other command needs. Throws a `CommandError` that says which settings are missing. */
  ledgers(): Promise<LedgerPorts>;
  /** Gets a token first. Throws a `CommandError` that says how to sign in. */
  azure(): Promise<SignedIn>;
  /** One setting of the app, as it is given; not checked. Undefined: it is not set. */
  setting(name: string): string | undefined;
  /** What puts an event where Event Grid does. Throws a `CommandError` that says which settings are missing. */
  activityQueue(): Promise<(event: unknown) => Promise<void>>;
  /** What asks the app to send an alert again. Throws a `CommandError` that says which settings are missing. */
  alertQueue(): Promise<(request: ResendRequest) => Promise<void>>;
  /** The deployment that the settings describe, or what is wrong with them. Nothing is asked yet. */
  deployment(): Promise<Deployment | { readonly problems: readonly string[] }>;
  wait(length: Milliseconds): Promise<void>;
  /** The same under settings of a file as well; what the environment says wins. */
  under(settings: Readonly<Record<string, string>>): CliContext;
}

export interface Call {
  readonly values: Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>;
  readonly positionals: readonly string[];
  readonly terminal: Terminal;
  readonly context: CliContext;
}

export interface Command {
  /** As typed: `policy check`. */
  readonly name: string;
  readonly summary: string;
  /** The positional arguments, as shown in the help: `<file> <vm-id>`. */
  readonly operands: string;
  readonly options: Readonly<
    Record<string, ParseArgsOptionsConfig[string] & { readonly value?: string; readonly help: string }>
  >;
  readonly examples: readonly string[];
  run(call: Call): Promise<ExitCode>;
}

/** The value of an option that takes one. */
export function optionOf({ values }: Call, name: string): string | undefined {
  const value = values[name];
  return typeof value === "string" ? value : undefined;
}

/** The values of an option that may be repeated. */
export function optionsOf({ values }: Call, name: string): readonly string[] {
  const given = values[name];
  return Array.isArray(given) ? given.filter((value) => typeof value === "string") : [];
}

export const isJson = ({ values }: Call): boolean => values["json"] === true;

/** Exactly the operands that the command names. */
export function operandsOf({ positionals }: Call, command: Command): readonly string[] {
  const wanted = command.operands === "" ? 0 : command.operands.split(" ").length;
  if (positionals.length === wanted) return positionals;
  throw new CommandError(
    `${command.name} takes ${command.operands || "no arguments"}; see: bastion-watchdog ${command.name} --help`,
  );
}

/** The link that the command is about. What was typed may be a URL, and is not repeated. */
export function linkIdOperand(call: Call, command: Command): LinkId {
  const parsed = linkIdSchema.safeParse(operandsOf(call, command)[0]);
  if (parsed.success) return parsed.data;
  throw new CommandError("Invalid link ID. Copy it from `bastion-watchdog scan`");
}

export const jsonOption = { json: { type: "boolean", help: "one JSON document instead of text" } } as const;
