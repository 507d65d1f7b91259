import { isoInstant, type Instant } from "../../src/core/domain/time.ts";
import type { BastionId } from "../../src/core/domain/arm-id.ts";
import type { SignalOperation } from "../../src/core/domain/attribution/signal.ts";

/** An Activity Log event as Event Grid delivers it, in either of its schemas. */
export interface EventText {
  readonly id: string;
  readonly operation: SignalOperation;
  readonly at: Instant;
  readonly caller: { readonly oid?: string; readonly upn?: string; readonly appid?: string };
  readonly bastion: BastionId;
  readonly schema: "cloud-events" | "event-grid";
  /** What the caller sent along. */
  readonly correlationId?: string | undefined;
}

const names: Readonly<Record<SignalOperation, readonly [operation: string, type: string]>> = {
  create: ["createShareableLinks/action", "ResourceActionSuccess"],
  "create-failed": ["createShareableLinks/action", "ResourceActionFailure"],
  delete: ["deleteShareableLinksByToken/action", "ResourceActionSuccess"],
  read: ["getShareableLinks/action", "ResourceActionSuccess"],
  "host-write": ["write", "ResourceWriteSuccess"],
  "host-delete": ["delete", "ResourceDeleteSuccess"],
};

const claimsOf = ({ oid, upn, appid }: EventText["caller"]): object => ({
  "http://schemas.microsoft.com/identity/claims/objectidentifier": oid,
  "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn": upn,
  appid,
  ipaddr: "203.0.113.7",
});

const correlationOf = ({ id, correlationId }: Pick<EventText, "id" | "correlationId">): string =>
  correlationId ?? `correlation of ${id}`;

/** The same operation as the Activity Log has it. */
export function recordText({
  id,
  operation,
  at,
  caller,
  bastion,
  correlationId,
}: Omit<EventText, "schema">): object {
  return {
    claims: claimsOf(caller),
    correlationId: correlationOf({ id, correlationId }),
    eventDataId: id,
    eventTimestamp: isoInstant(at),
    operationId: id,
    operationName: { value: `Microsoft.Network/bastionHosts/${names[operation][0]}` },
    resourceId: bastion.id,
    status: { value: operation === "create-failed" ? "Failed" : "Succeeded" },
  };
}

export function eventText({ id, operation, at, caller, bastion, schema, correlationId }: EventText): string {
  const [name, type] = names[operation];
  const data = {
    operationName: `Microsoft.Network/bastionHosts/${name}`,
    resourceUri: bastion.id.toUpperCase().replace("/SUBSCRIPTIONS/", "/subscriptions/"),
    correlationId: correlationOf({ id, correlationId }),
    claims: claimsOf(caller),
  };
  const time = isoInstant(at);
  const event =
    schema === "cloud-events"
      ? { id, specversion: "1.0", type: `Microsoft.Resources.${type}`, time, subject: bastion.id, data }
      : {
          id,
          eventType: `Microsoft.Resources.${type}`,
          eventTime: time,
          subject: bastion.id,
          topic: "",
          data,
        };
  return JSON.stringify(event);
}
