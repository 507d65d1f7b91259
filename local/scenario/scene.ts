import { QueueClient } from "@azure/storage-queue";
import type { Stack } from "../stack/stack.ts";
import { AzureWire } from "./azure-wire.ts";
import { EventListener } from "./event-listener.ts";
import { eventually } from "./eventually.ts";
import { Latencies } from "./latencies.ts";
import { type Card, TeamsChannel } from "./teams-channel.ts";

/** How fast the story goes. */
export interface Pace {
  /** The policy's time to live and notice, which the story waits out. */
  readonly ttlInMs: number;
  readonly sweepEveryInMs: number;
  /** A pause after each step, for people to look. */
  readonly pauseInMs: number;
}

/** Where the story happens: Azure as people reach it, the channel as people read it, and who watches over their shoulders. */
export interface Scene {
  readonly stack: Stack;
  readonly azure: AzureWire;
  readonly channel: TeamsChannel;
  readonly events: EventListener;
  readonly latencies: Latencies;
  readonly pace: Pace;
  /** Tells what just happened in Azure. */
  readonly tell: (what: string) => void;
}

export interface Audience {
  readonly tell: (what: string) => void;
  readonly heard: (card: Card) => void;
}

export async function openScene(stack: Stack, pace: Pace, audience: Audience): Promise<Scene> {
  const azure = await AzureWire.at(stack.azureUrl);
  const events = await EventListener.subscribe(azure);
  const channel = new TeamsChannel(stack.azureUrl, audience.heard);
  return { stack, azure, channel, events, latencies: new Latencies(azure), pace, tell: audience.tell };
}

export async function closeScene({ channel, events }: Scene): Promise<void> {
  events.stop();
  await channel.stop();
}

/** Fires the sweep by hand, as an operator may: `POST /admin/functions/sweep`. */
export const fireSweep = (stack: Stack): Promise<void> => fireTimer(stack, "sweep");

/** A timer now, whatever its schedule. Resolves when it is done, throws where it failed. */
export async function fireTimer({ functionsUrl, key }: Stack, name: string): Promise<void> {
  const response = await fetch(`${functionsUrl}/admin/functions/${name}?wait=true`, {
    method: "POST",
    headers: { "x-functions-key": key },
  });
  if (!response.ok)
    throw new Error(`The timer ${name} was answered with ${response.status}: ${await response.text()}`);
}

/** `POST /api/scan` as a person at a terminal asks. */
export async function scanAsText({ functionsUrl, key }: Stack): Promise<string> {
  const response = await fetch(`${functionsUrl}/api/scan`, {
    method: "POST",
    headers: { "x-functions-key": key, Accept: "text/plain" },
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`The scan was answered with ${response.status}: ${text}`);
  return text;
}

const activityQueue = ({ storage }: Stack): QueueClient => new QueueClient(storage, "activity");

/** Puts events into the `activity` queue as Event Grid does: base64 of the JSON, one message per event. */
export async function deliverAgain(stack: Stack, events: readonly object[]): Promise<void> {
  const queue = activityQueue(stack);
  for (const event of events) await queue.sendMessage(Buffer.from(JSON.stringify(event)).toString("base64"));
}

/** Resolves when every message of the `activity` queue has been handled, hidden ones included. */
export async function queueDrained(stack: Stack): Promise<void> {
  const queue = activityQueue(stack);
  const count = async () => (await queue.getProperties()).approximateMessagesCount ?? 0;
  await eventually(
    {
      expected: "the activity queue is empty",
      withinInMs: 15_000,
      saw: async () => `${await count()} messages`,
    },
    async () => ((await count()) === 0 ? true : undefined),
  );
}

/** Resolves when the watchdog has listed the links of the bastion after `since`. */
export async function looked({ azure }: Pick<Scene, "azure">, bastion: string, since: number): Promise<void> {
  const path = `${azure.bastionId(bastion)}/getShareableLinks`.toLowerCase();
  const looks = async () =>
    (await azure.requests()).filter(
      (request) => request.path.toLowerCase() === path && request.status === 200,
    );
  await eventually(
    { expected: `the watchdog lists the links of ${bastion}`, withinInMs: 15_000, saw: looks },
    async () => (await looks()).find(({ at }) => Date.parse(at) >= since),
  );
}
