/**
 * `npm start`: the whole stack on its usual ports, and the story at a pace at which people can follow. It stays up until Ctrl-C.
 * `-- --no-scenario`: the quiet stack, an empty estate, the default policy. `-- --keep`: the watchdog keeps what it remembers in `.local/`.
 * `-- --clock`: a clock that can be advanced.
 * `-- --timers`: digest, anchor and archive run by the clock, too; without it nothing depends on the hour.
 */
import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import {
  defaultFunctionsPort,
  defaultSimulatedAzureUrl,
  defaultStoragePorts,
  timersByTheHour,
} from "./local-settings.ts";
import { AzureWire } from "./scenario/azure-wire.ts";
import { play, StepFailure } from "./scenario/play.ts";
import { closeScene, fireSweep, openScene, type Pace } from "./scenario/scene.ts";
import { story } from "./scenario/story.ts";
import { TimeLine } from "./scenario/time-line.ts";
import { howToAdvance, whereToLook } from "./scenario/where-to-look.ts";
import { type Stack, startStack } from "./stack/stack.ts";
import { stopOnSignal } from "./stack/stop-on-signal.ts";
import { withPolicyFile } from "./policy-file.ts";
import { requireFreePorts } from "./stack/free-ports.ts";

const localDirectory = join(resolve(import.meta.dirname, ".."), ".local");
const dataDirectory = join(localDirectory, "azurite");
const clockFile = join(localDirectory, "clock");
const simulatedAzurePort = Number(new URL(defaultSimulatedAzureUrl).port);

const pace: Pace = { ttlInMs: 120_000, sweepEveryInMs: 30_000, pauseInMs: 6_000 };

/** Two minutes instead of eight hours, a notice of thirty seconds, a sweep every thirty. */
const storySettings = {
  WATCHDOG_POLICY: '{"rules":[{"name":"story: two minutes","ttl":"PT2M","warnBefore":"PT30S"}]}',
  WATCHDOG_SWEEP_SCHEDULE: "*/30 * * * * *",
};

/** For the quiet stack: what the shell says, with `WATCHDOG_POLICY=@file` read from the file. */
function settingsOfTheShell(): Record<string, string> {
  const given = Object.entries(process.env).filter(([name]) => name.startsWith("WATCHDOG_"));
  return withPolicyFile(Object.fromEntries(given.map(([name, value = ""]) => [name, value])));
}

async function bringUp(
  settings: Readonly<Record<string, string>>,
  { keep, clock }: { keep: boolean; clock: boolean },
): Promise<Stack> {
  const { blob, queue, table } = defaultStoragePorts;
  await requireFreePorts([
    ...[blob, queue, table].map((port) => ({ port, part: "the storage (Azurite)" })),
    { port: simulatedAzurePort, part: "the simulated Azure" },
    { port: defaultFunctionsPort, part: "the Functions host" },
  ]);
  if (!keep) for (const path of [dataDirectory, clockFile]) await rm(path, { recursive: true, force: true });
  const ports = {
    storage: defaultStoragePorts,
    simulatedAzure: simulatedAzurePort,
    functions: defaultFunctionsPort,
  };
  return startStack({ ports, onDisk: true, settings, ...(clock && { clockFile }) });
}

async function tellStory(stack: Stack): Promise<void> {
  const timeLine = new TimeLine(Date.now(), console.log);
  const scene = await openScene(stack, pace, {
    tell: (what) => {
      timeLine.azure(what);
    },
    heard: ({ title }) => {
      timeLine.channel(title);
    },
  });
  try {
    console.log(
      "\nThe story, with a policy of two minutes per link. It takes about three minutes; the channel page shows the cards.\n",
    );
    await play(story, scene, {
      onStep: ({ why }) => {
        console.log(`\n  ${why}`);
      },
      onDone: ({ title }) => {
        timeLine.kept(title);
      },
    });
    console.log(
      "\nThat was the story. Everything keeps running: create links yourself and watch. Stop with Ctrl-C.",
    );
  } catch (error) {
    if (!(error instanceof StepFailure)) throw error;
    timeLine.broken(error.step.title, error.message);
    console.log(
      "\nThe story ends here; everything keeps running. Links that you create meanwhile change how it ends. Stop with Ctrl-C.",
    );
  } finally {
    await closeScene(scene);
  }
}

/** A first look at both bastions now, not at the first tick of the clock: whatever is opened from here on is new to the watchdog. */
async function settle(stack: Stack): Promise<void> {
  await fireSweep(stack);
  console.log(
    "\nNothing happens by itself: two bastions, five VMs, no links, the default policy. Stop with Ctrl-C.",
  );
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      "no-scenario": { type: "boolean", default: false },
      keep: { type: "boolean", default: false },
      clock: { type: "boolean", default: false },
      timers: { type: "boolean", default: false },
    },
  });
  const { keep, timers, "no-scenario": quiet } = values;
  /** What is kept stays in its own time. */
  const clock = values.clock || (keep && existsSync(clockFile));
  const settings = {
    ...(quiet ? settingsOfTheShell() : storySettings),
    ...timersByTheHour(timers ? "on" : "off"),
  };
  const stack = await bringUp(settings, { keep, clock });
  stopOnSignal(stack);
  console.log(whereToLook(stack, await AzureWire.at(stack.azureUrl)));
  if (clock) console.log(howToAdvance(stack));
  void stack.broken.then(async (what) => {
    console.error(`\n${what}`);
    await stack.stop();
    process.exit(1);
  });
  if (quiet) await settle(stack);
  else await tellStory(stack);
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
