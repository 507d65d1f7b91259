import type { EventSchema } from "../settings.ts";
import type { Timeline } from "../timeline.ts";
import type { EventSink } from "./event-sink.ts";
import { agreesToEvents, deliveryHeaders } from "./webhook-handshake.ts";

type Event = Parameters<EventSink["take"]>[0];

const second = 1_000;
/** Event Grid's own schedule, up to the hour; after that it gives up here. */
const retriesInMs = [10, 30, 60, 300, 600, 1_800, 3_600].map((seconds) => seconds * second);
const neverRetried = new Set([400, 401, 403, 413]);

/** An event subscription with a webhook endpoint. It sends nothing before the endpoint agreed. */
export class WebhookSubscription implements EventSink {
  readonly id: string;
  readonly url: string;
  readonly schema: EventSchema;
  state: "validating" | "active" | "refused" | "closed" = "validating";
  delivered = 0;
  /** Events given up: refused for good, or tried as often as Event Grid tries. */
  dropped = 0;
  readonly #timeline: Timeline;

  constructor(description: { id: string; url: string; schema: EventSchema }, timeline: Timeline) {
    this.id = description.id;
    this.url = description.url;
    this.schema = description.schema;
    this.#timeline = timeline;
  }

  /** One handshake, as when the subscription is created. */
  async validate(): Promise<void> {
    const agreed = await agreesToEvents(this.url, this.schema, this.id);
    if (this.state !== "closed") this.state = agreed ? "active" : "refused";
  }

  /** Handshakes until the endpoint is there: for the one that is configured at start, whichever part comes up first. */
  async validateUntilActive(): Promise<void> {
    await this.validate();
    if (this.state !== "refused") return;
    setTimeout(() => {
      void this.validateUntilActive();
    }, second).unref();
  }

  take(event: Event): void {
    if (this.state === "active") void this.#deliver(event, 0);
  }

  close(): void {
    this.state = "closed";
  }

  toJSON(): object {
    const { id, url, schema, state, delivered, dropped } = this;
    return { id, url, eventSchema: schema, state, delivered, dropped };
  }

  async #deliver(event: Event, attempt: number): Promise<void> {
    if (this.state !== "active") return;
    const status = await this.#post(event);
    if (status >= 200 && status <= 204) {
      this.delivered += 1;
      return;
    }
    const retryInMs = retriesInMs[attempt];
    if (neverRetried.has(status) || retryInMs === undefined) {
      this.dropped += 1;
      return;
    }
    this.#timeline.after(retryInMs, () => void this.#deliver(event, attempt + 1));
  }

  /** The status of the answer; 0 when there was none within Event Grid's 30 seconds. */
  async #post(event: Event): Promise<number> {
    const type =
      this.schema === "EventGridSchema" ? "application/json" : "application/cloudevents-batch+json";
    const headers = { "Content-Type": `${type}; charset=utf-8`, ...deliveryHeaders("Notification", this.id) };
    const body = JSON.stringify([event]);
    try {
      const response = await fetch(this.url, {
        method: "POST",
        headers,
        body,
        signal: AbortSignal.timeout(30 * second),
      });
      await response.body?.cancel();
      return response.status;
    } catch {
      return 0;
    }
  }
}
