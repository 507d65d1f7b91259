import { describe, expect, it } from "vitest";
import type { Caller, Signal } from "../../../../../src/core/domain/attribution/signal.ts";
import { followedBy, isProvenAbsent } from "../../../../../src/core/domain/decide/signals/absence.ts";
import {
  createsTold,
  leftoverSignals,
} from "../../../../../src/core/domain/decide/signals/leftover-signals.ts";
import type { Naming } from "../../../../../src/core/domain/decide/signals/name-creators.ts";
import { noStep, type Situation, type Step } from "../../../../../src/core/domain/decide/situation.ts";
import type { PastLink, TrackedLink } from "../../../../../src/core/domain/links/link.ts";
import type { Observation } from "../../../../../src/core/domain/links/observation.ts";
import { after, hours, minutes, seconds, type Milliseconds } from "../../../../../src/core/domain/time.ts";
import { at } from "../../../../memory/clock.ts";
import { aLink, anId, anOwnDelete, aSignal, jane, vmId } from "../../../../memory/samples.ts";
import { listedOf, situation, type Given } from "../situations.ts";

const now = at("2026-11-21T12:00:00Z");
const person = (name: string): Caller => ({ ...jane, kind: "user", objectId: name, userPrincipalName: name });
const nameless = { ...person("x"), objectId: undefined, userPrincipalName: undefined, name: undefined };
/** Received so long ago, two seconds after its operation had ended. */
const signal = (
  eventId: string,
  operation: Signal["operation"],
  ago: Milliseconds,
  changes: Partial<Signal> = {},
): Signal =>
  aSignal(eventId, {
    ...{ operation, receivedAt: after(now, -ago), occurredAt: after(now, -ago - seconds(2)) },
    ...{ caller: person("ann") },
    ...changes,
  });
const naming = (changes: Partial<Naming> = {}): Naming => ({
  ...{ links: [], vanished: [], before: new Map(), unsettled: new Set() },
  ...{ waiting: [], explained: [], past: [], late: [], leftOver: [] },
  ...changes,
});
const left = (one: Signal, creator = person("ann")) =>
  ({
    signal: one,
    creator: {
      kind: "known",
      caller: creator,
      eventId: one.eventId,
      reportedAt: one.occurredAt,
      correlationId: undefined,
    },
  }) as const;

const explained = (
  signals: readonly Signal[],
  {
    links = [],
    given = {},
    ...changes
  }: Partial<Omit<Naming, "links">> & {
    readonly links?: readonly TrackedLink[];
    readonly given?: Partial<Given>;
  } = {},
): Step => {
  const { past, ...step } = leftoverSignals(
    { open: links, past: [], naming: naming(changes) },
    situation({ now, links, ...given, watched: { signals } }),
  );
  expect(past).toStrictEqual([]);
  return step;
};
const ids = (signals: readonly Signal[]) => signals.map(({ eventId }) => eventId);
const facts = (step: Step) => step.facts.map(({ kind, data }) => `${kind} ${String(data["eventId"])}`);
const alerts = (step: Step) =>
  step.alerts.map(({ kind, severity, notes = [] }) => [kind, severity, ...notes]);

describe("A create that Azure refused", () => {
  const [one, two, other] = [
    signal("1", "create-failed", 0, { correlationId: "c-1" }),
    signal("2", "create-failed", 0),
    signal("3", "create-failed", 0, { caller: person("bob") }),
  ];

  it("is one alert a caller, a fact each, and spent", () => {
    const step = explained([one, two, other]);
    expect(step.alerts).toStrictEqual([
      {
        ...{ kind: "create-failed", severity: "low", at: now },
        actors: {
          caller: {
            ...{ kind: "known", caller: person("ann") },
            operations: [{ eventId: "1", reportedAt: one.occurredAt, correlationId: "c-1" }],
          },
        },
        notes: [{ kind: "create-refused", times: 2 }],
      },
      expect.objectContaining({ notes: [{ kind: "create-refused", times: 1 }] }),
    ]);
    expect(step.facts[0]).toStrictEqual({
      ...{ at: now, kind: "create-failed", links: [], actor: person("ann") },
      data: { eventId: "1", correlationId: "c-1", occurredAt: one.occurredAt },
    });
    expect(facts(step)).toStrictEqual(["create-failed 1", "create-failed 2", "create-failed 3"]);
    expect(ids(step.spent)).toStrictEqual(["1", "2", "3"]);
  });
});

describe("Whoever reads the list", () => {
  const read = (caller: Caller) => signal("r", "read", 0, { caller });
  const link = aLink("a");

  it("is told, with a fact, and spent", () => {
    const step = explained([read(person("bob")), read(person("bob"))], { links: [link] });
    expect(alerts(step)).toStrictEqual([["links-read", "low", { kind: "list-read", times: 2 }]]);
    expect(facts(step)).toStrictEqual(["links-read-by-other r", "links-read-by-other r"]);
    expect(ids(step.spent)).toStrictEqual(["r", "r"]);
  });

  it.each<[string, Caller, Partial<Given>, number]>([
    ["who made all that is open", jane, {}, 0],
    ["who made all that is listed of a list that breaks off", jane, { complete: false }, 1],
    [
      "who was told within the hour",
      person("bob"),
      { host: { toldReaders: [{ caller: "bob", at: after(now, 1 - hours(1)) }] } },
      0,
    ],
    [
      "who was told an hour ago",
      person("bob"),
      { host: { toldReaders: [{ caller: "bob", at: after(now, -hours(1)) }] } },
      1,
    ],
    ["where another was told", person("bob"), { host: { toldReaders: [{ caller: "ann", at: now }] } }, 1],
    [
      "whom nothing identifies, as another was told",
      nameless,
      { host: { toldReaders: [{ caller: "unnamed", at: now }] } },
      0,
    ],
  ])("is a fact in any case: one %s", (_, caller, given, told) => {
    const step = explained([read(caller)], { links: [link], given });
    expect(step.alerts).toHaveLength(told);
    expect(facts(step)).toStrictEqual(["links-read-by-other r"]);
  });

  it("is no creator only because he may have made one of the links", () => {
    const among = aLink("a", { attribution: { kind: "ambiguous", candidates: [jane, person("bob")] } });
    expect(explained([read(jane)], { links: [among] }).alerts).toHaveLength(1);
  });

  it("is told although one of the links is his, where another is open", () => {
    const others = aLink("b", { attribution: left(signal("c", "create", 0)).creator });
    expect(explained([read(jane)], { links: [link, others] }).alerts).toHaveLength(1);
  });
});

describe("A delete that no link explains", () => {
  it.each`
    ago               | spent
    ${minutes(2)}     | ${["d"]}
    ${minutes(2) - 1} | ${[]}
  `(
    "waits for its link, and is a fact $ago ms after it arrived: $spent",
    ({ ago, spent }: { ago: number; spent: unknown }) => {
      const step = explained([signal("d", "delete", ago)]);
      expect(ids(step.spent)).toStrictEqual(spent);
      expect(facts(step)).toStrictEqual(step.spent.map(({ eventId }) => `delete-reported ${eventId}`));
    },
  );

  it("is of a create that is gone at once, and says whether it was ours", () => {
    const create = signal("c", "create", minutes(2));
    const deleted = signal("d", "delete", seconds(1));
    const step = explained([create, deleted], { leftOver: [left(create)] });
    expect(facts(step)).toStrictEqual(["links-gone-before-seen c", "delete-reported d"]);
    expect(step.facts[1]?.data).toStrictEqual({
      ...{ eventId: "d", correlationId: undefined, oursBy: undefined, suspicion: undefined },
      occurredAt: deleted.occurredAt,
    });
    const ours = signal("d", "delete", minutes(2), {
      ...{ correlationId: "11111111-0000-4000-8000-00000000c0de", occurredAt: at("2026-11-21T11:58:00Z") },
    });
    const host = { ownDeletes: [{ ...anOwnDelete("accepted"), at: at("2026-11-21T11:57:58Z") }] };
    expect(explained([ours], { given: { host } }).facts[0]?.data).toMatchObject({ oursBy: "id" });
  });
});

it("A change of the host is spent", () => {
  const signals = [signal("w", "host-write", 0), signal("d", "host-delete", 0)];
  expect(explained(signals)).toStrictEqual({ ...noStep, spent: signals });
});

describe("A create whose links are gone", () => {
  const create = signal("c", "create", minutes(2));

  it("is one alert with who made and who deleted them, and a fact", () => {
    const deletes = [
      signal("d0", "delete", minutes(3), { caller: person("eve") }),
      signal("d", "delete", minutes(1), { caller: person("bob") }),
    ];
    const step = explained([create, ...deletes], { leftOver: [left(create)] });
    expect(step.alerts.map(({ kind }) => kind)).toStrictEqual(["created-and-gone", "deleted-unseen"]);
    expect(step.alerts).toMatchObject([
      {
        ...{ kind: "created-and-gone", severity: "medium", at: now },
        actors: { creator: { caller: person("ann") }, deleter: { caller: person("bob") } },
        notes: [{ kind: "gone-before-seen", createdAt: create.occurredAt }],
      },
      { actors: { deleter: { caller: person("eve") } } },
    ]);
    expect(step.facts[0]).toMatchObject({ kind: "links-gone-before-seen", actor: person("ann") });
    const alone = explained([create], { leftOver: [left(create)] });
    expect(Object.keys(alone.alerts[0]?.actors ?? {})).toStrictEqual(["creator"]);
  });

  it("names all who may have made them", () => {
    const creator = { kind: "ambiguous", candidates: [person("ann"), person("bob")], others: true } as const;
    const [fact] = explained([create], { leftOver: [{ signal: create, creator }] }).facts;
    expect(fact).toMatchObject({ actor: undefined, candidates: creator.candidates, others: true });
  });

  it("is none yet while that is not proven", () => {
    const young = signal("c", "create", minutes(2) - 1);
    expect(explained([young], { leftOver: [left(young)] })).toStrictEqual(noStep);
  });
});

describe("A create whose link was closed before it was reported", () => {
  it("is told with whom people were told of, and a fact", () => {
    const create = signal("c", "create", 0);
    const step = explained([create], { late: [{ signal: create, told: ["bob"] }] });
    expect(step.alerts).toMatchObject([
      {
        ...{ kind: "creator-reported", severity: "low", actors: { creator: { caller: person("ann") } } },
        notes: [{ kind: "reported-after-close", createdAt: create.occurredAt, told: ["bob"] }],
      },
    ]);
    expect(facts(step)).toStrictEqual(["creator-reported c"]);
  });
});

describe("A create on a bastion that does not answer", () => {
  const busy: Observation = {
    kind: "unreadable",
    answer: { kind: "busy", why: "409", retryAfter: undefined },
  };
  const told = (ago: Milliseconds, given: Partial<Given> = {}) => {
    const create = signal("c", "create", ago);
    return alerts(explained([create], { leftOver: [left(create)], given: { observation: busy, ...given } }));
  };
  const alert = (ago: Milliseconds) => [
    ...["created-unnamed", "medium"],
    { kind: "not-yet-seen", createdAt: after(now, -ago - seconds(2)), why: "409" },
  ];

  it("is told after a minute, once", () => {
    expect(told(minutes(1))).toStrictEqual([alert(minutes(1))]);
    expect(told(minutes(1) - 1)).toStrictEqual([]);
    expect(told(minutes(1), { host: { toldUnnamed: ["c"] } })).toStrictEqual([]);
    expect(told(minutes(1), { host: { toldUnnamed: ["d"] } })).toHaveLength(1);
  });

  it("is not told so where the bastion is gone, or nobody looked", () => {
    const gone: Observation = { kind: "unreadable", answer: { kind: "gone", why: "404" } };
    expect(told(minutes(1), { observation: gone }).map(([kind]) => kind)).toStrictEqual(["created-and-gone"]);
    expect(told(minutes(1), { observation: { kind: "not-looked" } })).toStrictEqual([]);
  });
});

describe("A create is kept", () => {
  const create = signal("c", "create", minutes(10));
  const spent = (one: Signal, changes: Parameters<typeof explained>[1] = {}) =>
    ids(explained([one], changes).spent);

  it("for ten minutes, and longer while a list may hold its link", () => {
    expect(spent(create)).toStrictEqual(["c"]);
    expect(spent(signal("c", "create", minutes(10) - 1))).toStrictEqual([]);
    expect(spent(create, { given: { complete: false } })).toStrictEqual([]);
    expect(spent(create, { leftOver: [left(create)] })).toStrictEqual(["c"]);
    const notLooked = { observation: { kind: "not-looked" } } as const;
    expect(spent(create, { leftOver: [left(create)], given: notLooked })).toStrictEqual([]);
    expect(spent(create, { leftOver: [left(signal("e", "create", 0))] })).toStrictEqual(["c"]);
    expect(spent(create, { given: notLooked })).toStrictEqual([]);
  });

  it("longer while a list does not show it, and not where there is nothing to list", () => {
    const listing = { links: [], holes: [], complete: true, problems: [] };
    const off = { observation: { kind: "listed", listing, startedAt: now, featureOn: false } } as const;
    expect(spent(create, { given: off })).toStrictEqual([]);
    const unreadable = (kind: "gone" | "forbidden") =>
      ({ observation: { kind: "unreadable", answer: { kind, why: "x" } } }) as const;
    expect(spent(create, { given: unreadable("forbidden") })).toStrictEqual([]);
    expect(spent(create, { given: unreadable("gone") })).toStrictEqual(["c"]);
  });

  it.each`
    ages                                    | next
    ${[0]}                                  | ${seconds(5)}
    ${[seconds(5)]}                         | ${seconds(25)}
    ${[seconds(5) - 1]}                     | ${1}
    ${[seconds(30)]}                        | ${seconds(90)}
    ${[minutes(2)]}                         | ${undefined}
    ${[seconds(4), seconds(2)]}             | ${seconds(3)}
    ${[seconds(4), seconds(2), seconds(1)]} | ${seconds(4)}
    ${[seconds(4), seconds(1), seconds(0)]} | ${seconds(4)}
    ${[seconds(2), seconds(4)]}             | ${seconds(3)}
    ${[]}                                   | ${undefined}
  `(
    "and of some that arrived $ages ms ago the next look is $next ms ahead",
    ({ ages, next }: { ages: number[]; next?: number }) => {
      const waiting = ages.map((ago, index) => signal(`${index}`, "create", ago));
      expect(explained(waiting, { waiting }).looks).toStrictEqual(
        next === undefined ? [] : [after(now, next)],
      );
    },
  );
});

describe("Which creates were told as gone", () => {
  const step: Step = {
    ...noStep,
    facts: (["links-gone-before-seen", "link-seen"] as const).map((kind) => ({
      ...{ at: now, kind, links: [], actor: undefined, data: { eventId: kind === "link-seen" ? "2" : "1" } },
    })),
  };
  const past: PastLink = {
    ...{
      linkId: anId("p"),
      life: 1,
      vmKey: vmId("vm"),
      openedAt: now,
      closedAt: now,
      madeAfter: now,
      told: [],
    },
    ...{
      closedBy: "deleted-by-other",
      creates: [{ eventId: "7", beganAt: undefined, reportedAt: now, who: "x" }],
    },
  };

  it("is remembered as long as a signal, a link or a closed link remembers them", () => {
    const host = { toldCreates: ["1", "5", "event-1", "7"], past: [past] };
    const signals = [signal("1", "create", 0), signal("2", "create", 0), signal("5", "read", 0)];
    const given = situation({ now, links: [aLink("a")], host, watched: { signals } });
    expect(createsTold(given, step)).toStrictEqual(["1", "event-1", "7"]);
    const part: Situation = { ...situation({ now, host }), whole: given };
    expect(createsTold(part, step)).toStrictEqual(["1", "event-1", "7"]);
    expect(createsTold(situation({ now, watched: { signals } }), step)).toStrictEqual(["1"]);
  });
});

describe("That no link is left of a create is proven", () => {
  const create = (ago: Milliseconds) => signal("c", "create", ago);
  const proven = (
    one: Signal,
    given: Partial<Given> = {},
    more: Partial<Situation> = {},
    deletes: readonly Signal[] = [],
  ) =>
    isProvenAbsent(one, {
      ...situation({ now, ...given, watched: { signals: [one, ...deletes] } }),
      ...more,
    });
  const listedAt = (ago: Milliseconds, listing = {}): Partial<Given> => ({
    observation: {
      ...{ kind: "listed", startedAt: after(now, -ago), featureOn: undefined },
      listing: { links: [], holes: [], complete: true, problems: [], ...listing },
    },
  });

  it("by a complete list that began two minutes after it was heard of, or five seconds where a delete followed", () => {
    expect(proven(create(minutes(2)))).toBe(true);
    expect(proven(create(minutes(2) - 1))).toBe(false);
    expect(proven(create(minutes(3)), listedAt(minutes(1)))).toBe(true);
    expect(proven(create(minutes(3)), listedAt(minutes(1) + 1))).toBe(false);
    const deleted = signal("d", "delete", seconds(1));
    expect(proven(create(seconds(5)), {}, {}, [deleted])).toBe(true);
    expect(proven(create(seconds(5) - 1), {}, {}, [deleted])).toBe(false);
  });

  it("by no delete that came before it, and by one of that very moment", () => {
    const [one, before] = [create(seconds(5)), signal("d", "delete", seconds(6))];
    expect(followedBy(one, situation({ now, watched: { signals: [one, before] } }))).toStrictEqual([]);
    const then = { ...before, occurredAt: one.occurredAt };
    expect(followedBy(one, situation({ now, watched: { signals: [one, then] } }))).toStrictEqual([then]);
  });

  it("by no list that is not complete, holds an entry without a URL, or is a part", () => {
    const hole = listedOf(aLink("h"));
    expect(proven(create(minutes(9)), { complete: false })).toBe(false);
    expect(proven(create(minutes(9)), listedAt(0, { holes: [hole] }))).toBe(false);
    expect(proven(create(minutes(9)), {}, { isPart: true })).toBe(false);
    expect(proven(create(minutes(9)), { observation: { kind: "not-looked" } })).toBe(false);
  });

  it("at once where the bastion is gone, and not where it cannot be read", () => {
    const unreadable = (kind: "gone" | "forbidden") =>
      ({ observation: { kind: "unreadable", answer: { kind, why: "x" } } }) as const;
    expect(proven(create(0), unreadable("gone"))).toBe(true);
    expect(proven(create(minutes(9)), unreadable("forbidden"))).toBe(false);
  });
});
