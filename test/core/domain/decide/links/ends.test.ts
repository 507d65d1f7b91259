import { describe, expect, it } from "vitest";
import { isLapsed, lastMoment, policyEnd } from "../../../../../src/core/domain/decide/links/deadline.ts";
import { warned, warningAt } from "../../../../../src/core/domain/decide/links/notice.ts";
import { soonerLooks, withLifetimeGiven } from "../../../../../src/core/domain/decide/links/rejudge.ts";
import { track } from "../../../../../src/core/domain/decide/links/track.ts";
import { noStep } from "../../../../../src/core/domain/decide/situation.ts";
import type { PastLink, TrackedLink } from "../../../../../src/core/domain/links/link.ts";
import { days, hours, isoInstant, type Instant } from "../../../../../src/core/domain/time.ts";
import { at } from "../../../../memory/clock.ts";
import { aClosedLink, aLink, anId, aSignal, jane, vmId } from "../../../../memory/samples.ts";
import { listedOf, situation, type Given } from "../situations.ts";

const today = (time: string) => at(`2026-11-21T${time}Z`);
const time = (moment: Instant) => isoInstant(moment).slice(11, 19);
/** Made at 08:00, first seen at 09:00. */
const made = { createdAt: today("08:00:00"), firstSeenAt: today("09:00:00") };
const link = (changes: Partial<TrackedLink> = {}) => aLink("a", { ...made, ...changes });
const by = (name: string) => ({ by: name, objectId: name, why: "w" });
const until = (moment: string, name = "olga") => ({ until: today(moment), ...by(name) });
const own = String(jane.objectId);
const ruled = (rule: object, more: readonly object[] = []) => ({
  policy: { rules: [{ name: "r", ...rule }, ...more] },
});
const never = { name: "never", allow: false };
const here = (given: Partial<Given> = {}) => situation({ now: today("09:30:00"), ...given });
const used = (length: number) => ({ usedBefore: { window: days(30), length } });
const byCreator = ruled({ match: { creator: "olga" } }, [
  { ...never, warnBefore: "PT30M", maxLifetime: "P1D" },
]);
const nobody = { attribution: { kind: "unknown", searched: "creation" } } as const;

describe("The end that a policy gives a link", () => {
  it.each<[string, Partial<TrackedLink>, Partial<Given>, string]>([
    ["is its ttl from creation", {}, ruled({ ttl: "PT8H" }), "16:00:00"],
    [
      "is never less than its warning from first sight",
      {},
      ruled({ ttl: "PT1H", warnBefore: "PT20M" }),
      "09:20:00",
    ],
    ["is what a person extended it to", { extension: until("20:00:00") }, ruled({ ttl: "PT8H" }), "20:00:00"],
    [
      "is not sooner than the rule's for that",
      { extension: until("10:00:00") },
      ruled({ ttl: "PT8H" }),
      "16:00:00",
    ],
    [
      "is as if its creator had not extended it",
      { extension: until("20:00:00", own) },
      ruled({ ttl: "PT8H" }),
      "16:00:00",
    ],
    [
      "is that of its VM's lifetime",
      { extension: until("20:00:00") },
      ruled({ ttl: "PT8H", maxLifetime: "PT10H" }),
      "18:00:00",
    ],
    [
      "takes off what the VM was open before",
      used(hours(3)),
      ruled({ ttl: "PT8H", maxLifetime: "PT10H" }),
      "15:00:00",
    ],
    [
      "is what an operator gave the VM",
      { ...used(hours(9)), given: until("19:00:00") },
      ruled({ ttl: "PT8H", maxLifetime: "PT10H" }),
      "19:00:00",
    ],
    ["is not sooner for that", { given: until("10:00:00") }, ruled({ ttl: "PT8H" }), "16:00:00"],
    [
      "is as if its creator had not given it",
      { ...used(hours(9)), given: until("19:00:00", own) },
      ruled({ ttl: "PT8H", maxLifetime: "PT10H" }),
      "11:00:00",
    ],
    ["is its own in Azure", { nativeExpiry: today("12:00:00") }, ruled({ ttl: "PT8H" }), "12:00:00"],
    [
      "is not its own in Azure where that is before it was made",
      { nativeExpiry: today("08:00:00") },
      ruled({ ttl: "PT8H" }),
      "16:00:00",
    ],
    [
      "has grace where it is older than the watchdog",
      { preexisting: true },
      { policy: { rules: [{ name: "r" }], preexistingGrace: "P1D" } },
      "09:00:00",
    ],
    ["is first sight where it is forbidden", {}, ruled({ allow: false, warnBefore: "PT20M" }), "09:00:00"],
    [
      "has a notice where it is forbidden and older",
      { preexisting: true },
      ruled({ allow: false, warnBefore: "PT20M" }),
      "09:20:00",
    ],
    ["has a notice where its creator decides", nobody, byCreator, "09:30:00"],
    [
      "has more where its creator decides and a person gave it",
      { ...nobody, extension: until("12:00:00") },
      byCreator,
      "12:00:00",
    ],
    [
      "has as much as its VM may be open for that",
      { ...nobody, ...used(hours(22)), extension: until("12:00:00") },
      byCreator,
      "10:00:00",
    ],
    [
      "is first sight where its VM's lifetime is spent",
      used(hours(10)),
      ruled({ ttl: "PT8H", maxLifetime: "PT10H" }),
      "09:00:00",
    ],
    [
      "is that of the rule that allows it",
      {},
      ruled({ ttl: "PT8H", validUntil: "2026-11-21T10:00Z" }, [never]),
      "10:00:00",
    ],
  ])("%s", (_, changes, given, end) => {
    expect(time(policyEnd(link(changes), here(given)).at)).toBe(end);
  });

  it("can be put off to the lifetime of the VM, to what an operator gave, to its own in Azure, to the end of its rule", () => {
    const last = (changes: Partial<TrackedLink>, given: Partial<Given> = ruled({ maxLifetime: "PT10H" })) =>
      time(lastMoment(link(changes), here(given)));
    expect([
      last({}),
      last(used(hours(3))),
      last({ given: until("20:00:00") }),
      last({ given: until("12:00:00") }),
      last({ nativeExpiry: today("12:00:00") }),
      last({ nativeExpiry: today("23:00:00") }),
      last({}, ruled({ validUntil: "2026-11-21T11:00Z" }, [never])),
    ]).toStrictEqual(["18:00:00", "15:00:00", "20:00:00", "18:00:00", "12:00:00", "18:00:00", "11:00:00"]);
  });

  it("lapses where whoever gave it is its creator, or may be", () => {
    const attribution = { kind: "ambiguous", candidates: [jane] } as const;
    expect(
      [
        link(),
        link({ extension: until("12:00:00") }),
        link({ extension: until("12:00:00", own) }),
        link({ extension: until("12:00:00", own), attribution }),
      ].map(isLapsed),
    ).toStrictEqual([false, false, true, true]);
  });
});

describe("A notice", () => {
  const due = { deadline: today("16:00:00"), judgedDeadline: today("16:00:00") };
  const given = (
    now: string,
    changes: Partial<TrackedLink> = {},
    more: Partial<Given> = ruled({ ttl: "PT8H" }),
  ) => warned(link({ ...due, ...changes }), here({ now: today(now), configuration: 3, ...more }));

  it("is due as long before the end as the rule says that holds until then", () => {
    expect(time(warningAt(link(due), here(ruled({ ttl: "PT8H", warnBefore: "PT30M" }))))).toBe("15:30:00");
    const ending = ruled({ ttl: "PT8H", warnBefore: "PT30M", validUntil: "2026-11-21T15:00Z" }, [
      { name: "next", warnBefore: "PT2H" },
    ]);
    expect(time(warningAt(link(due), here(ending)))).toBe("14:00:00");
  });

  it("in time leaves the end as it is, and is not spent", () => {
    expect(given("15:00:00")).toStrictEqual({
      ...link(due),
      status: "warned",
      notice: { at: today("15:00:00"), end: due.deadline, enforced: true },
    });
  });

  it("that comes late moves the end, once under a configuration, where it is enforced", () => {
    expect(given("15:30:00")).toMatchObject({ deadline: today("17:30:00"), noticeSpentUnder: 3 });
    expect(given("15:30:00", { noticeSpentUnder: 3 }).deadline).toBe(due.deadline);
    expect(given("15:30:00", { noticeSpentUnder: 2 }).deadline).toBe(today("17:30:00"));
    expect(given("15:30:00", { enforced: false })).toMatchObject({
      ...{ deadline: today("17:30:00"), noticeSpentUnder: undefined },
      notice: { end: today("17:30:00"), enforced: false },
    });
    expect(given("15:30:00", { judgedDeadline: today("18:00:00") }).noticeSpentUnder).toBeUndefined();
  });

  it("does not move it past the end of the rule that allows the link", () => {
    const ending = ruled({ ttl: "P2D", warnBefore: "PT2H", validUntil: "2026-11-21T16:00Z" }, [never]);
    expect(given("15:30:00", {}, ending).deadline).toBe(due.deadline);
    expect(given("15:30:00", { deadline: today("15:50:00") }, ending).deadline).toBe(today("17:30:00"));
  });

  it("says that the creator decides where he does, and the link is forbidden", () => {
    expect(given("15:00:00", { ...nobody, allowed: false }, byCreator).notice).toMatchObject({
      byCreator: true,
    });
    expect(given("15:00:00", nobody, byCreator).notice).not.toHaveProperty("byCreator");
    expect(given("15:00:00", { ...nobody, allowed: false }).notice).not.toHaveProperty("byCreator");
  });
});

describe("A VM that an operator gives more than its lifetime", () => {
  it("lets the link stay until then, and not less long than it could", () => {
    const spent = link({
      ...used(days(10)),
      allowed: false,
      deadline: today("10:00:00"),
      judgedDeadline: today("10:00:00"),
    });
    const stays = withLifetimeGiven(spent, until("15:00:00"), here());
    expect(stays).toMatchObject({ given: until("15:00:00"), allowed: true, deadline: today("15:00:00") });
    const longer = link({ deadline: today("16:00:00"), judgedDeadline: today("16:00:00") });
    expect(withLifetimeGiven(longer, until("12:00:00"), here()).deadline).toBe(today("16:00:00"));
  });
});

describe("A link that ends sooner than before", () => {
  it("is looked at then, or in a second where that is over", () => {
    const before = [link(), link({ linkId: anId("b") }), link({ linkId: anId("c") })];
    const [one, two] = [
      link({ deadline: today("12:00:00") }),
      link({ linkId: anId("b"), deadline: today("09:00:00") }),
    ];
    const [same, fresh] = [before[2] ?? one, link({ linkId: anId("d"), deadline: today("10:00:00") })];
    expect(soonerLooks([one, two, same, fresh], here({ links: before }))).toStrictEqual({
      ...noStep,
      looks: [today("12:00:00"), today("09:30:01")],
    });
  });
});

describe("A list shows", () => {
  const now = today("09:30:00");
  const tracked = (given: Partial<Given>) => track(here({ now, ...given }));

  it("a VM that was moved, with a fact; however it is spelled, it is the same", () => {
    const elsewhere = vmId("vm-elsewhere");
    const step = tracked({ links: [link()], listed: [{ ...listedOf(link()), vmId: elsewhere }] });
    expect(step.links).toMatchObject([{ vmId: elsewhere }]);
    expect(step.facts).toMatchObject([
      {
        at: now,
        kind: "vm-moved",
        actor: undefined,
        links: [{ linkId: anId("a") }],
        data: { from: link().vmId },
      },
    ]);
    const upper = tracked({
      links: [link()],
      listed: [{ ...listedOf(link()), vmId: link().vmId.toUpperCase() }],
    });
    expect([upper.links[0]?.vmId, upper.facts]).toStrictEqual([link().vmId, []]);
  });

  it("Azure's date and end of a link, at every look", () => {
    const listed = { ...listedOf(link(), "2026-11-21T08:00:01Z"), nativeExpiry: today("12:00:00") };
    expect(tracked({ links: [link()], listed: [listed] }).links).toMatchObject([
      { createdAt: today("08:00:01"), createdAtSource: "azure", nativeExpiry: today("12:00:00") },
    ]);
    expect(tracked({ links: [link()], listed: [listedOf(link(), "soon")] }).links).toMatchObject([
      { createdAt: made.firstSeenAt, createdAtSource: "first-seen", nativeExpiry: undefined },
    ]);
  });

  it("a link that begins, with what is known of it, in one fact for all alike", () => {
    const [one, two] = [listedOf(aLink("n"), "2026-11-21T09:29:50Z"), listedOf(aLink("m"), "soon")];
    const past: PastLink = {
      ...{ linkId: one.linkId, life: 4, vmKey: "vm", openedAt: now, closedAt: now, madeAfter: now, told: [] },
      ...{ closedBy: "deleted-by-other", creates: [] },
    };
    const step = tracked({ listed: [one, two, { ...one, linkId: anId("o") }], host: { past: [past] } });
    expect(step.links[0]).toStrictEqual({
      ...aLink("n"),
      ...{
        life: 5,
        createdAt: today("09:29:50"),
        firstSeenAt: now,
        absentAt: today("07:55:00"),
        wholeAt: now,
      },
      ...{ deadline: today("17:29:50"), judgedDeadline: today("17:29:50"), countedUntil: today("17:29:50") },
      ...{ announced: false, attribution: nobody.attribution, usedBefore: undefined },
      basis: { configuration: 0, creatorKnown: false, tagsKnown: false },
    });
    expect(step.links.map(({ life }) => life)).toStrictEqual([5, 1, 1]);
    expect(step.facts).toMatchObject([
      {
        ...{
          at: now,
          kind: "link-seen",
          actor: undefined,
          links: [{ linkId: anId("n") }, { linkId: anId("o") }],
        },
        data: { createdAtSource: "azure", preexisting: false },
      },
      { links: [{ linkId: anId("m") }], data: { createdAtSource: "first-seen", preexisting: false } },
    ]);
    expect(step.facts[0]?.data).not.toHaveProperty("withoutUrl");
  });

  it("a link that was absent before, unless the feature was off", () => {
    const listed = [listedOf(aLink("n"))];
    const absent = (host: Given["host"]) => tracked({ listed, ...(host && { host }) }).links[0]?.absentAt;
    expect(absent({ featureOn: true })).toBe(today("07:55:00"));
    expect(absent({ featureOn: false })).toBeUndefined();
    expect(absent({ checkedAt: undefined })).toBeUndefined();
  });

  it("a life that was closed, and goes on", () => {
    const closed = new Map([[anId("a"), aClosedLink(link({ life: 2 }))]]);
    const step = track({ ...here({ now, listed: [listedOf(link())] }), closed });
    expect(step.links).toMatchObject([{ life: 3, announced: false, comeback: { goesOnSince: now } }]);
  });

  it.each`
    watchedSince  | started       | created                   | event         | older
    ${undefined}  | ${"09:30:00"} | ${"2026-11-20T00:00:00Z"} | ${undefined}  | ${false}
    ${"09:00:00"} | ${"09:30:00"} | ${"2026-11-21T08:59:59Z"} | ${undefined}  | ${true}
    ${"09:00:00"} | ${"09:30:00"} | ${"2026-11-21T09:00:00Z"} | ${undefined}  | ${false}
    ${"09:00:00"} | ${"09:30:00"} | ${"2026-11-21T08:59:59Z"} | ${"09:00:05"} | ${false}
    ${"09:00:00"} | ${"09:30:00"} | ${"2026-11-21T08:59:59Z"} | ${"08:00:05"} | ${true}
    ${"09:30:00"} | ${"09:30:00"} | ${"soon"}                 | ${undefined}  | ${true}
    ${"09:29:59"} | ${"09:30:00"} | ${"soon"}                 | ${undefined}  | ${false}
  `(
    "a link of $created as older than a watchdog that listed first at $watchedSince, an event at $event: $older",
    (row: { watchedSince?: string; created: string; event?: string; older: boolean }) => {
      const signals = row.event === undefined ? [] : [aSignal("e", { occurredAt: today(row.event) })];
      const { links } = tracked({
        listed: [listedOf(aLink("n"), row.created)],
        watched: { signals },
        host: { checkedAt: undefined },
        ...(row.watchedSince !== undefined && { watchedSince: today(row.watchedSince) }),
      });
      expect(links[0]?.preexisting).toBe(row.older);
    },
  );

  it("nothing where nobody looked: all stays as it was", () => {
    const newHoles = [{ linkId: anId("h"), since: now }];
    const step = tracked({ links: [link()], observation: { kind: "not-looked" }, host: { newHoles } });
    expect(step).toStrictEqual({
      ...{ ...noStep, links: [link()], seen: new Set(), vanished: [], renamed: [], newHoles },
    });
  });
});
