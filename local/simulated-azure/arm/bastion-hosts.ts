import * as z from "zod";
import type { Bastion } from "../estate.ts";
import { bastionFrom, keyOf, etagOf } from "../estate.ts";
import { recorderFor } from "../events/activity-log.ts";
import type { Reply } from "../http/reply.ts";
import { badRequest, ok, ServiceError } from "../http/reply.ts";
import type { IdentifiedCall } from "../http/routes.ts";
import { bodyAs, tokenRoutes } from "../http/routes.ts";
import type { World } from "../world.ts";
import { bastionIdOf, bastionOf } from "./find.ts";
import { accepted, operationHeaders, startOperation, withResource } from "./operations.ts";
import { listPage } from "./paging.ts";

const group = "/subscriptions/{subscription}/resourceGroups/{group}";
const bastionHosts = "providers/Microsoft.Network/bastionHosts";
const host = `${group}/${bastionHosts}/{name}`;
const write = { kind: "Write", operationName: "Microsoft.Network/bastionHosts/write" } as const;

const hostBody = z.object({
  location: z.string().optional(),
  sku: z.object({ name: z.string() }).optional(),
  tags: z.record(z.string(), z.string()).optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
});

export const bastionHostRoutes = tokenRoutes("arm", {
  [`GET /subscriptions/{subscription}/${bastionHosts}`]: listBastions,
  [`GET ${group}/${bastionHosts}`]: listBastions,
  [`GET ${host}`]: (call, world) => ok(hostForm(bastionOf(call, world))),
  [`PUT ${host}`]: putBastion,
  [`PATCH ${host}`]: patchBastion,
  [`DELETE ${host}`]: deleteBastion,
});

/** As ARM shows it: tags and zones only where there are some, and every part with the etag of the whole. */
export function hostForm(bastion: Bastion): object {
  const { name, id, etag, type, location, tags, zones, properties, sku } = bastion;
  const parts = z.array(z.looseObject({})).parse(properties["ipConfigurations"]);
  const ipConfigurations = parts.map((part) => ({ ...part, etag }));
  const shown = { ...(tags && { tags }), ...(zones && { zones }) };
  return { name, id, etag, type, location, ...shown, properties: { ...properties, ipConfigurations }, sku };
}

function listBastions(call: IdentifiedCall, world: World): Reply {
  const { subscription = "", group: resourceGroup } = call.parameters;
  const fits = (bastion: Bastion) =>
    keyOf(bastion.subscriptionId) === keyOf(subscription) &&
    (!resourceGroup || keyOf(bastion.resourceGroup) === keyOf(resourceGroup));
  return ok(listPage([...world.memory.bastions.values()].filter(fits).map(hostForm), call, world));
}

function putBastion(call: IdentifiedCall, world: World): Reply {
  const id = bastionIdOf(call);
  const previous = world.memory.bastions.get(keyOf(id));
  const { location, sku, tags, properties } = bodyAs(hostBody, call);
  if (!location)
    throw badRequest("LocationRequired", "The location property is required for this definition.");
  const fresh = previous ?? bastionFrom({ id, location, enableShareableLink: false });
  if (!fresh) throw badRequest("InvalidResourceName", `'${id}' is not the id of a Bastion.`);
  const changed = {
    ...fresh,
    location,
    tags: tags ?? {},
    sku: sku ?? fresh.sku,
    properties: { ...fresh.properties, ...properties },
  };
  return written(call, { bastion: changed, world, status: previous ? 200 : 201 });
}

/** The reference says PATCH changes tags; properties are taken too, which saves a whole PUT when trying things out. */
function patchBastion(call: IdentifiedCall, world: World): Reply {
  const bastion = bastionOf(call, world);
  const { tags, properties } = bodyAs(hostBody, call);
  const changed = {
    ...bastion,
    tags: tags ?? bastion.tags,
    properties: { ...bastion.properties, ...properties },
  };
  return written(call, { bastion: changed, world, status: 200 });
}

function written(
  call: IdentifiedCall,
  { bastion, world, status }: { bastion: Bastion; world: World; status: number },
): Reply {
  const recorder = recorderFor(write, call, { resource: bastion, world });
  const updating = inState(bastion, "Updating", world);
  world.memory.bastions.set(keyOf(bastion.id), updating);
  const operation = startOperation(call, { bastion, world }, () => {
    const current = world.memory.bastions.get(keyOf(bastion.id)) ?? updating;
    const done = inState(current, "Succeeded", world);
    world.memory.bastions.set(keyOf(bastion.id), done);
    recorder.succeeded();
    return withResource(hostForm(done));
  });
  recorder.accepted();
  return { status, headers: operationHeaders(operation, world), body: hostForm(updating) };
}

function deleteBastion(call: IdentifiedCall, world: World): Reply {
  const id = bastionIdOf(call);
  const bastion = world.memory.bastions.get(keyOf(id));
  if (!bastion) return { status: 204 };
  if (bastion.properties["provisioningState"] !== "Succeeded") {
    throw new ServiceError(
      { status: 409, code: "AnotherOperationInProgress" },
      `Another operation on ${bastion.name} is in progress.`,
    );
  }
  const operationName = "Microsoft.Network/bastionHosts/delete";
  const recorder = recorderFor({ kind: "Delete", operationName }, call, { resource: bastion, world });
  const operation = startOperation(call, { bastion, world }, () => {
    world.memory.bastions.delete(keyOf(id));
    world.memory.links.remove(id, () => true);
    recorder.succeeded();
    return withResource();
  });
  recorder.accepted();
  return accepted(operation, world);
}

function inState(bastion: Bastion, provisioningState: string, { chance }: World): Bastion {
  return {
    ...bastion,
    etag: etagOf(chance.guid("etag")),
    properties: { ...bastion.properties, provisioningState },
  };
}
