import { describe, expect, it } from "vitest";
import type { AlertDraft } from "../../../../src/core/domain/alerts/alert.ts";
import {
  commitOf,
  planFor,
  rollBackOf,
  type Writable,
  type WriteContext,
} from "../../../../src/core/domain/decide/plan.ts";
import { partitionOf } from "../../../../src/core/domain/partition.ts";
import type { ListedLink, TrackedLink } from "../../../../src/core/domain/links/link.ts";
import { holeIdOf } from "../../../../src/core/domain/links/link.ts";
import { newHost, type Watched } from "../../../../src/core/domain/state/watched.ts";
import type { Version } from "../../../../src/core/domain/partition.ts";
import { minutes } from "../../../../src/core/domain/time.ts";
import { at } from "../../../memory/clock.ts";
import { aBastion, aClosedLink, aLink, aSignal, vmId } from "../../../memory/samples.ts";
import { listedOf, situation } from "./situations.ts";

const now = at("2026-11-21T09:00:00Z");
const bastion = aBastion("bas-hub");
const context: WriteContext = {
  ...{ partition: partitionOf(bastion), bastion, policyHash: "p", awaited: [], alerts: {} },
  channels: ["teams", "mail", "webhook"],
};
const host = { ...newHost(bastion.id), seq: 10, chainHead: "head" };
const nothing: Writable = { host, put: [], close: [], spent: [], facts: [], alerts: [] };
const alert = (changes: Partial<AlertDraft> = {}): AlertDraft => ({
  ...{ kind: "created", severity: "medium", at: now },
  ...changes,
});
const fact = (data: object = {}) =>
  ({ at: now, kind: "link-seen", links: [], actor: undefined, data: { ...data } }) as const;

describe("A commit", () => {
  it("is what was decided, and takes no row back unless a link has another ID now", () => {
    const link = aLink("a");
    const closed = aClosedLink(aLink("b"));
    const commit = commitOf({ ...nothing, put: [link], close: [closed] }, context);
    expect(commit).toStrictEqual({
      ...{ host: { ...host, awaited: [] }, put: [link], close: [closed], spent: [], facts: [], outbox: [] },
    });
    expect(commitOf({ ...nothing, renamed: [link] }, context)).toMatchObject({ drop: [link] });
    expect(commitOf({ ...nothing, renamed: [] }, context)).not.toHaveProperty("drop");
  });

  const routeOf = (changes: Partial<AlertDraft>) => {
    const [entry] = commitOf({ ...nothing, alerts: [alert(changes)] }, context).outbox;
    return [Object.keys(entry?.deliveries ?? {}), entry?.fallback];
  };
  it.each<[string, Partial<AlertDraft>, unknown]>([
    [
      "goes where its rule says, and falls back to what is configured",
      { channels: ["mail"], fallback: ["mail", "teams", "pager"] },
      [["mail"], ["teams"]],
    ],
    [
      "goes everywhere where its rule says nothing",
      { channels: [], fallback: ["mail"] },
      [["teams", "mail", "webhook"], []],
    ],
    ["goes everywhere where nothing says anything", {}, [["teams", "mail", "webhook"], []]],
    [
      "of high severity goes everywhere",
      { severity: "high", channels: ["mail"] },
      [["teams", "mail", "webhook"], []],
    ],
    [
      "that nobody acknowledged goes where it is to go",
      { kind: "unacknowledged", severity: "high", channels: ["mail"] },
      [["mail"], []],
    ],
  ])("with an alert that %s", (_, changes, route) => {
    expect(routeOf(changes)).toStrictEqual(route);
  });

  it("waits for the acknowledgement of what is high, where anybody can give one", () => {
    const alerts = [alert(), alert({ severity: "high", fallback: ["mail"] })];
    const waiting = commitOf({ ...nothing, alerts }, { ...context, acknowledgeWithin: minutes(15) });
    expect(waiting.host.awaited).toMatchObject([{ id: waiting.outbox[1]?.alert.id, fallback: ["mail"] }]);
    expect(waiting.host.awaited).toHaveLength(1);
    expect(commitOf({ ...nothing, alerts }, context).host.awaited).toStrictEqual([]);
  });

  it("lets an alert that is told again under its id wait as long as before, for what it is about by now", () => {
    const telling = (...names: readonly string[]) =>
      alert({
        ...{ kind: "revoke-failed", severity: "high", links: names.map((name) => aLink(name)) },
        trouble: { id: "w1", telling: { number: names.length, since: now } },
      });
    const wanting = { ...context, acknowledgeWithin: minutes(15) };
    const once = commitOf({ ...nothing, alerts: [telling("one")] }, wanting).host;
    const later = { ...telling("one", "two"), at: at("2026-11-21T09:05:00Z") };
    const twice = commitOf(
      { ...nothing, host: once, alerts: [later] },
      { ...wanting, awaited: once.awaited },
    );
    expect(twice.host.awaited).toMatchObject([{ id: "w1", at: now, linkCount: 2 }]);
    expect(twice.waits?.put.map(({ links }) => links.length)).toStrictEqual([2]);
  });

  it("takes the signals that its facts speak of, and of the others thirty in all", () => {
    const signals = Array.from({ length: 40 }, (_, n) => aSignal(`event-${n}`));
    const spent = (facts: Writable["facts"]) =>
      commitOf({ ...nothing, spent: signals, facts }, context).spent.map(({ eventId }) => eventId);
    const first = (count: number) => Array.from({ length: count }, (_, n) => `event-${n}`);
    expect(spent([fact()])).toStrictEqual(first(30));
    expect(spent([fact({ eventId: "event-39" }), fact({ eventId: "unheard" })])).toStrictEqual([
      "event-39",
      ...first(29),
    ]);
    expect(spent(signals.map(({ eventId }) => fact({ eventId })))).toStrictEqual(first(40));
  });
});

describe("A decision about more links than a transaction holds", () => {
  const links = Array.from({ length: 150 }, (_, n) =>
    aLink(`l${n}`, { announced: false, attribution: { kind: "unknown", searched: "creation" } }),
  );
  const plan = (version: string | undefined, remembered = links) =>
    planFor(
      situation({
        now: at("2026-11-21T14:30:00Z"),
        links: remembered,
        listed: links.map((link) => listedOf(link)),
        watched: { version: version as Version | undefined },
      }),
      context,
    );

  it("goes ahead as drafts with what was before them, under the host as it was", () => {
    const { commits } = plan("v1");
    const [draft] = commits;
    expect(commits.length).toBeGreaterThan(1);
    expect(draft).toMatchObject({ close: [], spent: [], facts: [], outbox: [] });
    expect(draft?.draft?.before).toStrictEqual(new Map(links.map((link) => [link.linkId, link])));
    expect(draft?.draft?.batch).toMatch(/^[0-9a-f]{16}$/);
    expect(draft?.host).toStrictEqual({ ...situation({ now }).host, openBatch: draft?.draft?.batch });
    expect(commits.at(-1)?.draft).toBeUndefined();
  });

  it("has a batch of its own for each version of the partition", () => {
    const batch = (version: string | undefined) => plan(version).commits[0]?.draft?.batch;
    expect(batch("v1")).toBe(batch("v1"));
    expect(new Set([batch("v1"), batch("v2"), batch(undefined)]).size).toBe(3);
  });

  it("fills transactions to a hundred rows", () => {
    const rows = plan("v1").commits.map(
      ({ put, facts, outbox }) => 1 + put.length + facts.length + outbox.length,
    );
    expect(Math.max(...rows)).toBe(100);
    expect(rows.at(-1)).toBe(100);
  });
});

describe("What a dead writer left half done", () => {
  const half = (unfinished: Watched["unfinished"]): Watched => ({
    ...{
      version: undefined,
      host: { ...host, openBatch: "b" },
      links: [],
      unfinished,
      signals: [],
      outbox: [],
    },
  });
  const link = (name: string): TrackedLink => aLink(name);

  it("is taken back: what was before, or nothing", () => {
    const [before, now_] = [aLink("a", { life: 1 }), aLink("a", { status: "warned" })];
    const unfinished = [
      { link: now_, before },
      { link: link("new"), before: undefined },
    ];
    expect(rollBackOf(half(unfinished))).toStrictEqual([
      {
        ...{ host: { ...host, openBatch: undefined }, put: [before], drop: [link("new")] },
        ...{ close: [], spent: [], facts: [], outbox: [] },
      },
    ]);
  });

  it("of which no row was written is ended all the same", () => {
    expect(rollBackOf(half([]))).toMatchObject([{ host: { openBatch: undefined }, put: [], drop: [] }]);
    expect(rollBackOf({ ...half([]), host: undefined })).toStrictEqual([]);
  });

  it("of more than a transaction holds is ended with the last", () => {
    const unfinished = Array.from({ length: 100 }, (_, n) => ({ link: link(`l${n}`), before: undefined }));
    const steps = rollBackOf(half(unfinished));
    expect(steps.map(({ drop }) => drop?.length)).toStrictEqual([99, 1]);
    expect(steps.map(({ host: row }) => row.openBatch)).toStrictEqual(["b", undefined]);
  });
});

describe("A decision with more alerts or closed links than a transaction holds", () => {
  const many = (count: number, changes: (n: number) => Partial<TrackedLink> = () => ({})) =>
    Array.from({ length: count }, (_, n) =>
      aLink(`l${n}`, { missingSince: at("2026-11-21T08:00:00Z"), ...changes(n) }),
    );

  it("that is a part of the whole says so in its host row, and no link is lost or taken for gone", () => {
    const links = many(120);
    const listed = links.slice(100).map((link) => listedOf(link));
    const { decision, commits } = planFor(
      situation({ now, links, listed, host: { outOfScope: { since: now } } }),
      context,
    );
    const rows = commits.flatMap(({ put, close }) => [...put, ...close.map(({ link }) => link)]);
    expect(decision.close.length).toBeGreaterThan(0);
    expect(
      decision.close.every(({ link }) => links.slice(0, 100).some(({ linkId }) => linkId === link.linkId)),
    ).toBe(true);
    expect(rows.length).toBeLessThanOrEqual(99);
    expect(decision.host).toMatchObject({
      ...{
        checkedAt: at("2026-11-21T07:55:00Z"),
        outOfScope: { since: now },
        wakeAt: at("2026-11-21T09:00:01Z"),
      },
    });
  });

  it("goes on with half of what a bastion that is gone had", () => {
    const observation = { kind: "unreadable", answer: { kind: "gone", why: "404" } } as const;
    const links = many(200);
    const signals = Array.from({ length: 8 }, (_, n) => aSignal(`e${n}`, { operation: "read" }));
    const { decision } = planFor(situation({ now, links, observation, watched: { signals } }), context);
    expect(decision.close.map(({ link }) => link.linkId)).toStrictEqual(
      links.slice(0, decision.close.length).map(({ linkId }) => linkId),
    );
    expect(decision.close.length).toBe(25);
  });

  it("takes new links and entries without a URL by halves, too", () => {
    const hole = (n: number): ListedLink => {
      const [vm, createdAt] = [vmId(`vm-h${n}`), "2026-11-21T08:00:00Z"];
      return { linkId: holeIdOf(vm, createdAt), vmId: vm, createdAt, nativeExpiry: undefined };
    };
    const holes = Array.from({ length: 4 }, (_, n) => hole(n));
    const links = many(120);
    const fresh = Array.from({ length: 6 }, (_, n) => listedOf(aLink(`new${n}`, { vmId: vmId(`vm-${n}`) })));
    const given = situation({ now, links, listed: fresh });
    if (given.observation.kind !== "listed") throw new Error("not listed");
    const listing = { ...given.observation.listing, holes };
    const { decision } = planFor({ ...given, observation: { ...given.observation, listing } }, context);
    const opened = decision.put.filter(({ linkId }) => fresh.some((entry) => entry.linkId === linkId));
    expect([opened.length, decision.host.newHoles.length]).toStrictEqual([2, 1]);
  });
});
