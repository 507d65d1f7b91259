import type { HttpRequest, InvocationContext } from "@azure/functions";
import * as z from "zod";
import { withoutPort } from "../../core/domain/attribution/event-caller.ts";
import type { Person } from "../../core/domain/console/person.ts";
import { guid } from "../../core/domain/guid.ts";
import type { Refused } from "./answers.ts";
import { parsePrincipal, type Principal } from "./principal.ts";
import type { ConsoleSettings } from "./settings.ts";

export type Admission = { readonly person: Person } | { readonly refused: Refused };

const roles = { reader: "Watchdog.Reader", operator: "Watchdog.Operator" } as const;

/** Who may see the console: signed in by the platform, of our tenant, with an app role. Whoever is refused is logged. */
export function admit(
  request: HttpRequest,
  settings: ConsoleSettings,
  context: InvocationContext,
): Admission {
  const header = settings.platformAuth ? request.headers.get("x-ms-client-principal") : null;
  const principal = header === null ? undefined : parsePrincipal(header);
  const refused = refusalOf(principal, request, settings);
  if (refused) return logged(refused, principal, context);
  const { objectId = "", userPrincipalName, name, roles: held = [] } = principal ?? {};
  const isOperator = held.includes(roles.operator);
  return { person: { objectId, userPrincipalName, name, ipAddress: addressOf(request), isOperator } };
}

const ipAddress = z.union([z.ipv4(), z.ipv6()]);

/** The platform's front end adds whom it saw behind whatever the request said of itself. */
function addressOf({ headers }: HttpRequest): string | undefined {
  return ipAddress.safeParse(withoutPort(headers.get("x-forwarded-for")?.split(",").at(-1))).data;
}

/** Object ids and not names: a log is no directory, and what was refused may be anybody's text. */
function logged(refused: Refused, principal: Principal | undefined, context: InvocationContext): Admission {
  const who =
    principal?.objectId !== undefined && guid.test(principal.objectId) ? principal.objectId : "unknown";
  context.warn(`Console refused ${JSON.stringify({ status: refused.status, title: refused.title, who })}`);
  return { refused };
}

function refusalOf(
  principal: Principal | undefined,
  request: HttpRequest,
  settings: ConsoleSettings,
): Refused | undefined {
  if (!settings.platformAuth)
    return no(
      401,
      "Sign-in is not configured",
      "App Service Authentication is off, so the console refuses all requests.",
    );
  if (!principal)
    return {
      ...no(401, "Sign in", "The console is for people of this organisation."),
      signIn: signInFor(request, settings),
    };
  if (settings.tenantId === undefined)
    return no(
      403,
      "Not set up",
      "WATCHDOG_TENANT_ID is not set, so the console cannot check who may see it.",
    );
  if (principal.provider !== "aad" || principal.tenantId !== settings.tenantId)
    return no(
      403,
      "Another organisation",
      "You signed in with an account of another organisation. Sign out, and in again with an account of this one.",
    );
  if (principal.objectId === undefined || !guid.test(principal.objectId))
    return no(403, "Unknown account", "Your sign-in carries no object id.");
  const mayLook = principal.roles.includes(roles.reader) || principal.roles.includes(roles.operator);
  return mayLook
    ? undefined
    : no(
        403,
        "No role",
        "You need the app role Watchdog.Reader to view, or Watchdog.Operator to act. Ask the people who run the watchdog.",
      );
}

const no = (status: 401 | 403, title: string, why: string): Refused => ({ status, title, why });

/** Back to where they were, if that was a page of the console. */
function signInFor({ method, url }: HttpRequest, { signIn }: ConsoleSettings) {
  const { pathname, search } = new URL(url);
  const isPage = method === "GET" && /^\/console(\/|$)/i.test(pathname);
  return { by: signIn, returnTo: isPage ? pathname + search : "/console" };
}

/**
 * Whether a browser says that the request comes from our own pages. Browsers of this decade say so by `Sec-Fetch-Site`, which no page
 * can set; the others by `Origin`. Our pages send no referrer, and with that a browser writes `null` as the origin of a form.
 */
export function isSameOrigin({ headers, url }: HttpRequest, { consoleUrl }: ConsoleSettings): boolean {
  const site = headers.get("sec-fetch-site");
  const origin = headers.get("origin");
  if (site !== null)
    return site === "same-origin" && (origin === null || origin === "null" || isOurs(origin));
  return origin !== null && isOurs(origin);

  function isOurs(text: string): boolean {
    if (!URL.canParse(text)) return false;
    const own = [url, ...(consoleUrl === undefined ? [] : [consoleUrl])].map(
      (address) => new URL(address).host,
    );
    return own.includes(new URL(text).host);
  }
}
