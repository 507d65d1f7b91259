import type { Bastion } from "../estate.ts";
import type { Reply } from "../http/reply.ts";
import { ServiceError } from "../http/reply.ts";
import type { Call, IdentifiedCall } from "../http/routes.ts";
import { tokenRoutes } from "../http/routes.ts";
import type { Operation, World } from "../world.ts";

const operationsKept = 10_000;
const locations = "/subscriptions/{subscription}/providers/Microsoft.Network/locations/{location}";

/** Starts a long-running operation; `finish` runs when it ends, and what it returns is the final answer. */
export function startOperation(world: World, finish: () => unknown): Operation {
  const operation: Operation = { id: world.chance.guid("operation"), startedAt: world.timeline.now() };
  const { operations } = world.memory;
  operations.set(operation.id, operation);
  const [oldest] = operations.keys();
  if (operations.size > operationsKept && oldest) operations.delete(oldest);
  world.timeline.after(world.settings.operationInMs, () => {
    operation.result = finish();
    operation.endedAt = world.timeline.now();
  });
  return operation;
}

/** 202: accepted, and where to ask how it went. */
export function accepted(operation: Operation, call: Call, bastion: Bastion): Reply {
  return { status: 202, headers: operationHeaders(operation, call, bastion) };
}

export function operationHeaders(operation: Operation, call: Call, bastion: Bastion): Record<string, string> {
  const base = `${call.url.origin}/subscriptions/${bastion.subscriptionId}/providers/Microsoft.Network/locations/${bastion.location}`;
  const version = `api-version=${call.url.searchParams.get("api-version") ?? ""}`;
  return {
    Location: `${base}/operationResults/${operation.id}?${version}`,
    "Azure-AsyncOperation": `${base}/operations/${operation.id}?${version}`,
    "Retry-After": "1",
  };
}

export const operationRoutes = tokenRoutes("arm", {
  [`GET ${locations}/operationResults/{id}`]: operationResult,
  [`GET ${locations}/operations/{id}`]: operationStatus,
});

/** `Location`: 202 while it runs, then 200 with the result. */
export function operationResult(call: IdentifiedCall, world: World): Reply {
  const operation = operationOf(call, world);
  if (operation.endedAt === undefined)
    return { status: 202, headers: { Location: call.url.href, "Retry-After": "1" } };
  return { status: 200, body: operation.result };
}

function operationStatus(call: IdentifiedCall, world: World): Reply {
  const operation = operationOf(call, world);
  const common = {
    id: call.url.pathname,
    name: operation.id,
    startTime: new Date(operation.startedAt).toISOString(),
  };
  if (operation.endedAt === undefined)
    return { status: 200, headers: { "Retry-After": "1" }, body: { ...common, status: "InProgress" } };
  const endTime = new Date(operation.endedAt).toISOString();
  return { status: 200, body: { ...common, endTime, percentComplete: 100, status: "Succeeded" } };
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
