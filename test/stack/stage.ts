import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { QueueClient } from "@azure/storage-queue";
import { aheadInMs } from "../../local/clock/clock-file.ts";
import { AzureWire } from "../../local/scenario/azure-wire.ts";
import { eventually } from "../../local/scenario/eventually.ts";
import { type Card, TeamsChannel } from "../../local/scenario/teams-channel.ts";
import { type Stack, type StackOptions, startStack } from "../../local/stack/stack.ts";
import { quiet } from "./quiet.ts";

/** A running stack, Azure as people reach it, and the channel as they read it. */
export interface Stage {
  readonly stack: Stack;
  readonly azure: AzureWire;
  readonly channel: TeamsChannel;
  /** What the stack takes its clock from. */
  readonly clockFile: string;
  /** The time on the stage, in milliseconds since 1970: the test's own clock does not leap. */
  readonly now: () => number;
  /** Resolves when there is nothing to do at this hour. */
  readonly quiet: () => Promise<void>;
  /**
   * Lets time pass for everything at once, in one leap: "PT8H" (ISO 8601). Begins when there is nothing to do, and resolves when what fell
   * due is done. Nothing runs on the way, as if the app had been stopped: who wants to see a warning before its deadline stops there.
   */
  readonly advance: (duration: string) => Promise<void>;
}

/** The sweep is fired by hand only: what is seen came by an event. By its schedule it is never overdue, so that health stays good. */
export const noSweep = { "AzureWebJobs.sweep.Disabled": "true", WATCHDOG_SWEEP_SCHEDULE: "0 0 0 1 1 *" };

export async function openStage(options: StackOptions): Promise<Stage> {
  const clockFile = join(await mkdtemp(join(tmpdir(), "stage-")), "clock");
  const stack = await startStack({ ...options, clockFile });
  const azure = await AzureWire.at(stack.azureUrl);
  const channel = new TeamsChannel(stack.azureUrl);
  const now = () => Date.now() + aheadInMs(clockFile);
  const settled = () => quiet({ stack, azure, now });
  return {
    ...{ stack, azure, channel, clockFile, now, quiet: settled },
    advance: async (duration) => {
      await settled();
      await azure.simulate("clock", { advance: duration });
      await settled();
    },
  };
}

export async function closeStage({ stack, channel, clockFile }: Stage): Promise<void> {
  await channel.stop();
  await stack.stop();
  await rm(dirname(clockFile), { recursive: true });
}

/** One stack for all tests of a file. */
export function stage(options: StackOptions): () => Stage {
  let open: Stage | undefined;
  beforeAll(async () => {
    open = await openStage(options);
  }, 60_000);
  afterAll(async () => {
    if (open) await closeStage(open);
  }, 60_000);
  return () => {
    if (!open) throw new Error("The stack runs only inside tests and hooks");
    return open;
  };
}

/** For a machine that is busy with other things; never what is claimed. */
export const withinInMs = 60_000;

/** Waits for a card that carries all of these words. */
export function cardSaying({ channel, stack }: Stage, ...words: readonly string[]): Promise<Card> {
  const saw = () => [
    ...channel.cards.map((card) => card.words.replaceAll("\n", " | ")),
    ...stack.functionsLog().slice(-8),
  ];
  return eventually(
    { expected: `a card saying ${words.join(" / ")} (seed ${stack.seed})`, withinInMs, saw },
    () => channel.cards.find((card) => words.every((word) => card.words.includes(word))),
  );
}

/** Waits for a line of the Functions host's log that carries all of these words. */
export function logSaying({ stack }: Stage, ...words: readonly string[]): Promise<string> {
  return eventually(
    {
      expected: `a log line saying ${words.join(" / ")} (seed ${stack.seed})`,
      withinInMs,
      saw: () => stack.functionsLog().slice(-12),
    },
    () => stack.functionsLog().find((line) => words.every((word) => line.includes(word))),
  );
}

/** Puts a message into a queue as it is: whoever writes there need not know what we expect. */
export async function putRaw({ stack }: Stage, queue: string, messageText: string): Promise<void> {
  await new QueueClient(stack.storage, queue).sendMessage(messageText);
}

export const putBase64 = (on: Stage, queue: string, text: string): Promise<void> =>
  putRaw(on, queue, Buffer.from(text, "utf8").toString("base64"));

export async function messageCount({ stack }: Stage, queue: string): Promise<number> {
  const { approximateMessagesCount = 0 } = await new QueueClient(stack.storage, queue).getProperties();
  return approximateMessagesCount;
}
