import { isVirtualMachineId, parseBastionId } from "../../../core/domain/arm-id.ts";
import type { End } from "../../../core/domain/policy/ahead.ts";
import { anyBastion } from "../../../core/domain/policy/cases.ts";
import { endOfLink, madeBy } from "../../../core/domain/policy/fresh-link.ts";
import { explain, type Explanation } from "../../../core/domain/policy/explain-rule.ts";
import type { Subject } from "../../../core/domain/policy/conditions.ts";
import {
  formatDuration,
  formatInstant,
  isoInstant,
  parseInstant,
  type Instant,
} from "../../../core/domain/time.ts";
import { visibleText } from "../../../core/render/text/safe-text.ts";
import {
  CommandError,
  exitCodes,
  isJson,
  jsonOption,
  operandsOf,
  optionOf,
  optionsOf,
  type Call,
  type Command,
  type ExitCode,
} from "../../command.ts";
import { tryCases } from "./policy-cases.ts";
import { readPolicy } from "./read-policy.ts";

export const policyTest: Command = {
  name: "policy test",
  summary:
    "Shows which rule decides about a link to a VM, why no earlier one does, and when the link would expire.",
  operands: "<file> <vm-id>",
  options: {
    cases: {
      type: "string",
      value: "file",
      help: "many links at once, each with what is expected; no <vm-id> then",
    },
    bastion: {
      type: "string",
      value: "id",
      help: "ARM id of the bastion; rules that ask for one match no other",
    },
    creator: {
      type: "string",
      value: "upn",
      help: "user principal name, object id or app id of the creator; without it the creator is unknown",
    },
    tag: { type: "string", multiple: true, value: "k=v", help: "a tag of the VM; may be repeated" },
    at: { type: "string", value: "time", help: "when the link is created, ISO 8601; default: now" },
    ...jsonOption,
  },
  examples: [
    "bastion-watchdog policy test policy.json /subscriptions/…/virtualMachines/vm-1",
    "bastion-watchdog policy test policy.json --cases cases.json",
    "bastion-watchdog policy test policy.json /subscriptions/…/virtualMachines/vm-1 --creator jane@contoso.example --tag environment=prod --at 2026-12-04T17:00Z",
  ],
  run: test,
};

async function test(call: Call): Promise<ExitCode> {
  const cases = optionOf(call, "cases");
  const [file = "", vmId = ""] = operandsOf(call, cases === undefined ? policyTest : withCases);
  const parsed = await readPolicy(file, call.context);
  if ("problem" in parsed) throw new CommandError(`${file} is not a valid policy:\n${parsed.problem}`);
  if (cases !== undefined) return await tryCases(parsed.policy, cases, call);
  const createdAt = momentOf(call);
  const subject = subjectOf(call, vmId, createdAt);
  const explanation = explain(subject, parsed.policy, createdAt);
  const link = { createdAt, end: endOfLink({ ...subject, createdAt }, parsed.policy, createdAt) };
  await call.terminal.print(isJson(call) ? asJson(explanation, link) : asText(explanation, link));
  return exitCodes.clean;
}

const withCases = { ...policyTest, operands: "<file>" };

function momentOf(call: Call): Instant {
  const given = optionOf(call, "at");
  const moment = given === undefined ? call.context.clock.now() : parseInstant(given);
  if (moment === undefined) throw new CommandError("--at takes a date like 2026-12-04T18:00Z");
  return moment;
}

function subjectOf(call: Call, vmId: string, createdAt: Instant): Subject {
  const bastionId = optionOf(call, "bastion") ?? anyBastion;
  if (!isVirtualMachineId(vmId))
    throw new CommandError("<vm-id> is not the ARM ID of a VM: /subscriptions/…/virtualMachines/…");
  if (!parseBastionId(bastionId))
    throw new CommandError("--bastion is not the ARM ID of a bastion: /subscriptions/…/bastionHosts/…");
  const tags = optionsOf(call, "tag").map(tagOf);
  return {
    bastionId,
    vmId,
    tags: Object.fromEntries(tags),
    attribution: madeBy([optionOf(call, "creator") ?? []].flat(), createdAt),
  };
}

function tagOf(text: string): readonly [string, string] {
  const split = text.indexOf("=");
  if (split < 1) throw new CommandError("--tag takes name=value");
  return [text.slice(0, split), text.slice(split + 1)];
}

/** A link as it is tried: when it is made, and what becomes of it. */
interface Tried {
  readonly createdAt: Instant;
  readonly end: End;
}

function asJson(explanation: Explanation, { createdAt, end }: Tried): string {
  const {
    rule,
    tightenedBy,
    allowed,
    creatorDecides,
    ttl,
    warnBefore,
    maxLifetime,
    mode,
    endSessions,
    severity,
    channels,
  } = explanation.verdict;
  const verdict = {
    rule,
    tightenedBy,
    allowed,
    creatorDecides: creatorDecides ?? null,
    ttlInMs: ttl,
    warnBeforeInMs: warnBefore,
    maxLifetimeInMs: maxLifetime,
    mode,
    endSessions,
    severity,
    channels,
  };
  const deadline = isoInstant(end.at);
  const answer = { verdict, createdAt: isoInstant(createdAt), deadline, rules: explanation.rules };
  return `${JSON.stringify(answer, null, 2)}\n`;
}

function asText(explanation: Explanation, link: Tried): string {
  const { verdict, rules } = explanation;
  const considered = rules.filter(({ outcome }) => outcome !== "not reached");
  const lines = [
    ...considered.map(
      ({ rule, outcome, why }) =>
        `${outcome === "decides" ? "✔" : "·"} ${visibleText(rule)}: ${outcome}, ${visibleText(why.join("; "))}`,
    ),
    ...(rules.some(({ outcome }) => outcome === "decides") ? [] : [`✔ ${verdict.rule}`]),
    "",
    endWords(explanation, link),
    `The VM may be open ${formatDuration(verdict.maxLifetime)} in all. ${verdict.mode === "observe" ? "Nothing is revoked: the rule only observes." : "The deadline is enforced."}`,
  ];
  return lines.map((line) => `${line}\n`).join("");
}

function endWords(
  { verdict }: Explanation,
  { createdAt, end: { at, warnBefore, isRulesEnd } }: Tried,
): string {
  const { rule, allowed, creatorDecides } = verdict;
  const end = formatInstant(at);
  if (allowed)
    return `A link created at ${formatInstant(createdAt)} may live ${formatDuration(at - createdAt)}, until ${end}${isRulesEnd ? `, when "${visibleText(rule)}" ends` : ""}; a warning comes ${formatDuration(warnBefore)} before.`;
  if (creatorDecides)
    return `Such a link is forbidden by "${visibleText(creatorDecides.forbids)}", unless its creator turns out to be one that "${visibleText(creatorDecides.allows)}" allows: it is due at ${end}, or as soon as the creator is known.`;
  return "Such a link is forbidden: it is due as soon as it has been reported.";
}
