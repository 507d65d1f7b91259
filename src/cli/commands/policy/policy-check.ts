import { channelsIn, unknownChannels } from "../../../config/channels.ts";
import type { Policy } from "../../../core/domain/policy/policy.ts";
import { formatInZone } from "../../../core/domain/policy/reading/zone.ts";
import { formatDuration, formatInstant, isoInstant, type Instant } from "../../../core/domain/time.ts";
import {
  exitCodes,
  isJson,
  jsonOption,
  operandsOf,
  optionOf,
  type Call,
  type CliContext,
  type Command,
  type ExitCode,
} from "../../command.ts";
import { settingsIn, settingsOption } from "../../settings-file.ts";
import { againstText, changesUnder, readScan } from "./policy-against.ts";
import { notesOn, quoted, remarksOn } from "./policy-notes.ts";
import { readPolicy, timeZoneOf } from "./read-policy.ts";

export const policyCheck: Command = {
  name: "policy check",
  summary: "Checks a policy file: whether it is valid, what has no effect, and what it would change.",
  operands: "<file>",
  options: {
    strict: { type: "boolean", help: "treat notes as failures" },
    against: {
      type: "string",
      value: "scan.json",
      help: "which open links of a scan would get another rule, deadline or verdict",
    },
    ...settingsOption,
    ...jsonOption,
  },
  examples: [
    "bastion-watchdog policy check policy.json --strict",
    "bastion-watchdog scan --json > scan.json; bastion-watchdog policy check policy.json --against scan.json",
    "cat policy.json | bastion-watchdog policy check - --json",
  ],
  run: check,
};

async function check(call: Call): Promise<ExitCode> {
  const [file = ""] = operandsOf(call, policyCheck);
  const { settings, context } = await surroundingsOf(call);
  const parsed = await readPolicy(file, context);
  if ("problem" in parsed) return refused(call, file, parsed.problem);
  const unknown = settings ? unknownChannels(parsed.policy, channelsIn(settings)) : [];
  if (unknown.length > 0) return refused(call, file, unknown.map((problem) => `✖ ${problem}`).join("\n"));
  return await printReport(call, { file, policy: parsed.policy, report: reportOf(parsed.policy, context) });
}

interface Checked {
  readonly file: string;
  readonly policy: Policy;
  readonly report: ReturnType<typeof reportOf>;
}

async function printReport(call: Call, { file, policy, report }: Checked): Promise<ExitCode> {
  const { changes, text = [] } = (await againstScan(call, policy)) ?? {};
  await call.terminal.print(
    isJson(call)
      ? `${JSON.stringify({ valid: true, ...report, changes }, null, 2)}\n`
      : [...textOf(file, policy, report), ...text].map((line) => `${line}\n`).join(""),
  );
  const isNoted = call.values["strict"] === true && report.notes.length > 0;
  return isNoted || (changes !== undefined && changes.length > 0) ? exitCodes.findings : exitCodes.clean;
}

async function surroundingsOf(call: Call) {
  const path = optionOf(call, "settings");
  if (path === undefined) return { settings: undefined, context: call.context };
  const settings = await settingsIn(path, call.context);
  return { settings, context: call.context.under(settings) };
}

async function againstScan(call: Call, policy: Policy) {
  const path = optionOf(call, "against");
  if (path === undefined) return undefined;
  const scan = await readScan(path, call.context);
  const changes = changesUnder(policy, scan);
  return { changes, text: againstText(changes, scan, policy) };
}

async function refused(call: Call, file: string, problem: string): Promise<ExitCode> {
  const text = isJson(call)
    ? JSON.stringify({ valid: false, problem }, null, 2)
    : `${file} is not a valid policy:\n${problem}`;
  await call.terminal.print(`${text}\n`);
  return exitCodes.findings;
}

function reportOf(policy: Policy, context: CliContext) {
  const now = context.clock.now();
  const timeZone = timeZoneOf(context);
  const ends = policy.rules.flatMap(({ name, validUntil }) =>
    validUntil !== undefined && validUntil > now
      ? [{ rule: name, at: isoInstant(validUntil), local: formatInZone(validUntil, timeZone) }]
      : [],
  );
  return {
    ...{ rules: policy.rules.length, hash: policy.hash, timeZone },
    ends,
    notes: notesOn(policy, now),
    remarks: remarksOn(policy),
  };
}

const textOf = (file: string, policy: Policy, report: ReturnType<typeof reportOf>): readonly string[] => [
  summary(file, policy),
  ...report.ends.map(
    ({ rule, at, local }) =>
      `${quoted({ name: rule })} ends at ${formatInstant(Date.parse(at) as Instant)}${report.timeZone === "UTC" ? "" : `, ${local}`}`,
  ),
  ...report.notes.map((note) => `note: ${note}`),
  ...report.remarks.map((remark) => `remark: ${remark}`),
];

const summary = (file: string, { rules, preexistingGrace, maxRevocationsPerHour, hash }: Policy): string =>
  `${file} is a policy of ${rules.length} rule${rules.length === 1 ? "" : "s"}; links from before the watchdog live ${formatDuration(preexistingGrace)}; ` +
  `at most ${maxRevocationsPerHour} revocations an hour; hash ${hash.slice(0, 12)}`;
