import type { ActivityRecord, UnderWay } from "../activity-record.ts";
import { sevenDecimals, ticksOf } from "../ticks.ts";
import { guidFrom } from "../estate.ts";
import { callerColumn } from "./activity-log.ts";
import { eventClaims } from "./claims.ts";
import { authorizationOf } from "./event-shape.ts";

type Status = "Started" | "Accepted" | "Succeeded" | "Failed";

/** One entry of the Activity Log as ARM shows it. */
export interface Entry {
  readonly at: number;
  readonly submittedAt: number;
  readonly shown: Readonly<Record<string, unknown>>;
}

/** An operation has an entry for its begin, one for being accepted if it is a long one, and one for its end. */
export function entriesOf(record: ActivityRecord | UnderWay, ingestionDelayInMs: number): Entry[] {
  const { startedAt, wasAccepted } = record;
  const end = "outcome" in record ? record : undefined;
  const moments: (readonly [Status, number])[] = [
    ["Started", startedAt],
    ...(wasAccepted ? [["Accepted", startedAt] as const] : []),
    ...(end ? [[end.outcome === "Success" ? "Succeeded" : "Failed", end.at] as const] : []),
  ];
  return moments.map(([status, at]) => {
    const submittedAt = at + ingestionDelayInMs;
    return { at, submittedAt, shown: shownAs(record, { status, at, submittedAt }) };
  });
}

const codes: Readonly<Record<Status, readonly [code: string, said: string]>> = {
  Started: ["", ""],
  Accepted: ["Accepted", "Accepted (HTTP Status Code: 202)"],
  Succeeded: ["OK", "OK (HTTP Status Code: 200)"],
  Failed: ["BadRequest", "Bad Request (HTTP Status Code: 400)"],
};

const localized: Readonly<Record<string, string>> = {
  "microsoft.network/bastionhosts/createshareablelinks/action":
    "Creates shareable urls for the VMs under a bastion and returns the urls",
};

const named = (value: string, localizedValue = value) => ({ value, localizedValue });

/** The end has the id by which Event Grid and Log Analytics know it. */
const entryId = ({ id }: UnderWay, status: Status): string =>
  status === "Succeeded" || status === "Failed" ? id : guidFrom(`${id} ${status}`);

function shownAs(
  record: ActivityRecord | UnderWay,
  { status, at, submittedAt }: { status: Status; at: number; submittedAt: number },
): Readonly<Record<string, unknown>> {
  const { operationName, resourceId, kind } = record;
  const [provider = ""] = operationName.split("/");
  const { action, scope, evidence } = authorizationOf(record);
  const eventDataId = entryId(record, status);
  const [code, said] = codes[status];
  const { clientRequestId, clientIpAddress, method } = record;
  return {
    authorization: { action, role: evidence.role, scope },
    caller: callerColumn(record),
    channels: "Operation",
    claims: eventClaims(record.caller, at),
    correlationId: record.correlationId,
    description: "",
    eventDataId,
    eventName:
      status === "Started" ? named("BeginRequest", "Begin request") : named("EndRequest", "End request"),
    category: named("Administrative"),
    ...(kind !== "Write" && { httpRequest: { clientRequestId, clientIpAddress, method } }),
    id: `${resourceId}/events/${eventDataId}/ticks/${ticksOf(at)}`,
    level: status === "Failed" ? "Error" : "Informational",
    resourceGroupName: record.resourceGroup,
    resourceProviderName: named(provider, provider.replace(".", " ")),
    resourceId,
    resourceType: named(operationName.split("/").slice(0, -1).join("/")),
    operationId: record.operationId,
    operationName: named(operationName, localized[operationName.toLowerCase()]),
    properties: { ...(code && { statusCode: code }), entity: resourceId, message: operationName },
    status: named(status),
    subStatus: named(code, said),
    eventTimestamp: sevenDecimals(at),
    submissionTimestamp: sevenDecimals(submittedAt),
    subscriptionId: record.subscriptionId,
    tenantId: record.caller.tid ?? "",
  };
}
