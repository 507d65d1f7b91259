/**
 * `npm run demo`: the whole story at speed, on free ports and in memory. It checks itself: exit code 0 when every step held,
 * 1 when one did not. `-- --break <step>` sabotages a step, to see that its check can fail.
 */
import { parseArgs } from "node:util";
import { play, StepFailure } from "./scenario/play.ts";
import { closeScene, openScene, type Pace } from "./scenario/scene.ts";
import { stepIds, story } from "./scenario/story.ts";
import { TimeLine } from "./scenario/time-line.ts";
import { type Stack, startStack } from "./stack/stack.ts";
import { stopOnSignal } from "./stack/stop-on-signal.ts";

const pace: Pace = { ttlInMs: 15_000, sweepEveryInMs: 5_000, pauseInMs: 0 };

/** Fifteen seconds instead of eight hours, a notice of five, a sweep every five. */
const settings = {
  WATCHDOG_POLICY: '{"rules":[{"name":"demo: fifteen seconds","ttl":"PT15S","warnBefore":"PT5S"}]}',
  WATCHDOG_SWEEP_SCHEDULE: "*/5 * * * * *",
};

function sabotagedStep(): string | undefined {
  const { values } = parseArgs({ options: { break: { type: "string" } } });
  if (values.break === undefined || stepIds.includes(values.break)) return values.break;
  throw new Error(`--break takes one of these steps: ${stepIds.join(", ")}`);
}

async function perform(stack: Stack, timeLine: TimeLine, sabotaged: string | undefined): Promise<void> {
  const scene = await openScene(stack, pace, {
    tell: (what) => {
      timeLine.azure(what);
    },
    heard: ({ title }) => {
      timeLine.channel(title);
    },
  });
  try {
    await play(story, scene, {
      sabotaged,
      onDone: ({ title }) => {
        timeLine.kept(title);
      },
    });
    console.log(`\nFrom the event's delivery to the card: ${scene.latencies.summary()}.`);
  } finally {
    await closeScene(scene);
  }
}

async function main(): Promise<void> {
  const timeLine = new TimeLine(Date.now(), console.log);
  const sabotaged = sabotagedStep();
  const stack = await startStack({ settings });
  stopOnSignal(stack);
  try {
    timeLine.azure(
      `storage, the simulated Azure and the Functions host are up; the channel is ${stack.azureUrl}/teams, the seed ${stack.seed}`,
    );
    await perform(stack, timeLine, sabotaged);
    console.log(`Every step held, in ${(timeLine.elapsedInMs / 1000).toFixed(1)} s.`);
  } catch (error) {
    if (!(error instanceof StepFailure)) throw error;
    timeLine.broken(`${error.step.id}: ${error.step.title}`, error.message);
    process.exitCode = 1;
  } finally {
    await stack.stop();
  }
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
