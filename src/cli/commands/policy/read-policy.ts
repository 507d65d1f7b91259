import { parsePolicy } from "../../../core/domain/policy/parse-policy.ts";
import { isTimeZone } from "../../../core/domain/reports/digest.ts";
import { CommandError, type CliContext } from "../../command.ts";

/** A policy file's content, parsed as the app parses it: without blanks around it. What is wrong is told by the lines of the file. `-` is standard input. */
export async function readPolicy(path: string, context: CliContext): Promise<ReturnType<typeof parsePolicy>> {
  const [text, timeZone] = [await context.readText(path), timeZoneOf(context)];
  const parsed = parsePolicy(text.trim(), timeZone);
  return "policy" in parsed ? parsed : parsePolicy(text, timeZone);
}

/** Where days of the policy end. Throws a `CommandError` for a zone that nobody knows. */
export function timeZoneOf(context: CliContext): string {
  const given = context.setting("WATCHDOG_TIME_ZONE")?.trim() ?? "";
  if (given === "") return "UTC";
  if (isTimeZone(given)) return given;
  throw new CommandError("WATCHDOG_TIME_ZONE must be a time zone of the IANA database, like Europe/Berlin");
}
