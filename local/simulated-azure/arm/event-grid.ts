import * as z from "zod";
import { keyOf } from "../estate.ts";
import { recorderFor } from "../events/activity-log.ts";
import type { EventSubscription } from "../event-subscriptions.ts";
import type { Reply } from "../http/reply.ts";
import { ok, ServiceError } from "../http/reply.ts";
import type { IdentifiedCall } from "../http/routes.ts";
import { bodyAs, tokenRoutes } from "../http/routes.ts";
import type { World } from "../world.ts";
import { listPage } from "./paging.ts";

const topic =
  "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.EventGrid/systemTopics/{topic}";
const subscription = `${topic}/eventSubscriptions/{name}`;

/** What brings the watchdog its events can be read, changed and deleted; who did it is in the Activity Log. */
export const eventGridRoutes = tokenRoutes("arm", {
  [`GET ${topic}/eventSubscriptions`]: (call, world) =>
    ok(listPage(world.memory.eventSubscriptions.ofTopic(topicOf(call)).map(shownAs), call, world)),
  [`GET ${subscription}`]: (call, world) => ok(shownAs(found(call, world))),
  [`PUT ${subscription}`]: putSubscription,
  [`DELETE ${subscription}`]: deleteSubscription,
  [`DELETE ${topic}`]: deleteTopic,
});

const topicOf = ({ parameters: { subscription: id = "", group = "", topic: name = "" } }: IdentifiedCall) =>
  `/subscriptions/${id}/resourceGroups/${group}/providers/Microsoft.EventGrid/systemTopics/${name}`;

const idOf = (call: IdentifiedCall): string =>
  `${topicOf(call)}/eventSubscriptions/${call.parameters["name"] ?? ""}`;

function found(call: IdentifiedCall, { memory }: World): EventSubscription {
  const subscription = memory.eventSubscriptions.get(idOf(call));
  if (subscription) return subscription;
  throw new ServiceError(
    { status: 404, code: "ResourceNotFound" },
    `The Resource '${idOf(call)}' was not found.`,
  );
}

const operationFilter = (operations: readonly string[]) => ({
  operatorType: "StringIn",
  key: "data.operationName",
  values: operations,
});

const shownAs = ({ id, operations }: EventSubscription): object => ({
  id,
  name: id.split("/").at(-1),
  type: "Microsoft.EventGrid/systemTopics/eventSubscriptions",
  properties: {
    provisioningState: "Succeeded",
    filter: { advancedFilters: [operationFilter(operations)] },
  },
});

const filterBody = z.object({
  properties: z.object({
    filter: z.object({
      advancedFilters: z.array(z.looseObject({ key: z.string(), values: z.array(z.string()) })),
    }),
  }),
});

function putSubscription(call: IdentifiedCall, world: World): Reply {
  const { advancedFilters } = bodyAs(filterBody, call).properties.filter;
  const operations = advancedFilters.find(({ key }) => key === "data.operationName")?.values ?? [];
  const changed = { id: idOf(call), operations };
  world.memory.eventSubscriptions.put(changed);
  record({ kind: "Write", type: "systemTopics/eventSubscriptions", id: changed.id }, call, world);
  return { status: 201, body: shownAs(changed) };
}

function deleteSubscription(call: IdentifiedCall, world: World): Reply {
  if (!world.memory.eventSubscriptions.remove(idOf(call))) return { status: 204 };
  record({ kind: "Delete", type: "systemTopics/eventSubscriptions", id: idOf(call) }, call, world);
  return { status: 200 };
}

/** Its event subscriptions go with it. */
function deleteTopic(call: IdentifiedCall, world: World): Reply {
  const of = world.memory.eventSubscriptions.ofTopic(topicOf(call));
  if (of.length === 0) return { status: 204 };
  for (const { id } of of) world.memory.eventSubscriptions.remove(id);
  record({ kind: "Delete", type: "systemTopics", id: topicOf(call) }, call, world);
  return { status: 200 };
}

function record(
  { kind, type, id }: { kind: "Write" | "Delete"; type: string; id: string },
  call: IdentifiedCall,
  world: World,
): void {
  const { subscription: subscriptionId = "", group: resourceGroup = "" } = call.parameters;
  const operationName = `Microsoft.EventGrid/${type}/${keyOf(kind)}`;
  const resource = { id, subscriptionId, resourceGroup };
  recorderFor({ kind, operationName }, call, { resource, world }).succeeded();
}
