import type { Bastion } from "../estate.ts";
import type { Reply } from "../http/reply.ts";
import { ServiceError } from "../http/reply.ts";
import type { Call, IdentifiedCall } from "../http/routes.ts";
import { tokenRoutes } from "../http/routes.ts";
import type { Operation, Outcome } from "../operation.ts";
import type { World } from "../world.ts";
import { signed } from "./signed-url.ts";

const operationsKept = 10_000;
const locations = "/subscriptions/{subscription}/providers/Microsoft.Network/locations/{location}";

/** What a client is told to wait before each poll, as a multiple of the setting; then always the last. As a bastion's DELETE was recorded. */
const waits = [1, 1, 2, 2, 4, 4, 8, 16];

/** Created links and lists are told twice: in the status, and by `Location`. */
export const withOutput = (value: unknown): Outcome => ({
  properties: { output: value },
  status: 200,
  body: value,
});
/** Links that were deleted: the result is `null`. */
export const withoutOutput: Outcome = { properties: {}, status: 200, body: null };
/** A bastion as it is then; nothing when it is gone. */
export const withResource = (body?: unknown): Outcome => ({ status: body === undefined ? 204 : 200, body });

interface Subject {
  readonly bastion: Bastion;
  readonly world: World;
}

/** Starts a long-running operation on a bastion; `finish` runs when it ends, and what it returns is the final answer. */
export function startOperation(
  call: Call,
  { bastion, world }: Subject,
  finish: (operation: Operation) => Outcome,
): Operation {
  const id = world.chance.guid("operation");
  const base = `${call.url.origin}/subscriptions/${bastion.subscriptionId}/providers/Microsoft.Network/locations/${bastion.location}`;
  const version = `?api-version=${call.url.searchParams.get("api-version") ?? ""}`;
  const operation: Operation = {
    id,
    startedAt: world.timeline.now(),
    resultAt: `${base}/operationResults/${id}${version}`,
    statusAt: `${base}/operations/${id}${version}`,
    polls: 0,
  };
  const { operations } = world.memory;
  operations.set(operation.id, operation);
  const [oldest] = operations.keys();
  if (operations.size > operationsKept && oldest) operations.delete(oldest);
  world.timeline.after(world.settings.operationInMs, () => {
    operation.outcome = finish(operation);
  });
  return operation;
}

/** 202: accepted, and where to ask how it went. `body` is `null` where Azure sends the four letters, and left out where it sends nothing. */
export const accepted = (operation: Operation, world: World, body?: null): Reply => ({
  status: 202,
  headers: operationHeaders(operation, world),
  body,
});

export const operationHeaders = (operation: Operation, world: World): Record<string, string> => ({
  ...placesOf(operation, world),
  ...retryAfter(operation, world),
});

/** Both places are signed apart, and anew in every answer. */
const placesOf = ({ resultAt, statusAt }: Operation, world: World): Record<string, string> => ({
  Location: signed(resultAt, world),
  "Azure-AsyncOperation": signed(statusAt, world),
});

function retryAfter({ polls }: Operation, { settings }: World): Record<string, string> {
  const wait = waits[Math.min(polls, waits.length - 1)] ?? 1;
  return { "Retry-After": String(wait * settings.pollAfterInSeconds) };
}

export const operationRoutes = tokenRoutes("arm", {
  [`GET ${locations}/operationResults/{id}`]: operationResult,
  [`GET ${locations}/operations/{id}`]: operationStatus,
});

/** `Location`: 202 while it runs, then the result. */
export function operationResult(call: IdentifiedCall, world: World): Reply {
  const operation = operationOf(call, world);
  if (operation.outcome === undefined) return accepted(operation, world, null);
  const { status, body } = operation.outcome;
  const headers = { "Content-Type": "application/json; charset=utf-8", ...placesOf(operation, world) };
  return { status, headers, body };
}

function operationStatus(call: IdentifiedCall, world: World): Reply {
  const operation = operationOf(call, world);
  const { outcome } = operation;
  if (outcome !== undefined) {
    const { properties } = outcome;
    return { status: 200, body: { status: "Succeeded", ...(properties && { properties }) } };
  }
  operation.polls += 1;
  return { status: 200, headers: retryAfter(operation, world), body: { status: "InProgress" } };
}

function operationOf(call: Call, world: World): Operation {
  const id = call.parameters["id"] ?? "";
  const operation = world.memory.operations.get(id);
  if (!operation)
    throw new ServiceError(
      { status: 404, code: "OperationNotFound" },
      `The operation '${id}' was not found.`,
    );
  return operation;
}
