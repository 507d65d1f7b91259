import { callerColumn } from "../events/activity-log.ts";
import type { ActivityRecord } from "../activity-record.ts";
import { eventClaims } from "../events/claims.ts";
import { authorizationOf } from "../events/event-shape.ts";
import type { Row } from "./kusto.ts";
import type { ActiveSession, SignIn } from "../world.ts";

/** A row of `AzureActivity`, with the columns that matter here; ids and operation names in its own casing. */
export function activityRow(record: ActivityRecord): Row {
  const succeeded = record.outcome === "Success";
  return {
    TimeGenerated: new Date(record.at).toISOString(),
    OperationNameValue: record.operationName.toUpperCase(),
    OperationName: record.operationName,
    CategoryValue: "Administrative",
    Level: succeeded ? "Information" : "Error",
    ActivityStatusValue: succeeded ? "Success" : "Failure",
    ActivitySubstatusValue: succeeded ? "OK" : "BadRequest",
    Caller: callerColumn(record),
    CallerIpAddress: record.clientIpAddress,
    CorrelationId: record.correlationId,
    OperationId: record.correlationId,
    EventDataId: record.id,
    EventSubmissionTimestamp: new Date(record.at).toISOString(),
    ResourceGroup: record.resourceGroup,
    ResourceProviderValue: "MICROSOFT.NETWORK",
    SubscriptionId: record.subscriptionId,
    _ResourceId: record.resourceId.toLowerCase(),
    ResourceId: record.resourceId.toUpperCase(),
    Authorization: JSON.stringify(authorizationOf(record)),
    Claims: JSON.stringify(eventClaims(record.caller, record.at)),
    Properties: JSON.stringify({
      eventCategory: "Administrative",
      entity: record.resourceId,
      message: record.operationName,
    }),
    Type: "AzureActivity",
  };
}

/**
 * A row of `MicrosoftAzureBastionAuditLogs`. That a session came in over a shareable link shows in its resource type only. The row of a
 * connection has no start but its own time.
 */
export function sessionRow(session: ActiveSession, now: number): Row {
  return {
    TimeGenerated: new Date(session.startedAt).toISOString(),
    SessionStartTime: null,
    SessionEndTime: "",
    Duration: now - session.startedAt,
    OperationName: "Microsoft.Network/BastionHost/connect",
    Message: "Successfully Connected.",
    Protocol: session.protocol.toLowerCase(),
    ResourceType: session.resourceType,
    TargetResourceId: session.vmId.toUpperCase(),
    TargetVMIPAddress: "10.20.0.4",
    UserName: session.userName,
    UserEmail: "",
    ClientIpAddress: "203.0.113.20",
    TunnelId: session.sessionId,
    _ResourceId: session.bastionId.toLowerCase(),
    Type: "MicrosoftAzureBastionAuditLogs",
  };
}

/** The same for a sign-in that is over or failed: one row, with the tunnel's own id. */
export function signInRow({ at, endedAt, bastionId, vmId, ...signIn }: SignIn): Row {
  return {
    TimeGenerated: new Date(endedAt ?? at).toISOString(),
    SessionStartTime: endedAt === undefined ? null : new Date(at).toISOString(),
    SessionEndTime: endedAt === undefined ? "" : new Date(endedAt).toISOString(),
    Duration: (endedAt ?? at) - at,
    OperationName: "Microsoft.Network/BastionHost/connect",
    Message: signIn.message,
    Protocol: signIn.protocol,
    ResourceType: signIn.resourceType,
    TargetResourceId: vmId.toUpperCase(),
    TargetVMIPAddress: "10.20.0.4",
    UserName: signIn.userName,
    UserEmail: "",
    ClientIpAddress: signIn.clientIpAddress,
    TunnelId: signIn.tunnelId,
    _ResourceId: bastionId.toLowerCase(),
    Type: "MicrosoftAzureBastionAuditLogs",
  };
}

/** A table's columns and their types. */
export type Columns = Readonly<Record<string, string>>;

const ofType = (type: string, ...names: readonly string[]): Columns =>
  Object.fromEntries(names.map((name) => [name, type]));

export const activityColumns: Columns = {
  ...ofType("datetime", "TimeGenerated"),
  ...ofType("string", "OperationNameValue", "OperationName", "CategoryValue", "Level"),
  ...ofType("string", "ActivityStatusValue", "ActivitySubstatusValue", "Caller", "CallerIpAddress"),
  ...ofType("string", "CorrelationId", "OperationId", "EventDataId"),
  ...ofType("datetime", "EventSubmissionTimestamp"),
  ...ofType(
    "string",
    "ResourceGroup",
    "ResourceProviderValue",
    "SubscriptionId",
    "_ResourceId",
    "ResourceId",
  ),
  ...ofType("string", "Authorization", "Claims", "Properties", "Type"),
};

export const sessionColumns: Columns = {
  ...ofType("datetime", "TimeGenerated", "SessionStartTime"),
  ...ofType("string", "SessionEndTime"),
  ...ofType("int", "Duration"),
  ...ofType("string", "OperationName", "Message", "Protocol", "ResourceType", "TargetResourceId"),
  ...ofType("string", "TargetVMIPAddress", "UserName", "UserEmail", "ClientIpAddress", "TunnelId"),
  ...ofType("string", "_ResourceId", "Type"),
};
