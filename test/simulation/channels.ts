import { after, seconds, type Instant, type Milliseconds } from "../../src/core/domain/time.ts";
import type { SendAnswer } from "../../src/core/domain/alerts/outbox.ts";
import type { Random } from "./random.ts";
import type { Timeline } from "./timeline.ts";
import type { Truth } from "./truth.ts";

/** How a channel behaves for a while. `unknown`: it took the message and its answer got lost or was a 5xx. */
export const moods = ["unavailable", "refusing", "unknown", "throttled", "slow"] as const;
export type Mood = (typeof moods)[number];

export interface ChannelModel {
  readonly name: string;
  begin(mood: Mood, length: Milliseconds): void;
  calmDown(): void;
  /** What it does with a message now, how it answers, and how long that takes. */
  receive(): { readonly isTaken: boolean; readonly answer: SendAnswer; readonly takes: Milliseconds };
}

export interface ChannelOptions {
  readonly time: Timeline;
  readonly random: Random;
  readonly truth: Truth;
}

const unavailable = (why: string, retryAfter?: Milliseconds): SendAnswer => ({
  kind: "unavailable",
  why,
  retryAfter,
});
const unknown = (why: string): SendAnswer => ({
  kind: "unavailable",
  why,
  retryAfter: undefined,
  isUnknown: true,
});

export function channelModel(name: string, { time, random, truth }: ChannelOptions): ChannelModel {
  let mood: Mood | undefined;
  let until: Instant = time.now();
  return {
    name,
    begin: (next, length) => {
      mood = next;
      until = after(time.now(), length);
      truth.disturbances.push({
        what: `channel ${name} ${next}`,
        from: time.now(),
        until,
        bastion: undefined,
      });
    },
    calmDown: () => {
      mood = undefined;
    },
    receive: () => {
      switch (time.now() < until ? mood : undefined) {
        case "unavailable":
          return { isTaken: false, answer: unavailable("503"), takes: 0 };
        case "throttled":
          return { isTaken: false, answer: unavailable("429", seconds(5 + random.below(120))), takes: 0 };
        case "refusing":
          return {
            isTaken: false,
            answer: { kind: "refused", why: "400: the flow did not take it" },
            takes: 0,
          };
        case "unknown":
          return { isTaken: true, answer: unknown("no answer within 10 s"), takes: seconds(10) };
        case "slow":
          return { isTaken: true, answer: { kind: "accepted" }, takes: seconds(random.below(100)) };
        case undefined:
          return { isTaken: true, answer: { kind: "accepted" }, takes: 0 };
      }
    },
  };
}
