import type { HttpHandler, HttpRequest, HttpResponseInit, InvocationContext } from "@azure/functions";
import * as z from "zod";
import type { Scene } from "../../core/domain/console/console-view.ts";
import { formToken } from "../../core/domain/console/form-token.ts";
import type { Person } from "../../core/domain/console/person.ts";
import type { Instant } from "../../core/domain/time.ts";
import type { ViewPorts } from "../../core/flows/views/console-view.ts";
import { htmlPage, refusedPage } from "./answers.ts";
import { admit } from "./gate.ts";
import type { ConsoleApp, ConsoleSettings } from "./settings.ts";

/** What a page is made from; undefined: there is nothing of that name. */
export type View = (query: Readonly<Record<string, string>>, at: PageContext) => Promise<string | undefined>;

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
  title: "Not found",
  why: "This page does not exist, or the watchdog has never seen its link or bastion.",
});

/** A query that is none is the asker's fault; everything else is ours, and only the log says what it was. */
function failed(error: unknown, request: HttpRequest, context: InvocationContext): HttpResponseInit {
  if (error instanceof z.ZodError)
    return refusedPage({
      status: 400,
      title: "Invalid address",
      why: `The address cannot be read: ${z.prettifyError(error)}`,
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
