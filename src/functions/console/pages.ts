import type { HttpHandler, HttpRequest, HttpResponseInit, InvocationContext } from "@azure/functions";
import * as z from "zod";
import type { LinkFilter, Scene } from "../../core/domain/console/console-view.ts";
import { formToken } from "../../core/domain/console/form-token.ts";
import { linkIdSchema, type LinkStatus } from "../../core/domain/links/link.ts";
import type { Person } from "../../core/domain/console/person.ts";
import type { Instant } from "../../core/domain/time.ts";
import {
  alertsPage,
  bastionPage,
  ledgerPage,
  linkPage,
  overview,
  type ViewPorts,
} from "../../core/flows/views/console-view.ts";
import { alertsHtml, bastionHtml, ledgerHtml, linkHtml } from "../../core/render/console/detail-pages.ts";
import { overviewHtml } from "../../core/render/console/overview-page.ts";
import { htmlPage, refusedPage } from "./answers.ts";
import { admit } from "./gate.ts";
import type { ConsoleApp, ConsoleSettings } from "./settings.ts";

/** What a page is made from; undefined: there is nothing of that name. */
type View = (query: Readonly<Record<string, string>>, at: PageContext) => Promise<string | undefined>;

interface PageContext {
  readonly ports: ViewPorts;
  readonly app: ConsoleApp;
  readonly now: Instant;
  readonly scene: Scene;
}

/** A page of the console: who is it, what do they ask for, draw it. Changes nothing. */
export const pageHandler =
  (app: ConsoleApp, view: View): HttpHandler =>
  async (request, context) => {
    const admission = admit(request, app.console, context);
    if ("refused" in admission) return refusedPage(admission.refused);
    const query = Object.fromEntries(request.query);
    const now = app.world.clock.now();
    const scene = sceneOf(admission.person, query, { app, now });
    try {
      const html = await view(query, { ports: app.world, app, now, scene });
      return html === undefined ? notFound : htmlPage(html);
    } catch (error) {
      return failed(error, request, context);
    }
  };

const notFound = refusedPage({
  status: 404,
  title: "Not here",
  why: "There is no such page, or what it was about was never seen.",
});

/** A query that is none is the asker's fault; everything else is ours, and only the log says what it was. */
function failed(error: unknown, request: HttpRequest, context: InvocationContext): HttpResponseInit {
  if (error instanceof z.ZodError)
    return refusedPage({
      status: 400,
      title: "Not a good address",
      why: `What the address asks for cannot be read: ${z.prettifyError(error)}`,
    });
  context.error(`A console page failed ${JSON.stringify({ path: new URL(request.url).pathname })}`, error);
  return refusedPage({
    status: 502,
    title: "Not now",
    why: "The store did not answer as it should. Try again; the log says why.",
  });
}

function sceneOf(
  person: Person,
  query: Readonly<Record<string, string>>,
  { app, now }: { readonly app: ConsoleApp; readonly now: Instant },
): Scene {
  const said = query["said"];
  const count = Number(/^\d{1,6}$/.exec(query["count"] ?? "")?.[0] ?? 0);
  return { now, person, mode: app.settings.mode, token: tokenMaker(person, app.console, now), said, count };
}

/** Only operators get forms, and only where there is a key to make tokens with. */
function tokenMaker(
  { objectId, isOperator }: Person,
  { formKey }: ConsoleSettings,
  now: Instant,
): Scene["token"] {
  if (!isOperator || formKey === undefined) return undefined;
  return (claims) => formToken(formKey, { objectId, ...claims }, now);
}

const words = z.string().max(200).default("");
const armId = z.string().min(1).max(512);
const statuses = ["", "open", "warned", "revoking", "revoke-failed"] as const satisfies readonly (
  LinkStatus | ""
)[];

const filterSchema = z
  .object({
    q: words,
    bastion: words,
    owner: words,
    status: z.enum(statuses).default(""),
    page: z
      .string()
      .regex(/^[1-9]\d{0,4}$/, "must be a whole number")
      .default("1")
      .transform(Number),
  })
  .transform(({ q, ...rest }): LinkFilter => ({ text: q, ...rest }));

const linkQuery = z.object({ bastion: armId, id: linkIdSchema });
const bastionQuery = z.object({ bastion: armId });
const alertsQuery = z.object({ bastion: armId.optional() });
const ledgerQuery = z.object({
  bastion: armId,
  from: z
    .string()
    .regex(/^\d{1,12}$/, "must be a whole number")
    .transform(Number)
    .optional(),
  verify: z.literal("all").optional(),
});

/** `GET /console` */
export const overviewView: View = async (query, { ports, now, scene }) =>
  overviewHtml(await overview(filterSchema.parse(query), now, ports), scene);

/** `GET /console/link?bastion=…&id=…` */
export const linkView: View = async (query, { ports, app, now, scene }) => {
  const { bastion, id } = linkQuery.parse(query);
  const page = await linkPage({ bastionId: bastion, linkId: id }, { ports, settings: app.settings, now });
  return page && linkHtml(page, scene);
};

/** `GET /console/bastion?bastion=…` */
export const bastionView: View = async (query, { ports, now, scene }) => {
  const page = await bastionPage(bastionQuery.parse(query).bastion, now, ports);
  return page && bastionHtml(page, scene);
};

/** `GET /console/ledger?bastion=…` */
export const ledgerView: View = async (query, { ports, scene }) => {
  const { bastion, from, verify } = ledgerQuery.parse(query);
  const page = await ledgerPage({ name: bastion, from, whole: verify === "all" }, ports);
  return page && ledgerHtml(page, scene);
};

/** `GET /console/alerts?bastion=…`; without a bastion the watchdog's own. */
export const alertsView: View = async (query, { ports, scene }) => {
  const page = await alertsPage(alertsQuery.parse(query).bastion, ports);
  return page && alertsHtml(page, scene);
};
