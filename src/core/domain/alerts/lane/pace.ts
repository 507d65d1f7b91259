/** How fast a channel is sent to, where it did not ask for anything else. */
import { after, hours, instant, seconds, type Instant, type Milliseconds } from "../../time.ts";
import type { Sent } from "./lane.ts";

/** What counts is the hour before. */
const counted = hours(1);

/** Quick for the first twenty of an hour, so that an ordinary day is never slowed; then slower, so that many become one message. */
const gaps: readonly { readonly below: number; readonly gap: Milliseconds }[] = [
  { below: 20, gap: seconds(0.5) },
  { below: 60, gap: seconds(5) },
];
const slowest = seconds(20);
/** What is high waits no longer than this for others like it. */
const slowestHigh = seconds(2);

/** When the next message may leave; what is high counts apart. */
export function nextSlot(sent: readonly Sent[], isHigh: boolean): Instant {
  const alike = sent.filter((one) => one.isHigh === isHigh);
  const last = alike.at(-1);
  if (last === undefined) return instant(0);
  const gap = gaps.find(({ below }) => alike.length < below)?.gap ?? slowest;
  return after(last.at, isHigh ? Math.min(gap, slowestHigh) : gap);
}

/** What is remembered of what was sent, with one more. */
export const withSent = (sent: readonly Sent[], one: Sent): readonly Sent[] => [
  ...sent.filter(({ at }) => at > after(one.at, -counted)),
  one,
];
