import { describe, expect, it } from "vitest";
import { mayBeCreator } from "../../../../src/core/domain/attribution/actor.ts";
import { attribute } from "../../../../src/core/domain/attribution/attribution.ts";
import { callerKey, callerName, type Caller } from "../../../../src/core/domain/attribution/signal.ts";
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

describe("A caller", () => {
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
