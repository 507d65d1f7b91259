/** An event subscription of our own beside the watchdog's: tells when Azure delivered which event, and keeps its text. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { z } from "zod";
import type { AzureWire } from "./azure-wire.ts";
import { eventually } from "./eventually.ts";
import type { Person } from "./people.ts";

/** Azure writes `authorization` in camelCase, in PascalCase, or as JSON in a text. */
const authorizationSchema = z.preprocess(
  (value): unknown => (typeof value === "string" ? JSON.parse(value) : value),
  z.union([
    z.object({ evidence: z.object({ principalId: z.string() }) }),
    z
      .object({ Evidence: z.object({ PrincipalId: z.string() }) })
      .transform(({ Evidence }) => ({ evidence: { principalId: Evidence.PrincipalId } })),
  ]),
);

const eventSchema = z.looseObject({
  subject: z.string(),
  data: z.looseObject({ operationName: z.string(), authorization: z.unknown() }),
});

export interface DeliveredEvent {
  readonly deliveredAt: number;
  /** Exactly what Event Grid sent. */
  readonly event: z.output<typeof eventSchema>;
}

export class EventListener {
  readonly #events: DeliveredEvent[] = [];
  readonly #server = createServer((request, response) => void this.#receive(request, response));

  /** Subscribes with the handshake of CloudEvents. */
  static async subscribe(azure: AzureWire): Promise<EventListener> {
    const listener = new EventListener();
    const server = listener.#server;
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    await azure.simulate("subscriptions", {
      url: `http://127.0.0.1:${port}/events`,
      eventSchema: "CloudEventSchemaV1_0",
    });
    return listener;
  }

  /** The newest event about this operation by this person, once it has been delivered. */
  async delivered(operation: "create" | "delete", who: Person): Promise<DeliveredEvent> {
    const found = () =>
      this.#events.findLast(
        ({ event }) => isAbout(event, operation) && principalOf(event) === compact(who.objectId),
      );
    const saw = () => this.#events.map(({ event }) => `${event.data.operationName} by ${principalOf(event)}`);
    return eventually(
      { expected: `Event Grid delivers the ${operation} by ${who.name}`, withinInMs: 10_000, saw },
      found,
    );
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const deliveredAt = Date.now();
    if (request.method === "POST") {
      const events = z.array(eventSchema).safeParse(JSON.parse(await text(request)));
      this.#events.push(...(events.data ?? []).map((event) => ({ deliveredAt, event })));
    }
    response.writeHead(200, { "WebHook-Allowed-Origin": "*" }).end();
  }
}

const compact = (guid: string): string => guid.replaceAll("-", "");
const principalOf = ({ data }: DeliveredEvent["event"]): string =>
  authorizationSchema.parse(data.authorization).evidence.principalId;
const isAbout = ({ data }: DeliveredEvent["event"], operation: string): boolean =>
  data.operationName.toLowerCase().includes(`/${operation}shareablelinks`);
