import { describe, expect, it } from "vitest";
import { vmKeyOf } from "../../../../../src/core/domain/arm-id.ts";
import {
  closedAsked,
  comebackOf,
  countLives,
  givenBefore,
  goesOn,
  livesAsked,
  movedVms,
  usedBefore,
  withLifetime,
} from "../../../../../src/core/domain/decide/links/lifetime.ts";
import type { Situation } from "../../../../../src/core/domain/decide/situation.ts";
import type { ClosedBy, PastLink } from "../../../../../src/core/domain/links/link.ts";
import type { Life } from "../../../../../src/core/domain/links/lives.ts";
import { days, hours } from "../../../../../src/core/domain/time.ts";
import { at } from "../../../../memory/clock.ts";
import { aBastion, aClosedLink, aLink, anId, anIntent, vmId } from "../../../../memory/samples.ts";
import { listedOf, situation, type Given } from "../situations.ts";

const now = at("2026-11-21T12:00:00Z");
const made = at("2026-11-21T11:59:50Z");
const [hub, vmKey] = [aBastion("bas-hub").id, vmKeyOf(vmId("vm-1"))];
const link = aLink("new", { vmId: vmId("VM-1"), createdAt: made, firstSeenAt: now, usedBefore: undefined });
const life = (id: string, from: string, until: string, changes: Partial<Life> = {}): Life => ({
  ...{ vmKey, linkId: anId(id), life: 1, bastionId: hub, from: at(from), until: at(until), ended: true },
  ...{ revoked: undefined, given: undefined },
  ...changes,
});
const own = life("new", "2026-11-21T11:59:50Z", "2026-11-21T20:00:00Z", { ended: false });
const with_ = (lives: readonly Life[], given: Partial<Given> = {}): Situation => ({
  ...situation({ now, links: [link], ...given }),
  lives: new Map([[vmKey, lives]]),
});
const givenTime = (until: string) => ({ until: at(until), by: "olga", objectId: "o", why: "patching" });

describe("The time that a VM was open before a link was made", () => {
  it("is that of all its other lives within thirty days, none counted twice", () => {
    const lives = [
      own,
      life("a", "2026-11-20T00:00:00Z", "2026-11-20T02:00:00Z"),
      life("b", "2026-11-20T01:00:00Z", "2026-11-20T04:00:00Z"),
      life("c", "2026-10-22T10:59:50Z", "2026-10-22T12:59:50Z"),
      life("d", "2026-11-21T11:00:00Z", "2026-11-21T19:00:00Z"),
      life("new", "2026-11-19T00:00:00Z", "2026-11-19T01:00:00Z", { life: 2 }),
    ];
    expect(usedBefore(link, with_(lives))).toStrictEqual({
      window: days(30),
      length: hours(4) + hours(1) + hours(1) - 10_000 + hours(1),
    });
  });

  it("counts within a longer lifetime where the rule gives one, and is not known without the rows", () => {
    const policy = { rules: [{ name: "long", ttl: "P40D" }] };
    const old = life("c", "2026-10-15T00:00:00Z", "2026-10-15T02:00:00Z");
    expect(usedBefore(link, with_([old], { policy }))).toStrictEqual({ window: days(40), length: hours(2) });
    expect(usedBefore(link, with_([old]))).toStrictEqual({ window: days(30), length: 0 });
    expect(usedBefore(link, situation({ now }))).toBeUndefined();
    expect(usedBefore({ ...link, vmId: vmId("vm-2") }, with_([old]))).toBeUndefined();
  });

  it("is counted anew only where it counts within another window than before", () => {
    const lives = with_([life("a", "2026-11-20T00:00:00Z", "2026-11-20T02:00:00Z")]);
    const counted = { ...link, usedBefore: { window: days(30), length: hours(7) } };
    expect(withLifetime(counted, lives)).toBe(counted);
    expect(withLifetime(link, situation({ now }))).toBe(link);
    const other = { ...link, usedBefore: { window: days(40), length: hours(7) } };
    expect(withLifetime(other, lives).usedBefore).toStrictEqual({ window: days(30), length: hours(2) });
    expect(withLifetime(link, lives).usedBefore).toStrictEqual({ window: days(30), length: hours(2) });
  });
});

describe("The time that an operator gave a VM", () => {
  it("holds for a link that is made before its end; of several the longest, and none of its own", () => {
    const [short, long] = [givenTime("2026-11-21T12:00:00Z"), givenTime("2026-11-21T14:00:00Z")];
    const row = (id: string, given?: Life["given"]) =>
      life(id, "2026-11-20T00:00:00Z", "2026-11-20T02:00:00Z", { given });
    expect(givenBefore(link, with_([row("a", short), row("b", long), row("c")]))).toStrictEqual(long);
    expect(givenBefore(link, with_([row("b", long), row("a", short)]))).toStrictEqual(long);
    expect(givenBefore(link, with_([row("a", givenTime("2026-11-21T11:59:50Z"))]))).toBeUndefined();
    expect(givenBefore(link, with_([{ ...own, given: long }]))).toBeUndefined();
    expect(givenBefore(link, situation({ now }))).toBeUndefined();
  });
});

describe("A link comes after", () => {
  const revoked = (forbidden: boolean, until = "2026-11-21T11:00:00Z") =>
    life("a", "2026-11-21T10:00:00Z", until, {
      revoked: { askedAt: at("2026-11-21T10:30:00Z"), forbidden },
    });

  it.each<[string, readonly Life[], object | undefined]>([
    ["none", [own], undefined],
    ["one within thirty days", [life("a", "2026-10-20T00:00:00Z", "2026-10-22T11:59:51Z")], { times: 2 }],
    ["none that ended before", [life("a", "2026-10-20T00:00:00Z", "2026-10-22T11:59:50Z")], undefined],
    ["none that is younger", [life("a", "2026-11-21T11:59:50Z", "2026-11-21T13:00:00Z")], undefined],
    [
      "each of several, however many lives it had",
      [
        life("a", "2026-11-19T00:00:00Z", "2026-11-19T01:00:00Z"),
        life("a", "2026-11-20T00:00:00Z", "2026-11-20T01:00:00Z", { life: 2 }),
        life("b", "2026-11-20T00:00:00Z", "2026-11-20T01:00:00Z"),
        life("new", "2026-11-20T00:00:00Z", "2026-11-20T01:00:00Z", { life: 7 }),
      ],
      { times: 3 },
    ],
    ["one that was taken down within the hour", [revoked(false)], { times: 2, afterRevocation: true }],
    ["one that was taken down before", [revoked(false, "2026-11-21T10:59:49Z")], { times: 2 }],
    [
      "a forbidden one that was taken down within the day",
      [revoked(true, "2026-11-21T10:59:49Z")],
      { times: 2, afterRevocation: true },
    ],
  ])("%s", (_, lives, expected) => {
    expect(comebackOf(link, with_(lives), false)).toStrictEqual(
      expected && { afterRevocation: false, goesOnSince: undefined, ...expected },
    );
  });

  it.each`
    what                                         | vm        | askedAt                   | intent   | complete | after
    ${"one that is going in the very same list"} | ${"vm-1"} | ${"2026-11-21T11:59:50Z"} | ${true}  | ${true}  | ${true}
    ${"none that was asked to go only later"}    | ${"vm-1"} | ${"2026-11-21T11:59:51Z"} | ${true}  | ${true}  | ${false}
    ${"none of another VM"}                      | ${"vm-2"} | ${"2026-11-21T11:59:50Z"} | ${true}  | ${true}  | ${false}
    ${"none that nobody asked to go"}            | ${"vm-1"} | ${"2026-11-21T11:59:50Z"} | ${false} | ${true}  | ${false}
    ${"none that a page may hold which is lost"} | ${"vm-1"} | ${"2026-11-21T11:59:50Z"} | ${true}  | ${false} | ${false}
  `("$what", (row: { vm: string; askedAt: string; intent: boolean; complete: boolean; after: boolean }) => {
    const intent = row.intent ? anIntent({ askedAt: at(row.askedAt) }) : undefined;
    const going = aLink("going", { vmId: vmId(row.vm), intent });
    const given = { links: [going], listed: [listedOf(link)], complete: row.complete };
    expect(comebackOf(link, with_([], given), false)).toStrictEqual(
      row.after ? { times: 1, afterRevocation: true, goesOnSince: undefined } : undefined,
    );
    const observation = { kind: "not-looked" } as const;
    expect(comebackOf(link, with_([], { links: [going], observation }), false)).toBeUndefined();
  });
});

describe("A closed link that is listed again", () => {
  const closed = aClosedLink(
    aLink("old", {
      ...{ life: 3, status: "revoking", intent: anIntent(), missingSince: now, wouldRevokeToldAt: now },
      ...{ notice: { at: now, end: now, enforced: true }, createdAtSource: "first-seen" },
    }),
  );

  it("goes on with its end, its life one later, without what was said of it", () => {
    const listed = { ...listedOf(link, "2026-11-20T08:00:00Z"), nativeExpiry: made };
    expect(goesOn(closed, listed, situation({ now, configuration: 7 }))).toStrictEqual({
      ...closed.link,
      ...{ life: 4, vmId: vmId("VM-1"), nativeExpiry: made, createdAt: at("2026-11-20T08:00:00Z") },
      ...{ createdAtSource: "azure", status: "open", announced: false, notice: undefined },
      ...{ noticeSpentUnder: 7, intent: undefined, missingSince: undefined, wouldRevokeToldAt: undefined },
      comeback: { times: 1, afterRevocation: false, goesOnSince: now },
    });
  });

  it("keeps its date where Azure has none", () => {
    const { createdAt, createdAtSource } = goesOn(closed, listedOf(link, "soon"), situation({ now }));
    expect([createdAt, createdAtSource]).toStrictEqual([closed.link.createdAt, "first-seen"]);
  });

  it("comes after what was open until now", () => {
    const other = life("a", "2026-11-21T11:59:55Z", "2026-11-21T20:00:00Z");
    expect(goesOn(closed, listedOf(link), with_([other])).comeback).toStrictEqual({
      ...{ times: 2, afterRevocation: false, goesOnSince: now },
    });
  });
});

describe("What is read before a decision", () => {
  const hole = { ...listedOf(aLink("hole")), vmId: vmId("vm-hole") };
  const listing = { links: [listedOf(link)], holes: [hole], complete: true, problems: [] };
  const seen: Partial<Given> = {
    observation: { kind: "listed", listing, startedAt: now, featureOn: undefined },
    links: [],
  };
  const past = (id: string, lifeNumber: number): PastLink => ({
    ...{ linkId: anId(id), life: lifeNumber, vmKey, openedAt: made, closedAt: now, madeAfter: made },
    ...{ closedBy: "deleted-by-other", creates: [], told: [] },
  });

  it("are the rows of VMs with links that begin, or whose time counts within another window now", () => {
    expect(livesAsked(situation({ now, ...seen }))).toStrictEqual([vmKey, vmKeyOf(vmId("vm-hole"))]);
    const counted = { ...link, usedBefore: { window: days(30), length: 0 } };
    expect(livesAsked(situation({ now, links: [counted] }))).toStrictEqual([]);
    expect(livesAsked(situation({ now, links: [link, { ...link, linkId: anId("b") }] }))).toStrictEqual([
      vmKey,
    ]);
    expect(livesAsked(situation({ now, links: [link], observation: { kind: "not-looked" } }))).toStrictEqual([
      vmKey,
    ]);
  });

  it("are the lives that are closed and whose id is listed again", () => {
    const host = { past: [past("other", 9), past("new", 4)] };
    expect(closedAsked(situation({ now, ...seen, host }))).toStrictEqual([[anId("new"), 4]]);
    expect(closedAsked(situation({ now, links: [link], host }))).toStrictEqual([]);
    expect(closedAsked(situation({ now, observation: { kind: "not-looked" }, host }))).toStrictEqual([]);
  });

  it("are the VMs that have another id now", () => {
    const listed = [{ ...listedOf(link), vmId: vmId("vm-9") }];
    expect([...movedVms(situation({ now, links: [link], listed }))]).toStrictEqual([
      [vmKey, vmKeyOf(vmId("vm-9"))],
    ]);
    const upper = [{ ...listedOf(link), vmId: vmId("vm-1").toUpperCase() }];
    expect([...movedVms(situation({ now, links: [link], listed: upper }))]).toStrictEqual([]);
    expect([...movedVms(situation({ now, links: [link], listed: [] }))]).toStrictEqual([]);
    expect([...movedVms(situation({ now, observation: { kind: "not-looked" } }))]).toStrictEqual([]);
  });
});

describe("The rows of lives that a decision changes", () => {
  const open = { ...link, deadline: at("2026-11-21T20:00:00Z"), countedUntil: at("2026-11-21T20:00:00Z") };
  const nothing = { close: [], renamed: [], seen: new Set([open.linkId]) };
  const count = (
    links: readonly (typeof open)[],
    more: object = {},
    before: readonly (typeof open)[] = [open],
  ) => {
    const {
      opening,
      following,
      links: counted,
    } = countLives(links, { ...nothing, ...more }, situation({ now, links: before }));
    return { opening, following, until: counted.map(({ countedUntil }) => countedUntil) };
  };

  it("are none where nothing changed, and before the commit those of links that begin", () => {
    expect(count([open])).toStrictEqual({ opening: [], following: [], until: [open.deadline] });
    expect(count([open], {}, [])).toStrictEqual({ opening: [own], following: [], until: [open.deadline] });
  });

  it("are, after it, those that count until another moment", () => {
    const sooner = { ...open, deadline: at("2026-11-21T13:00:00Z") };
    expect(count([sooner])).toStrictEqual({
      opening: [],
      following: [{ ...own, until: sooner.deadline }],
      until: [sooner.deadline],
    });
    const over = { ...open, deadline: made, countedUntil: made };
    expect(count([over], {}, [over]).until).toStrictEqual([at("2026-11-21T13:00:00Z")]);
    expect(count([over], { seen: new Set() }, [over])).toStrictEqual({
      opening: [],
      following: [],
      until: [made],
    });
  });

  it("are those of links that have another id", () => {
    expect(count([], { renamed: [open] }).following).toStrictEqual([{ ...own, until: now, ended: true }]);
  });

  it.each<[ClosedBy, boolean]>([
    ["revoked-by-watchdog", true],
    ["perhaps-by-watchdog", true],
    ["deleted-by-other", false],
    ["switched-off", false],
    ["gone-with-bastion", false],
  ])("are those that were closed, and were taken down if %s: %s", (closedBy, isRevoked) => {
    const intent = anIntent({ askedAt: made });
    const row = { ...own, until: aClosedLink(open).closedAt, ended: true };
    const closed = (allowed: boolean) => ({ ...aClosedLink({ ...open, intent, allowed }), closedBy });
    for (const allowed of [true, false])
      expect(count([], { close: [closed(allowed)] }).following).toStrictEqual([
        { ...row, revoked: isRevoked ? { askedAt: made, forbidden: !allowed } : undefined },
      ]);
    expect(count([], { close: [{ ...aClosedLink(open), closedBy }] }).following).toStrictEqual([row]);
  });
});
