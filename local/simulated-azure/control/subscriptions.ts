import * as z from "zod";
import type { Webhooks } from "../events/webhooks.ts";
import { badRequest, ok } from "../http/reply.ts";
import type { Route } from "../http/routes.ts";
import { bodyAs, openRoutes } from "../http/routes.ts";

const subscriptionRequest = z.strictObject({
  url: z.url({ protocol: /^https?$/ }),
  eventSchema: z.enum(["CloudEventSchemaV1_0", "EventGridSchema"]).optional(),
});

/** Event subscriptions with a webhook endpoint, next to the Storage queue. Creating one fails when its endpoint does not agree. */
export function subscriptionRoutes(webhooks: Webhooks): Route[] {
  return openRoutes("open", {
    "GET /_sim/subscriptions": () => ok([...webhooks]),
    "POST /_sim/subscriptions": async (call, world) => {
      const { url, eventSchema } = bodyAs(subscriptionRequest, call);
      const subscription = webhooks.add(url, eventSchema ?? world.settings.eventSchema);
      await subscription.validate();
      if (subscription.state === "active") return { status: 201, body: subscription };
      webhooks.remove(subscription);
      throw badRequest(
        "EndpointValidationFailed",
        `Webhook validation handshake failed for ${url}: the endpoint did not agree to be sent events.`,
      );
    },
  });
}
