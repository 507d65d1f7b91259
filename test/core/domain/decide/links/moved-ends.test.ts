import { describe, expect, it } from "vitest";
import type { Attribution } from "../../../../../src/core/domain/attribution/attribution.ts";
import {
  rejudge,
  withLifetimeGiven,
  withMoreTime,
} from "../../../../../src/core/domain/decide/links/rejudge.ts";
import type { Situation } from "../../../../../src/core/domain/decide/situation.ts";
import type { TrackedLink } from "../../../../../src/core/domain/links/link.ts";
import type { Instant } from "../../../../../src/core/domain/time.ts";
import { at } from "../../../../memory/clock.ts";
import { aLink, anIntent, jane } from "../../../../memory/samples.ts";
import { policyOf } from "../../../../memory/watchdog.ts";
import { situation, type Given } from "../situations.ts";

/** Made at 08:00, first seen five seconds later, announced, and given eight hours by configuration 5, whose notices have moved what they can. */
const link = aLink("one", {
  ...{ createdAt: at("2026-11-21T08:00:00Z"), rule: "one", noticeSpentUnder: 5 },
  ...{ deadline: at("2026-11-21T16:00:00Z"), judgedDeadline: at("2026-11-21T16:00:00Z") },
  basis: { configuration: 5, creatorKnown: true, tagsKnown: false },
});
const noon = at("2026-11-21T12:00:00Z");
const of = (ttl: string, more: object = {}) => ({ rules: [{ name: "one", ttl, ...more }] });
const where = (given: Partial<Given> = {}): Situation =>
  situation({ now: noon, configuration: 5, policy: of("PT8H"), ...given });
const clock = (time: string): Instant => at(`2026-11-21T${time}Z`);
const nobody: Attribution = { kind: "unknown", searched: "creation" };
const [known, unknown] = [link.basis, { ...link.basis, creatorKnown: false }];
const notice = { at: clock("11:00:00"), end: clock("16:00:00"), enforced: true };
const warned = { notice, status: "warned" as const, wouldRevokeToldAt: clock("11:30:00") };

describe("A link that is judged again", () => {
  it("is as it was where nothing changed", () => {
    expect(rejudge({ ...link, ...warned }, where())).toStrictEqual({ ...link, ...warned });
  });

  it.each([
    [4, 5],
    [5, 5],
    [6, 6],
  ])("by configuration %i rests on the newest that it was ever judged by: %i", (configuration, basis) => {
    expect(rejudge(link, where({ configuration })).basis).toStrictEqual({ ...known, configuration: basis });
  });

  it("with another end under a newer configuration forgets what was said of the old one", () => {
    const moved = rejudge({ ...link, ...warned }, where({ configuration: 6, policy: of("PT9H") }));
    expect(moved).toStrictEqual({
      ...{ ...link, status: "open", notice: undefined, wouldRevokeToldAt: undefined },
      ...{ deadline: clock("17:00:00"), judgedDeadline: clock("17:00:00") },
      basis: { ...known, configuration: 6 },
    });
  });

  it("stays one that Azure was asked to delete, whatever was said of it", () => {
    const revoking = { ...link, status: "revoking" as const, intent: anIntent() };
    expect(rejudge(revoking, where())).toStrictEqual(revoking);
  });

  it("has the end that the policy gives as long as nobody heard of it, unless it goes on with an old one", () => {
    const untold = { ...link, announced: false };
    const later = where({ policy: of("PT9H") });
    expect(rejudge(untold, later).deadline).toBe(clock("17:00:00"));
    const comeback = { times: 1, afterRevocation: false, goesOnSince: clock("11:59:00") };
    expect(rejudge({ ...untold, comeback }, later).deadline).toBe(clock("16:00:00"));
    const anew = { ...comeback, goesOnSince: undefined };
    expect(rejudge({ ...untold, comeback: anew }, later).deadline).toBe(clock("17:00:00"));
  });
});

describe("Coming to know the creator", () => {
  const before = { ...link, basis: unknown };

  it("moves the end later once, and what was said of the old one is forgotten", () => {
    const moved = rejudge({ ...before, ...warned, gains: ["tags"] }, where({ policy: of("PT9H") }));
    expect(moved).toStrictEqual({
      ...{ ...link, status: "open", notice: undefined, wouldRevokeToldAt: undefined },
      ...{ deadline: clock("17:00:00"), judgedDeadline: clock("17:00:00") },
      gains: ["tags", "creator"],
    });
  });

  it("is not used up where it moves nothing", () => {
    expect(rejudge(before, where()).gains).toStrictEqual([]);
  });
});

describe("Of a link with notice until 13:00, whose policy gave it until 12:30", () => {
  const told = { deadline: clock("13:00:00"), judgedDeadline: clock("12:30:00") };
  it.each([
    ["PT4H30M", "13:00:00"],
    ["PT4H45M", "13:00:00"],
    ["PT4H29M", "12:29:00"],
  ])("%s from its creation leave until %s", (ttl, end) => {
    expect(rejudge({ ...link, ...told }, where({ policy: of(ttl) })).deadline).toBe(clock(end));
  });

  it.each(["12:30:00", "12:30:01"])(
    "a rule that gives an hour leaves the notice once that is over: %s",
    (time) => {
      const row = rejudge({ ...link, ...told }, where({ now: clock(time), policy: of("PT1H") }));
      expect(row).toMatchObject(told);
    },
  );

  it("a rule that gives an hour does not before", () => {
    const row = rejudge({ ...link, ...told }, where({ now: clock("12:29:59"), policy: of("PT1H") }));
    expect(row).toMatchObject({ deadline: clock("09:00:00"), judgedDeadline: clock("09:00:00") });
  });
});

describe("Time that reaches no further", () => {
  const more = { by: "olga", objectId: "olga", why: "patching", until: clock("15:00:00") };

  it("leaves what was said of the end standing", () => {
    expect(withLifetimeGiven({ ...link, ...warned }, more, where())).toStrictEqual({
      ...link,
      ...warned,
      given: more,
    });
    expect(withMoreTime({ ...link, ...warned }, more, where())).toStrictEqual({
      ...link,
      ...warned,
      extension: { ...more, from: clock("16:00:00") },
    });
  });

  it("makes the end that a notice had moved the link's own", () => {
    const moved = { ...link, ...warned, judgedDeadline: clock("15:30:00") };
    const row = withLifetimeGiven(moved, more, where({ policy: of("PT7H30M") }));
    expect(row).toStrictEqual({
      ...{ ...link, status: "open", notice: undefined, wouldRevokeToldAt: undefined, given: more },
      ...{ deadline: clock("16:00:00"), judgedDeadline: clock("16:00:00") },
    });
  });
});

describe("Time that a creator gave before it was known who that is", () => {
  const byJane = { by: "jane", objectId: String(jane.objectId), why: "still at it" };
  const extension = { ...byJane, until: clock("18:00:00"), from: clock("14:00:00") };
  const until = { deadline: clock("18:00:00"), judgedDeadline: clock("18:00:00"), extension };

  it("takes the link back to the end that it had moved", () => {
    expect(rejudge({ ...link, ...until }, where()).deadline).toBe(clock("14:00:00"));
  });

  it("under a newer configuration takes it to what that gives", () => {
    const row = rejudge({ ...link, ...until }, where({ configuration: 6 }));
    expect(row).toMatchObject({
      deadline: clock("16:00:00"),
      extension: { ...extension, from: undefined },
    });
  });
});

describe("A link whose VM's tags come to be known, and were said to forbid it", () => {
  const policy = {
    rules: [
      { name: "prod", match: { tags: { env: "prod" } }, allow: false },
      { name: "lab", match: { tags: { env: "lab" } }, ttl: "PT1H" },
      { name: "jane", match: { creator: jane.objectId }, ttl: "PT2H" },
      { name: "rest", ttl: "PT8H" },
    ],
  };
  const before = {
    ...{ ...link, rule: "rest", attribution: nobody, basis: unknown, tags: undefined },
    untagged: { since: link.firstSeenAt, policyHash: policyOf(policy).hash, told: false },
  };
  const tagged = (env: string, more: Partial<Given> = {}): Situation => ({
    ...where({ policy, configuration: 5, now: clock("08:10:00"), ...more }),
    vms: new Map([[link.vmId.toLowerCase(), { vmId: link.vmId, tags: { env } }]]),
  });
  const moved = (changes: Partial<TrackedLink>, situationNow: Situation) => {
    const row = rejudge({ ...before, noticeSpentUnder: undefined, ...changes }, situationNow);
    return { deadline: row.deadline, notice: row.notice };
  };

  it("is due at once, and its card was the notice", () => {
    const end = link.firstSeenAt;
    expect(moved({}, tagged("prod"))).toStrictEqual({
      deadline: end,
      notice: { at: end, end, enforced: true },
    });
    expect(moved({}, tagged("prod", { mode: "observe" }))).toStrictEqual({
      deadline: end,
      notice: { at: end, end, enforced: false },
    });
  });

  it("ends when they say where they allow it, and is told of that when it is near", () => {
    expect(moved({}, tagged("lab"))).toStrictEqual({ deadline: clock("09:00:00"), notice: undefined });
  });

  it("has a notice where people had not been told", () => {
    expect(moved({ untagged: undefined }, tagged("prod"))).toStrictEqual({
      deadline: clock("10:10:00"),
      notice: undefined,
    });
  });

  it("is due by them also where its creator comes to be known with them", () => {
    expect(moved({ attribution: link.attribution }, tagged("prod"))).toMatchObject({
      notice: { end: link.firstSeenAt },
    });
  });

  it("has a notice where it is the creator, who came to be known with them, that ends it", () => {
    const late = { now: clock("09:50:00") };
    expect(moved({ attribution: link.attribution }, tagged("test", late))).toStrictEqual({
      deadline: clock("10:20:00"),
      notice: undefined,
    });
    const knownBefore = { attribution: link.attribution, basis: known };
    expect(moved(knownBefore, tagged("test", late)).deadline).toBe(clock("10:00:00"));
  });
});

describe("A link that becomes enforced again under the same configuration", () => {
  const observed = { ...link, enforced: false, noticeSpentUnder: undefined };
  const short = (given: Partial<Given> = {}) => where({ now: clock("15:50:00"), ...given });
  const moved = (changes: Partial<TrackedLink>, given: Partial<Given> = {}) => {
    const row = rejudge({ ...observed, ...changes }, short(given));
    return [row.deadline, row.notice];
  };

  it("keeps the notice that it had before, and the end that Azure was asked for", () => {
    expect(moved({ notice })).toStrictEqual([clock("16:00:00"), notice]);
    expect(moved({ intent: anIntent() })).toStrictEqual([clock("16:00:00"), undefined]);
  });

  it("has a whole notice period where it had none, or one that nothing would be revoked", () => {
    expect(moved({})).toStrictEqual([clock("17:50:00"), undefined]);
    expect(moved({ notice: { ...notice, enforced: false } })).toStrictEqual([clock("17:50:00"), undefined]);
  });

  it("has one under a newer configuration whatever it had", () => {
    expect(moved({ notice }, { configuration: 6 })).toStrictEqual([clock("17:50:00"), undefined]);
    expect(moved({ intent: anIntent() }, { configuration: 6 })).toStrictEqual([clock("17:50:00"), undefined]);
  });

  it("has none where it still is only observed", () => {
    expect(moved({}, { mode: "observe" })).toStrictEqual([clock("16:00:00"), undefined]);
  });
});
