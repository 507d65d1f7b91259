import { describe, expect, it } from "vitest";
import { withinReach } from "../../../../../src/core/domain/decide/links/too-far.ts";
import type { TrackedLink } from "../../../../../src/core/domain/links/link.ts";
import { after, days, hours, minutes } from "../../../../../src/core/domain/time.ts";
import { at } from "../../../../memory/clock.ts";
import { aLink } from "../../../../memory/samples.ts";
import { situation, type Given } from "../situations.ts";

const now = at("2026-11-21T12:00:00Z");
const made = at("2026-11-21T08:00:00Z");
/** Ten days from when it was made, and two minutes that clocks may differ: no rule reaches further. */
const furthest = after(made, days(10) + minutes(2));
/** The longest notice is two hours. */
const longestNotice = after(now, hours(2) + minutes(2));
const link = (changes: Partial<TrackedLink> = {}) =>
  aLink("a", {
    ...{
      createdAt: made,
      firstSeenAt: made,
      deadline: after(made, hours(8)),
      judgedDeadline: after(made, hours(8)),
    },
    ...changes,
  });
const within = (changes: Partial<TrackedLink>, given: Partial<Given> = {}) =>
  withinReach([link(changes)], situation({ now, ...given }));
const by = { by: "olga", objectId: "o", why: "w" };

describe("A deadline that a row holds", () => {
  it.each<[string, Partial<TrackedLink>]>([
    ["as the policy gave it", {}],
    ["a notice beyond that", { deadline: longestNotice, judgedDeadline: made }],
    ["as far as any rule reaches", { deadline: furthest, judgedDeadline: furthest }],
    ["before anybody was told of it", { deadline: after(furthest, days(99)), announced: false }],
    [
      "as far as a person extended it",
      { extension: { ...by, until: furthest }, deadline: furthest, judgedDeadline: furthest },
    ],
    [
      "as far as an operator gave its VM",
      {
        given: { ...by, until: after(now, days(10) + minutes(2)) },
        ...{ deadline: after(now, days(10)), judgedDeadline: after(now, days(10)) },
      },
    ],
  ])("is believed %s", (_, changes) => {
    const one = link(changes);
    const { links, tooFar } = withinReach([one], situation({ now }));
    expect(links[0]).toBe(one);
    expect(tooFar).toStrictEqual([]);
  });

  it("further than a notice beyond what the policy gave is set to a notice from now", () => {
    const found = within({ deadline: after(longestNotice, 1), judgedDeadline: made });
    expect(found.links).toStrictEqual([link({ deadline: after(now, hours(2)), judgedDeadline: made })]);
    expect(found.tooFar).toStrictEqual(found.links);
  });

  it("is set to what people were told last, where that is sooner", () => {
    const notice = (end: number) => ({ at: made, end: after(now, end), enforced: true });
    const set = (end: number) =>
      within({ deadline: after(now, days(1)), judgedDeadline: made, notice: notice(end) }).links[0]?.deadline;
    expect([set(hours(1)), set(hours(3))]).toStrictEqual([after(now, hours(1)), after(now, hours(2))]);
  });

  it("that the policy cannot have given is none of its either", () => {
    const far = after(furthest, days(1));
    expect(within({ deadline: far, judgedDeadline: far }).links).toMatchObject([
      { deadline: furthest, judgedDeadline: furthest },
    ]);
    const graced = { policy: { rules: [{ name: "r" }], preexistingGrace: "P30D" } };
    expect(within({ deadline: far, judgedDeadline: far }, graced).tooFar).toStrictEqual([]);
    const further = after(made, days(31));
    expect(within({ deadline: further, judgedDeadline: further }, graced).links).toMatchObject([
      { judgedDeadline: after(made, days(30) + minutes(2)) },
    ]);
  });

  it("is shortened under a newer policy, and that is no sign of anything", () => {
    const found = within({ deadline: after(now, days(1)), judgedDeadline: made }, { configuration: 1 });
    expect(found.links[0]?.deadline).toBe(after(now, hours(2)));
    expect(found.tooFar).toStrictEqual([]);
  });
});

describe("Time that a row says a person gave", () => {
  const further = after(now, days(10) + minutes(2));

  it("counts as none where nobody can have given it", () => {
    const given = { ...by, until: after(further, 1) };
    expect(within({ given }).links).toStrictEqual([link({ given: undefined })]);
    expect(within({ given }).tooFar).toHaveLength(1);
    const extension = { ...by, until: after(furthest, 1) };
    expect(within({ extension }).links).toStrictEqual([link({ extension: undefined })]);
    expect(within({ extension, given }).links).toStrictEqual([
      link({ extension: undefined, given: undefined }),
    ]);
  });

  it("counts where its VM was given as much", () => {
    const one = link({ given: { ...by, until: further }, extension: { ...by, until: further } });
    expect(withinReach([one], situation({ now })).links[0]).toBe(one);
    const more = link({ given: { ...by, until: further }, extension: { ...by, until: after(further, 1) } });
    expect(withinReach([more], situation({ now })).links[0]?.extension).toBeUndefined();
  });
});
