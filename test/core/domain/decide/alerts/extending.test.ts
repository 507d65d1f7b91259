import { describe, expect, it } from "vitest";
import { signedIn } from "../../../../../src/core/domain/alerts/alert-actor.ts";
import { extendedAlert } from "../../../../../src/core/domain/decide/alerts/extended-alert.ts";
import {
  comingBackFor,
  unacknowledged,
} from "../../../../../src/core/domain/decide/alerts/unacknowledged.ts";
import { backInScope, scopeAfter } from "../../../../../src/core/domain/decide/links/back-in-scope.ts";
import { noStep, type Situation } from "../../../../../src/core/domain/decide/situation.ts";
import type { AlertDraft } from "../../../../../src/core/domain/alerts/alert.ts";
import { noEnds, type AwaitedAlert } from "../../../../../src/core/domain/alerts/acknowledgement.ts";
import { after, minutes, seconds } from "../../../../../src/core/domain/time.ts";
import { at } from "../../../../memory/clock.ts";
import { aLink, anIntent, jane } from "../../../../memory/samples.ts";
import { situation } from "../situations.ts";

const now = at("2026-11-21T09:00:00Z");

describe("An alert about more time", () => {
  const before = aLink("a");
  const until = at("2026-11-21T18:00:00Z");
  const link = {
    ...before,
    deadline: until,
    extension: { until, by: "jane", objectId: "j", why: "patching" },
  };
  const told = (changes: Partial<typeof link>) =>
    extendedAlert({ ...link, ...changes }, { before, by: jane }, situation({ now, links: [before] }));

  it("names who gave it, from when until when and why, and the creator beside", () => {
    const alert = told({});
    expect(alert).toMatchObject({
      kind: "extended",
      actors: { operator: signedIn(jane), creator: { caller: jane } },
    });
    expect(alert.notes?.[0]).toStrictEqual({
      kind: "extended",
      from: before.deadline,
      until,
      why: "patching",
    });
  });

  it("says how far it could go, and whether the rule or Azure ends it", () => {
    const nativeExpiry = at("2026-11-21T20:00:00Z");
    expect(told({ nativeExpiry }).notes?.[1]).toStrictEqual({
      kind: "longest",
      until: nativeExpiry,
      by: "azure",
    });
    expect(told({}).notes?.[1]).toMatchObject({ kind: "longest", by: "rule" });
  });
});

describe("An alert that nobody acknowledges", () => {
  const awaited = (minutesAgo: number, id = "A1"): AwaitedAlert => ({
    ...{ id, kind: "created", at: after(now, -minutes(minutesAgo)), links: [], linkCount: 1, actors: {} },
    ...{ fallback: [], toldAt: undefined },
  });
  const waiting = (...alerts: AwaitedAlert[]) =>
    unacknowledged(
      { ...situation({ now, host: { awaited: alerts } }), acknowledgeWithin: minutes(15) },
      noEnds,
    );

  it("is told when its time is over, and the next one looked for when that one's is", () => {
    const { alerts, facts, looks } = waiting(awaited(20), awaited(5, "B2"));
    expect(alerts).toMatchObject([{ kind: "unacknowledged" }]);
    expect(facts).toHaveLength(1);
    expect(looks).toStrictEqual([after(now, minutes(10))]);
  });

  it("is looked for in a second at the soonest, and not where none waits", () => {
    expect(waiting(awaited(15 - 1 / 120)).looks).toStrictEqual([after(now, seconds(1))]);
    expect(waiting()).toStrictEqual({ ...noStep, awaited: [] });
  });

  const high: AlertDraft = { kind: "re-created", severity: "high", at: now };
  const low: AlertDraft = { kind: "expiring", severity: "low", at: now };
  it("is come back for by the step that raises it, if anybody can acknowledge it", () => {
    const within = { ...situation({ now }), acknowledgeWithin: minutes(15) };
    const step = { ...noStep, alerts: [low, high], looks: [now] };
    expect(comingBackFor(step, within)).toStrictEqual({ ...step, looks: [now, after(now, minutes(15))] });
    expect(comingBackFor(step, situation({ now }))).toBe(step);
    const quiet = { ...noStep, alerts: [low] };
    expect(comingBackFor(quiet, within)).toBe(quiet);
  });
});

describe("A bastion that was out of scope", () => {
  const outOfScope = { since: at("2026-11-20T00:00:00Z") };
  const back = situation({ now, host: { outOfScope } });
  const away: Situation = { ...back, observation: { kind: "not-looked" } };
  const never = situation({ now });
  const link = aLink("a", {
    status: "revoking",
    intent: anIntent(),
    notice: { at: now, end: now, enforced: true },
    wouldRevokeToldAt: now,
  });

  it("and is listed again has links of whose end nothing was said", () => {
    const forgotten = { status: "open", intent: undefined, notice: undefined, wouldRevokeToldAt: undefined };
    expect(backInScope(link, back)).toStrictEqual({ ...link, ...forgotten });
    expect(scopeAfter(back)).toStrictEqual({ outOfScope: undefined });
  });

  it("keeps what was said until then, of links that nobody heard of, and of what a person wants gone", () => {
    expect(backInScope(link, away)).toBe(link);
    expect(scopeAfter(away)).toStrictEqual({ outOfScope });
    expect(backInScope(link, never)).toBe(link);
    expect(scopeAfter(never)).toStrictEqual({ outOfScope: undefined });
    const untold = { ...link, announced: false };
    expect(backInScope(untold, back)).toBe(untold);
    const demanded = { ...link, demanded: { at: now, by: "jane", objectId: "j", why: "breach" } };
    expect(backInScope(demanded, back)).toBe(demanded);
  });
});
