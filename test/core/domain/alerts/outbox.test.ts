import { describe, expect, it } from "vitest";
import {
  dueChannels,
  isSettled,
  lease,
  newOutboxEntry,
  nextTry,
  settle,
  type OutboxEntry,
  type TryOutcome,
} from "../../../../src/core/domain/alerts/outbox.ts";
import { at } from "../../../memory/clock.ts";
import { anAlert } from "../../../memory/samples.ts";

const alert = anAlert({ at: at("2026-11-21T08:00:00Z") });
const entry = newOutboxEntry(7, alert, { channels: ["teams", "mail"], fallback: [] });
const settledAt = (before: OutboxEntry, moment: string, outcome: TryOutcome) =>
  settle(before, "teams", { outcome, now: at(moment) });

describe("A fresh outbox entry", () => {
  it("is leased to its writer for a minute, on every channel", () => {
    expect(entry).toStrictEqual({
      seq: 7,
      alert,
      deliveries: {
        teams: { state: "pending", attempts: 0, notBefore: at("2026-11-21T08:01:00Z"), lastError: undefined },
        mail: { state: "pending", attempts: 0, notBefore: at("2026-11-21T08:01:00Z"), lastError: undefined },
      },
      fallback: [],
      version: undefined,
    });
  });

  it.each`
    moment                        | due
    ${"2026-11-21T08:00:59.999Z"} | ${[]}
    ${"2026-11-21T08:01:00.000Z"} | ${["teams", "mail"]}
    ${"2026-11-21T08:01:00.001Z"} | ${["teams", "mail"]}
  `("is due at $moment for $due", ({ moment, due }: { moment: string; due: readonly string[] }) => {
    expect(dueChannels(entry, at(moment))).toStrictEqual(due);
  });

  it("for no channel is settled", () => {
    const none = newOutboxEntry(1, alert, { channels: [], fallback: [] });
    expect(isSettled(none)).toBe(true);
    expect(nextTry(none)).toBeUndefined();
  });
});

describe("A lease", () => {
  it("is taken for the given channels, for a minute", () => {
    const leased = lease(entry, ["mail"], at("2026-11-21T09:00:00Z"));
    expect(leased.deliveries["mail"]).toMatchObject({
      state: "pending",
      notBefore: at("2026-11-21T09:01:00Z"),
    });
    expect(leased.deliveries["teams"]).toMatchObject({
      state: "pending",
      notBefore: at("2026-11-21T08:01:00Z"),
    });
    expect(nextTry(leased)).toBe(at("2026-11-21T08:01:00Z"));
  });

  it("is not taken on what is settled", () => {
    const accepted = settledAt(entry, "2026-11-21T08:00:01Z", { kind: "accepted" });
    expect(lease(accepted, ["teams"], at("2026-11-21T09:00:00Z")).deliveries["teams"]).toStrictEqual({
      state: "accepted",
      at: at("2026-11-21T08:00:01Z"),
      attempts: 1,
    });
  });
});

describe("An outcome", () => {
  it("that accepts settles its channel and no other", () => {
    const settled = settledAt(entry, "2026-11-21T08:00:02Z", { kind: "accepted" });
    expect(settled.deliveries).toMatchObject({
      teams: { state: "accepted", at: at("2026-11-21T08:00:02Z"), attempts: 1 },
      mail: { state: "pending", attempts: 0 },
    });
    expect(isSettled(settled)).toBe(false);
    expect(
      isSettled(settle(settled, "mail", { outcome: { kind: "accepted" }, now: at("2026-11-21T08:00:03Z") })),
    ).toBe(true);
  });

  it("that gives up says why", () => {
    expect(
      settledAt(entry, "2026-11-21T08:00:02Z", { kind: "given-up", why: "413 too large" }).deliveries[
        "teams"
      ],
    ).toStrictEqual({
      state: "gave-up",
      at: at("2026-11-21T08:00:02Z"),
      attempts: 1,
      why: "413 too large",
    });
  });

  it.each`
    isTry    | why          | attempts | lastError    | more
    ${true}  | ${"429"}     | ${1}     | ${"429"}     | ${{}}
    ${false} | ${"429"}     | ${0}     | ${"429"}     | ${{ isWaiting: true }}
    ${false} | ${undefined} | ${0}     | ${undefined} | ${{ isWaiting: true }}
  `(
    "that puts it off waits until then (a try: $isTry, why: $why)",
    ({ isTry, why, more, ...kept }: { isTry: boolean; why: string | undefined; more: object }) => {
      const later = at("2026-11-21T08:00:30Z");
      const tried = settledAt(entry, "2026-11-21T08:00:00Z", { kind: "later", at: later, why, isTry });
      expect(tried.deliveries["teams"]).toStrictEqual({
        state: "pending",
        notBefore: later,
        ...kept,
        ...more,
      });
    },
  );

  it("that merely puts it off keeps why it was not taken before", () => {
    const later = { kind: "later" as const, at: at("2026-11-21T08:01:00Z"), isTry: true };
    const failed = settledAt(entry, "2026-11-21T08:00:00Z", { ...later, why: "503" });
    const waits = settledAt(failed, "2026-11-21T08:01:00Z", { ...later, why: undefined, isTry: false });
    expect(waits.deliveries["teams"]).toMatchObject({ attempts: 1, lastError: "503" });
  });

  it.each`
    until                         | why          | state
    ${"2026-11-22T08:00:00.000Z"} | ${"503"}     | ${"pending"}
    ${"2026-11-22T08:00:00.001Z"} | ${"503"}     | ${"gave-up"}
    ${"2026-11-23T08:00:00.000Z"} | ${undefined} | ${"pending"}
  `(
    "that puts it off until $until, for $why, leaves it $state: nothing is tried after 24 hours, and waiting for a turn is no failure",
    ({ until, why, state }: { until: string; why: string | undefined; state: string }) => {
      const now = "2026-11-22T07:59:00Z";
      const put = settledAt(entry, now, { kind: "later", at: at(until), why, isTry: true });
      expect(put.deliveries["teams"]).toMatchObject({
        state,
        ...(state === "gave-up" && { at: at(now), why }),
      });
    },
  );

  it("names the message that carried it with others", () => {
    const settled = settledAt(entry, "2026-11-21T08:00:02Z", { kind: "accepted", message: "mabc" });
    expect(settled.deliveries["teams"]).toMatchObject({ state: "accepted", message: "mabc" });
  });

  it("of a channel that is not asked changes nothing", () => {
    expect(
      settle(entry, "pager", { outcome: { kind: "accepted" }, now: at("2026-11-21T08:00:00Z") }),
    ).toStrictEqual(entry);
  });
});
