import { jsonIn } from "../core/domain/foreign.ts";
import { CommandError, type CliContext } from "./command.ts";

export const settingsOption = {
  settings: {
    type: "string",
    value: "file",
    help: "the app's settings as local.settings.json has them; the environment wins",
  },
} as const;

/** The settings in a `local.settings.json`. No message repeats a value. */
export async function settingsIn(
  path: string,
  context: CliContext,
): Promise<Readonly<Record<string, string>>> {
  const { Values: values } = fieldsOf(jsonIn(await context.readText(path)));
  if (typeof values !== "object" || values === null)
    throw new CommandError(
      `${path} is not a valid local.settings.json: {"Values": {"WATCHDOG_SCOPE": "…", …}}`,
    );
  const entries = Object.entries(values as Readonly<Record<string, unknown>>);
  const wrong = entries.filter(([, value]) => typeof value !== "string").map(([name]) => name);
  if (wrong.length > 0) throw new CommandError(`${path}: ${wrong.join(", ")} must be text`);
  return Object.fromEntries(entries.map(([name, value]) => [name, String(value)]));
}

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null ? { ...value } : {};
