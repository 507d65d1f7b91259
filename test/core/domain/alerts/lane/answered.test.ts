import { describe, expect, it } from "vitest";
import { answered } from "../../../../../src/core/domain/alerts/lane/answered.ts";
import type { Lane, Waiting } from "../../../../../src/core/domain/alerts/lane/lane.ts";
import type { SendAnswer } from "../../../../../src/core/domain/alerts/outbox.ts";
import { after, minutes, seconds } from "../../../../../src/core/domain/time.ts";
import { inSeconds, laneWith, names, noon, waiting } from "./waiting.ts";

const [one, two, three] = [1, 2, 3].map((seq) => waiting({ seq, on: `b-${seq}` })) as [
  Waiting,
  Waiting,
  Waiting,
];
const accepted: SendAnswer = { kind: "accepted" };
const refused: SendAnswer = { kind: "refused", why: "400" };
const no: SendAnswer = { kind: "unavailable", why: "503", retryAfter: undefined };
const lost: SendAnswer = { ...no, why: "500", isUnknown: true };

const tell = (
  lane: Lane,
  message: readonly Waiting[],
  answer: SendAnswer | readonly SendAnswer[],
  now = noon,
) =>
  answered(lane, { message, answer, now, spread: 0.5, messageId: "m1" }).map(
    ({ one: { parcel }, outcome }) => [parcel.entry.seq, outcome],
  );

describe("A message that is accepted", () => {
  it("settles all that it held, by its name, and ends the pause", () => {
    const pause = { since: noon, until: noon, isAsked: false, tries: 9, why: "503" };
    const lane = laneWith([one, two, three], { pause });
    const outcome = { kind: "accepted", message: "m1" };
    expect(tell(lane, [one, two], accepted)).toStrictEqual([
      [1, outcome],
      [2, outcome],
    ]);
    expect(names(lane.waiting)).toStrictEqual(["b-3 3"]);
    expect(lane.pause).toBeUndefined();
    expect(lane.sent).toStrictEqual([{ at: noon, isHigh: false }]);
  });
});

describe("A channel that takes nothing", () => {
  it("keeps what it was sent, and pauses twice as long each time, five minutes at most", () => {
    const lane = laneWith([one]);
    const waits = Array.from({ length: 11 }, () => {
      expect(tell(lane, [one], no)).toStrictEqual([]);
      return (lane.pause?.until ?? noon) - noon;
    });
    expect(waits.map((wait) => wait / 1_000)).toStrictEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
    expect(names(lane.waiting)).toStrictEqual(["b-1 1"]);
  });

  it("has been tried by those that the oldest of their bastion left in place of", () => {
    const [oldest, younger, quiet, other] = [
      waiting({ severity: "high" }),
      waiting({ seq: 2, severity: "high" }),
      waiting({ seq: 3 }),
      waiting({ seq: 4, severity: "high", on: "spoke" }),
    ] as const;
    const lane = laneWith([oldest, younger, quiet, other]);
    tell(lane, [oldest], no);
    const once = { firstAt: noon, lastAt: noon, failures: 0, othersPass: false };
    expect(Object.fromEntries(lane.tries)).toStrictEqual({ "|hub#1": once, "|hub#2": once });
  });

  it("is left alone as long as it asks, and by chance half as long again", () => {
    const lane = laneWith([one]);
    tell(lane, [one], { ...no, retryAfter: seconds(40) });
    expect(lane.pause).toMatchObject({ since: noon, until: inSeconds(60), isAsked: true, why: "503" });
  });
});

describe("A message of which nobody knows whether it arrived", () => {
  it.each`
    times | wait
    ${1}  | ${seconds(30)}
    ${2}  | ${minutes(5)}
    ${3}  | ${minutes(60)}
    ${9}  | ${minutes(60)}
  `(
    "is sent again $wait ms after try $times, and the channel pauses",
    ({ times, wait }: Record<string, number>) => {
      const lane = laneWith([one]);
      let last: unknown;
      for (let time = 0; time < (times ?? 0); time += 1) {
        lane.waiting = [one];
        last = tell(lane, [one], lost);
      }
      expect(last).toStrictEqual([
        [1, { kind: "later", at: after(noon, wait ?? 0), why: "500", isTry: true }],
      ]);
      expect(lane.pause?.tries).toBe(times);
      expect(lane.waiting).toStrictEqual([]);
    },
  );
});

describe("A message that is refused", () => {
  it("of several is cut in halves and settles nothing", () => {
    const lane = laneWith([one, two, three]);
    expect(tell(lane, [one, two, three], refused)).toStrictEqual([]);
    expect(lane.waiting.map(({ mostTogether }) => mostTogether)).toStrictEqual([2, 2, 2]);
    expect(lane.pause).toBeUndefined();
  });

  it("of one alert blames the alert", () => {
    const lane = laneWith([one, two]);
    expect(tell(lane, [one], refused)).toStrictEqual([
      [1, { kind: "later", at: inSeconds(30), why: "400", isTry: true }],
    ]);
    expect(lane.pause).toBeUndefined();
  });

  it("of one, and of another right after it, blames the channel", () => {
    const lane = laneWith([one, two]);
    tell(lane, [one], refused);
    tell(lane, [two], refused);
    expect(lane.pause).toMatchObject({ until: inSeconds(1), why: "400" });
  });

  it("of the same one again, or of another after one that passed, blames the alert", () => {
    const lane = laneWith([one, two, three]);
    tell(lane, [one], refused);
    tell(lane, [one], refused);
    tell(lane, [two], accepted);
    tell(lane, [three], refused);
    expect(lane.pause).toBeUndefined();
  });

  it("three times, while another got through, is given up", () => {
    const lane = laneWith([one, two]);
    tell(lane, [one], refused);
    tell(lane, [one], lost);
    tell(lane, [two], accepted);
    expect(tell(lane, [one], refused)).toStrictEqual([[1, { kind: "given-up", why: "400" }]]);
  });

  it("three times is not given up where nothing else got through", () => {
    const lane = laneWith([one]);
    tell(lane, [one], refused);
    tell(lane, [one], refused);
    expect(tell(lane, [one], refused)).toMatchObject([[1, { kind: "later" }]]);
  });
});

describe("A channel that answers each alert", () => {
  it("settles those it took; the first that it could not take pauses it, and the rest was not tried", () => {
    const lane = laneWith([one, two, three]);
    expect(tell(lane, [one, two, three], [accepted, no])).toStrictEqual([
      [1, { kind: "accepted", message: "m1" }],
    ]);
    expect(names(lane.waiting)).toStrictEqual(["b-2 2", "b-3 3"]);
    expect(lane.pause?.until).toBe(inSeconds(1));
  });

  it("is refused each by itself", () => {
    const lane = laneWith([one, two]);
    expect(tell(lane, [one, two], [refused, accepted])).toMatchObject([
      [1, { kind: "later" }],
      [2, { kind: "accepted" }],
    ]);
  });
});
