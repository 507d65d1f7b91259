import { describe, expect, it } from "vitest";
import { track } from "../../../../../src/core/domain/decide/links/track.ts";
import {
  holeIdOf,
  noLinks,
  type LinkListing,
  type ListedLink,
  type TrackedLink,
} from "../../../../../src/core/domain/links/link.ts";
import type { Observation } from "../../../../../src/core/domain/links/observation.ts";
import { after, seconds } from "../../../../../src/core/domain/time.ts";
import { at } from "../../../../memory/clock.ts";
import { aLink, anId, aSignal, vmId } from "../../../../memory/samples.ts";
import { listedOf, situation, type Given } from "../situations.ts";

/** The look ended at noon; its list began two seconds before. */
const now = at("2026-11-21T12:00:00Z");
const startedAt = at("2026-11-21T11:59:58Z");
const listed = (changes: Partial<LinkListing>): Observation => ({
  ...{ kind: "listed", startedAt, featureOn: undefined },
  listing: { ...noLinks, ...changes },
});
const tracked = (changes: Partial<LinkListing>, given: Partial<Given> = {}) =>
  track(situation({ now, observation: listed(changes), ...given }));
const entry = (changes: Partial<ListedLink> = {}): ListedLink => ({
  ...listedOf(aLink("new"), "2026-11-21T11:59:50Z"),
  ...changes,
});
const hole = (createdAt: string | undefined): ListedLink => {
  const vm = vmId("vm-staging-01");
  return { linkId: holeIdOf(vm, createdAt), vmId: vm, createdAt, nativeExpiry: undefined };
};
/** Seen without its URL often enough. */
const lasting = (entryOfIt: ListedLink): Partial<Given> => ({
  host: { newHoles: [{ linkId: entryOfIt.linkId, since: after(now, -seconds(60)), absentAt: undefined }] },
});

describe("An entry without a URL that lasts", () => {
  const one = hole("2026-11-21T11:58:00Z");

  it("begins a life of its own, which its fact says has no URL", () => {
    const { links, facts, seen } = tracked({ holes: [one] }, lasting(one));
    expect(links).toMatchObject([{ linkId: one.linkId, life: 1, hole: { since: now, isOwnLife: true } }]);
    expect(links).toMatchObject([{ status: "open", createdAt: at("2026-11-21T11:58:00Z"), gains: [] }]);
    expect([...seen]).toStrictEqual([one.linkId]);
    expect(facts).toMatchObject([
      {
        ...{ at: now, kind: "link-seen", actor: undefined, links: [{ linkId: one.linkId }] },
        data: { createdAtSource: "azure", preexisting: false, withoutUrl: true },
      },
    ]);
  });

  it("is told apart in the facts from those that came with theirs, and these share one", () => {
    const links = [entry(), entry({ linkId: anId("two") })];
    const { facts } = tracked({ links, holes: [one] }, lasting(one));
    expect(facts.map((fact) => [fact.links.map(({ linkId }) => linkId), fact.data])).toStrictEqual([
      [[anId("new"), anId("two")], { createdAtSource: "azure", preexisting: false }],
      [[one.linkId], { createdAtSource: "azure", preexisting: false, withoutUrl: true }],
    ]);
  });

  const own: TrackedLink = aLink("own", {
    ...{ linkId: one.linkId, life: 2 },
    ...{ createdAt: at("2026-11-21T11:58:00Z"), firstSeenAt: at("2026-11-21T11:59:30Z") },
    hole: { since: at("2026-11-21T11:59:00Z"), isOwnLife: true },
  });

  it("goes on under the ID of the URL that comes, and its old row is taken back", () => {
    const listing = { links: [entry({ createdAt: "2026-11-21T11:58:01Z" })] };
    const { links, renamed, facts, vanished } = tracked(listing, { links: [own] });
    const expected = { ...own, linkId: anId("new"), createdAt: at("2026-11-21T11:58:01Z"), hole: undefined };
    expect(links).toStrictEqual([expected]);
    expect([renamed, vanished]).toStrictEqual([[own], []]);
    expect(facts).toMatchObject([
      {
        ...{ at: now, kind: "link-renamed", actor: undefined, links: [{ linkId: anId("new") }] },
        data: { links: one.linkId },
      },
    ]);
  });

  it("and a link whose URL was only hidden is the same, with nothing to take back", () => {
    const hidden = { ...aLink("a"), hole: { since: now, isOwnLife: false } };
    const past = [
      {
        ...{ linkId: anId("a"), life: 4, vmKey: "vm", openedAt: now, closedAt: now, creates: [], told: [] },
        ...{ closedBy: "deleted-by-other" as const, madeAfter: now },
      },
    ];
    const { links, renamed, facts } = tracked(
      { links: [listedOf(hidden)] },
      { links: [hidden], host: { past } },
    );
    expect([links, renamed, facts]).toStrictEqual([[{ ...hidden, hole: undefined }], [], []]);
  });
});

describe("The first complete list that held a link", () => {
  const unmarked = aLink("a", { wholeAt: undefined });
  const wholeAt = (link: TrackedLink, complete: boolean, checkedAt: string | undefined) => {
    const host = { checkedAt: checkedAt === undefined ? undefined : at(checkedAt) };
    return tracked({ links: [listedOf(link)], complete }, { links: [link], host }).links[0]?.wholeAt;
  };
  const earlier = "2026-11-21T08:00:04.999Z";
  const since = "2026-11-21T08:00:05Z";

  it("is kept", () => {
    expect(wholeAt(aLink("a"), true, since)).toBe(at("2026-11-21T08:00:04Z"));
  });

  it.each<[string, boolean, string | undefined, TrackedLink["wholeAt"]]>([
    ["is this one where it is the first that is complete", true, earlier, startedAt],
    ["is not this one where it is not complete", false, earlier, undefined],
    ["is this one on a bastion that had none yet", true, undefined, startedAt],
    ["was the first list that held it where one was complete since then", true, since, at(since)],
  ])("%s", (_, complete, checkedAt, moment) => {
    expect(wholeAt(unmarked, complete, checkedAt)).toBe(moment);
  });

  it.each([
    ["is the one that it appears in", true, startedAt],
    ["is still to come where that is not complete", false, undefined],
  ])("%s", (_, complete, moment) => {
    expect(tracked({ links: [entry()], complete }).links.map((link) => link.wholeAt)).toStrictEqual([moment]);
  });
});

describe("A link that appears is older than the watchdog", () => {
  const watchedSince = at("2026-11-21T11:00:00Z");
  const isOlder = (createdAt: string | undefined, given: Partial<Given>) =>
    tracked({ links: [entry({ createdAt })] }, given).links.map(({ preexisting }) => preexisting);
  const create = aSignal("create", { occurredAt: at("2026-11-21T10:59:30Z") });

  it.each<[string, boolean, string | undefined, Partial<Given>]>([
    ["where it was made before the first complete list", true, "2026-11-21T10:59:59.999Z", { watchedSince }],
    ["and not where it was made then", false, "2026-11-21T11:00:00Z", { watchedSince }],
    ["and not while no list was complete", false, "2026-11-21T10:00:00Z", {}],
    ["without a date, where this is that first list", true, undefined, { watchedSince: startedAt }],
    [
      "without a date, and not where it is a later one",
      false,
      undefined,
      { watchedSince: after(startedAt, -1) },
    ],
    [
      "and not where an event reports a create that may be its own",
      false,
      "2026-11-21T10:59:30Z",
      { watchedSince, watched: { signals: [create] } },
    ],
    [
      "where the create that is reported is of another time",
      true,
      "2026-11-21T10:00:00Z",
      { watchedSince, watched: { signals: [create] } },
    ],
  ])("%s: %s", (_, older, createdAt, given) => {
    expect(isOlder(createdAt, given)).toStrictEqual([older]);
  });

  it("which facts keep apart, as they do where the date is from", () => {
    const links = [
      entry({ linkId: anId("old"), createdAt: "2026-11-21T10:00:00Z" }),
      entry({ linkId: anId("new") }),
      entry({ linkId: anId("undated"), createdAt: undefined }),
    ];
    const { facts } = tracked({ links }, { watchedSince });
    expect(facts.map(({ data }) => data)).toStrictEqual([
      { createdAtSource: "azure", preexisting: true },
      { createdAtSource: "azure", preexisting: false },
      { createdAtSource: "first-seen", preexisting: false },
    ]);
  });
});

describe("A link that is listed again", () => {
  it("leads where Azure says, and a VM that was moved is a fact", () => {
    const [moved, same] = [aLink("a"), aLink("b", { vmId: vmId("vm-2") })];
    const links = [
      { ...listedOf(moved), vmId: vmId("vm-9"), nativeExpiry: at("2026-11-21T18:00:00Z") },
      { ...listedOf(same), vmId: vmId("VM-2") },
    ];
    const { links: found, facts } = tracked({ links }, { links: [moved, same] });
    expect(found).toStrictEqual([
      { ...moved, vmId: vmId("vm-9"), nativeExpiry: at("2026-11-21T18:00:00Z") },
      same,
    ]);
    expect(facts).toMatchObject([
      { at: now, kind: "vm-moved", links: [{ linkId: anId("a") }], data: { from: moved.vmId } },
    ]);
    expect(facts).toHaveLength(1);
  });

  it("is missing no more, and without a date was made when it was first seen", () => {
    const before = aLink("a", { missingSince: at("2026-11-21T11:59:00Z") });
    const { links } = tracked({ links: [listedOf(before, "soon")] }, { links: [before] });
    expect(links).toStrictEqual([
      {
        ...before,
        ...{ createdAt: before.firstSeenAt, createdAtSource: "first-seen", missingSince: undefined },
      },
    ]);
  });
});

describe("A look without a list", () => {
  it("leaves everything as it was, and begins and ends nothing", () => {
    const links = [aLink("a")];
    const newHoles = [{ linkId: anId("h"), since: now, absentAt: undefined }];
    expect(tracked({}, { links, host: { newHoles }, observation: { kind: "not-looked" } })).toStrictEqual({
      ...{ links, seen: new Set(), vanished: [], renamed: [], newHoles },
      ...{ close: [], spent: [], facts: [], alerts: [], revoke: [], looks: [] },
    });
  });
});
