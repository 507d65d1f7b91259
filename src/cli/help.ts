import type { Command } from "./command.ts";

const exits = "Exit code: 0 clean, 1 error, 2 findings, 3 partial.";

/** What `--help` alone says. */
export function generalHelp(commands: readonly Command[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  const lines = commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
  return [
    "Usage: bastion-watchdog <command> [options]",
    "",
    ...lines,
    "",
    "bastion-watchdog <command> --help shows options and examples.",
    exits,
    "",
  ].join("\n");
}

export function commandHelp({ name, summary, operands, options, examples }: Command): string {
  const flags = Object.entries(options).map(
    ([option, { value, help }]) => [`--${option}${value === undefined ? "" : ` <${value}>`}`, help] as const,
  );
  const width = Math.max(...flags.map(([flag]) => flag.length), 6);
  return [
    `Usage: bastion-watchdog ${[name, operands, flags.length > 0 ? "[options]" : ""].filter((part) => part !== "").join(" ")}`,
    "",
    summary,
    "",
    ...[...flags, ["--help", "this text"] as const].map(([flag, help]) => `  ${flag.padEnd(width)}  ${help}`),
    "",
    "Examples:",
    ...examples.map((example) => `  ${example}`),
    "",
    exits,
    "",
  ].join("\n");
}
