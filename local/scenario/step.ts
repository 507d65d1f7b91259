import { setTimeout as delay } from "node:timers/promises";
import type { Scene } from "./scene.ts";

export interface Step {
  readonly id: string;
  /** What the step shows, as a promise kept. */
  readonly title: string;
  /** For people who watch at their own pace: why this happens. */
  readonly why: string;
  /** `sabotaged`: the step breaks something first, so that its check must fail (`npm run demo -- --break <step>`). */
  run(scene: Scene, sabotaged: boolean): Promise<void>;
}

/** The channel says 202 from now on and shows nothing: the sabotage that fits wherever a card is expected. */
export async function muteChannel({ azure }: Scene, sabotaged: boolean): Promise<void> {
  if (sabotaged) await azure.simulate("faults", { teams202Nothing: true });
}

/** How long a card may take that nothing but the queue's poll holds back; generous, because machines are busy. */
export const promptlyInMs = 20_000;

/**
 * Until operations of others have ended so long ago that theirs cannot have made what is made now: Azure's dates differ by up to three seconds.
 * In a story of seconds everybody may have made everything else.
 */
export const othersEnded = (): Promise<void> => delay(3_500);
