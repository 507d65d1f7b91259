import { describe, expect, it } from "vitest";
import {
  dueChannels,
  isSettled,
  lease,
  newOutboxEntry,
  nextTry,
  settle,
  type OutboxEntry,
  type SendAnswer,
} from "../../../../src/core/domain/alerts/outbox.ts";
import { at } from "../../../memory/clock.ts";
import { anAlert } from "../../../memory/samples.ts";

const alert = anAlert({ at: at("2026-11-21T08:00:00Z") });
const entry = newOutboxEntry(7, alert, { channels: ["teams", "mail"], fallback: [] });
const unavailable = (retryAfter?: number): SendAnswer => ({ kind: "unavailable", why: "429", retryAfter });
const settledAt = (before: OutboxEntry, moment: string, answer: SendAnswer) =>
  settle(before, "teams", { answer, now: at(moment) });

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

describe("An answer", () => {
  it("that accepts settles its channel and no other", () => {
    const settled = settledAt(entry, "2026-11-21T08:00:02Z", { kind: "accepted" });
    expect(settled.deliveries).toMatchObject({
      teams: { state: "accepted", at: at("2026-11-21T08:00:02Z"), attempts: 1 },
      mail: { state: "pending", attempts: 0 },
    });
    expect(isSettled(settled)).toBe(false);
    expect(
      isSettled(settle(settled, "mail", { answer: { kind: "accepted" }, now: at("2026-11-21T08:00:03Z") })),
    ).toBe(true);
  });

  it("that refuses gives up at once and says why", () => {
    expect(
      settledAt(entry, "2026-11-21T08:00:02Z", { kind: "refused", why: "413 too large" }).deliveries["teams"],
    ).toStrictEqual({
      state: "gave-up",
      at: at("2026-11-21T08:00:02Z"),
      attempts: 1,
      why: "413 too large",
    });
  });

  it.each`
    failures | next
    ${1}     | ${"2026-11-21T08:00:10Z"}
    ${2}     | ${"2026-11-21T08:00:30Z"}
    ${3}     | ${"2026-11-21T08:02:00Z"}
    ${4}     | ${"2026-11-21T08:10:00Z"}
    ${5}     | ${"2026-11-21T08:30:00Z"}
    ${6}     | ${"2026-11-21T09:00:00Z"}
    ${7}     | ${"2026-11-21T09:00:00Z"}
    ${50}    | ${"2026-11-21T09:00:00Z"}
  `(
    "that could not be had $failures times is asked for again at $next",
    ({ failures, next }: { failures: number; next: string }) => {
      let tried = entry;
      for (let failure = 0; failure < failures; failure += 1)
        tried = settledAt(tried, "2026-11-21T08:00:00Z", unavailable());
      expect(tried.deliveries["teams"]).toStrictEqual({
        state: "pending",
        attempts: failures,
        notBefore: at(next),
        lastError: "429",
      });
    },
  );

  it.each`
    retryAfter   | next
    ${0}         | ${"2026-11-21T08:00:00.000Z"}
    ${4_500}     | ${"2026-11-21T08:00:04.500Z"}
    ${7_200_000} | ${"2026-11-21T10:00:00.000Z"}
  `(
    "that names a wait of $retryAfter ms is believed",
    ({ retryAfter, next }: { retryAfter: number; next: string }) => {
      expect(
        settledAt(entry, "2026-11-21T08:00:00Z", unavailable(retryAfter)).deliveries["teams"],
      ).toMatchObject({ notBefore: at(next) });
    },
  );

  it.each`
    moment                        | state
    ${"2026-11-22T07:59:49.999Z"} | ${"pending"}
    ${"2026-11-22T07:59:50.000Z"} | ${"pending"}
    ${"2026-11-22T07:59:50.001Z"} | ${"gave-up"}
    ${"2026-11-23T08:00:00.000Z"} | ${"gave-up"}
  `(
    "that fails at $moment leaves it $state: nothing is tried after 24 hours",
    ({ moment, state }: { moment: string; state: string }) => {
      expect(settledAt(entry, moment, unavailable()).deliveries["teams"]).toMatchObject({ state });
    },
  );

  it("of a channel that is not asked changes nothing", () => {
    expect(
      settle(entry, "pager", { answer: { kind: "accepted" }, now: at("2026-11-21T08:00:00Z") }),
    ).toStrictEqual(entry);
  });
});
