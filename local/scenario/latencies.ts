import type { AzureWire } from "./azure-wire.ts";

interface Detection {
  /** From the event's delivery to the card in the channel. */
  readonly totalInMs: number;
  /** Of that, until the watchdog asked Azure for the list: the queue's poll, and a few reads of the table. */
  readonly untilAskedInMs: number;
}

/** How long the watchdog takes from the delivery of an event to the card. */
export class Latencies {
  readonly #azure: AzureWire;
  readonly #detections: Detection[] = [];

  constructor(azure: AzureWire) {
    this.#azure = azure;
  }

  async add(bastion: string, deliveredAt: number, cardAt: number): Promise<void> {
    const path = `${this.#azure.bastionId(bastion)}/getShareableLinks`.toLowerCase();
    const lists = (await this.#azure.requests()).filter((request) => request.path.toLowerCase() === path);
    const askedAt =
      lists.map(({ at }) => Date.parse(at)).find((at) => at >= deliveredAt && at <= cardAt) ?? cardAt;
    this.#detections.push({ totalInMs: cardAt - deliveredAt, untilAskedInMs: askedAt - deliveredAt });
  }

  /** `median 0.61 s (0.40, 0.61, 0.93); median 0.52 s of it …` */
  summary(): string {
    const total = median(this.#detections.map(({ totalInMs }) => totalInMs));
    const polling = median(this.#detections.map(({ untilAskedInMs }) => untilAskedInMs));
    const each = this.#detections.map(({ totalInMs }) => inSeconds(totalInMs)).join(", ");
    return `median ${inSeconds(total)} s (${each}), of which median ${inSeconds(polling)} s passed before the app asked Azure: waiting for the queue's poll, at most one second`;
  }
}

const inSeconds = (milliseconds: number): string => (milliseconds / 1000).toFixed(2);

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low, high] =
    sorted.length % 2 === 1 ? [sorted[middle], sorted[middle]] : [sorted[middle - 1], sorted[middle]];
  return ((low ?? Number.NaN) + (high ?? Number.NaN)) / 2;
}
