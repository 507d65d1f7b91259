import { parseArgs } from "node:util";
import { reasonOf } from "../core/domain/foreign.ts";
import { didYouMean } from "../core/domain/policy/reading/did-you-mean.ts";
import { commands } from "./commands.ts";
import {
  CommandError,
  exitCodes,
  type Call,
  type CliContext,
  type Command,
  type ExitCode,
  type Terminal,
} from "./command.ts";
import { settingsIn } from "./settings-file.ts";
import { commandHelp, generalHelp } from "./help.ts";

/** Finds the command, reads its options, runs it. Whatever goes wrong is one note and the exit code of an error. */
export async function run(
  words: readonly string[],
  terminal: Terminal,
  context: CliContext,
): Promise<ExitCode> {
  try {
    return await dispatch(words, terminal, context);
  } catch (error) {
    terminal.note(`bastion-watchdog: ${messageOf(error)}`);
    return exitCodes.error;
  }
}

async function dispatch(
  words: readonly string[],
  terminal: Terminal,
  context: CliContext,
): Promise<ExitCode> {
  const command = commands.find(({ name }) => words.slice(0, name.split(" ").length).join(" ") === name);
  if (!command) return noCommand(words, terminal);
  const { values, positionals }: Pick<Call, "values" | "positionals"> = argumentsOf(command, words);
  if (values["help"] === true) {
    await terminal.print(commandHelp(command));
    return exitCodes.clean;
  }
  const { settings } = values;
  const under = typeof settings === "string" ? context.under(await settingsIn(settings, context)) : context;
  return command.run({ values, positionals, terminal, context: under });
}

async function noCommand([first, second]: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const group = commands.filter(({ name }) => name.startsWith(`${first ?? ""} `));
  const isAsked = [first, second].some((word) => word === "--help" || word === "-h") || first === "help";
  if (isAsked) {
    await terminal.print(generalHelp(group.length > 0 ? group : commands));
    return exitCodes.clean;
  }
  terminal.note(generalHelp(group.length > 0 ? group : commands));
  throw new CommandError(first === undefined ? "Give a command" : unknownCommand(first, second));
}

function unknownCommand(first: string, second = ""): string {
  const typed = `${first} ${second}`.trim();
  const meant = didYouMean(typed, names) ?? didYouMean(first, names);
  return `There is no command "${typed}"${meant === undefined ? "" : `; did you mean ${meant}?`}`;
}

const names = commands.map(({ name }) => name);

function argumentsOf({ name, options }: Command, words: readonly string[]) {
  try {
    return parseArgs({
      args: words.slice(name.split(" ").length),
      options: { ...options, help: { type: "boolean", short: "h" } },
      allowPositionals: true,
    });
  } catch (error) {
    throw new CommandError(
      `${mistake(messageOf(error), Object.keys(options))} bastion-watchdog ${name} --help`,
    );
  }
}

/** Node's words about an option that does not exist, without its advice on file names that begin with a dash. */
function mistake(words: string, options: readonly string[]): string {
  const [, said = "", option = ""] = /^(Unknown option '-{1,2}([^']*)')/.exec(words) ?? [];
  const meant = didYouMean(option, options);
  return meant === undefined || said === ""
    ? `${said || words}; see:`
    : `${said}; did you mean --${meant}? See:`;
}

/** An account's key, or what it signed, in whatever an SDK has to say. */
const secrets = /(AccountKey|SharedAccessSignature|sig|Authorization|code)\s*[=:]\s*[^\s;&"']+/gi;

const messageOf = (error: unknown): string => reasonOf(error).replace(secrets, "$1=…").slice(0, 2_000);
