import type { Policy } from "../../../core/domain/policy/policy.ts";
import type { Rule } from "../../../core/domain/policy/policy-schema.ts";
import {
  forbiddenByCreator,
  forbiddenPastCreators,
  idleRules,
  matchesAlways,
  shadowedRules,
} from "../../../core/domain/policy/without-effect.ts";
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

/** What is allowed and surely not meant, and what holds only once a creator is known. */
function notesOn(policy: Policy, now: Instant): readonly string[] {
  const { rules } = policy;
  const expired = rules.flatMap(({ name, validUntil }) =>
    validUntil !== undefined && validUntil <= now
      ? [`${quoted({ name })} ended on ${formatInstant(validUntil)}: it matches nothing any more`]
      : [],
  );
  const repeated = [
    ...new Set(rules.map(({ name }) => name).filter((name, index, names) => names.indexOf(name) !== index)),
  ];
  return [
    ...expired,
    ...withoutEffect(policy),
    ...repeated.map((name) => `two rules are called ${quoted({ name })}: reports cannot tell them apart`),
    ...restingOnCreators(policy),
    ...(rules.some(matchesAlways)
      ? []
      : ["no rule matches every link: what none matches gets the built-in default, 8 h, enforced"]),
  ];
}

const quoted = ({ name }: { readonly name: string }): string => `"${visibleText(name)}"`;

function withoutEffect(policy: Policy): readonly string[] {
  const shadowed = shadowedRules(policy);
  const isShadowed = (rule: Rule) => shadowed.some((one) => one.rule === rule);
  return [
    ...shadowed.map(
      ({ rule, by }) =>
        `${quoted(rule)} is never reached: ${quoted(by)} before it matches every link${matchesAlways(by) ? "" : " that it could match"}`,
    ),
    ...idleRules(policy)
      .filter((rule) => !isShadowed(rule))
      .map(
        (rule) =>
          `${quoted(rule)} can never have an effect: it may only be stricter than the rules after it, and is not stricter in any field`,
      ),
  ];
}

function restingOnCreators(policy: Policy): readonly string[] {
  return [
    ...forbiddenPastCreators(policy).map(
      ({ rule, by }) =>
        `${quoted(rule)} rests on the creator: ${quoted(by)} before it allows some. Until the creator of a link is known, the link is high severity at once and due after one warnBefore`,
    ),
    ...forbiddenByCreator(policy).map(
      (rule) =>
        `${quoted(rule)} rests on the creator: a link that several people may have made, one of them matching, is high severity at once and due after one warnBefore`,
    ),
  ];
}
