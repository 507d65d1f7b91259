import type { Policy } from "../../../core/domain/policy/policy.ts";
import { formatDuration, formatInstant, type Instant } from "../../../core/domain/time.ts";
import { visibleText } from "../../../core/render/text/safe-text.ts";
import {
  exitCodes,
  isJson,
  jsonOption,
  operandsOf,
  type Call,
  type Command,
  type ExitCode,
} from "../../command.ts";
import { readPolicy } from "./read-policy.ts";

export const policyCheck: Command = {
  name: "policy check",
  summary: "Says whether a policy file is one, and what in it has no effect.",
  operands: "<file>",
  options: jsonOption,
  examples: [
    "bastion-watchdog policy check policy.json",
    "cat policy.json | bastion-watchdog policy check - --json",
  ],
  run: check,
};

async function check(call: Call): Promise<ExitCode> {
  const [file = ""] = operandsOf(call, policyCheck);
  const parsed = await readPolicy(file, call.context);
  if ("problem" in parsed) return refused(call, file, parsed.problem);
  const notes = notesOn(parsed.policy, call.context.clock.now());
  const { rules, hash } = parsed.policy;
  if (isJson(call))
    await call.terminal.print(
      `${JSON.stringify({ valid: true, rules: rules.length, hash, notes }, null, 2)}\n`,
    );
  else
    await call.terminal.print(
      [summary(file, parsed.policy), ...notes.map((note) => `note: ${note}`)]
        .map((line) => `${line}\n`)
        .join(""),
    );
  return exitCodes.clean;
}

async function refused(call: Call, file: string, problem: string): Promise<ExitCode> {
  const text = isJson(call)
    ? JSON.stringify({ valid: false, problem }, null, 2)
    : `${file} is no policy:\n${problem}`;
  await call.terminal.print(`${text}\n`);
  return exitCodes.findings;
}

const summary = (file: string, { rules, preexistingGrace, maxRevocationsPerHour, hash }: Policy): string =>
  `${file} is a policy of ${rules.length} rule${rules.length === 1 ? "" : "s"}; links from before the watchdog live ${formatDuration(preexistingGrace)}; ` +
  `at most ${maxRevocationsPerHour} revocations an hour; hash ${hash.slice(0, 12)}`;

/** What is allowed and surely not meant. */
function notesOn({ rules }: Policy, now: Instant): readonly string[] {
  const catchAll = rules.findIndex(
    ({ match, validUntil }) => Object.keys(match ?? {}).length === 0 && validUntil === undefined,
  );
  const expired = rules.flatMap(({ name, validUntil }) =>
    validUntil !== undefined && validUntil <= now
      ? [`"${visibleText(name)}" ended on ${formatInstant(validUntil)}: it matches nothing any more`]
      : [],
  );
  const unreached = rules
    .slice(catchAll < 0 ? rules.length : catchAll + 1)
    .map(
      ({ name }) =>
        `"${visibleText(name)}" is never reached: "${visibleText(rules[catchAll]?.name ?? "")}" before it matches every link`,
    );
  const open =
    catchAll < 0
      ? ["no rule matches every link: what none matches gets the built-in default, 8 h, enforced"]
      : [];
  const repeated = [
    ...new Set(rules.map(({ name }) => name).filter((name, index, names) => names.indexOf(name) !== index)),
  ];
  return [
    ...expired,
    ...unreached,
    ...repeated.map((name) => `two rules are called "${visibleText(name)}": reports cannot tell them apart`),
    ...open,
  ];
}
