import { localSubscriptionId } from "../../local-settings.ts";
import { keyOf } from "../estate.ts";
import { ok } from "../http/reply.ts";
import { tokenRoutes } from "../http/routes.ts";
import type { World } from "../world.ts";
import { listPage } from "./paging.ts";

const readRight = "Microsoft.Resources/subscriptions/read";
const names: Readonly<Record<string, string>> = { [keyOf(localSubscriptionId)]: "Contoso Platform" };

/** Whoever may read none gets an empty list, and no refusal. */
export const subscriptionListRoutes = tokenRoutes("arm", {
  "GET /subscriptions": (call, world) =>
    ok(listPage(world.rights.allows(call.caller, readRight) ? subscriptionsOf(world) : [], call, world)),
});

const subscriptionsOf = ({ memory }: World): readonly object[] =>
  [...new Set([...memory.bastions.values()].map(({ subscriptionId }) => keyOf(subscriptionId)))].map(
    (subscriptionId) => ({
      id: `/subscriptions/${subscriptionId}`,
      subscriptionId,
      displayName: names[subscriptionId] ?? `Contoso ${subscriptionId.slice(-4)}`,
      state: "Enabled",
    }),
  );
