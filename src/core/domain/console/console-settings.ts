import * as z from "zod";
import { parseDuration, type Milliseconds } from "../time.ts";
import { guid } from "../guid.ts";
import { isLoopbackHost } from "../loopback.ts";

/** Who may see and use the console, and how they sign in. */
export interface ConsoleSettings {
  /** Whether the platform signs people in, and takes the principal headers of strangers away. */
  readonly platformAuth: boolean;
  /** Lower case. Without it nobody may see anything. */
  readonly tenantId: string | undefined;
  /** What form tokens are made with. Without it nobody may act. */
  readonly formKey: string | undefined;
  /** `local`: the stand-in for App Service Authentication on a developer's machine. */
  readonly signIn: "aad" | "local";
  /** Where people reach the console, if that is not what requests say. */
  readonly consoleUrl: string | undefined;
}

/**
 * The console's front page, whether the setting names it or only the host; undefined for what no card should
 * lead to.
 */
export function consoleAddress(text: string): URL | undefined {
  if (!URL.canParse(text)) return undefined;
  const { protocol, hostname, origin, pathname, username, password } = new URL(text);
  const isSafe = protocol === "https:" || (protocol === "http:" && isLoopbackHost(hostname));
  if (!isSafe || username !== "" || password !== "") return undefined;
  return new URL(origin + pathname.replace(/\/+$/, "").replace(/(\/console)?$/, "/console"));
}

/** The settings of the console, by name. */
export const consoleSettings = {
  WATCHDOG_CONSOLE_URL: z
    .string()
    .refine((text) => consoleAddress(text) !== undefined, "must be an https address, or an http one on this machine")
    .optional(),
  WATCHDOG_TENANT_ID: z.string().regex(guid, "must be the id (a GUID) of the tenant whose people may see the console").optional(),
  WATCHDOG_FORM_KEY: z.string().min(32, "must have 32 characters or more, made by chance").optional(),
  WATCHDOG_ACKNOWLEDGE_WITHIN: z
    .string()
    .default("PT30M")
    .transform((text, context): Milliseconds | undefined => {
      const length = parseDuration(text);
      if (length === undefined && text !== "off") context.addIssue({ code: "custom", message: "must be a duration like PT30M, or off" });
      return length;
    }),
};

interface Values {
  readonly WATCHDOG_CONSOLE_URL?: string | undefined;
  readonly WATCHDOG_TENANT_ID?: string | undefined;
  readonly WATCHDOG_FORM_KEY?: string | undefined;
}

/**
 * How long an alert of high severity may wait for somebody to acknowledge it; undefined where nobody can, or
 * nobody has to.
 */
export const acknowledgeWithin = (values: Values & { readonly WATCHDOG_ACKNOWLEDGE_WITHIN: Milliseconds | undefined }) =>
  values.WATCHDOG_TENANT_ID === undefined || values.WATCHDOG_FORM_KEY === undefined ? undefined : values.WATCHDOG_ACKNOWLEDGE_WITHIN;

interface Platform {
  /**
   * `WEBSITE_AUTH_ENABLED`: the platform's own word for its authentication being on. Only then are its
   * headers worth anything.
   */
  readonly authEnabled: string | undefined;
  /** Every endpoint is a loopback address. */
  readonly isLocal: boolean;
}

/** Settings and platform together; `signIn` is `local` only if every endpoint is a loopback address. */
export const consoleOf = (values: Values, { authEnabled, isLocal }: Platform): ConsoleSettings => ({
  platformAuth: authEnabled?.trim().toLowerCase() === "true",
  tenantId: values.WATCHDOG_TENANT_ID?.toLowerCase(),
  formKey: values.WATCHDOG_FORM_KEY,
  signIn: isLocal ? "local" : "aad",
  consoleUrl: values.WATCHDOG_CONSOLE_URL,
});
