import { displayName, type Caller } from "../caller.ts";
import { keyOf } from "../estate.ts";
import { ServiceError } from "../http/reply.ts";
import type { IdentifiedCall } from "../http/routes.ts";
import type { World } from "../world.ts";
import type { Target } from "./change-links.ts";

/** Refuses a caller with a list of rights whatever is not on it, polls of operations included. */
export function requireGrant(call: IdentifiedCall, { rights }: World): void {
  const action = actionOf(call);
  if (action !== undefined && !rights.allows(call.caller, action)) throw authorizationFailed(action, call.caller, call.url.pathname);
}

/** What was taken from everybody on this bastion. */
export function requireRight(action: string, { caller }: IdentifiedCall, { bastion, world }: Pick<Target, "bastion" | "world">): void {
  const isDenied = world.memory.denials.some(
    (denial) => keyOf(denial.bastionId) === keyOf(bastion.id) && (denial.action === "*" || keyOf(denial.action) === keyOf(action)),
  );
  if (isDenied) throw authorizationFailed(action, caller, bastion.id);
}

const verbs: Readonly<Record<string, string>> = { GET: "read", PUT: "write", PATCH: "write", DELETE: "delete" };

/**
 * ARM's name for what a request needs. Two paths are no resources: a further page of a list needs what the first did, and a result needs
 * the same wherever it lies (that it does below an action, too, is UNVERIFIED). Resource Graph takes every question; it leaves out rows.
 */
function actionOf({ method, url }: IdentifiedCall): string | undefined {
  const { pathname } = url;
  const [namespace = "", ...segments] = pathname.slice(pathname.toLowerCase().lastIndexOf("/providers/")).split("/").slice(2);
  if (keyOf(namespace) === "microsoft.resourcegraph") return undefined;
  if (/\/operationResults\/[^/]+$/i.test(pathname)) return `${namespace}/locations/operationResults/read`;
  const types = [namespace, ...segments.filter((_, index) => index % 2 === 0)].join("/");
  const isListPage = /\/getShareableLinks$/i.test(pathname);
  return `${types}/${isListPage || method === "POST" ? "action" : (verbs[method] ?? method)}`;
}

/** ARM's refusal of what was never granted, in ARM's words. */
function authorizationFailed(action: string, caller: Caller, scope: string): ServiceError {
  return new ServiceError(
    { status: 403, code: "AuthorizationFailed" },
    `The client '${displayName(caller)}' with object id '${caller.oid}' does not have authorization to perform action '${action}' over scope ` +
      `'${scope}' or the scope is invalid. If access was recently granted, please refresh your credentials.`,
  );
}
