import { differencesIn, parseCases } from "../../../core/domain/policy/cases.ts";
import type { Policy } from "../../../core/domain/policy/policy.ts";
import { visibleText } from "../../../core/render/text/safe-text.ts";
import { CommandError, exitCodes, isJson, type Call, type ExitCode } from "../../command.ts";
import { timeZoneOf } from "./read-policy.ts";

/** Tries each case of a file, and says which do not hold. */
export async function tryCases(policy: Policy, file: string, call: Call): Promise<ExitCode> {
  const parsed = parseCases(await call.context.readText(file));
  if ("problem" in parsed) throw new CommandError(`${file} is not a valid list of cases:\n${parsed.problem}`);
  const timeZone = timeZoneOf(call.context);
  const failed = parsed.cases.flatMap((one, index) => {
    const differences = differencesIn(one, policy, timeZone);
    return differences.length === 0 ? [] : [{ case: index + 1, name: one.name ?? null, differences }];
  });
  const count = parsed.cases.length;
  const words = failed.map(
    ({ case: number, name, differences }) =>
      `✖ case ${number}${name === null ? "" : `, "${visibleText(name)}"`}: ${differences.map(({ field, expected, found }) => `${field} is ${visibleText(found)}, expected ${visibleText(expected)}`).join("; ")}\n`,
  );
  await call.terminal.print(
    isJson(call)
      ? `${JSON.stringify({ cases: count, failed }, null, 2)}\n`
      : `${words.join("")}${count - failed.length} of ${count} cases hold\n`,
  );
  return failed.length === 0 ? exitCodes.clean : exitCodes.findings;
}
