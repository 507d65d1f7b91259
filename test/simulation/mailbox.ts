import { deliverJson, reconcileJson, sessionsJson } from "../../src/core/domain/state/messages.ts";
import {
  after,
  days,
  minutes,
  seconds,
  type Instant,
  type Milliseconds,
} from "../../src/core/domain/time.ts";
import type { Clock, Queues } from "../../src/core/ports.ts";
import type { Random } from "./random.ts";

type QueueName = "activity" | "reconcile" | "alerts" | "sessions" | "poison";

export interface Message {
  readonly queue: QueueName;
  readonly json: string;
  visibleAt: Instant;
  dequeued: number;
}

/** Storage queues as the Functions host works them: a lease on taking, back after a failure, to the poison queue after five. */
export interface Mailbox extends Queues {
  put(queue: QueueName, json: string, visibleIn?: Milliseconds): void;
  /** One of the visible messages, leased. */
  take(): Message | undefined;
  nextVisible(): Instant | undefined;
  done(message: Message): void;
  failed(message: Message): void;
  readonly waiting: readonly Message[];
  /** Everything that ever was in a queue. */
  readonly written: readonly string[];
}

/** As in host.json and the host: ten minutes on taking, five seconds after a failure, five tries. */
const lease = minutes(10);
const pause = seconds(5);
const tries = 5;

export function mailbox(clock: Clock, random: Random): Mailbox {
  const waiting: Message[] = [];
  const written: string[] = [];
  const put = (queue: QueueName, json: string, visibleIn = 0) => {
    written.push(json);
    waiting.push({ queue, json, visibleAt: after(clock.now(), hiddenFor(visibleIn)), dequeued: 0 });
  };
  const remove = (message: Message) => {
    const place = waiting.indexOf(message);
    if (place >= 0) waiting.splice(place, 1);
  };
  const poison = (message: Message) => {
    remove(message);
    if (message.queue !== "poison") put("poison", JSON.stringify({ queue: message.queue }));
  };
  return {
    waiting,
    written,
    put,
    reconcile: (request, visibleIn = 0) => {
      put("reconcile", reconcileJson(request), visibleIn);
      return Promise.resolve();
    },
    deliver: (request, visibleIn = 0) => {
      put("alerts", deliverJson(request), visibleIn);
      return Promise.resolve();
    },
    activity: (record) => {
      put("activity", JSON.stringify(record));
      return Promise.resolve();
    },
    sessions: (request) => {
      put("sessions", sessionsJson(request), 0);
      return Promise.resolve();
    },
    nextVisible: () =>
      waiting.reduce<Instant | undefined>((first, { visibleAt }) => earlier(first, visibleAt), undefined),
    take: () => {
      const now = clock.now();
      for (;;) {
        const [first, ...rest] = waiting.filter(({ visibleAt }) => visibleAt <= now);
        if (!first) return undefined;
        const message = random.pick([first, ...rest]);
        message.dequeued += 1;
        message.visibleAt = after(now, lease);
        if (message.dequeued <= tries) return message;
        poison(message);
      }
    },
    done: remove,
    failed: (message) => {
      if (message.dequeued >= tries) poison(message);
      else message.visibleAt = after(clock.now(), pause);
    },
  };
}

const earlier = (a: Instant | undefined, b: Instant): Instant => (a === undefined || b < a ? b : a);

/** As Azure takes it: whole seconds, rounded up, seven days at most. */
const hiddenFor = (wait: Milliseconds): Milliseconds =>
  seconds(Math.ceil(Math.min(Math.max(wait, 0), days(7)) / 1_000));
