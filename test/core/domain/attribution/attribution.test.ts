import { describe, expect, it } from "vitest";
import { mayBeCreator } from "../../../../src/core/domain/attribution/actor.ts";
import {
  attribute,
  candidatesOf,
  candidateText,
  deedsOf,
  peopleIn,
  whoKey,
  type Attribution,
} from "../../../../src/core/domain/attribution/attribution.ts";
import {
  callerKey,
  callerName,
  isSameCaller,
  namesOf,
  peopleKey,
  sharedRow,
  type Caller,
  type Signal,
} from "../../../../src/core/domain/attribution/signal.ts";
import { at } from "../../../memory/clock.ts";
import { aSignal, jane } from "../../../memory/samples.ts";

const bob: Caller = {
  ...jane,
  kind: "user",
  objectId: "33333333-0000-4000-8000-000000000008",
  userPrincipalName: "bob@contoso.example",
};
const nameless: Caller = {
  ...jane,
  kind: "unknown",
  objectId: undefined,
  userPrincipalName: undefined,
  name: undefined,
};

describe("Signals that fit", () => {
  it("and are none leave the actor unknown", () => {
    expect(attribute([])).toStrictEqual({
      kind: "unknown",
      searched: "creation",
    });
  });

  it("and are one name its caller", () => {
    const signal = aSignal("event-7", { correlationId: "c-7", caller: bob });
    expect(attribute([signal])).toStrictEqual({
      kind: "known",
      caller: bob,
      eventId: "event-7",
      reportedAt: at("2026-11-21T08:00:02Z"),
      correlationId: "c-7",
    });
  });

  it("and are of one caller, however cased, name that caller by the first", () => {
    const upper = { ...bob, objectId: "33333333-0000-4000-8000-000000000008".toUpperCase() };
    expect(attribute([aSignal("one", { caller: bob }), aSignal("two", { caller: upper })])).toMatchObject({
      kind: "known",
      eventId: "one",
    });
  });

  it("and are of two callers name neither", () => {
    const reportedAt = at("2026-11-21T08:00:02Z");
    expect(attribute([aSignal("one"), aSignal("two", { caller: bob })])).toStrictEqual({
      kind: "ambiguous",
      candidates: [
        { ...jane, operations: [{ eventId: "one", reportedAt, correlationId: undefined }] },
        { ...bob, operations: [{ eventId: "two", reportedAt, correlationId: undefined }] },
      ],
    });
  });

  it("and are of callers without any name are not taken for one person", () => {
    expect(attribute([aSignal("one", { caller: nameless }), aSignal("two", { caller: nameless })]).kind).toBe(
      "ambiguous",
    );
  });
});

describe("Operations of several callers", () => {
  const reported = (eventId: string, time: string, caller = jane) => ({
    ...{ eventId, reportedAt: at(`2026-11-21T${time}Z`), correlationId: undefined, caller },
  });
  const of = (...events: readonly string[]) =>
    events.map((eventId) => ({ eventId, reportedAt: at("2026-11-21T08:00:02Z"), correlationId: undefined }));

  it("are told by caller, in the order in which they ended, and then by id", () => {
    const [first, second] = [at("2026-11-21T08:00:01Z"), at("2026-11-21T08:00:02Z")];
    const began = { ...reported("b", "08:00:02"), beganAt: first };
    const deeds = [
      reported("c", "08:00:02"),
      began,
      reported("a", "08:00:02", bob),
      reported("d", "08:00:01"),
    ];
    const candidates = [
      {
        ...jane,
        operations: [
          { eventId: "d", reportedAt: first, correlationId: undefined },
          { eventId: "b", beganAt: first, reportedAt: second, correlationId: undefined },
          { eventId: "c", reportedAt: second, correlationId: undefined },
        ],
      },
      { ...bob, operations: of("a") },
    ];
    expect(candidatesOf(deeds)).toStrictEqual({ kind: "ambiguous", candidates });
    expect(candidatesOf(deeds, true)).toStrictEqual({ kind: "ambiguous", candidates, others: true });
    expect(deedsOf({ kind: "ambiguous", candidates: [...candidates, nameless] })).toStrictEqual([
      reported("d", "08:00:01"),
      began,
      reported("c", "08:00:02"),
      reported("a", "08:00:02", bob),
    ]);
    expect(deedsOf({ kind: "known", ...began })).toStrictEqual([began]);
    expect(deedsOf({ kind: "unknown", searched: "creation" })).toStrictEqual([]);
  });

  it.each`
    callers | named | others
    ${20}   | ${20} | ${undefined}
    ${21}   | ${20} | ${true}
  `("of $callers name $named", (row: { callers: number; named: number; others: unknown }) => {
    const ids = Array.from({ length: row.callers }, (_, index) => String.fromCharCode(97 + index));
    const { candidates, others } = candidatesOf(ids.map((id) => reported(id, "08:00:02", nameless)));
    expect(candidates.map(({ operations }) => operations)).toStrictEqual(
      ids.slice(0, row.named).map((id) => of(id)),
    );
    expect(others).toBe(row.others);
  });

  it("are a line of text: who it was, and the end of each", () => {
    expect(candidateText({ ...bob, operations: of("a", "b") })).toBe(
      "bob@contoso.example 2026-11-21T08:00:02.000Z 2026-11-21T08:00:02.000Z",
    );
    expect(candidateText(bob)).toBe("bob@contoso.example");
  });
});

describe("What a row keeps of whom people were told of", () => {
  const operations = [
    { eventId: "e", reportedAt: at("2026-11-21T08:00:02Z"), correlationId: undefined },
  ] as const;
  const [janes, bobs] = ["22222222-0000-4000-8000-000000000007", "33333333-0000-4000-8000-000000000008"];

  it.each<[string, Attribution, string]>([
    ["one", { kind: "known", caller: bob, ...operations[0] }, `["known","${bobs}"]`],
    [
      "one whom nothing identifies",
      { kind: "known", caller: nameless, ...operations[0] },
      '["known","event e"]',
    ],
    ["two", { kind: "ambiguous", candidates: [bob, jane] }, `["one of",["${janes}","${bobs}"],null]`],
    [
      "the two, the other way round",
      { kind: "ambiguous", candidates: [jane, bob] },
      `["one of",["${janes}","${bobs}"],null]`,
    ],
    [
      "one or someone else",
      { kind: "ambiguous", candidates: [bob], others: true },
      `["one of",["${bobs}"],true]`,
    ],
    [
      "some whom nothing identifies",
      {
        kind: "ambiguous",
        candidates: [{ ...nameless, operations }, { ...nameless, operations: [] }, nameless],
      },
      '["one of",["event ","event ","event e"],null]',
    ],
    ["nobody", { kind: "unknown", searched: "deletion" }, ""],
  ])("is the same for the same people, by whatever operations: %s", (_, attribution, key) => {
    expect(whoKey(attribution)).toBe(key);
  });

  it("is everybody who is named, and nobody where nobody is", () => {
    expect(peopleIn({ kind: "ambiguous", candidates: [bob, jane] })).toStrictEqual([bob, jane]);
    expect(peopleIn({ kind: "unknown", searched: "creation" })).toStrictEqual([]);
  });
});

describe("A caller", () => {
  it("without any name is the same as nobody", () => {
    expect(isSameCaller(nameless, nameless)).toBe(false);
    expect(isSameCaller(bob, { ...jane, objectId: bob.objectId })).toBe(true);
    expect(isSameCaller(bob, jane)).toBe(false);
  });

  it("is among callers who are the same in whatever order, however often; without any name like others without", () => {
    const ids = "22222222-0000-4000-8000-000000000007 33333333-0000-4000-8000-000000000008";
    expect([peopleKey([bob, jane, bob]), peopleKey([jane, bob])]).toStrictEqual([ids, ids]);
    expect([peopleKey([nameless, nameless]), peopleKey([])]).toStrictEqual(["unnamed", ""]);
  });

  it("shares a row for reads and refused creates of an hour, and for changes of the host of a minute", () => {
    const row = (operation: Signal["operation"], time = "08:00:02", caller = jane) =>
      sharedRow(aSignal("e", { operation, occurredAt: at(`2026-11-21T${time}Z`), caller }));
    expect(row("read")).toMatch(/^2026-11-21T08:read:[\da-f]{32}$/);
    expect(row("create-failed")).toMatch(/^2026-11-21T08:create-failed:[\da-f]{32}$/);
    expect(row("host-write")).toMatch(/^2026-11-21T08:00:host-write:[\da-f]{32}$/);
    expect([row("create"), row("delete"), row("host-delete")]).toStrictEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(row("read", "08:59:59")).toBe(row("read"));
    expect(row("read", "08:00:02", bob)).not.toBe(row("read"));
    expect(row("read", "08:00:02", nameless)).toBe("2026-11-21T08:read:e3b0c44298fc1c149afbf4c8996fb924");
  });

  it("has each name once, claimed only where it is not verified", () => {
    expect(namesOf({ ...bob, name: "bob@contoso.example" })).toStrictEqual({
      verified: ["bob@contoso.example", "33333333-0000-4000-8000-000000000008"],
      claimed: [],
    });
    expect(namesOf({ ...jane, appId: "portal" })).toStrictEqual({
      verified: [jane.userPrincipalName, jane.objectId],
      claimed: ["jane@partner.example", "Jane", "portal"],
    });
  });

  it.each`
    missing                                      | key
    ${[]}                                        | ${"22222222-0000-4000-8000-000000000007"}
    ${["objectId"]}                              | ${"jane_partner.example#ext#@contoso.example"}
    ${["objectId", "userPrincipalName"]}         | ${"jane"}
    ${["objectId", "userPrincipalName", "name"]} | ${undefined}
  `(
    "without $missing is identified by $key",
    ({ missing, key }: { missing: readonly string[]; key: unknown }) => {
      expect(callerKey({ ...jane, ...Object.fromEntries(missing.map((field) => [field, undefined])) })).toBe(
        key,
      );
    },
  );

  it.each`
    caller                                                   | name
    ${jane}                                                  | ${"jane_partner.example#EXT#@contoso.example"}
    ${{ ...jane, userPrincipalName: undefined }}             | ${"Jane"}
    ${{ ...nameless, appId: "app-1", objectId: "object-1" }} | ${"app-1"}
    ${{ ...nameless, objectId: "object-1" }}                 | ${"object-1"}
    ${nameless}                                              | ${"an unnamed caller"}
  `("is called $name", ({ caller, name }: { caller: Caller; name: string }) => {
    expect(callerName(caller)).toBe(name);
  });
});

describe("The maker of a link", () => {
  const caller = {
    ...jane,
    userPrincipalName: undefined,
    accountName: "jane@partner.example",
    mail: "Jane.Doe@partner.example",
  };
  const reported = { eventId: "e", reportedAt: at("2026-11-21T08:00:00Z"), correlationId: undefined };

  it.each`
    by                                       | objectId                                  | may
    ${"someone"}                             | ${"22222222-0000-4000-8000-000000000007"} | ${true}
    ${"JANE@partner.example"}                | ${"other"}                                | ${true}
    ${"jane.doe@partner.example"}            | ${"other"}                                | ${true}
    ${"jane_partner.example#EXT#@c.example"} | ${"other"}                                | ${true}
    ${"Jane"}                                | ${"other"}                                | ${false}
    ${"olga@contoso.example"}                | ${"other"}                                | ${false}
  `(
    "may be $by with the object id $objectId: $may",
    (row: { by: string; objectId: string; may: boolean }) => {
      expect(mayBeCreator({ kind: "known", caller, ...reported }, row)).toBe(row.may);
      expect(mayBeCreator({ kind: "ambiguous", candidates: [nameless, caller] }, row)).toBe(row.may);
      expect(mayBeCreator({ kind: "unknown", searched: "creation" }, row)).toBe(false);
    },
  );
});
