import { describe, expect, it } from "vitest";
import {
  countedAfter,
  heldRevocations,
  takenBack,
  throughBreaker,
} from "../../../../../src/core/domain/decide/links/breaker.ts";
import { enforce } from "../../../../../src/core/domain/decide/links/enforce.ts";
import type { TrackedLink } from "../../../../../src/core/domain/links/link.ts";
import { after, hours, minutes, seconds } from "../../../../../src/core/domain/time.ts";
import { at } from "../../../../memory/clock.ts";
import { aLink, anId, anIntent, anOwnDelete, vmId } from "../../../../memory/samples.ts";
import { situation, type Given } from "../situations.ts";

const now = at("2026-11-21T20:00:00Z");
const policy = {
  rules: [
    { name: "low", match: { vm: "**/vm-low" }, severity: "low" },
    { name: "high", match: { vm: "**/vm-high" }, severity: "high" },
    { name: "rest" },
  ],
  maxRevocationsPerHour: 2,
};
const due = (id: string, changes: Partial<TrackedLink> = {}) => ({ link: aLink(id, changes) });
const demanded = { at: now, by: "olga", objectId: "o", why: "leaked" };
const names = (items: readonly { readonly link: TrackedLink }[]) =>
  items.map(({ link }) => link.linkId.replace(/a*$/, ""));
const through = (items: readonly { readonly link: TrackedLink }[], host: NonNullable<Given["host"]> = {}) => {
  const { allowed, held } = throughBreaker(items, situation({ now, policy, host }));
  return { allowed: names(allowed), held: names(held) };
};
const some = (count: number, changes: Partial<TrackedLink> = {}) =>
  Array.from({ length: count }, (_, n) => due(String.fromCharCode(98 + n), changes));

describe("The breaker lets go", () => {
  it("forbidden links first, then the loudest, then those that were due first", () => {
    const later = { deadline: at("2026-11-21T17:00:00Z") };
    const links = [
      due("b", { vmId: vmId("vm-low") }),
      due("c", later),
      due("d"),
      due("e", { vmId: vmId("vm-high"), ...later }),
      due("f", { allowed: false, vmId: vmId("vm-low"), ...later }),
      due("g", { allowed: false, ...later }),
    ];
    expect(through(links)).toStrictEqual({ allowed: ["g", "f"], held: ["e", "d", "c", "b"] });
  });

  it("five more that are forbidden than of others", () => {
    expect(through(some(8, { allowed: false })).held).toStrictEqual(["i"]);
    expect(through(some(3)).held).toStrictEqual(["d"]);
    const both = [...some(4), due("x", { allowed: false }), due("y", { allowed: false })];
    expect(through(both).allowed).toStrictEqual(["x", "y"]);
  });

  it("whatever was counted within the hour, and what a person asked for, for nothing", () => {
    const recentRevocations = [
      { linkId: anId("b"), at: after(now, -minutes(59)) },
      { linkId: anId("b"), at: after(now, -minutes(1)) },
      { linkId: anId("c"), at: after(now, -hours(1)) },
    ];
    expect(through([...some(4), due("x", { demanded })], { recentRevocations })).toStrictEqual({
      allowed: ["b", "x", "c"],
      held: ["d", "e"],
    });
  });

  it.each`
    until                         | held
    ${"2026-11-21T20:00:00.001Z"} | ${0}
    ${"2026-11-21T20:00:00.000Z"} | ${1}
  `(
    "all of them until an operator's release ends, at $until: $held stay",
    ({ until, held }: { until: string; held: number }) => {
      expect(through(some(3), { breakerReleasedUntil: at(until) }).held).toHaveLength(held);
    },
  );
});

describe("What the breaker counts", () => {
  it("is each link that was asked to go within the hour, but for what a person asked for", () => {
    const recent = [
      { linkId: anId("b"), at: after(now, 1 - hours(1)) },
      { linkId: anId("c"), at: after(now, -hours(1)) },
    ];
    const links = [aLink("d"), aLink("x", { demanded })];
    const given = situation({ now, links, host: { recentRevocations: recent } });
    expect(countedAfter([anId("d"), anId("x"), anId("y")], given)).toStrictEqual([
      recent[0],
      { linkId: anId("d"), at: now },
      { linkId: anId("y"), at: now },
    ]);
  });

  it("is none of what Azure refused, of that moment", () => {
    const counted = [
      { linkId: anId("b"), at: now },
      { linkId: anId("b"), at: after(now, -1) },
      { linkId: anId("c"), at: now },
      { linkId: undefined, at: now },
    ];
    expect(takenBack({ recentRevocations: counted }, [anId("b")], now)).toStrictEqual(counted.slice(1));
  });
});

describe("What the breaker holds", () => {
  it("is told with the pace that holds it", () => {
    const links = some(2).map(({ link }) => link);
    expect(heldRevocations(links, situation({ now, policy }))).toMatchObject([
      {
        kind: "revocations-held",
        links: [{ linkId: anId("b") }, { linkId: anId("c") }],
        notes: [{ kind: "held", perHour: 2 }],
        facts: [
          {
            at: now,
            kind: "revocations-held",
            links: [{ linkId: anId("b") }, { linkId: anId("c") }],
            data: { perHour: 2 },
          },
        ],
      },
    ]);
    expect(heldRevocations([], situation({ now, policy }))).toStrictEqual([]);
  });

  it("is judged again ten minutes later, and stays as it is", () => {
    const notice = { at: now, end: aLink("b").deadline, enforced: true };
    const links = [aLink("b", { notice, allowed: false }), aLink("c", { notice })];
    const host = { recentRevocations: [1, 2].map(() => ({ linkId: undefined, at: now })) };
    const step = enforce(links, situation({ now, links, policy, host }));
    expect(step.revoke).toStrictEqual([anId("b")]);
    expect(step.links[1]).toBe(links[1]);
    expect(step.facts).toMatchObject([{ kind: "revoke-requested", links: [{ linkId: anId("b") }] }]);
    expect(step.held).toStrictEqual([links[1]]);
    expect(step.looks.at(-1)).toBe(after(now, minutes(10)));
  });
});

describe("A link that a person asked to go", () => {
  const link = aLink("b", { demanded, deadline: at("2026-11-22T08:00:00Z") });
  const step = (changes: Partial<TrackedLink> = {}, given: Partial<Given> = {}) => {
    const links = [{ ...link, ...changes }];
    return enforce(links, situation({ now, links, policy, ...given }));
  };

  it("goes at once, before its end and where nothing is enforced, and the fact says at whose demand", () => {
    for (const given of [{}, { mode: "observe" as const }]) {
      const { revoke, facts } = step({}, given);
      expect(revoke).toStrictEqual([link.linkId]);
      expect(facts).toMatchObject([{ kind: "revoke-requested", data: { attempt: 1, demandedBy: "olga" } }]);
    }
  });

  it("goes in the transaction after the one that announces it", () => {
    const unheard = step({ announced: false });
    expect([unheard.revoke, unheard.looks, unheard.facts].flat()).toStrictEqual([]);
    const heard = enforce([link], situation({ now, links: [{ ...link, announced: false }], policy }));
    expect([heard.revoke, heard.looks]).toStrictEqual([[], [after(now, seconds(1))]]);
  });

  it("is asked for again once the asking is over, and never given back", () => {
    const intent = anIntent({ leaseUntil: now, attempts: 3, correlationIds: ["x"] });
    const again = step({ intent });
    expect(again.revoke).toStrictEqual([link.linkId]);
    expect(again.links[0]).toMatchObject({
      status: "revoke-failed",
      intent: {
        askedAt: now,
        attempts: 4,
        leaseUntil: after(now, minutes(15)),
        correlationIds: ["x", expect.any(String)],
      },
    });
    expect(again.facts).toMatchObject([
      { kind: "revoke-requested", data: { attempt: 4, demandedBy: "olga" } },
    ]);
    const waiting = step({ intent: { ...intent, leaseUntil: after(now, 1) } });
    expect([waiting.revoke, waiting.facts].flat()).toStrictEqual([]);
  });

  it("keeps the ids of the last thirty askings", () => {
    const correlationIds = Array.from({ length: 30 }, (_, n) => `id-${n}`);
    const kept = step({ intent: anIntent({ leaseUntil: now, correlationIds }) }).links[0]?.intent
      ?.correlationIds;
    expect(kept?.slice(0, 29)).toStrictEqual(correlationIds.slice(1));
    expect(kept).toHaveLength(30);
  });
});

describe("A link that was asked to go, and is not due any more", () => {
  const deadline = after(now, 1);
  const notice = { at: now, end: deadline, enforced: true };
  const step = (changes: Partial<TrackedLink>) => {
    const intent = anIntent({ leaseUntil: now });
    const links = [aLink("b", { deadline, notice, intent, status: "revoking", ...changes })];
    return enforce(links, situation({ now, links, host: { ownDeletes: [anOwnDelete("refused")] } })).links[0];
  };

  it("begins again with a notice once the asking is over", () => {
    expect(step({})).toMatchObject({ status: "open", intent: undefined, notice: undefined });
  });

  it.each<[string, Partial<TrackedLink>]>([
    ["the asking is under way", { intent: anIntent({ leaseUntil: after(now, 1) }) }],
    ["it is due", { deadline: now }],
  ])("does not while %s", (_, changes) => {
    expect(step(changes)?.intent).toBeDefined();
  });
});

describe("A link that nothing is enforced on", () => {
  const link = aLink("b", {
    notice: { at: now, end: aLink("b").deadline, enforced: false },
    enforced: false,
  });
  const step = (changes: Partial<TrackedLink> = {}) => {
    const links = [{ ...link, ...changes }];
    return enforce(links, situation({ now, links, mode: "observe" }));
  };

  it("is told once, past its end, as one that would be revoked, and not looked at again for that", () => {
    const first = step();
    expect(first.links).toStrictEqual([
      { ...link, wouldRevokeToldAt: now, notice: { at: now, end: link.deadline, enforced: false } },
    ]);
    expect(first.alerts.map(({ kind }) => kind)).toStrictEqual(["would-revoke"]);
    expect(first.looks).toStrictEqual([]);
    const again = step({ wouldRevokeToldAt: now });
    expect([again.alerts, again.facts, again.looks].flat()).toStrictEqual([]);
    expect(
      step({ deadline: after(now, 5), notice: { at: now, end: now, enforced: false } }).looks,
    ).toStrictEqual([after(now, 5)]);
  });
});

describe("The facts of a look", () => {
  it("are one for links that were warned alike, and tell of those whose creator decides", () => {
    const attribution = { kind: "unknown", searched: "creation" } as const;
    const decides = {
      rules: [
        { name: "olga may", match: { creator: "olga" } },
        { name: "never", allow: false },
      ],
    };
    const links = [
      aLink("b", { attribution }),
      aLink("c", { attribution, allowed: false }),
      aLink("d", { attribution }),
    ];
    const { facts } = enforce(links, situation({ now, links, policy: decides }));
    expect(
      facts.map(({ kind, data, links: about }) => [kind, data, about.map(({ linkId }) => linkId)]),
    ).toStrictEqual([
      ["link-warned", {}, [anId("b"), anId("d")]],
      ["link-warned", { byCreator: true }, [anId("c")]],
    ]);
  });

  it("are one for links that were asked to go as often", () => {
    const notice = { at: now, end: aLink("b").deadline, enforced: true };
    const again = { notice, intent: anIntent({ leaseUntil: now, attempts: 1 }) };
    const links = [aLink("b", { notice }), aLink("c", again), aLink("d", { notice })];
    const step = enforce(links, situation({ now, links }));
    expect(step.facts.map(({ data, links: about }) => [data, about.length])).toStrictEqual([
      [{ attempt: 1 }, 2],
      [{ attempt: 2 }, 1],
    ]);
    expect(step.links.map(({ status }) => status)).toStrictEqual(["revoking", "revoke-failed", "revoking"]);
  });
});
