/** The settings of the console, as `config.ts` reads them. */
import * as z from "zod";
import { consoleAddress, type ConsoleSettings } from "../core/domain/console/console-settings.ts";
import { guid } from "../core/domain/guid.ts";
import { parseDuration, type Milliseconds } from "../core/domain/time.ts";

/** To be spread into the schema of all settings. */
export const consoleSettings = {
  WATCHDOG_CONSOLE_URL: z
    .string()
    .refine(
      (text) => consoleAddress(text) !== undefined,
      "must be an https address, or an http one on a loopback host",
    )
    .optional(),
  WATCHDOG_TENANT_ID: z
    .string()
    .regex(guid, "must be the id (a GUID) of the tenant whose people may see the console")
    .optional(),
  WATCHDOG_FORM_KEY: z.string().min(32, "must have 32 random characters or more").optional(),
  WATCHDOG_ACKNOWLEDGE_WITHIN: z
    .string()
    .default("PT30M")
    .transform((text, context): Milliseconds | undefined => {
      const length = parseDuration(text);
      if (length === undefined && text !== "off")
        context.addIssue({ code: "custom", message: "must be a duration like PT30M, or off" });
      return length;
    }),
};

interface Values {
  readonly WATCHDOG_CONSOLE_URL?: string | undefined;
  readonly WATCHDOG_TENANT_ID?: string | undefined;
  readonly WATCHDOG_FORM_KEY?: string | undefined;
}

/** How long an alert of high severity may wait for somebody to acknowledge it; undefined where nobody can, or nobody has to. */
export const acknowledgeWithin = (
  values: Values & { readonly WATCHDOG_ACKNOWLEDGE_WITHIN: Milliseconds | undefined },
) =>
  values.WATCHDOG_TENANT_ID === undefined || values.WATCHDOG_FORM_KEY === undefined
    ? undefined
    : values.WATCHDOG_ACKNOWLEDGE_WITHIN;

interface Platform {
  /** `WEBSITE_AUTH_ENABLED`: the platform's own word for its authentication being on. Only then are its headers worth anything. */
  readonly authEnabled: string | undefined;
  /** Every endpoint is a loopback address. */
  readonly isLocal: boolean;
}

/** What the console is made with, under these settings on this platform. */
export const consoleOf = (values: Values, { authEnabled, isLocal }: Platform): ConsoleSettings => ({
  platformAuth: authEnabled?.trim().toLowerCase() === "true",
  tenantId: values.WATCHDOG_TENANT_ID?.toLowerCase(),
  formKey: values.WATCHDOG_FORM_KEY,
  signIn: isLocal ? "local" : "aad",
  consoleUrl: values.WATCHDOG_CONSOLE_URL,
});
