import { setTimeout as delay } from "node:timers/promises";
import type { Scene } from "./scene.ts";
import type { Step } from "./step.ts";

export interface PlayOptions {
  /** The step that is to fail. */
  readonly sabotaged?: string | undefined;
  readonly onStep?: (step: Step) => void;
  readonly onDone: (step: Step) => void;
}

/** A step's check did not hold. The message says what was expected and what was seen. */
export class StepFailure extends Error {
  override readonly name = "StepFailure";
  readonly step: Step;

  constructor(step: Step, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.step = step;
  }
}

/** Plays the steps one after another; the first one that fails ends the story. A part of the stack that breaks ends it, too. */
export async function play(
  steps: readonly Step[],
  scene: Scene,
  { sabotaged, onStep, onDone }: PlayOptions,
): Promise<void> {
  const broken = scene.stack.broken.then((what) => {
    throw new Error(what);
  });
  for (const step of steps) {
    onStep?.(step);
    await Promise.race([step.run(scene, step.id === sabotaged), broken]).catch((error: unknown) => {
      throw new StepFailure(step, error);
    });
    onDone(step);
    await delay(scene.pace.pauseInMs);
  }
}
