import { describe, expect, it } from "vitest";
import { hostStep } from "../../../../../src/core/domain/decide/host/host-step.ts";
import { noStep, type Situation, type Step } from "../../../../../src/core/domain/decide/situation.ts";
import {
  holeIdOf,
  noLinks,
  type ListedLink,
  type TrackedLink,
} from "../../../../../src/core/domain/links/link.ts";
import type { Unreadable } from "../../../../../src/core/domain/links/observation.ts";
import { after, minutes, seconds, type Milliseconds } from "../../../../../src/core/domain/time.ts";
import type { Signal } from "../../../../../src/core/domain/attribution/signal.ts";
import type { HostState } from "../../../../../src/core/domain/state/watched.ts";
import { at } from "../../../../memory/clock.ts";
import { aLink, anId, aSignal, jane, vmId } from "../../../../memory/samples.ts";
import { situation } from "../situations.ts";

const now = at("2026-11-21T09:00:00Z");
const busy: Unreadable = { kind: "busy", why: "429", retryAfter: undefined };
const forbidden: Unreadable = { kind: "forbidden", why: "403 AuthorizationFailed" };
const gone: Unreadable = { kind: "gone", why: "404 ResourceNotFound" };

type Trouble = NonNullable<HostState["unreadable"]>;
const trouble = (lasted: Milliseconds, changes: Partial<Trouble> = {}): Trouble => ({
  ...{ why: "before", since: after(now, -lasted), told: false, toldLoud: false, gone: false, partly: false },
  ...changes,
});

const unreadable = (answer: Unreadable, host: Partial<HostState> = {}, more: Partial<Situation> = {}): Step =>
  hostStep({ ...situation({ now, host, observation: { kind: "unreadable", answer } }), ...more }, []);

/** A create that was heard of so long ago, and that no list was there to explain. */
const created = (ago: Milliseconds): Signal => aSignal("create-1", { receivedAt: after(now, -ago) });

const entry = (name: string): ListedLink => ({
  linkId: anId(name),
  vmId: vmId(name),
  createdAt: undefined,
  nativeExpiry: undefined,
});

const listed = (
  listing: Partial<typeof noLinks>,
  host: Partial<HostState> = {},
  featureOn?: boolean,
  signals: Situation["watched"]["signals"] = [],
): Step =>
  hostStep(
    situation({
      now,
      host,
      watched: { signals },
      observation: { kind: "listed", listing: { ...noLinks, ...listing }, startedAt: now, featureOn },
    }),
    [],
  );

const fact = (kind: string, data: object) => ({ at: now, kind, links: [], actor: undefined, data });
const alert = (kind: string, severity: string, more: object = {}) => ({ kind, severity, at: now, ...more });
const somebody = expect.objectContaining({ kind: "unknown" }) as unknown;

it("Without a look there is nothing to tell of a bastion", () => {
  const host = { unreadable: trouble(minutes(20)), fullToldFor: "2026-11-20" };
  expect(hostStep(situation({ now, host, observation: { kind: "not-looked" } }), [])).toStrictEqual(noStep);
});

describe("A bastion that cannot be read", () => {
  const told = alert("unreadable", "medium", {
    notes: [{ kind: "unreadable", why: "403 AuthorizationFailed", kept: undefined }],
  });

  it("because somebody has to act is told at once, and is asked again by nothing but the sweep", () => {
    expect(unreadable(forbidden)).toStrictEqual({
      ...noStep,
      facts: [fact("bastion-unreadable", { why: "403 AuthorizationFailed" })],
      alerts: [told],
    });
  });

  it("is a fact once and told once while it lasts", () => {
    expect(unreadable(forbidden, { unreadable: trouble(seconds(5)) })).toStrictEqual({
      ...noStep,
      alerts: [told],
    });
    expect(unreadable(forbidden, { unreadable: trouble(minutes(60), { told: true }) })).toStrictEqual(noStep);
  });

  it.each<[string, TrackedLink | Signal, object | undefined]>([
    ["a forbidden link", aLink("a", { allowed: false }), { forbidden: 1, due: 0, creates: 0 }],
    ["a due link", aLink("a", { deadline: now }), { forbidden: 0, due: 1, creates: 0 }],
    ["a link that may still be open", aLink("a", { deadline: after(now, 1) }), undefined],
    ["a create for ten minutes", created(minutes(10)), { forbidden: 0, due: 0, creates: 1 }],
    ["a create for less", created(minutes(10) - 1), undefined],
  ])(
    "and keeps %s out of reach is high where it has to be, and told though it was told before",
    (_, what, kept) => {
      const before = { unreadable: trouble(minutes(60), { told: true }) };
      const step = (host: Partial<HostState>) =>
        hostStep(
          situation({
            now,
            host,
            links: "life" in what ? [what] : [],
            observation: { kind: "unreadable", answer: forbidden },
          }),
          "life" in what ? [] : [{ signal: what }],
        );
      const note = { kind: "unreadable", why: forbidden.why, kept };
      expect(step({}).alerts).toStrictEqual([
        alert("unreadable", kept ? "high" : "medium", { notes: [note] }),
      ]);
      expect(step(before).alerts).toHaveLength(kept ? 1 : 0);
      expect(step({ unreadable: { ...before.unreadable, toldLoud: true } }).alerts).toStrictEqual([]);
    },
  );

  it("any more is news where it could be read in part before", () => {
    const before = { unreadable: trouble(minutes(60), { told: true, partly: true }) };
    expect(unreadable(forbidden, before)).toStrictEqual(unreadable(forbidden));
    expect(unreadable(busy, before).alerts).toStrictEqual([]);
  });

  it.each<[Milliseconds, number]>([
    [minutes(10) - 1, 0],
    [minutes(10), 1],
    [minutes(11), 1],
  ])("for a passing reason for %i ms is told %i times", (lasted, times) => {
    const { alerts, facts } = unreadable(busy, { unreadable: trouble(lasted) });
    expect([alerts.length, facts]).toStrictEqual([times, []]);
  });

  it.each<[Milliseconds | undefined, Milliseconds | undefined, Milliseconds]>([
    [undefined, undefined, seconds(5)],
    [seconds(3), undefined, seconds(5)],
    [seconds(40), undefined, seconds(40)],
    [minutes(5), undefined, minutes(5)],
    [minutes(6), undefined, minutes(5)],
    [undefined, seconds(17), seconds(17)],
    [minutes(60), seconds(17), seconds(17)],
    [undefined, seconds(1), seconds(2)],
    [undefined, minutes(9), minutes(9)],
  ])("for %s ms, with a Retry-After of %s, is asked again after %i ms", (lasted, retryAfter, wait) => {
    const host = lasted === undefined ? {} : { unreadable: trouble(lasted) };
    expect(unreadable({ ...busy, retryAfter }, host).looks).toStrictEqual([after(now, wait)]);
  });
});

describe("A list that is not complete", () => {
  const partly = (host: Partial<HostState> = {}, problems = ["page 2 broke off", "and more"]) =>
    listed({ complete: false, problems }, host);

  it("is a fact at once, with the first reason, and asked for again soon", () => {
    expect(partly()).toStrictEqual({
      ...noStep,
      facts: [fact("bastion-read-partly", { why: "page 2 broke off" })],
      looks: [after(now, seconds(5))],
    });
    expect(partly({}, []).facts).toStrictEqual([fact("bastion-read-partly", { why: "" })]);
  });

  it.each<[string, Partial<Trouble>, Milliseconds, boolean]>([
    ["is told after ten minutes", {}, minutes(10), true],
    ["is not told before", {}, minutes(10) - 1, false],
    ["is told once", { told: true }, minutes(30), false],
  ])("%s", (_, changes, lasted, isTold) => {
    const before = trouble(lasted, { partly: true, ...changes });
    const note = { kind: "read-partly", since: before.since, why: "page 2 broke off", kept: undefined };
    expect(partly({ unreadable: before })).toStrictEqual({
      ...noStep,
      looks: [after(now, Math.min(lasted, minutes(5)))],
      alerts: isTold ? [alert("read-partly", "medium", { notes: [note] })] : [],
    });
  });

  it("is high and told anew where it keeps a forbidden link out of reach, and not where it shows it", () => {
    const [shown, kept] = [aLink("vm-a", { allowed: false }), aLink("vm-b", { allowed: false })];
    const before = trouble(minutes(60), { told: true, partly: true });
    const told = (links: readonly TrackedLink[]) =>
      hostStep(
        situation({
          ...{ now, links, host: { unreadable: before } },
          ...{ listed: [entry("vm-a")], complete: false },
        }),
        [],
      ).alerts;
    expect(told([shown])).toStrictEqual([]);
    expect(told([shown, kept])).toMatchObject([
      {
        ...{ kind: "read-partly", severity: "high" },
        notes: [{ kind: "read-partly", since: before.since, kept: { forbidden: 1, due: 0, creates: 0 } }],
      },
    ]);
  });

  it("lists an entry without a URL that may be a forbidden link, which is not out of reach then", () => {
    const link = aLink("a", { vmId: vmId("vm-a"), allowed: false });
    const hole = { ...entry("vm-a"), linkId: holeIdOf(vmId("vm-a"), undefined) };
    const before = trouble(minutes(60), { told: true, partly: true });
    const listing = { ...noLinks, holes: [hole], complete: false };
    const observation = { kind: "listed", listing, startedAt: now, featureOn: undefined } as const;
    const step = hostStep(situation({ now, links: [link], host: { unreadable: before }, observation }), []);
    expect(step.alerts).toStrictEqual([]);
  });

  it("is another trouble than no list at all", () => {
    expect(partly({ unreadable: trouble(minutes(60), { told: true }) })).toStrictEqual(partly());
  });
});

describe("A bastion that can be read again", () => {
  it.each([true, false])("says so to those who heard of it; was it read in part before: %s", (wasPartly) => {
    const unreadable = trouble(minutes(3), { told: true, partly: wasPartly });
    expect(listed({}, { unreadable })).toStrictEqual({
      ...noStep,
      facts: [fact("bastion-readable", { wasPartly })],
      alerts: [alert("readable-again", "low")],
    });
    expect(listed({}, { unreadable: { ...unreadable, told: false } }).alerts).toStrictEqual([]);
  });

  it("and always could has nothing to say", () => {
    expect(listed({ links: [entry("vm-a")] })).toStrictEqual(noStep);
  });
});

describe("Of 500 links that fit on a bastion", () => {
  const many = (links: number, holes = 0) => ({
    links: Array.from({ length: links }, (_, n) => entry(`vm-${n}`)),
    holes: Array.from({ length: holes }, (_, n) => ({
      ...entry(`h${n}`),
      linkId: holeIdOf(vmId(`h${n}`), undefined),
    })),
  });

  it.each<[number, number]>([
    [450, 0],
    [440, 10],
    [447, 53],
  ])("%i with a URL and %i without are told of", (links, holes) => {
    const all = links + holes;
    expect(listed(many(links, holes))).toStrictEqual({
      ...noStep,
      facts: [fact("bastion-nearly-full", { links: all })],
      alerts: [alert("nearly-full", "medium", { notes: [{ kind: "room", links: all, left: 500 - all }] })],
    });
  });

  it("449 are not told of, and more only once a day", () => {
    expect(listed(many(449))).toStrictEqual(noStep);
    expect(listed(many(470), { fullToldFor: "2026-11-21" })).toStrictEqual(noStep);
    expect(listed(many(470), { fullToldFor: "2026-11-20" }).alerts).toHaveLength(1);
  });
});

describe("The feature", () => {
  it.each<[boolean, string, string]>([
    [true, "feature-on", "medium"],
    [false, "feature-off", "low"],
  ])("that is switched, now on: %s, is told with who did it", (featureOn, kind, severity) => {
    const host = { featureOn: !featureOn };
    const write = aSignal("write-1", { operation: "host-write" });
    const step = listed({}, host, featureOn, [aSignal("create-1"), write]);
    expect(step).toMatchObject({
      facts: [fact("feature-changed", { enableShareableLink: featureOn })],
      alerts: [{ kind, severity, at: now, actors: { caller: { kind: "known", caller: jane } } }],
    });
    expect(listed({}, host, featureOn).alerts).toStrictEqual([
      alert(kind, severity, { actors: { caller: somebody } }),
    ]);
  });

  it("is a fact and no news at first sight, and nothing while it stays or is not known", () => {
    expect(listed({}, {}, true)).toStrictEqual({
      ...noStep,
      facts: [fact("feature-changed", { enableShareableLink: true })],
    });
    expect(listed({}, { featureOn: true }, true)).toStrictEqual(noStep);
    expect(listed({}, { featureOn: true }, undefined)).toStrictEqual(noStep);
  });
});

describe("A bastion that is deleted", () => {
  const known = { unreadable: trouble(minutes(3), { gone: true }) };

  it("is told with who did it, however often its links are found again", () => {
    const signals = [aSignal("delete-1", { operation: "host-delete" })];
    const watched = { ...situation({ now }).watched, signals, links: [aLink("a")] };
    for (const host of [{}, known])
      expect(unreadable(gone, host, { watched })).toMatchObject({
        facts: [fact("bastion-deleted", {})],
        alerts: [
          { kind: "bastion-deleted", severity: "low", actors: { caller: { kind: "known", caller: jane } } },
        ],
      });
  });

  it("and without links is told once", () => {
    expect(unreadable(gone, known)).toStrictEqual(noStep);
    for (const host of [{}, { unreadable: trouble(minutes(3)) }])
      expect(unreadable(gone, host)).toStrictEqual({
        ...noStep,
        facts: [fact("bastion-deleted", {})],
        alerts: [alert("bastion-deleted", "low", { actors: { caller: somebody } })],
      });
  });
});
