import type { Channel } from "../../src/core/ports.ts";
import type { Alert } from "../../src/core/domain/alerts/alert.ts";
import type { SendAnswer } from "../../src/core/domain/alerts/outbox.ts";
import type { Instant } from "../../src/core/domain/time.ts";

interface Sending {
  readonly alert: Alert;
  readonly at: Instant;
  readonly answer: SendAnswer;
}

interface SentMessage extends Omit<Sending, "alert"> {
  readonly alerts: readonly Alert[];
}

/** A channel that accepts everything until it is told otherwise, and remembers every try. */
export interface MemoryChannel extends Channel {
  setting: string;
  /** An alert a line. */
  readonly sendings: readonly Sending[];
  readonly messages: readonly SentMessage[];
  accepted(): readonly Alert[];
  /** The answers to the next tries, in order; after them the standing answer again. */
  answerNext(...answers: readonly SendAnswer[]): void;
  /** The answer to everything from now on. */
  answerAlways(answer: SendAnswer): void;
}

export function memoryChannel(name: string): MemoryChannel {
  const sendings: Sending[] = [];
  const messages: SentMessage[] = [];
  const next: SendAnswer[] = [];
  let standing: SendAnswer = { kind: "accepted" };
  return {
    name,
    setting: "1234",
    sendings,
    accepted: () => sendings.filter(({ answer }) => answer.kind === "accepted").map(({ alert }) => alert),
    answerNext: (...answers) => {
      next.push(...answers);
    },
    answerAlways: (answer) => {
      standing = answer;
    },
    messages,
    send: async (alerts, { now: at }) => {
      await Promise.resolve();
      const answer = next.shift() ?? standing;
      messages.push({ alerts, at, answer });
      for (const alert of alerts) sendings.push({ alert, at, answer });
      return answer;
    },
  };
}
