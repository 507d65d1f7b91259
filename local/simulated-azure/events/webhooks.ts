import { randomUUID } from "node:crypto";
import type { EventSchema } from "../settings.ts";
import type { Timeline } from "../timeline.ts";
import { WebhookSubscription } from "./webhook-subscription.ts";

/** Every event subscription that has a webhook endpoint. */
export class Webhooks implements Iterable<WebhookSubscription> {
  readonly #subscriptions = new Set<WebhookSubscription>();
  readonly #timeline: Timeline;

  constructor(timeline: Timeline) {
    this.#timeline = timeline;
  }

  add(url: string, schema: EventSchema): WebhookSubscription {
    const subscription = new WebhookSubscription({ id: randomUUID(), url, schema }, this.#timeline);
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
