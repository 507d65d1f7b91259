import type { HttpHandler, HttpRequest, HttpResponseInit, InvocationContext } from "@azure/functions";
import type { ConsoleCommand } from "../../core/domain/console/command.ts";
import type { Person } from "../../core/domain/console/person.ts";
import { act } from "../../core/flows/actions/act-on-link.ts";
import type { Outcome } from "../../core/flows/actions/order.ts";
import { hrefTo } from "../../core/render/console/parts.ts";
import { evidencePortsOf } from "../invocation.ts";
import { refusedPage, seeOther, type Refused } from "./answers.ts";
import { admit, isSameOrigin } from "./gate.ts";
import { readForm, type OrderForm } from "./order-form.ts";
import type { ConsoleApp } from "./settings.ts";

/**
 * `POST /console/actions`: what an operator asks for. Answers 303 to the page that says what happened; whoever may not, or used a
 * form that is not theirs, too old or used before, gets a 4xx and nothing changes.
 */
export const consoleActions =
  (app: ConsoleApp): HttpHandler =>
  async (request, context) => {
    const asked = await order(request, app, context);
    if ("refused" in asked) return refusedPage(asked.refused);
    const { person, form, formKey } = asked;
    try {
      const ports = evidencePortsOf(app, context);
      const outcome = await act({ person, ...form }, ports, { ...app.settings, formKey });
      return answer(outcome, form.command, { person, context });
    } catch (error) {
      context.error("A console action failed", error);
      const why =
        "The store did not answer as it should, so it is not known whether anything changed. Check before you try again.";
      return refusedPage({ status: 502, title: "Not now", why });
    }
  };

interface Asked {
  readonly person: Person;
  readonly form: OrderForm;
  readonly formKey: string;
}

async function order(
  request: HttpRequest,
  app: ConsoleApp,
  context: InvocationContext,
): Promise<Asked | { readonly refused: Refused }> {
  const admission = admit(request, app.console, context);
  if ("refused" in admission) return admission;
  const { person } = admission;
  const { formKey } = app.console;
  const refuse = (refused: Refused) => refusing(refused, { person, context });
  if (!person.isOperator)
    return refuse(
      no(
        403,
        "Only for operators",
        "You can view, but not act. To act, you need the app role Watchdog.Operator.",
      ),
    );
  if (!isSameOrigin(request, app.console))
    return refuse(
      no(
        403,
        "Not from the console",
        "The request did not come from a page of the console. Nothing was done.",
      ),
    );
  if (formKey === undefined)
    return refuse(no(403, "Read-only", "WATCHDOG_FORM_KEY is not set, so the console only shows pages."));
  const form = await formOf(request);
  return form === undefined
    ? refuse(no(400, "Invalid form", "The form cannot be read, or it gives no reason. Nothing was done."))
    : { person, form, formKey };
}

const no = (status: Refused["status"], title: string, why: string): Refused => ({ status, title, why });

interface Whose {
  readonly person: Person;
  readonly context: InvocationContext;
}

function refusing(refused: Refused, { person, context }: Whose): { readonly refused: Refused } {
  context.warn(
    `Console refused ${JSON.stringify({ status: refused.status, title: refused.title, who: person.objectId })}`,
  );
  return { refused };
}

const longestForm = 16_384;

async function formOf(request: HttpRequest): Promise<OrderForm | undefined> {
  const type = request.headers.get("content-type") ?? "";
  if (!/^application\/x-www-form-urlencoded(;|$)/i.test(type)) return undefined;
  const body = await request.text();
  return body.length > longestForm ? undefined : readForm(body);
}

const tokenWords = {
  missing: "The form carried no token, so nothing was done.",
  expired: "The form is older than 30 minutes, so nothing was done. Open the page again.",
  refused:
    "What you acted on has changed since you opened the page, or the form was used before or is not yours. Nothing was done. Open the page again.",
} as const;

function answer(outcome: Outcome, command: ConsoleCommand, whose: Whose): HttpResponseInit {
  switch (outcome.kind) {
    case "token":
      return refusedPage(refusing(no(403, "Form no longer valid", tokenWords[outcome.check]), whose).refused);
    case "refused":
      return seeOther(pageAfter(command, { said: outcome.why }));
    case "done":
      return seeOther(pageAfter(command, done(command, outcome)));
  }
}

const done = (
  { action, target }: ConsoleCommand,
  { count, stays }: { readonly count: number; readonly stays?: number },
) =>
  stays === undefined
    ? { said: `done-${action}${target.kind === "message" ? "-all" : ""}`, count: String(count) }
    : { said: `done-${action}-rest`, count: String(stays) };

/** The page about what was acted on; the list where that is more than one bastion's. */
function pageAfter({ target }: ConsoleCommand, said: Readonly<Record<string, string>>): string {
  switch (target.kind) {
    case "link":
    case "session":
      return hrefTo("/console/link", { bastion: target.bastionId, id: target.linkId, ...said });
    case "bastion":
      return hrefTo("/console/bastion", { bastion: target.bastionId, ...said });
    case "alert":
      return hrefTo("/console/alerts", {
        ...(target.bastionId === undefined ? {} : { bastion: target.bastionId }),
        ...said,
      });
    case "message":
      return hrefTo("/console/alerts", { message: target.messageId, ...said });
    case "vm":
    case "creator":
      return hrefTo("/console", said);
  }
}
