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
