import type { EventSchema } from "../settings.ts";
import type { World } from "../world.ts";
import { WebhookSubscription } from "./webhook-subscription.ts";

/** Every event subscription that has a webhook endpoint. */
export class Webhooks implements Iterable<WebhookSubscription> {
  readonly #subscriptions = new Set<WebhookSubscription>();
  readonly #world: Pick<World, "chance" | "timeline">;

  constructor(world: Pick<World, "chance" | "timeline">) {
    this.#world = world;
  }

  add(url: string, schema: EventSchema): WebhookSubscription {
    const { chance, timeline } = this.#world;
    const subscription = new WebhookSubscription({ id: chance.guid("subscription"), url, schema }, timeline);
    this.#subscriptions.add(subscription);
    return subscription;
  }

  remove(subscription: WebhookSubscription): void {
    subscription.close();
    this.#subscriptions.delete(subscription);
  }

  [Symbol.iterator](): Iterator<WebhookSubscription> {
    return this.#subscriptions.values();
  }
}
