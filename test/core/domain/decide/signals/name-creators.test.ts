import { describe, expect, it } from "vitest";
import {
  deedsOf,
  ownerOf,
  type Attribution,
} from "../../../../../src/core/domain/attribution/attribution.ts";
import type { Caller, Signal } from "../../../../../src/core/domain/attribution/signal.ts";
import { mayHaveMade, nameCreators } from "../../../../../src/core/domain/decide/signals/name-creators.ts";
import type { PastLink, TrackedLink } from "../../../../../src/core/domain/links/link.ts";
import { vmKeyOf } from "../../../../../src/core/domain/arm-id.ts";
import { at } from "../../../../memory/clock.ts";
import { aLink, anId, aSignal, vmId } from "../../../../memory/samples.ts";
import { situation, type Given } from "../situations.ts";

const today = (time: string) => at(`2026-11-21T${time}Z`);
const person = (name: string): Caller => ({
  ...{ kind: "user", objectId: `id-${name}`, appId: undefined, userPrincipalName: name, name: undefined },
  ...{ ipAddress: undefined, signInMethods: "unknown", role: undefined, roleScope: undefined },
});
const nobody: Attribution = { kind: "unknown", searched: "creation" };
const create = (eventId: string, name: string, time: string, changes: Partial<Signal> = {}): Signal =>
  aSignal(eventId, {
    ...{ caller: person(name), occurredAt: today(time), receivedAt: today(time) },
    ...changes,
  });
const knownAs = (eventId: string, name: string, time: string) =>
  ({
    kind: "known",
    caller: person(name),
    eventId,
    reportedAt: today(time),
    correlationId: undefined,
  }) as const;
const made = (id: string, time: string, attribution: Attribution = nobody): TrackedLink =>
  aLink(id, { createdAt: today(time), firstSeenAt: today("09:01:30"), attribution });
const closed = (id: string, time: string, changes: Partial<PastLink> = {}): PastLink => ({
  ...{ linkId: anId(id), life: 1, vmKey: vmKeyOf(vmId("vm")), closedBy: "deleted-by-other" },
  ...{ openedAt: today(time), closedAt: today("09:01:30"), madeAfter: today(time), creates: [], told: [] },
  ...changes,
});

const named = (
  links: readonly TrackedLink[],
  signals: readonly Signal[],
  {
    vanished = [],
    past = [],
    ...given
  }: Partial<Given> & {
    readonly vanished?: readonly TrackedLink[];
    readonly past?: readonly PastLink[];
  } = {},
) =>
  nameCreators(
    { links, vanished },
    situation({
      now: today("09:01:40"),
      links: [...links, ...vanished],
      watched: { signals },
      ...given,
      host: { past, ...given.host },
    }),
  );
const words = ({ attribution }: TrackedLink): string =>
  [ownerOf(attribution), ...deedsOf(attribution).map(({ eventId }) => eventId)].join(" ");

describe("The creators of links are", () => {
  it.each<[string, readonly TrackedLink[], readonly Signal[], readonly string[]]>([
    ["unknown where nobody created", [made("a", "09:00:00")], [], ["unknown"]],
    ["the one who created", [made("a", "09:00:00")], [create("1", "ann", "09:00:10")], ["ann 1"]],
    [
      "unknown where he created later",
      [made("a", "09:00:00")],
      [create("1", "ann", "09:01:34")],
      ["unknown"],
    ],
    [
      "both who may have",
      [made("a", "09:00:00")],
      [create("2", "bob", "09:00:10"), create("1", "ann", "09:00:05")],
      ["one of ann, bob 1 2"],
    ],
    [
      "one, who made two at once",
      [made("a", "09:00:00"), made("b", "09:00:02")],
      [create("1", "ann", "09:00:10")],
      ["ann 1", "ann 1"],
    ],
    [
      "one, who made each at a time of its own",
      [made("a", "09:00:00"), made("b", "09:00:25")],
      [create("2", "ann", "09:00:30"), create("1", "ann", "09:00:05")],
      ["ann 1", "ann 2"],
    ],
    [
      "one, by an operation each",
      [made("a", "09:00:00"), made("b", "09:00:01")],
      [create("1", "ann", "09:00:05"), create("2", "ann", "09:00:08")],
      ["ann 1", "ann 2"],
    ],
    [
      "two, each by the one operation that fits",
      [made("a", "09:00:00"), made("b", "09:00:30")],
      [create("1", "ann", "09:00:05"), create("2", "bob", "09:00:35")],
      ["ann 1", "bob 2"],
    ],
    [
      "perhaps one whose operation lasted long, or others",
      [made("a", "09:00:00")],
      [create("1", "ann", "09:01:00")],
      ["one of ann or someone else 1"],
    ],
    [
      "not one whose operation made another in the usual time",
      [made("a", "09:00:00"), made("b", "09:00:55")],
      [create("1", "ann", "09:01:00")],
      ["unknown", "ann 1"],
    ],
    [
      "perhaps one of two, where one link is left for both and an older one is there",
      [made("a", "09:00:00"), made("b", "09:00:55")],
      [create("1", "ann", "09:01:00"), create("2", "bob", "09:01:01")],
      ["one of ann, bob or someone else 1 2", "one of ann, bob 1 2"],
    ],
    [
      "as they were known, and whoever turns out to fit as well",
      [made("a", "09:00:00", knownAs("0", "cid", "09:00:02"))],
      [create("1", "ann", "09:00:05")],
      ["one of cid, ann 0 1"],
    ],
    [
      "of an operation that was told, the link that it was told with",
      [made("a", "09:00:00"), made("b", "09:00:01", knownAs("0", "ann", "09:00:02"))],
      [create("1", "ann", "09:00:05")],
      ["ann 1", "ann 0"],
    ],
    [
      "of an operation that was told, another link, where that is the only one it can have",
      [made("a", "09:00:05", knownAs("0", "ann", "09:00:05")), made("b", "08:59:50")],
      [create("1", "ann", "09:00:20")],
      ["ann 1", "ann 0"],
    ],
  ])("%s", (_, links, signals, creators) => {
    expect(named(links, signals).links.map(words)).toStrictEqual(creators);
  });

  it("the very same objects where nothing is news", () => {
    const [one, two] = [made("a", "09:00:00", knownAs("1", "ann", "09:00:05")), made("b", "08:00:00")];
    const again = named([one, two], [create("1", "ann", "09:00:05")]);
    expect(again.links[0]).toBe(one);
    expect(again.links[1]).toBe(two);
    const first = named(
      [made("a", "09:00:00")],
      [create("1", "ann", "09:00:05"), create("2", "bob", "09:00:06")],
    );
    const [both] = first.links as [TrackedLink];
    const second = named([both], [create("2", "bob", "09:00:06"), create("1", "ann", "09:00:05")]);
    expect(second.links[0]).toBe(both);
    const told = named([both], [], { host: { toldCreates: ["1"] } });
    expect(told.links[0]).toBe(both);
    const [own, same, more] = [
      made("a", "09:00:00", knownAs("0", "ann", "09:00:04")),
      made("b", "09:00:01", knownAs("1", "ann", "09:00:05")),
      made("c", "09:00:02", knownAs("1", "ann", "09:00:05")),
    ];
    expect(named([own, same, more], []).links[2]).toBe(more);
    const third = named([both], [create("3", "bob", "09:00:07")]);
    expect(third.links.map(words)).toStrictEqual(["one of ann, bob 1 2 3"]);
  });

  it("known of links that vanished as well, and each link as it was is at hand", () => {
    const [here, gone] = [made("a", "09:00:30"), made("b", "09:00:00")];
    const found = named([here], [create("1", "ann", "09:00:05")], { vanished: [gone] });
    expect(found.vanished.map(words)).toStrictEqual(["ann 1"]);
    expect([...found.before]).toStrictEqual([
      [here.linkId, here],
      [gone.linkId, gone],
    ]);
  });

  it("not looked for in what lasted long, where only part of the links is at hand", () => {
    const given = situation({
      now: today("09:01:40"),
      watched: { signals: [create("1", "ann", "09:01:00")] },
    });
    const links = [made("a", "09:00:00")];
    const part = nameCreators({ links, vanished: [] }, { ...given, isPart: true });
    expect(part.links.map(words)).toStrictEqual(["unknown"]);
  });

  it("perhaps somebody of whom only a closed link's row knows", () => {
    const past = [
      closed("p", "08:59:59", {
        creates: [{ eventId: "0", beganAt: undefined, reportedAt: today("09:00:04"), who: "id-cid" }],
      }),
    ];
    expect(named([made("a", "09:00:00")], [], { past }).links.map(words)).toStrictEqual(["unknown"]);
    expect(
      named([made("a", "09:00:00")], [create("1", "ann", "09:00:05")], { past }).links.map(words),
    ).toStrictEqual(["one of ann or someone else 1"]);
  });
});

describe("A create", () => {
  const ids = (signals: readonly Signal[]) => signals.map(({ eventId }) => eventId);

  it("is explained by a link that it made", () => {
    const found = named([made("a", "09:00:00")], [create("2", "bob", "09:00:05")]);
    expect(ids(found.explained)).toStrictEqual(["2"]);
    expect(found.leftOver).toStrictEqual([]);
  });

  it.each`
    now           | waiting  | unsettled
    ${"09:01:01"} | ${["1"]} | ${[anId("a")]}
    ${"09:02:59"} | ${["1"]} | ${[anId("a")]}
    ${"09:03:00"} | ${[]}    | ${[]}
  `(
    "that fits only if it lasted long waits for a link of its own at $now: $waiting",
    (row: { now: string; waiting: unknown; unsettled: unknown }) => {
      const signals = [create("1", "ann", "09:01:00")];
      const found = named([made("a", "09:00:00"), made("b", "08:00:00")], signals, { now: today(row.now) });
      expect([ids(found.waiting), [...found.unsettled]]).toStrictEqual([row.waiting, row.unsettled]);
    },
  );

  it("leaves nothing unsettled once only rows know it, it was told as gone, or there is none", () => {
    const long = [create("1", "ann", "09:01:00")];
    const { links } = named([made("a", "09:00:00")], long);
    expect(links.map(words)).toStrictEqual(["one of ann or someone else 1"]);
    expect([...named(links, []).unsettled]).toStrictEqual([]);
    expect([...named(links, long, { host: { toldCreates: ["1"] } }).unsettled]).toStrictEqual([]);
    expect([...named([made("a", "09:00:00")], []).unsettled]).toStrictEqual([]);
  });

  it("that a closed link explains names no open one that has the same id", () => {
    const past = [closed("a", "08:30:00", { closedAt: today("08:40:00") })];
    const found = named([made("a", "09:00:00")], [create("1", "ann", "08:30:05")], { past });
    expect(found.links.map(words)).toStrictEqual(["unknown"]);
  });

  it("without any link waits, is left over, and may be whoever has its link", () => {
    const [one, two] = [create("1", "ann", "09:01:00"), create("2", "bob", "09:01:01")];
    const alone = named([], [one]);
    expect(ids(alone.waiting)).toStrictEqual(["1"]);
    expect(alone.leftOver.map(({ signal, creator }) => [signal, ownerOf(creator)])).toStrictEqual([
      [one, "ann"],
    ]);
    const both = named([made("a", "09:00:59")], [one, two]);
    expect(both.leftOver.map(({ signal, creator }) => [signal, ownerOf(creator)])).toStrictEqual([
      [two, "one of ann, bob"],
    ]);
    expect(ids(both.explained)).toStrictEqual(["1"]);
    expect(ids(both.waiting)).toStrictEqual(["1", "2"]);
    const reversed = named([made("a", "09:00:59")], [two, one]);
    expect(ids(reversed.leftOver.map(({ signal }) => signal))).toStrictEqual(["2"]);
    expect(ids(named([made("a", "09:00:59")], [one]).waiting)).toStrictEqual([]);
    const again = named([made("a", "09:00:59")], [one, create("2", "ann", "09:01:01")]);
    expect(again.leftOver.map(({ creator }) => ownerOf(creator))).toStrictEqual(["ann"]);
    const past = [
      closed("p", "09:00:59", {
        creates: [{ eventId: "0", beganAt: undefined, reportedAt: today("09:01:00"), who: "id-cid" }],
      }),
    ];
    const third = named([], [one], { past });
    expect(third.leftOver.map(({ creator }) => ownerOf(creator))).toStrictEqual([
      "one of ann or someone else",
    ]);
  });

  it("that was told as gone comes last, is neither left over nor waiting, and names the link that comes late", () => {
    const [told, other] = [create("1", "ann", "09:00:05"), create("2", "bob", "09:00:06")];
    const host = { toldCreates: ["1"] };
    const none = named([], [told], { host });
    expect([none.leftOver, none.waiting, none.explained]).toStrictEqual([[], [], []]);
    const one = named([made("a", "09:00:00")], [told, other], { host });
    expect(one.links.map(words)).toStrictEqual(["one of ann, bob 1 2"]);
    expect([ids(one.explained), one.leftOver]).toStrictEqual([["2"], []]);
  });

  it("that comes after its link was closed is told as that link's, with whom people were told of", () => {
    const signal = create("1", "ann", "09:00:05");
    const cids = { eventId: "0", beganAt: undefined, reportedAt: today("09:00:04"), who: "id-cid" };
    const past = [
      closed("p", "09:00:00", { creates: [cids], told: ["cid"] }),
      closed("q", "09:00:01"),
      closed("r", "08:00:00"),
    ];
    const found = named([made("a", "08:30:00")], [signal], { past });
    expect(found.late).toStrictEqual([{ signal, told: ["cid"] }]);
    expect(ids(found.explained)).toStrictEqual(["1"]);
    expect(found.past).toStrictEqual([
      past[0],
      {
        ...past[1],
        creates: [{ eventId: "1", beganAt: undefined, reportedAt: today("09:00:05"), who: "id-ann" }],
        told: ["ann"],
      },
      past[2],
    ]);
    expect(named([], [], { past: past.slice(1) }).past).toStrictEqual(past.slice(1));
  });

  it.each<[string, readonly TrackedLink[], Partial<PastLink>]>([
    ["an open link fits it as well", [made("a", "09:00:01")], {}],
    [
      "the closed one names the same caller",
      [],
      {
        creates: [{ eventId: "0", beganAt: undefined, reportedAt: today("09:00:04"), who: "id-ann" }],
        told: ["ann"],
      },
    ],
  ])("is no news of a closed link where %s", (_, links, changes) => {
    const past = [closed("p", "09:00:00", changes), closed("q", "08:59:59", changes)];
    const found = named(links, [create("1", "ann", "09:00:05")], { past });
    expect(found.late).toStrictEqual([]);
    expect(found.past.map(({ told }) => told)).toStrictEqual(past.map(({ told }) => told));
  });

  it("is no news of the one of two closed links that names its caller, nor of one that has it already", () => {
    const anns = { eventId: "1", beganAt: undefined, reportedAt: today("09:00:05"), who: "id-ann" };
    const past = [closed("p", "09:00:00", { creates: [anns] }), closed("q", "08:59:59")];
    const found = named([], [create("1", "ann", "09:00:05")], { past });
    expect(found.late).toStrictEqual([]);
    expect(found.past[0]).toBe(past[0]);
  });

  it("may have made a link whose time it fits, and no other", () => {
    const signal = create("1", "ann", "09:00:05");
    expect(
      ["08:58:00", "08:58:32", "09:00:00", "09:00:09"].map((time) => mayHaveMade(signal, made("a", time))),
    ).toStrictEqual([false, true, true, false]);
  });
});
