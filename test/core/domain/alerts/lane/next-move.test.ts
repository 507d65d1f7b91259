import { describe, expect, it } from "vitest";
import { nextMove, type Move } from "../../../../../src/core/domain/alerts/lane/next-move.ts";
import type { Pause } from "../../../../../src/core/domain/alerts/lane/pause.ts";
import type { Sent } from "../../../../../src/core/domain/alerts/lane/lane.ts";
import { inSeconds, laneWith, names, noon, waiting } from "./waiting.ts";

const said = (move: Move) =>
  move.kind === "send"
    ? names(move.message)
    : move.kind === "give back"
      ? { back: names(move.those) }
      : move.kind === "wait"
        ? { until: move.until }
        : "end";

const endsAt = inSeconds(30);
const justSent = (count: number, isHigh = false): readonly Sent[] =>
  Array.from({ length: count }, () => ({ at: noon, isHigh }));
const high = { severity: "high" as const };

describe("The next message of a lane", () => {
  it("is nothing where nothing waits", () => {
    expect(said(nextMove(laneWith([]), noon, endsAt))).toBe("end");
  });

  it.each`
    sent  | wait
    ${1}  | ${0.5}
    ${19} | ${0.5}
    ${20} | ${5}
    ${59} | ${5}
    ${60} | ${20}
  `("leaves $wait s after the last of $sent in an hour", ({ sent, wait }: { sent: number; wait: number }) => {
    const lane = laneWith([waiting()], { sent: justSent(sent) });
    expect(said(nextMove(lane, noon, endsAt))).toStrictEqual({ until: inSeconds(wait) });
    expect(said(nextMove(lane, inSeconds(wait), endsAt))).toStrictEqual(["hub 1"]);
  });

  it.each`
    sent  | wait
    ${1}  | ${0.5}
    ${20} | ${2}
    ${60} | ${2}
  `(
    "leaves $wait s after the last of $sent high ones, if it is high",
    ({ sent, wait }: { sent: number; wait: number }) => {
      const lane = laneWith([waiting(high)], { sent: justSent(sent, true) });
      expect(said(nextMove(lane, noon, endsAt))).toStrictEqual({ until: inSeconds(wait) });
    },
  );

  it("is the high one that came last, at once, whatever waits and however much was sent", () => {
    const many = Array.from({ length: 200 }, (_, index) => waiting({ seq: index + 1, on: `b-${index % 7}` }));
    const lane = laneWith([...many, waiting({ ...high, seq: 300, on: "urgent", at: inSeconds(9) })], {
      sent: justSent(100),
    });
    expect(said(nextMove(lane, noon, endsAt))).toStrictEqual(["urgent 300"]);
  });

  it("holds what is of one kind, the oldest first, and nothing else", () => {
    const lane = laneWith([
      waiting({ seq: 4, on: "b", at: inSeconds(2) }),
      waiting({ seq: 2, on: "a" }),
      waiting({ seq: 1, on: "c", kind: "revoked", at: inSeconds(1) }),
      waiting({ seq: 9, on: "d", kind: "watchdog-trouble", at: inSeconds(1) }),
    ]);
    expect(said(nextMove(lane, noon, endsAt))).toStrictEqual(["a 2", "b 4"]);
  });

  it("is louder before it is older, but within a bastion it is the older one", () => {
    const quiet = { severity: "low" as const, kind: "watchdog-trouble" as const };
    const lane = laneWith([
      waiting({ ...quiet, seq: 1, on: "a" }),
      waiting({ seq: 7, on: "b", at: inSeconds(2) }),
      waiting({ ...quiet, seq: 5, on: "b", at: inSeconds(1) }),
    ]);
    expect(said(nextMove(lane, inSeconds(3), endsAt))).toStrictEqual(["b 5"]);
    const rest = laneWith(lane.waiting.filter(({ parcel }) => parcel.entry.seq !== 5));
    expect(said(nextMove(rest, inSeconds(3), endsAt))).toStrictEqual(["b 7"]);
  });

  it("leaves out what is younger than another one of its bastion that stays", () => {
    const lane = laneWith([
      waiting({ seq: 1, on: "a" }),
      waiting({ seq: 2, on: "a", kind: "revoked" }),
      waiting({ seq: 3, on: "a", at: inSeconds(1) }),
      waiting({ seq: 1, on: "b", at: inSeconds(1) }),
    ]);
    expect(said(nextMove(lane, noon, endsAt))).toStrictEqual(["a 1", "b 1"]);
  });

  it("holds troubles alone, and each telling of one", () => {
    const trouble = { kind: "created" as const, telling: { number: 2, since: noon } };
    const lane = laneWith([waiting({ ...trouble, seq: 1 }), waiting({ ...trouble, seq: 2, on: "b" })]);
    expect(said(nextMove(lane, noon, endsAt))).toStrictEqual(["hub 1"]);
  });

  it("joins reminders of what can be joined, and no others", () => {
    const about = (kind: "created" | "unreadable") => ({ id: "w1", kind, at: noon });
    const reminders = (kind: "created" | "unreadable") =>
      [1, 2].map((seq) => waiting({ ...high, seq, kind: "unacknowledged", about: about(kind) }));
    expect(said(nextMove(laneWith(reminders("created")), noon, endsAt))).toHaveLength(2);
    expect(said(nextMove(laneWith(reminders("unreadable")), noon, endsAt))).toHaveLength(1);
  });

  it("holds no more than its smallest part allows, once it was refused", () => {
    const some = [1, 2, 3].map((seq) => ({ ...waiting({ seq, on: `b-${seq}` }), mostTogether: 2 }));
    expect(said(nextMove(laneWith(some), noon, endsAt))).toStrictEqual(["b-1 1", "b-2 2"]);
  });
});

describe("What goes back to the queue", () => {
  it("is what has less than 15 seconds of its lease left", () => {
    const lane = laneWith([waiting({ seq: 1, leasedUntil: inSeconds(14.9) }), waiting({ seq: 2 })]);
    expect(said(nextMove(lane, noon, endsAt))).toStrictEqual({ back: ["hub 1"] });
  });

  it("is everything, once the carrier has had its 30 seconds", () => {
    const lane = laneWith([waiting({ seq: 1 }), waiting({ ...high, seq: 2 })]);
    expect(said(nextMove(lane, endsAt, endsAt))).toStrictEqual({ back: ["hub 1", "hub 2"] });
  });

  it("is everything, where the next may leave only after that", () => {
    const lane = laneWith([waiting()], { pause: pausedUntil(31) });
    expect(said(nextMove(lane, noon, endsAt))).toStrictEqual({ back: ["hub 1"] });
  });
});

const pausedUntil = (until: number, isAsked = false): Pause => ({
  since: noon,
  until: inSeconds(until),
  isAsked,
  tries: 1,
  why: "503",
});

describe("A channel that pauses", () => {
  const pause = pausedUntil(8);

  it("is tried by one alert, the oldest, when the pause is over", () => {
    const lane = laneWith([waiting({ seq: 2, on: "b", at: inSeconds(1) }), waiting({ seq: 1 })], { pause });
    expect(said(nextMove(lane, inSeconds(7.9), endsAt))).toStrictEqual({ until: inSeconds(8) });
    expect(said(nextMove(lane, inSeconds(8), endsAt))).toStrictEqual(["hub 1"]);
  });

  const failed = (failures: number) => ({ firstAt: noon, lastAt: inSeconds(1), failures, othersPass: false });

  it("is tried by another one next, but by none that is younger than one of its own bastion", () => {
    const tries = new Map([["|hub#1", failed(1)]]);
    const [first, second] = [waiting({ seq: 1 }), waiting({ seq: 2, at: inSeconds(1) })];
    const other = waiting({ seq: 5, on: "b", at: inSeconds(2) });
    expect(said(nextMove(laneWith([first, second], { pause, tries }), inSeconds(8), endsAt))).toStrictEqual([
      "hub 1",
    ]);
    const lane = laneWith([first, second, other], { pause, tries });
    expect(said(nextMove(lane, inSeconds(8), endsAt))).toStrictEqual(["b 5"]);
  });

  it("is tried by a younger one where the older failed three times by itself", () => {
    const tries = new Map([["|hub#1", failed(3)]]);
    const lane = laneWith([waiting({ seq: 1 }), waiting({ seq: 2 })], { pause, tries });
    expect(said(nextMove(lane, inSeconds(8), endsAt))).toStrictEqual(["hub 2"]);
  });

  it.each`
    isTried  | firstTry | lastTry | isAsked  | at
    ${false} | ${0}     | ${0}    | ${false} | ${0}
    ${true}  | ${0}     | ${0}    | ${false} | ${2}
    ${true}  | ${0}     | ${26}   | ${false} | ${28}
    ${true}  | ${-60}   | ${0}    | ${false} | ${8}
    ${false} | ${0}     | ${0}    | ${true}  | ${8}
    ${true}  | ${0}     | ${0}    | ${true}  | ${8}
  `(
    "is tried by a high one at $at s: tried: $isTried, first at $firstTry, last at $lastTry; asked to wait: $isAsked",
    (row: Record<"firstTry" | "lastTry" | "at", number> & Record<"isTried" | "isAsked", boolean>) => {
      const { firstTry, lastTry, isTried, isAsked, at } = row;
      const tried = {
        firstAt: inSeconds(firstTry),
        lastAt: inSeconds(lastTry),
        failures: 0,
        othersPass: false,
      };
      const tries = new Map(isTried ? [["|hub#1", tried] as const] : []);
      const lane = laneWith([waiting(high)], { pause: pausedUntil(8, isAsked), tries });
      const move = nextMove(lane, noon, endsAt);
      expect(said(move)).toStrictEqual(at === 0 ? ["hub 1"] : { until: inSeconds(at) });
    },
  );
});
