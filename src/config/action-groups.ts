import * as z from "zod";

/** To be spread into the schema of all settings: how many action groups the deployment's alert rules notify. */
export const actionGroupSettings = {
  WATCHDOG_ACTION_GROUPS: z
    .string()
    .regex(/^\d{1,3}$/, "must be how many action groups there are")
    .default("0"),
};

/** What a deployment lacks although the app works. Names of settings and parameters, no values. */
export interface Warning {
  readonly what: string;
  readonly fix: string;
}

/** The local stack has nothing that could notify anyone, and lacks nothing. */
export const warningsOf = (
  { WATCHDOG_ACTION_GROUPS }: { readonly WATCHDOG_ACTION_GROUPS: string },
  isLocal: boolean,
): readonly Warning[] => (isLocal || Number(WATCHDOG_ACTION_GROUPS) > 0 ? [] : [noActionGroup]);

const noActionGroup: Warning = {
  what: "No one is notified when the watchdog itself fails: there is no action group.",
  fix: "Deploy again with alertEmails or actionGroupIds, which set WATCHDOG_ACTION_GROUPS.",
};
