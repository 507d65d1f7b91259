import type { Chance } from "../chance.ts";
import type { Bastion } from "../estate.ts";
import type { IdentifiedCall } from "../http/routes.ts";
import type { World } from "../world.ts";
import { keep } from "../world.ts";
import type { ActivityRecord } from "../activity-record.ts";
import { displayName, isApplication } from "../caller.ts";

/** The account of one operation, open until one of these is called. */
export interface Recorder {
  succeeded(): void;
  failed(): void;
}

/**
 * Opens the account of one operation on a bastion. Its record is written when the operation ends, as in Azure: there is no "started" event.
 * Operation names come in the Activity Log's casing, which is not the documented one.
 */
export function recorderFor(
  operation: Pick<ActivityRecord, "kind" | "operationName">,
  call: IdentifiedCall,
  on: { bastion: Bastion; world: World },
): Recorder {
  const { bastion, world } = on;
  const write = (outcome: ActivityRecord["outcome"]) => {
    const record: ActivityRecord = {
      ...operation,
      id: world.chance.guid("record"),
      at: world.timeline.now(),
      outcome,
      resourceId: bastion.id,
      subscriptionId: bastion.subscriptionId,
      resourceGroup: bastion.resourceGroup,
      ...requestOf(call, world.chance),
    };
    keep(world.memory.activity, record);
    world.publish(record);
  };
  return {
    succeeded: () => {
      write("Success");
    },
    failed: () => {
      write("Failure");
    },
  };
}

/** Whom the Activity Log names in its `Caller` column. */
export function callerColumn(record: ActivityRecord): string {
  return isApplication(record.caller) ? record.caller.oid : (record.caller.upn ?? displayName(record.caller));
}

function requestOf(call: IdentifiedCall, chance: Chance) {
  return {
    correlationId: call.headers["x-ms-correlation-request-id"] ?? chance.guid("correlation"),
    clientRequestId: call.headers["x-ms-client-request-id"] ?? chance.guid("client request"),
    clientIpAddress: call.caller.ipaddr ?? call.clientAddress,
    method: call.method,
    url: `https://management.azure.com${call.url.pathname}${call.url.search}`,
    caller: call.caller,
  };
}
