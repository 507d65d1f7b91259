import pMap from "p-map";
import { answered, type Settled } from "../../../domain/alerts/lane/answered.ts";
import { keyOf, laneOf, type Lane, type Waiting } from "../../../domain/alerts/lane/lane.ts";
import { mayLeaveAt, nextMove } from "../../../domain/alerts/lane/next-move.ts";
import type { SendAnswer } from "../../../domain/alerts/outbox.ts";
import { sha256 } from "../../../domain/hash.ts";
import { after, type Instant, type Milliseconds } from "../../../domain/time.ts";
import type { Ports } from "../../../ports.ts";
import type { FlowContext } from "../../settings.ts";
import { findOvertaken } from "./find-overtaken.ts";
import { reportPause } from "./report-pause.ts";
import { sendMessage } from "./send-message.ts";
import { settleParcel } from "./settle-parcel.ts";
import { takeOlder } from "./take-older.ts";

/**
 * Sends what waits for a channel in this process, for so long at most; what is left then goes back to the queue. Ends at once where somebody else is at
 * it, who takes along whatever was added. Throws what the storage threw, once everything else is done.
 */
export async function carryLane(channel: string, context: FlowContext, length: Milliseconds): Promise<void> {
  const { ports } = context;
  const lane = laneOf(ports.lanes, channel);
  if (lane.isCarried) {
    lane.wake();
    return;
  }
  lane.isCarried = true;
  const carried: Carried = { channel, lane, failures: [] };
  try {
    await carry(carried, after(ports.clock.now(), length), context);
  } catch (error) {
    if (!carried.failures.includes(error)) lane.isCarried = false;
    throw error;
  }
}

interface Carried {
  readonly channel: string;
  readonly lane: Lane;
  readonly failures: unknown[];
}

async function carry(carried: Carried, endsAt: Instant, context: FlowContext): Promise<void> {
  const { lane, failures } = carried;
  for (;;) {
    const move = nextMove(lane, context.ports.clock.now(), endsAt);
    if (move.kind === "send" && (await isChanged(move.message, carried, context))) continue;
    switch (move.kind) {
      case "send":
        await send(move.message, carried, context);
        break;
      case "wait":
        await wakened(lane, move.until, context.ports);
        break;
      case "give back":
        // Whoever adds something from now on carries it.
        if (move.isEnd) lane.isCarried = false;
        await giveBack(move.those, carried, context);
        if (!move.isEnd) break;
        thrown(failures);
        return;
      case "end":
        // Nothing may come between the last look at the lane and this.
        lane.isCarried = false;
        thrown(failures);
        return;
    }
  }
}

/** Whether there was something to look for before a message leaves: then it may be another. */
const isChanged = async (message: readonly Waiting[], { channel, lane }: Carried, { ports }: FlowContext) =>
  (await takeOlder(message, { channel, lane }, ports)) || (await findOvertaken(lane, ports));

function thrown(failures: readonly unknown[]): void {
  if (failures.length > 0) throw failures[0];
}

/** Until that moment, or until something is added. */
const wakened = (lane: Lane, until: Instant, { clock, sleep }: Ports): Promise<void> =>
  Promise.race([
    sleep(until - clock.now()),
    new Promise<void>((resolve) => {
      lane.wake = resolve;
    }),
  ]);

async function send(message: readonly Waiting[], carried: Carried, context: FlowContext): Promise<void> {
  const { channel, lane, failures } = carried;
  const { clock } = context.ports;
  let said: readonly SendAnswer[] = [];
  for (const { parcel } of message) parcel.underWay.add(channel);
  try {
    const { answer, messageId } = await sendMessage(message, channel, context.ports);
    const now = clock.now();
    const spread = spreadOf(`${message.map(keyOf).join(" ")} ${now}`);
    settleAll(answered(lane, { message, answer, now, spread, messageId }), carried);
    said = "kind" in answer ? [answer] : answer;
  } catch (error) {
    // Not even begun: whoever finds the lease run out tries again.
    lane.waiting = lane.waiting.filter((one) => !message.includes(one));
    failures.push(error);
  } finally {
    for (const { parcel } of message) parcel.underWay.delete(channel);
  }
  await writeAll(message, carried, context);
  const isAccepted = said.some(({ kind }) => kind === "accepted");
  await reportPause(channel, { lane, isAccepted }, context).catch((error: unknown) => failures.push(error));
}

/** Chance that is the same in every replay: of processes that are told the same wait each has another. */
const spreadOf = (text: string): number => parseInt(sha256(text).slice(0, 8), 16) / 0xff_ff_ff_ff;

async function giveBack(those: readonly Waiting[], carried: Carried, context: FlowContext): Promise<void> {
  const { lane } = carried;
  const now = context.ports.clock.now();
  const outcomeOf = (one: Waiting) => ({
    kind: "later" as const,
    at: after(now, Math.max(0, mayLeaveAt(lane, one) - now)),
    why: lane.pause?.why,
    isTry: false,
  });
  const settled = those.map((one) => ({ one, outcome: outcomeOf(one) }));
  lane.waiting = lane.waiting.filter((one) => !those.includes(one));
  settleAll(settled, carried);
  await writeAll(those, carried, context);
}

function settleAll(settled: readonly Settled[], { channel }: Carried): void {
  for (const { one, outcome } of settled) one.parcel.outcomes.push({ channel, outcome });
}

/** So many rows are written at once. */
const concurrency = 8;

async function writeAll(
  those: readonly Waiting[],
  { failures }: Carried,
  context: FlowContext,
): Promise<void> {
  await pMap(
    those,
    ({ parcel }) =>
      settleParcel(parcel, context).catch((error: unknown) => {
        failures.push(error);
      }),
    { concurrency },
  );
}
