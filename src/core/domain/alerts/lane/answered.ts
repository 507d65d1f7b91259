/** What a channel's answer makes of a lane, and of each alert of the message. */
import { after, hours, minutes, seconds, type Instant, type Milliseconds } from "../../time.ts";
import type { SendAnswer, TryOutcome } from "../outbox.ts";
import { isHigh, isOneQueue, keyOf, type Lane, type Tries, type Waiting } from "./lane.ts";
import { withSent } from "./pace.ts";
import { paused } from "./pause.ts";

type Failed = Exclude<SendAnswer, { readonly kind: "accepted" }>;

/** What is settled of an alert; what is not stays in the lane. */
export interface Settled {
  readonly one: Waiting;
  readonly outcome: TryOutcome;
}

interface Answered {
  readonly message: readonly Waiting[];
  /** One for the whole message; or one for each alert of it, in their order, where each was sent by itself: what is left was not tried. */
  readonly answer: SendAnswer | readonly SendAnswer[];
  readonly now: Instant;
  /** From 0 to 1. */
  readonly spread: number;
  readonly messageId?: string | undefined;
}

const isOneAnswer = (answer: Answered["answer"]): answer is SendAnswer => "kind" in answer;

/** Changes the lane; answers what is settled of the message. */
export function answered(lane: Lane, { message, answer, ...rest }: Answered): readonly Settled[] {
  lane.sent = withSent(lane.sent, { at: rest.now, isHigh: message.some(isHigh) });
  const sendings = isOneAnswer(answer)
    ? [{ together: message, said: answer }]
    : message.flatMap((one, index) => {
        const said = answer[index];
        return said ? [{ together: [one], said }] : [];
      });
  const settled = sendings.flatMap((sending) => settledBy(lane, { ...sending, ...rest }));
  const keys = new Set(settled.map(({ one }) => keyOf(one)));
  lane.waiting = lane.waiting.filter((one) => !keys.has(keyOf(one)));
  return settled;
}

interface Sending extends Pick<Answered, "now" | "spread" | "messageId"> {
  readonly together: readonly Waiting[];
  readonly said: SendAnswer;
}

function settledBy(lane: Lane, sending: Sending): readonly Settled[] {
  const { together, said } = sending;
  if (said.kind === "accepted")
    return together.map((one) => ({ one, outcome: accepted(lane, one, sending) }));
  if (said.kind === "refused" && together.length > 1) {
    splitUp(lane, together);
    return [];
  }
  noteFailure(lane, said, sending);
  return together.flatMap((one) => {
    const outcome = failed(lane, { one, said, now: sending.now });
    return outcome ? [{ one, outcome }] : [];
  });
}

function accepted(lane: Lane, one: Waiting, { messageId }: Sending): TryOutcome {
  lane.pause = undefined;
  lane.lastRefused = undefined;
  lane.tries = new Map(
    [...lane.tries]
      .filter(([key]) => key !== keyOf(one))
      .map(([key, tries]) => [key, { ...tries, othersPass: true }]),
  );
  return { kind: "accepted", message: messageId };
}

/** Undefined: the channel took nothing at all, and it stays in the lane. */
function failed(
  lane: Lane,
  { one, said, now }: { readonly one: Waiting; readonly said: Failed; readonly now: Instant },
): TryOutcome | undefined {
  const isOwn = said.kind === "refused" || said.isUnknown === true;
  const tries = triedAgain(lane.tries.get(keyOf(one)), { isOwn, now });
  lane.tries = remembered(lane.tries, keyOf(one), tries);
  if (!isOwn) {
    noteStandIn(lane, one, now);
    return undefined;
  }
  if (tries.failures >= mostFailures && tries.othersPass) return { kind: "given-up", why: said.why };
  return { kind: "later", at: after(now, backOff(tries.failures)), why: said.why, isTry: true };
}

/** Those that it left in place of are as tried as it is. */
function noteStandIn(lane: Lane, one: Waiting, now: Instant): void {
  for (const other of lane.waiting)
    if (isOneQueue(one, other) && keyOf(other) !== keyOf(one)) {
      const tries = triedAgain(lane.tries.get(keyOf(other)), { isOwn: false, now });
      lane.tries = remembered(lane.tries, keyOf(other), tries);
    }
}

/** So often an alert may fail while others get through. */
const mostFailures = 3;
const waits: readonly Milliseconds[] = [seconds(30), minutes(5)];
/** How long until it is tried again whose outcome is not known, or that was refused. */
const backOff = (failures: number): Milliseconds => waits[failures - 1] ?? hours(1);

const triedAgain = (
  before: Tries | undefined,
  { isOwn, now }: { readonly isOwn: boolean; readonly now: Instant },
): Tries => ({
  firstAt: before?.firstAt ?? now,
  lastAt: now,
  failures: (before?.failures ?? 0) + (isOwn ? 1 : 0),
  othersPass: before?.othersPass ?? false,
});

/** As many as may wait for a day at the worst; what is forgotten is tried as if it were new. */
const mostRemembered = 2_000;

const remembered = (before: Lane["tries"], key: string, tries: Tries): Lane["tries"] =>
  new Map([...[...before].filter(([other]) => other !== key), [key, tries] as const].slice(-mostRemembered));

/** Half of a refused message may be good. */
function splitUp(lane: Lane, message: readonly Waiting[]): void {
  const keys = new Set(message.map(keyOf));
  const mostTogether = Math.ceil(message.length / 2);
  lane.waiting = lane.waiting.map((one) => (keys.has(keyOf(one)) ? { ...one, mostTogether } : one));
}

/** The channel's fault, or a second alert in a row that is refused, makes the channel pause. */
function noteFailure(lane: Lane, said: Failed, { together: [first], now, spread }: Sending): void {
  if (said.kind === "refused") {
    const before = lane.lastRefused;
    lane.lastRefused = first && keyOf(first);
    if (before === undefined || before === lane.lastRefused) return;
  }
  const retryAfter = said.kind === "refused" ? undefined : said.retryAfter;
  lane.pause = paused(lane.pause, { why: said.why, retryAfter, spread }, now);
}
