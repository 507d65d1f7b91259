import { describe, expect, it } from "vitest";
import { decide } from "../../../../src/core/domain/decide/decide.ts";
import {
  concat,
  factsOn,
  groupBy,
  isEnforced,
  judgedBy,
  knownCaller,
  namedIn,
  noStep,
  signalsOf,
  spellsOn,
  verdictOn,
  type Step,
} from "../../../../src/core/domain/decide/situation.ts";
import { days } from "../../../../src/core/domain/time.ts";
import { at } from "../../../memory/clock.ts";
import { aClosedLink, aLink, aSignal, jane, vmId } from "../../../memory/samples.ts";
import { situation } from "./situations.ts";

const now = at("2026-11-21T09:00:00Z");
const link = aLink("a");

describe("Steps", () => {
  const step = (name: string): Step => ({
    ...{ close: [aClosedLink(aLink(name))], spent: [aSignal(name)], looks: [at("2026-11-21T09:00:00Z")] },
    ...{ alerts: [{ kind: "test", severity: "low", at: now, notes: [] }], revoke: [aLink(name).linkId] },
    facts: [{ at: now, kind: "link-seen", links: [], actor: undefined, data: { name } }],
  });

  it("are one with what each adds, in their order", () => {
    const [one, other] = [step("one"), step("other")];
    expect(concat([one, noStep, other])).toStrictEqual({
      ...{ close: [...one.close, ...other.close], spent: [...one.spent, ...other.spent] },
      ...{ facts: [...one.facts, ...other.facts], alerts: [...one.alerts, ...other.alerts] },
      ...{ revoke: [...one.revoke, ...other.revoke], looks: [...one.looks, ...other.looks] },
    });
  });

  it("that add nothing are none", () => {
    expect(concat([])).toStrictEqual(noStep);
    expect(noStep).toStrictEqual({ close: [], spent: [], facts: [], alerts: [], revoke: [], looks: [] });
  });
});

it("Signals are those of the operations that are asked for, in their order", () => {
  const signals = [aSignal("a", { operation: "read" }), aSignal("b", { operation: "delete" }), aSignal("c")];
  const where = situation({ now, watched: { signals } });
  expect(signalsOf(where, "create", "read").map(({ eventId }) => eventId)).toStrictEqual(["a", "c"]);
  expect(signalsOf(where)).toStrictEqual([]);
});

describe("The verdict on a link", () => {
  const policy = {
    rules: [{ name: "prod", match: { tags: { environment: "prod" } }, allow: false }, { name: "rest" }],
  };
  const allowed = (tags: Record<string, string> | undefined, known?: Record<string, string | null>) =>
    verdictOn(
      { ...link, tags: known },
      {
        ...situation({ now, policy }),
        vms: new Map(tags && [[link.vmId.toLowerCase(), { vmId: link.vmId, tags }]]),
      },
    ).allowed;

  it("goes by the tags that its VM has now, or had when they were last known", () => {
    expect(allowed({ environment: "prod" })).toBe(false);
    expect(allowed({}, { environment: "prod" })).toBe(true);
    expect(allowed(undefined, { environment: "prod" })).toBe(false);
    expect(allowed(undefined, { environment: null })).toBe(true);
    expect(allowed(undefined)).toBe(true);
  });

  it("is asked for once a link, and again where its VM has other tags", () => {
    const tags = { environment: "prod" };
    const vms = new Map([[link.vmId.toLowerCase(), { vmId: link.vmId, tags }]]);
    const where = { ...situation({ now, policy }), vms, judged: new WeakMap() };
    const first = verdictOn(link, where);
    expect(verdictOn(aLink("b", { attribution: link.attribution }), where)).toBe(first);
    expect(verdictOn({ ...link, vmId: vmId("vm-2") }, where).allowed).toBe(true);
    expect(verdictOn(link, { ...where, vms: new Map() }).allowed).toBe(true);
    expect(verdictOn(link, where).allowed).toBe(false);
  });

  it("forbids it with its VM's lifetime spent, unless somebody gave more", () => {
    const spent = { usedBefore: { window: days(30), length: days(10) } };
    const given = { until: now, by: "olga", objectId: "o", why: "w" };
    const ending = {
      rules: [
        { name: "r", validUntil: "2026-11-21T10:00Z" },
        { name: "rest", maxLifetime: "P20D" },
      ],
    };
    const where = situation({ now, policy: ending });
    const is = (changes: object) => verdictOn({ ...link, ...changes }, where).allowed;
    expect([is({}), is(spent), is({ ...spent, given })]).toStrictEqual([true, false, true]);
    expect(is({ usedBefore: { window: days(30), length: days(10) - 1 } })).toBe(true);
    const spells = [...spellsOn({ ...link, ...spent }, where)];
    expect(spells.map(({ verdict }) => [verdict.rule, verdict.allowed])).toStrictEqual([
      ["r", false],
      ["rest", true],
    ]);
  });

  it.each([
    ["enforce", "enforce", true],
    ["enforce", "observe", false],
    ["observe", "enforce", false],
  ] as const)("is enforced where setting %s and rule %s say so: %s", (mode, ruled, enforced) => {
    const where = situation({ now, mode, policy: { rules: [{ name: "it", mode: ruled, allow: false }] } });
    const verdict = verdictOn(link, where);
    expect(isEnforced(verdict, where)).toBe(enforced);
    expect(judgedBy(verdict, where)).toMatchObject({ rule: "it", allowed: false, enforced });
  });
});

describe("A fact about links", () => {
  const fact = { at: now, kind: "link-warned", actor: undefined, data: { why: "so" } } as const;

  it("names each with its life, VM, date, deadline and rule", () => {
    const { linkId, life, vmId: vm, createdAt, deadline, rule } = link;
    expect(factsOn([link], fact)).toMatchObject([
      { ...fact, links: [{ linkId, life, vmId: vm, createdAt, deadline, rule }] },
    ]);
  });

  it("names the rules that tighten it, where there are some", () => {
    const [fact_] = factsOn([{ ...link, tightenedBy: ["tagged"] }, link], fact);
    expect(fact_?.links.map((one) => one.tightenedBy)).toStrictEqual([["tagged"], undefined]);
    expect(fact_?.links[1]).not.toHaveProperty("tightenedBy");
  });

  it("names who did it, or all who may have", () => {
    const candidates = [jane];
    expect(namedIn(link.attribution)).toStrictEqual({ actor: jane });
    expect(namedIn({ kind: "unknown", searched: "creation" })).toStrictEqual({ actor: undefined });
    expect(namedIn({ kind: "ambiguous", candidates })).toStrictEqual({ actor: undefined, candidates });
    expect(namedIn({ kind: "ambiguous", candidates, others: true })).toStrictEqual({
      ...{ actor: undefined, candidates, others: true },
    });
  });

  it("is none about none", () => {
    expect(factsOn([], fact)).toStrictEqual([]);
  });
});

it("Only one caller who is known is one", () => {
  expect(knownCaller(link.attribution)).toBe(jane);
  expect(knownCaller({ kind: "ambiguous", candidates: [jane] })).toBeUndefined();
  expect(knownCaller({ kind: "unknown", searched: "creation" })).toBeUndefined();
});

it("Groups come in the order of their first members", () => {
  expect(groupBy(["b1", "a1", "b2", "c1", "a2"], ([letter = ""]) => letter)).toStrictEqual([
    ["b1", "b2"],
    ["a1", "a2"],
    ["c1"],
  ]);
  expect(groupBy([], String)).toStrictEqual([]);
});

it("A link that stays as it was costs no row", () => {
  const known = decide(situation({ now, links: [link] })).put;
  const again = situation({ now, links: known.length > 0 ? known : [link] });
  expect(decide(again).put).toStrictEqual([]);
  const moved = { ...link, vmId: vmId("vm-moved") };
  expect(decide(situation({ now, links: [moved], listed: [] })).put).toHaveLength(1);
});
