import { localTenantId } from "../../local-settings.ts";
import { isApplication } from "../caller.ts";
import { guidFrom } from "../estate.ts";
import type { EventSchema } from "../settings.ts";
import type { ActivityRecord } from "../activity-record.ts";
import { eventClaims } from "./claims.ts";

const roleDefinitions: Readonly<Record<string, string>> = {
  Owner: "8e3af657-a8ff-443c-a75c-2fe8c4bcb635",
  Contributor: "b24988ac-6180-42a0-ab88-20f7382dd24c",
  "Network Contributor": "4d97b98b-1d4f-4787-a291-c67834d212e7",
};

/** An Activity Log record as Event Grid's subscription topic publishes it. It says who, where and what, and never which VM or link. */
export function eventFrom(record: ActivityRecord, schema: EventSchema): Record<string, unknown> {
  const topic = `/subscriptions/${record.subscriptionId}`;
  const type = `Microsoft.Resources.Resource${record.kind}${record.outcome}`;
  const time = new Date(record.at).toISOString().replace("Z", "0000Z");
  const common = { subject: record.resourceId, id: record.id, data: dataOf(record) };
  return schema === "EventGridSchema"
    ? { ...common, eventType: type, eventTime: time, dataVersion: "2", metadataVersion: "1", topic }
    : { ...common, source: topic, type, time, specversion: "1.0" };
}

export function authorizationOf(record: Omit<ActivityRecord, "at" | "outcome">) {
  const role = record.caller.role ?? "Contributor";
  return {
    scope: record.resourceId,
    action: record.operationName,
    evidence: {
      role,
      roleAssignmentScope: `/subscriptions/${record.subscriptionId}`,
      roleAssignmentId: guidFrom(`${record.caller.oid} ${role}`).replaceAll("-", ""),
      roleDefinitionId: (roleDefinitions[role] ?? guidFrom(role)).replaceAll("-", ""),
      principalId: record.caller.oid.replaceAll("-", ""),
      principalType: isApplication(record.caller) ? "ServicePrincipal" : "User",
    },
  };
}

function dataOf(record: ActivityRecord): object {
  const { clientRequestId, clientIpAddress, method, url, spelling } = record;
  const field = (value: object) => (spelling === "text" ? JSON.stringify(value) : value);
  const authorization = authorizationOf(record);
  return {
    authorization: field(spelling === "pascalCase" ? inPascalCase(authorization) : authorization),
    claims: field(eventClaims(record.caller, record.at)),
    correlationId: record.correlationId,
    ...(record.kind !== "Write" && { httpRequest: field({ clientRequestId, clientIpAddress, method, url }) }),
    ...(record.kind === "Write" && spelling === "text" && { httpRequest: "" }),
    resourceProvider: "Microsoft.Network",
    resourceUri: record.resourceId,
    operationName: record.operationName,
    status: record.outcome === "Success" ? "Succeeded" : "Failed",
    subscriptionId: record.subscriptionId,
    tenantId: record.caller.tid ?? localTenantId,
  };
}

const inPascalCase = (value: object): object =>
  Object.fromEntries(
    Object.entries(value).map(([name, inner]: [string, unknown]) => [
      name.charAt(0).toUpperCase() + name.slice(1),
      typeof inner === "object" && inner !== null ? inPascalCase(inner) : inner,
    ]),
  );
