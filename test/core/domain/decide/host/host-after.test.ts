import { describe, expect, it } from "vitest";
import { vmKeyOf } from "../../../../../src/core/domain/arm-id.ts";
import type { AlertDraft } from "../../../../../src/core/domain/alerts/alert.ts";
import { hostAfter } from "../../../../../src/core/domain/decide/host/host-after.ts";
import { pastAfter } from "../../../../../src/core/domain/decide/host/past.ts";
import { noStep, type Situation, type Step } from "../../../../../src/core/domain/decide/situation.ts";
import type { ClosedLink, PastLink, TrackedLink } from "../../../../../src/core/domain/links/link.ts";
import type { Observation } from "../../../../../src/core/domain/links/observation.ts";
import {
  after,
  days,
  hours,
  minutes,
  type Instant,
  type Milliseconds,
} from "../../../../../src/core/domain/time.ts";
import type { HostState } from "../../../../../src/core/domain/state/watched.ts";
import { at } from "../../../../memory/clock.ts";
import { aClosedLink, aLink, anId, aSignal, jane, vmId } from "../../../../memory/samples.ts";
import { situation, type Given } from "../situations.ts";

const now = at("2026-11-21T09:00:00Z");
const startedAt = at("2026-11-21T08:59:50Z");
const ago = (length: Milliseconds) => after(now, -length);
const listed = (
  changes: Partial<Observation & { readonly kind: "listed" }> = {},
  complete = true,
): Observation => ({
  ...{ kind: "listed", listing: { links: [], holes: [], complete, problems: [] }, startedAt },
  ...{ featureOn: undefined },
  ...changes,
});
const refused = (kind: "forbidden" | "gone"): Observation => ({
  kind: "unreadable",
  answer: { kind, why: "because" },
});

const rowAfter = (
  given: Partial<Given>,
  step: Partial<Step> = {},
  more: Partial<Situation> = {},
): HostState =>
  hostAfter({ ...situation({ now, observation: listed(), ...given }), ...more }, { ...noStep, ...step }, []);
const alert = (kind: AlertDraft["kind"], more: Partial<AlertDraft> = {}): AlertDraft => ({
  ...{ kind, severity: "medium", at: now },
  ...more,
});

describe("A bastion counts as checked", () => {
  const before = at("2026-11-21T08:55:00Z");
  it.each<[string, Observation, Instant]>([
    ["from when a complete list began", listed(), startedAt],
    ["as before after one that broke off", listed({}, false), before],
    ["as before where nobody looked", { kind: "not-looked" }, before],
    ["as before where it cannot be read", refused("forbidden"), before],
  ])("%s", (_, observation, checkedAt) => {
    const row = rowAfter({ observation, host: { checkedAt: before, claimUntil: now, openBatch: "b" } });
    expect(row.checkedAt).toBe(checkedAt);
    expect([row.claimUntil, row.openBatch]).toStrictEqual([undefined, undefined]);
  });
});

it("Whether the feature is on is as last seen", () => {
  const seen = (observation: Observation, featureOn?: boolean) =>
    rowAfter({ observation, host: { featureOn } }).featureOn;
  expect(seen(listed({ featureOn: false }), true)).toBe(false);
  expect(seen(listed({ featureOn: true }))).toBe(true);
  expect(seen(listed(), true)).toBe(true);
  expect(seen(refused("forbidden"), true)).toBe(true);
  expect(seen({ kind: "not-looked" }, false)).toBe(false);
});

describe("A bastion wakes up", () => {
  const [soon, later] = [after(now, minutes(1)), after(now, minutes(5))];
  const wakesAt = (observation: Observation, wakeAt: HostState["wakeAt"], looks: Step["looks"]) =>
    rowAfter({ observation, host: { wakeAt } }, { looks }).wakeAt;

  it("at the first moment that a step asks for, and at none that no step asks for any more", () => {
    expect(wakesAt(listed(), undefined, [later, soon])).toBe(soon);
    expect(wakesAt(listed(), soon, [later])).toBe(later);
    expect(wakesAt(listed(), soon, [])).toBeUndefined();
  });

  it("as before at the latest where nobody looked", () => {
    expect(wakesAt({ kind: "not-looked" }, soon, [later])).toBe(soon);
    expect(wakesAt({ kind: "not-looked" }, later, [soon])).toBe(soon);
    expect(wakesAt({ kind: "not-looked" }, undefined, [later])).toBe(later);
  });
});

it("That revocations were held is remembered from when people were told", () => {
  const host = { heldToldAt: ago(hours(2)) };
  expect(rowAfter({ host }, { alerts: [alert("created"), alert("revocations-held")] }).heldToldAt).toBe(now);
  expect(rowAfter({ host }, { alerts: [alert("created")] }).heldToldAt).toBe(host.heldToldAt);
});

it("That few more links fit is told of that day", () => {
  const host = { fullToldFor: "2026-11-19" };
  expect(rowAfter({ host }, { alerts: [alert("created"), alert("nearly-full")] }).fullToldFor).toBe(
    "2026-11-21",
  );
  expect(rowAfter({ host }, { alerts: [alert("created")] }).fullToldFor).toBe("2026-11-19");
});

describe("Deletes of ours", () => {
  const before = { correlationId: "before", at: ago(days(1)), answer: "accepted", vmKeys: ["vm"] } as const;
  const host = { ownDeletes: [before] };

  it("are remembered by their ID before Azure is asked, where a decision asks for some", () => {
    const [newest, ...others] = rowAfter({ host }, { revoke: [anId("a"), anId("b")] }).ownDeletes;
    expect(newest).toStrictEqual({
      ...{ correlationId: expect.stringMatching(/^[0-9a-f-]{36}$/) as unknown, at: now },
      ...{ answer: undefined, vmKeys: [] },
    });
    expect(others).toStrictEqual([before]);
  });

  it("are as they were where it asks for none", () => {
    expect(rowAfter({ host }).ownDeletes).toStrictEqual([before]);
  });
});

describe("Closed links are kept at hand", () => {
  const past = (name: string, closedAt: Instant): PastLink => ({
    ...{
      linkId: anId(name),
      life: 1,
      vmKey: "vm",
      openedAt: ago(days(40)),
      closedAt,
    },
    ...{ closedBy: "deleted-by-other", madeAfter: ago(days(40)), creates: [], told: [] },
  });
  const closed = (changes: Partial<TrackedLink> = {}): ClosedLink => ({
    ...aClosedLink(aLink("new", { life: 3, vmId: vmId("VM-1"), ...changes })),
    closedAt: now,
  });

  const create = (eventId: string, reportedAt = at("2026-11-21T08:00:02Z")) => ({
    ...{ eventId, beganAt: undefined, reportedAt },
    who: "22222222-0000-4000-8000-000000000007",
  });

  it("for thirty days, newest first, 500 at most", () => {
    const [young, old] = [past("young", ago(days(30) - 1)), past("old", ago(days(30)))];
    const kept = pastAfter([young, old], [closed()], situation({ now }));
    expect(kept).toStrictEqual([
      {
        ...{ linkId: anId("new"), life: 3, openedAt: aLink("new").createdAt, closedAt: now },
        ...{ vmKey: vmKeyOf(vmId("vm-1")), closedBy: "revoked-by-watchdog" },
        ...{ madeAfter: aLink("new").createdAt, creates: [create("event-1")] },
        told: ["jane_partner.example#EXT#@contoso.example"],
        ...{ lastListedAt: aLink("new").firstSeenAt, unseen: undefined },
      },
      young,
    ]);
    const many = Array.from({ length: 600 }, (_, n) => past(`m${n}`, ago(n)));
    const most = pastAfter(many, [closed()], situation({ now }));
    expect([most.length, most[0]?.linkId, most[499]?.linkId]).toStrictEqual([500, anId("new"), anId("m498")]);
  });

  it.each<[string, TrackedLink["attribution"], PastLink["creates"]]>([
    ["nothing, where nobody is known", { kind: "unknown", searched: "creation" }, []],
    ["that one, where the creator is known", named("event-1"), [create("event-1", now)]],
  ])("with the operations that made it: %s", (_, attribution, creates) => {
    expect(pastAfter([], [closed({ attribution })], situation({ now }))).toMatchObject([{ creates }]);
  });

  it("with the time in which others may have come and gone beside it: until the first complete list, or its end", () => {
    const unseen = (link: TrackedLink) =>
      pastAfter([], [{ ...closed(), link, closedAt: ago(minutes(1)) }], situation({ now }))[0]?.unseen;
    const from = aLink("new").createdAt;
    expect(unseen(aLink("new"))).toStrictEqual({ from, until: aLink("new").wholeAt });
    expect(unseen(aLink("new", { wholeAt: undefined }))).toStrictEqual({ from, until: ago(minutes(1)) });
    expect(unseen(aLink("new", { life: 2 }))).toBeUndefined();
    expect(unseen(aLink("new", { preexisting: true }))).toBeUndefined();
  });
});

function named(eventId: string) {
  return { kind: "known", caller: jane, eventId, reportedAt: now, correlationId: undefined } as const;
}

describe("Who was told as a reader of the list", () => {
  const readers = (alerts: readonly AlertDraft[], toldReaders: HostState["toldReaders"] = []) =>
    rowAfter({ host: { toldReaders } }, { alerts }).toldReaders;
  const caller = { kind: "known", caller: jane, operations: [] } as const;

  it("is remembered for an hour, newest first", () => {
    const before = [
      { caller: "young", at: ago(hours(1) - 1) },
      { caller: "old", at: ago(hours(1)) },
    ];
    const told = readers([alert("links-read", { actors: { caller } })], before);
    expect(told).toStrictEqual([{ caller: expect.any(String) as unknown, at: now }, before[0]]);
    expect(told[0]?.caller).toContain(jane.objectId);
  });

  it.each<[string, AlertDraft]>([
    ["who did something else", alert("feature-on", { actors: { caller } })],
    [
      "who is not known",
      alert("links-read", { actors: { caller: { kind: "unknown", searched: "creation" } } }),
    ],
    ["whom no alert names", alert("links-read")],
    ["who is named as another", alert("links-read", { actors: { creator: caller } })],
  ])("is nobody %s", (_, one) => {
    expect(readers([one])).toStrictEqual([]);
  });

  it("is at most 500", () => {
    const before = Array.from({ length: 600 }, (_, n) => ({ caller: `c${n}`, at: now }));
    expect(readers([alert("links-read", { actors: { caller } })], before)).toHaveLength(500);
  });
});

describe("Whose deletes of links that nobody saw were told", () => {
  const deleter = { kind: "known", caller: jane, confirmed: false, operations: [] } as const;
  const deleters = (alerts: readonly AlertDraft[], toldDeleters: HostState["toldDeleters"] = []) =>
    rowAfter({ host: { toldDeleters } }, { alerts }).toldDeleters;
  const unseen = alert("deleted-unseen", { actors: { deleter } });

  it("is remembered for an hour, newest first, 500 at most", () => {
    const before = [
      { caller: "young", at: ago(hours(1) - 1) },
      { caller: "old", at: ago(hours(1)) },
    ];
    const told = deleters([unseen], before);
    expect(told).toStrictEqual([{ caller: expect.any(String) as unknown, at: now }, before[0]]);
    expect(told[0]?.caller).toContain(jane.objectId);
    const many = Array.from({ length: 600 }, (_, n) => ({ caller: `c${n}`, at: now }));
    expect(deleters([unseen], many)).toHaveLength(500);
  });

  it.each<[string, AlertDraft]>([
    ["whose deletes were of links that were seen", alert("deleted", { actors: { deleter } })],
    ["whom no alert names", alert("deleted-unseen")],
    ["who is named as another", alert("deleted-unseen", { actors: { caller: deleter } })],
  ])("is nobody %s", (_, one) => {
    expect(deleters([one])).toStrictEqual([]);
  });
});

it("Create signals that were told without a VM are remembered while they wait, each once", () => {
  const signals = [aSignal("event-1"), aSignal("event-2")];
  const operations = ["event-1", "event-3"].map((eventId) => ({
    eventId,
    reportedAt: now,
    correlationId: undefined,
  }));
  const creator = { kind: "known", caller: jane, operations } as const;
  const told = (alerts: readonly AlertDraft[], toldUnnamed: readonly string[] = []) =>
    rowAfter({ watched: { signals }, host: { toldUnnamed } }, { alerts }).toldUnnamed;
  expect(
    told([alert("created-unnamed", { actors: { creator } })], ["event-2", "event-0", "event-1"]),
  ).toStrictEqual(["event-2", "event-1"]);
  expect(told([alert("created-unnamed", { actors: { creator } })])).toStrictEqual(["event-1"]);
  expect(told([alert("created", { actors: { creator } })])).toStrictEqual([]);
  expect(
    told([alert("created-unnamed", { actors: { creator: { kind: "ambiguous", candidates: [] } } })]),
  ).toStrictEqual([]);
  expect(told([alert("created-unnamed", { actors: {} }), alert("created-unnamed")])).toStrictEqual([]);
  const many = Array.from({ length: 600 }, (_, n) => aSignal(`e${n}`));
  const all = many.map(({ eventId }) => eventId);
  expect(rowAfter({ watched: { signals: many }, host: { toldUnnamed: all } }).toldUnnamed).toStrictEqual(
    all.slice(0, 500),
  );
});

describe("Why a bastion cannot be read", () => {
  const before = {
    why: "before",
    since: ago(minutes(7)),
    told: false,
    toldLoud: false,
    gone: false,
    partly: false,
  };
  const trouble = (
    observation: Observation,
    unreadable?: HostState["unreadable"],
    alerts: readonly AlertDraft[] = [],
  ) => rowAfter({ observation, host: { unreadable } }, { alerts }).unreadable;
  const why = "because";

  it("is what Azure says, since it first did, and whether the bastion is gone", () => {
    const fresh = { why, since: now, told: false, toldLoud: false, partly: false };
    expect(trouble(refused("forbidden"))).toStrictEqual({ ...fresh, gone: false });
    expect(trouble(refused("gone"))).toStrictEqual({ ...fresh, gone: true });
    expect(trouble(refused("gone"), before)).toStrictEqual({ ...fresh, since: before.since, gone: true });
  });

  it("is what a list says that is not complete, since such a list first came", () => {
    const broken = (problems: readonly string[]) =>
      listed({ listing: { links: [], holes: [], complete: false, problems } });
    const partly = { why: "page 2", since: now, told: false, toldLoud: false, gone: false, partly: true };
    expect(trouble(broken(["page 2", "page 3"]), before)).toStrictEqual(partly);
    expect(trouble(broken([]))).toStrictEqual({ ...partly, why: "" });
    expect(trouble(broken(["page 2"]), { ...before, partly: true })).toStrictEqual({
      ...partly,
      since: before.since,
    });
  });

  it("is nothing any more with a complete list, and as before where nobody looked", () => {
    expect(trouble(listed(), before)).toBeUndefined();
    expect(trouble({ kind: "not-looked" }, before)).toBe(before);
  });

  it.each(["unreadable", "read-partly", "bastion-deleted"] as const)(
    "was told with an alert %s, or before",
    (kind) => {
      expect(trouble(refused("forbidden"), before, [alert("created"), alert(kind)])?.told).toBe(true);
      expect(trouble(refused("forbidden"), { ...before, told: true })?.told).toBe(true);
      expect(trouble(refused("forbidden"), before, [alert("created")])?.told).toBe(false);
      const high = [alert(kind, { severity: "high" })];
      expect(trouble(refused("forbidden"), before, high)?.toldLoud).toBe(true);
      expect(trouble(refused("forbidden"), { ...before, toldLoud: true })?.toldLoud).toBe(true);
      expect(trouble(refused("forbidden"), before, [alert(kind)])?.toldLoud).toBe(false);
    },
  );
});
