import { HttpRequest } from "@azure/functions";
import type { HttpResponseInit } from "@azure/functions";
import { consoleActions } from "../../../src/functions/console/actions.ts";
import { pageHandler } from "../../../src/functions/console/pages.ts";
import type { ConsoleApp, ConsoleSettings } from "../../../src/functions/console/settings.ts";
import {
  alertsView,
  bastionView,
  ledgerView,
  linkView,
  overviewView,
} from "../../../src/functions/console/views.ts";
import { evidenceWorld } from "../../memory/evidence-ports.ts";
import { watchdog, type Watchdog } from "../../memory/watchdog.ts";
import { handledApp } from "../handlers.ts";

export const tenant = "99999999-0000-4000-8000-000000000001";
export const origin = "https://watchdog.example";

/** The console over memory, and a browser in front of it. */
export interface ConsoleUnderTest {
  readonly dog: Watchdog;
  readonly logged: readonly string[];
  get(path: string, headers?: Headers): Promise<HttpResponseInit>;
  post(form: Form | string, headers?: Headers): Promise<HttpResponseInit>;
}

/** An undefined one is left out. */
type Headers = Readonly<Record<string, string | undefined>>;
export type Form = Readonly<Record<string, string>>;

const views = {
  "/console": overviewView,
  "/console/link": linkView,
  "/console/bastion": bastionView,
  "/console/ledger": ledgerView,
  "/console/alerts": alertsView,
} as const;

export function consoleUnderTest(changes: Partial<ConsoleSettings> = {}, dog = watchdog()): ConsoleUnderTest {
  const handled = handledApp(dog);
  const { ports } = evidenceWorld(dog);
  const settings: ConsoleSettings = {
    platformAuth: true,
    tenantId: tenant,
    formKey: "form-key-of-no-value-to-anybody-else",
    signIn: "aad",
    consoleUrl: undefined,
    ...changes,
  };
  const app: ConsoleApp = { world: ports, settings: dog.settings, console: settings };
  return {
    dog,
    logged: handled.logged,
    get: async (path, headers = {}) => {
      const url = new URL(path, origin);
      const view = views[url.pathname as keyof typeof views];
      const answer = await pageHandler(app, view)(
        new HttpRequest({ method: "GET", url: url.href, headers: present(headers) }),
        handled.context(),
      );
      return answer;
    },
    post: async (form, headers = {}) => {
      const body = typeof form === "string" ? form : new URLSearchParams(form).toString();
      const all = {
        "content-type": "application/x-www-form-urlencoded",
        "sec-fetch-site": "same-origin",
        origin: "null",
        ...headers,
      };
      const request = new HttpRequest({
        method: "POST",
        url: `${origin}/console/actions`,
        headers: present(all),
        body: { string: body },
      });
      return await consoleActions(app)(request, handled.context());
    },
  };
}

const present = (headers: Headers): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );

interface Claims {
  readonly roles?: readonly string[];
  readonly tid?: string;
  readonly oid?: string;
  readonly upn?: string;
  readonly provider?: string;
}

export const olgaId = "33333333-0000-4000-8000-000000000003";

/** The header as App Service makes it. */
export function principal({
  roles = [],
  tid = tenant,
  oid = olgaId,
  upn = "olga@contoso.example",
  provider = "aad",
}: Claims): Headers {
  const claims = [
    { typ: "http://schemas.microsoft.com/identity/claims/tenantid", val: tid },
    { typ: "http://schemas.microsoft.com/identity/claims/objectidentifier", val: oid },
    { typ: "preferred_username", val: upn },
    ...roles.map((val) => ({ typ: "roles", val })),
  ];
  const json = JSON.stringify({
    auth_typ: provider,
    claims,
    name_typ: "preferred_username",
    role_typ: "roles",
  });
  return { "x-ms-client-principal": Buffer.from(json).toString("base64") };
}

export const reader = principal({
  roles: ["Watchdog.Reader"],
  oid: "33333333-0000-4000-8000-000000000004",
  upn: "rita@contoso.example",
});
export const operator = principal({ roles: ["Watchdog.Operator"] });

/** The fields of the form whose text holds these words, as a browser would send them. */
export function formIn(html: string, words: string): Form {
  const form =
    html.split("<form").find((part) => part.includes(words) && part.includes('method="post"')) ?? "";
  const fields = [...form.matchAll(/name="(\w+)" value="([^"]*)"/g)].map(
    ([, name = "", value = ""]) => [name, unescaped(value)] as const,
  );
  return { ...Object.fromEntries(fields), why: "on call" };
}

const unescaped = (text: string): string =>
  text
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
