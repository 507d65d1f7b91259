import { displayName, type Caller } from "../caller.ts";
import { keyOf } from "../estate.ts";
import type { World } from "../world.ts";
import { ServiceError } from "./reply.ts";
import type { IdentifiedCall } from "./routes.ts";

/** Refuses a caller with a list of rights whatever is not on it, polls of operations included. */
export function requireGrant(call: IdentifiedCall, { rights }: World): void {
  const action = actionOf(call);
  if (action !== undefined && !rights.allows(call.caller, action))
    throw authorizationFailed(action, call.caller, call.url.pathname);
}

const verbs: Readonly<Record<string, string>> = {
  GET: "read",
  PUT: "write",
  PATCH: "write",
  DELETE: "delete",
};

/**
 * ARM's name for what a request needs. Two paths are no resources: a further page of a list needs what the first did, and a result needs
 * the same wherever it lies (that it does below an action, too, is UNVERIFIED). Resource Graph and the list of subscriptions take every question; they leave out rows.
 */
function actionOf({ method, url }: IdentifiedCall): string | undefined {
  const { pathname } = url;
  const [namespace = "", ...segments] = pathname
    .slice(pathname.toLowerCase().lastIndexOf("/providers/"))
    .split("/")
    .slice(2);
  if (keyOf(namespace) === "microsoft.resourcegraph" || isListOfSubscriptions(pathname)) return undefined;
  if (/\/operationResults\/[^/]+$/i.test(pathname)) return `${namespace}/locations/operationResults/read`;
  const types = [namespace, ...segments.filter((_, index) => index % 2 === 0)].join("/");
  const isListPage = /\/getShareableLinks$/i.test(pathname);
  return `${types}/${isListPage || method === "POST" ? "action" : (verbs[method] ?? method)}`;
}

const isListOfSubscriptions = (pathname: string): boolean => /^\/subscriptions\/?$/i.test(pathname);

/** ARM's refusal of what was never granted, in ARM's words. */
export function authorizationFailed(action: string, caller: Caller, scope: string): ServiceError {
  return new ServiceError(
    { status: 403, code: "AuthorizationFailed" },
    `The client '${displayName(caller)}' with object id '${caller.oid}' does not have authorization to perform action '${action}' over scope ` +
      `'${scope}' or the scope is invalid. If access was recently granted, please refresh your credentials.`,
  );
}
