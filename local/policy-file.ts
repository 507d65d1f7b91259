import { readFileSync } from "node:fs";

/** Settings with `WATCHDOG_POLICY=@file` read from the file. */
export const withPolicyFile = <Settings extends Readonly<Record<string, string | undefined>>>(
  settings: Settings,
): Settings => {
  const policy = settings["WATCHDOG_POLICY"]?.trim() ?? "";
  return policy.startsWith("@")
    ? { ...settings, WATCHDOG_POLICY: readFileSync(policy.slice(1), "utf8") }
    : settings;
};
