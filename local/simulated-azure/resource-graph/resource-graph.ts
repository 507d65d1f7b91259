import * as z from "zod";
import type { Caller } from "../caller.ts";
import type { Bastion, VirtualMachine } from "../estate.ts";
import { keyOf } from "../estate.ts";
import { pageSizeOf } from "../arm/paging.ts";
import type { Reply } from "../http/reply.ts";
import { badRequest, ok } from "../http/reply.ts";
import type { IdentifiedCall } from "../http/routes.ts";
import { bodyAs, tokenRoutes } from "../http/routes.ts";
import type { Row } from "../log-analytics/kusto.ts";
import { resourceGraphQuery } from "./resource-graph-query.ts";
import type { World } from "../world.ts";

const mostRows = 1_000;

const queryRequest = z.object({
  query: z.string(),
  subscriptions: z.array(z.string()).optional(),
  managementGroups: z.array(z.string()).optional(),
  options: z
    .object({
      $top: z.int().min(1).max(mostRows).optional(),
      $skip: z.int().min(0).optional(),
      $skipToken: z.string().optional(),
      resultFormat: z.literal("objectArray").optional(),
    })
    .optional(),
});

type Options = NonNullable<z.infer<typeof queryRequest>["options"]>;

export const resourceGraphRoutes = tokenRoutes("arm", {
  "POST /providers/Microsoft.ResourceGraph/resources": queryResources,
});

/** What Resource Graph sees from now on while it lags: the estate as it is at this moment. */
export function freezeResourceGraph(world: World): void {
  world.memory.staleEstate = {
    bastions: [...world.memory.bastions.values()],
    vms: [...world.memory.vms.values()],
  };
}

function queryResources(call: IdentifiedCall, world: World): Reply {
  const { query, subscriptions, managementGroups, options = {} } = bodyAs(queryRequest, call);
  const inScope = subscriptions && new Set(subscriptions.map(keyOf));
  const rows = rowsOf(world)
    .filter((row) => !inScope || inScope.has(keyOf(String(row["subscriptionId"]))))
    .filter((row) => isUnder(managementGroups, String(row["subscriptionId"]), world))
    .filter(({ type }) => mayRead(String(type), call.caller, { query, world }));
  const found = resourceGraphQuery(query)(rows);
  const seen = world.faults.strikes("resourceGraphOmits") ? found.slice(1) : found;
  return ok(pageOf(seen, options, world));
}

/** A subscription that no group was named for is under every one. */
function isUnder(groups: readonly string[] | undefined, subscriptionId: string, { memory }: World): boolean {
  const above = memory.managementGroups.get(keyOf(subscriptionId));
  return !groups || !above || groups.some((name) => above.map(keyOf).includes(keyOf(name)));
}

/** Nobody is refused here: what a caller may not read is left out. A type that is not asked for is no question. */
const mayRead = (type: string, caller: Caller, { query, world }: { query: string; world: World }): boolean =>
  keyOf(query).includes(`'${type}'`) && world.rights.allows(caller, `${type}/read`);

function pageOf(rows: readonly Row[], options: Options, world: World): object {
  const { skip, top } = windowOf(options, world);
  const data = rows.slice(skip, skip + top);
  const isMore = skip + top < rows.length;
  const canContinue = rows.every((row) => "id" in row);
  return {
    totalRecords: rows.length,
    count: data.length,
    resultTruncated: isMore && !canContinue ? "true" : "false",
    ...(isMore && canContinue && { $skipToken: skipToken({ skip: skip + top, top }) }),
    facets: [],
    data,
  };
}

function windowOf(options: Options, world: World): { skip: number; top: number } {
  const token = readSkipToken(options.$skipToken) ?? { skip: 0, top: mostRows };
  const { $skip = token.skip, $top = token.top } = options;
  const isSmall = world.faults.strikes("smallPages");
  return { skip: $skip, top: isSmall ? Math.min($top, pageSizeOf(world)) : $top };
}

/** By id, so that pages fit together. A VM that counts as deleted is not seen; a lagging graph sees what was. */
function rowsOf(world: World): Row[] {
  const { bastions, vms, staleEstate } = world.memory;
  const isStale = staleEstate !== undefined && world.faults.strikes("resourceGraphLags");
  const seenBastions = isStale ? staleEstate.bastions : [...bastions.values()];
  const seenMachines = isStale ? staleEstate.vms : [...vms.values()].filter(({ id }) => world.machine(id));
  const rows = [
    ...subscriptionRows(world),
    ...seenBastions.map((bastion) => ({ ...rowOf(bastion), sku: bastion.sku })),
    ...seenMachines.map(rowOf),
  ];
  return rows.sort((a, b) => (keyOf(a.id) < keyOf(b.id) ? -1 : 1));
}

const subscriptionType = "microsoft.resources/subscriptions";

/** Every subscription of the estate, with the management groups above it, nearest first. */
const subscriptionRows = ({ memory: { bastions, vms, managementGroups } }: World) =>
  [
    ...new Set([...bastions.values(), ...vms.values()].map(({ subscriptionId }) => keyOf(subscriptionId))),
  ].map((subscriptionId) => ({
    id: `/subscriptions/${subscriptionId}`,
    name: subscriptionId,
    type: subscriptionType,
    subscriptionId,
    properties: {
      managementGroupAncestorsChain: (managementGroups.get(subscriptionId) ?? []).map((name) => ({
        name,
        displayName: name,
      })),
    },
  }));

/** Resource Graph writes types and resource groups in lower case. */
function rowOf({
  id,
  name,
  type,
  location,
  resourceGroup,
  subscriptionId,
  tags,
  properties,
}: Bastion | VirtualMachine) {
  return {
    id,
    name,
    type: keyOf(type),
    location,
    resourceGroup: keyOf(resourceGroup),
    subscriptionId,
    tags: tags ?? null,
    properties,
  };
}

const skipTokenContent = z.object({ skip: z.int().min(0), top: z.int().min(1) });

function skipToken(content: z.infer<typeof skipTokenContent>): string {
  return Buffer.from(JSON.stringify(content)).toString("base64");
}

function readSkipToken(token: string | undefined): z.infer<typeof skipTokenContent> | undefined {
  if (token === undefined) return undefined;
  try {
    return skipTokenContent.parse(JSON.parse(Buffer.from(token, "base64").toString()));
  } catch {
    throw badRequest("InvalidSkipToken", "The skip token is invalid.");
  }
}
