import type { Clock, Queues } from "../../src/core/ports.ts";
import {
  deliverJson,
  parseDeliverRequest,
  parseReconcileRequest,
  parseSessionsRequest,
  reconcileJson,
  sessionsJson,
  type Parsed,
  type DeliverRequest,
  type ReconcileRequest,
  type SessionsRequest,
} from "../../src/core/domain/state/messages.ts";
import { after, days, seconds, type Instant, type Milliseconds } from "../../src/core/domain/time.ts";
import { type CrashPlan, crashPlan } from "./crash-plan.ts";

type QueueName = "activity" | "reconcile" | "reconcile-later" | "alerts" | "sessions";

/** A message as it waits: JSON, as on the wire. */
interface WaitingMessage {
  readonly queue: QueueName;
  readonly json: string;
  readonly visibleAt: Instant;
}

/** Queues that keep their messages until a test takes them, in virtual time. */
export interface MemoryQueues extends Queues {
  readonly crashes: CrashPlan;
  /** Everything that waits, visible or not, oldest first. */
  waiting(): readonly WaitingMessage[];
  /** Takes out what is visible now, oldest first, from both reconcile queues. */
  takeReconciles(): readonly ReconcileRequest[];
  takeDelivers(): readonly DeliverRequest[];
  takeSessions(): readonly SessionsRequest[];
  takeActivity(): readonly unknown[];
  /** When the next message becomes, or became, visible; undefined when none waits. */
  nextVisible(): Instant | undefined;
}

export function memoryQueues(clock: Clock, crashes: CrashPlan = crashPlan()): MemoryQueues {
  let messages: readonly WaitingMessage[] = [];
  const send = (queue: QueueName, json: string, visibleIn: Milliseconds) =>
    crashes.step(`send to ${queue}`, () => {
      messages = [...messages, { queue, json, visibleAt: after(clock.now(), hiddenFor(visibleIn)) }];
    });
  const take = (queues: readonly QueueName[]) => {
    const now = clock.now();
    const taken = messages.filter(({ queue, visibleAt }) => queues.includes(queue) && visibleAt <= now);
    messages = messages.filter((message) => !taken.includes(message));
    return taken;
  };
  return {
    crashes,
    reconcile: (request, visibleIn = 0) =>
      send(visibleIn > 0 ? "reconcile-later" : "reconcile", reconcileJson(request), visibleIn),
    deliver: (request, visibleIn = 0) => send("alerts", deliverJson(request), visibleIn),
    activity: (record) => send("activity", JSON.stringify(record), 0),
    sessions: (request) => send("sessions", sessionsJson(request), 0),
    waiting: () => messages,
    takeReconciles: () =>
      take(["reconcile", "reconcile-later"]).map(({ json }) => read(parseReconcileRequest, json)),
    takeDelivers: () => take(["alerts"]).map(({ json }) => read(parseDeliverRequest, json)),
    takeActivity: () => take(["activity"]).map(({ json }) => JSON.parse(json) as unknown),
    takeSessions: () => take(["sessions"]).map(({ json }) => read(parseSessionsRequest, json)),
    nextVisible: () => messages.map(({ visibleAt }) => visibleAt).sort((left, right) => left - right)[0],
  };
}

/** As Azure takes it: whole seconds, rounded up, seven days at most. */
const hiddenFor = (wait: Milliseconds): Milliseconds =>
  seconds(Math.ceil(Math.min(Math.max(wait, 0), days(7)) / 1_000));

function read<Request>(parse: (message: unknown) => Parsed<Request>, json: string): Request {
  const parsed = parse(JSON.parse(json));
  if ("problem" in parsed) throw new Error(`A message cannot be read back: ${parsed.problem}`);
  return parsed.request;
}
