import type { Channel } from "../../src/core/ports.ts";
import type { Alert } from "../../src/core/domain/alerts/alert.ts";
import type { SendAnswer } from "../../src/core/domain/alerts/outbox.ts";
import type { RateLimit } from "../../src/core/domain/alerts/rate-limit.ts";
import type { Instant } from "../../src/core/domain/time.ts";

interface Sending {
  readonly alert: Alert;
  readonly at: Instant;
  readonly answer: SendAnswer;
}

/** A channel that accepts everything until it is told otherwise, and remembers every try. */
export interface MemoryChannel extends Channel {
  readonly sendings: readonly Sending[];
  accepted(): readonly Alert[];
  /** The answers to the next tries, in order; after them the standing answer again. */
  answerNext(...answers: readonly SendAnswer[]): void;
  /** The answer to everything from now on. */
  answerAlways(answer: SendAnswer): void;
}

export function memoryChannel(name: string, rateLimit?: RateLimit): MemoryChannel {
  const sendings: Sending[] = [];
  const next: SendAnswer[] = [];
  let standing: SendAnswer = { kind: "accepted" };
  return {
    name,
    rateLimit,
    sendings,
    accepted: () => sendings.filter(({ answer }) => answer.kind === "accepted").map(({ alert }) => alert),
    answerNext: (...answers) => {
      next.push(...answers);
    },
    answerAlways: (answer) => {
      standing = answer;
    },
    send: async (alert, at) => {
      await Promise.resolve();
      const answer = next.shift() ?? standing;
      sendings.push({ alert, at, answer });
      return answer;
    },
  };
}
