import type { Chance } from "../chance.ts";
import type { Bastion } from "../estate.ts";
import type { IdentifiedCall } from "../http/routes.ts";
import type { World } from "../world.ts";
import { keep } from "../world.ts";
import type { ActivityRecord, UnderWay } from "../activity-record.ts";
import { isApplication, signInName } from "../caller.ts";

/** The account of one operation, open until one of these is called. */
export interface Recorder {
  accepted(): void;
  succeeded(): void;
  failed(): void;
}

/**
 * Opens the account of one operation, on a bastion or on what brings events. Its event comes when the operation ends, as in Azure: there is no "started" event.
 * Operation names come in the Activity Log's casing, which is not the documented one.
 */
export function recorderFor(
  operation: Pick<ActivityRecord, "kind" | "operationName">,
  call: IdentifiedCall,
  { resource, world }: { resource: Pick<Bastion, "id" | "subscriptionId" | "resourceGroup">; world: World },
): Recorder {
  const { chance, settings } = world;
  const account: UnderWay = {
    ...operation,
    id: chance.guid("record"),
    operationId: chance.guid("operation id"),
    startedAt: world.timeline.now(),
    wasAccepted: false,
    spelling:
      settings.eventSpellings[Math.floor(chance.number("spelling") * settings.eventSpellings.length)] ??
      "text",
    resourceId: resource.id,
    subscriptionId: resource.subscriptionId,
    resourceGroup: resource.resourceGroup,
    ...requestOf(call, chance),
  };
  world.memory.underWay.add(account);
  const write = (outcome: ActivityRecord["outcome"]) => {
    world.memory.underWay.delete(account);
    const record = { ...account, at: world.timeline.now(), outcome };
    keep(world.memory.activity, record);
    world.publish(record);
  };
  return {
    accepted: () => {
      account.wasAccepted = true;
    },
    succeeded: () => {
      write("Success");
    },
    failed: () => {
      write("Failure");
    },
  };
}

/** Whom the Activity Log names in its `Caller` column. */
export const callerColumn = ({ caller }: Pick<ActivityRecord, "caller">): string =>
  isApplication(caller) ? caller.oid : (signInName(caller) ?? caller.oid);

/** `x-forwarded-for` says where a request comes from, if that is not where its token was got. */
function requestOf(call: IdentifiedCall, chance: Chance) {
  return {
    correlationId: call.headers["x-ms-correlation-request-id"] ?? chance.guid("correlation"),
    clientRequestId: call.headers["x-ms-client-request-id"] ?? chance.guid("client request"),
    clientIpAddress: call.headers["x-forwarded-for"] ?? call.caller.ipaddr ?? call.clientAddress,
    method: call.method,
    url: `https://management.azure.com${call.url.pathname}${call.url.search}`,
    caller: call.caller,
  };
}
