import { randomUUID } from "node:crypto";
import { localSubscriptionId } from "../../local/local-settings.ts";

const claims = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims";

/** "Somebody created links on this bastion, just now", as Event Grid says it. Every event has an id and a person of its own. */
export function createEvent(bastionId: string): object {
  const objectId = randomUUID();
  return {
    id: randomUUID(),
    specversion: "1.0",
    type: "Microsoft.Resources.ResourceActionSuccess",
    time: new Date().toISOString(),
    source: `/subscriptions/${localSubscriptionId}`,
    subject: bastionId,
    data: {
      operationName: "MICROSOFT.NETWORK/BASTIONHOSTS/CREATESHAREABLELINKS/ACTION",
      resourceUri: bastionId,
      correlationId: randomUUID(),
      claims: {
        "http://schemas.microsoft.com/identity/claims/objectidentifier": objectId,
        [`${claims}/upn`]: `${objectId}@contoso.example`,
        ipaddr: "203.0.113.7",
      },
      authorization: { evidence: { role: "Contributor", principalType: "User" } },
    },
  };
}
