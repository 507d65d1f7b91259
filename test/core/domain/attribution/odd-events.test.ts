import { describe, expect, it } from "vitest";
import { readActivityEvent } from "../../../../src/core/domain/attribution/activity-event.ts";
import type { Caller } from "../../../../src/core/domain/attribution/signal.ts";
import { fc } from "../../../fast-check.ts";
import { at } from "../../../memory/clock.ts";
import {
  claims,
  cloudEvent,
  evidence,
  exported,
  gridEvent,
  logRecord,
  objectIds,
  tableRow,
} from "./recorded.ts";

type Json = Record<string, unknown>;

/** Each envelope, and where in it something may be odd without making the event unreadable. */
const envelopes: readonly (readonly [Json, readonly string[]])[] = [
  [
    gridEvent(),
    [
      "data.claims",
      "data.authorization",
      "data.httpRequest",
      "data.correlationId",
      "data.status",
      "data.tenantId",
      "eventType",
      "topic",
      "subject",
    ],
  ],
  [
    cloudEvent(),
    [
      "data.claims",
      "data.authorization",
      "data.httpRequest",
      "data.correlationId",
      "data.status",
      "type",
      "specversion",
      "source",
      "data.resourceUri",
    ],
  ],
  [
    logRecord(),
    [
      "claims",
      "authorization",
      "httpRequest",
      "correlationId",
      "status",
      "subStatus",
      "caller",
      "eventName",
      "id",
      "submissionTimestamp",
    ],
  ],
  [
    exported(),
    [
      "identity",
      "callerIpAddress",
      "correlationId",
      "resultType",
      "resultSignature",
      "properties",
      "category",
    ],
  ],
  [
    tableRow(),
    [
      "Claims",
      "Authorization",
      "HTTPRequest",
      "CorrelationId",
      "ActivityStatusValue",
      "Caller",
      "CallerIpAddress",
      "OperationName",
      "Type",
    ],
  ],
];

const huge = "x".repeat(300_000);
const odd: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(
    undefined,
    null,
    "",
    " ",
    "{",
    "[]",
    "null",
    "{}",
    7,
    true,
    huge,
    JSON.stringify({ a: huge }),
    "\ud800",
  ),
  fc.string({ maxLength: 20 }),
  fc.jsonValue({ maxDepth: 2 }),
);
const claimed = fc
  .tuple(
    fc.constantFrom(...Object.values(claims), {}),
    fc.dictionary(
      fc.constantFrom(...Object.keys(claims.partner), "idtyp", "upn", "xms_mirid", "scp", "oid"),
      odd,
      { maxKeys: 3 },
    ),
  )
  .map(([recorded, changes]): unknown => ({ ...recorded, ...changes }));
const allowed = fc
  .tuple(fc.constantFrom("User", "Group", "ServicePrincipal", "", 7), odd)
  .map(([kind, role]): unknown => ({ evidence: { ...evidence(objectIds.mia, String(kind)), role } }));
const nested = (value: unknown): unknown => JSON.stringify(value);
const valueFor = (path: string): fc.Arbitrary<unknown> => {
  if (/claims$/i.test(path))
    return fc.oneof(odd, claimed, claimed.map(nested), claimed.map(nested).map(nested));
  if (/authorization$/i.test(path)) return fc.oneof(odd, allowed, allowed.map(nested));
  return path.endsWith("identity")
    ? fc.oneof(odd, fc.record({ claims: claimed, authorization: allowed }), claimed.map(nested))
    : odd;
};

const withValue = (object: Json, [name = "", ...rest]: readonly string[], value: unknown): Json => ({
  ...object,
  [name]: rest.length === 0 ? value : withValue(object[name] as Json, rest, value),
});

/** Names of fields as .NET, PowerShell or somebody in a hurry writes them. */
const spellings: readonly ((name: string) => string)[] = [
  (name) => name,
  (name) => name.toUpperCase(),
  (name) => name.toLowerCase(),
  (name) => name.charAt(0).toUpperCase() + name.slice(1),
];
const respelt = (value: unknown, spelling: (name: string) => string): unknown => {
  if (Array.isArray(value)) return value.map((one) => respelt(one, spelling));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [spelling(name), respelt(one, spelling)]),
  );
};

const oddEvent: fc.Arbitrary<unknown> = fc.constantFrom(...envelopes).chain(([event, paths]) => {
  const change = fc
    .constantFrom(...paths)
    .chain((path) => valueFor(path).map((value) => [path, value] as const));
  const changed = fc
    .array(change, { maxLength: 4 })
    .map((changes) => changes.reduce((one, [path, value]) => withValue(one, path.split("."), value), event));
  const wrapped = (value: Json): fc.Arbitrary<unknown> =>
    fc.constantFrom(
      value,
      nested(value),
      "data" in value ? { ...value, data: nested(value["data"]) } : value,
    );
  return fc
    .tuple(changed, fc.constantFrom(...spellings))
    .chain(([value, spelling]) => wrapped(value).map((one) => respelt(one, spelling)));
});

/** Every text in an event, also those in JSON in a text. */
function textsIn(value: unknown): readonly string[] {
  if (typeof value === "string") {
    try {
      return [value, ...textsIn(JSON.parse(value))];
    } catch {
      return [value];
    }
  }
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

const saidOf = ({ signInMethods, ...rest }: Caller): readonly string[] => [
  ...Object.values({ ...rest, kind: undefined }).filter((text) => text !== undefined),
  ...(signInMethods === "unknown" ? [] : signInMethods),
];
const plain = (text: string): string => text.replaceAll("-", "").replace(/\p{Surrogate}/gu, "\ufffd");

describe("An event whose operation, id and time are readable", () => {
  it("is never invalid, however odd the rest, and its caller is in it", () => {
    fc.assert(
      fc.property(oddEvent, (event) => {
        const read = readActivityEvent(event, at("2026-11-23T09:40:00Z"));
        expect(read.kind).not.toBe("invalid");
        if (read.kind !== "signal") return;
        const texts = textsIn(event).map(plain);
        for (const said of saidOf(read.signal.caller).map(plain))
          expect(texts.some((text) => text.includes(said))).toBe(true);
      }),
      { numRuns: 1_500 },
    );
  });

  it("takes no member of a group for another one", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("Group", "group", "ForeignGroup", "", null, 7),
        odd,
        (principalType, role) => {
          const authorization = { evidence: { ...evidence(objectIds.mia, ""), principalType, role } };
          const read = readActivityEvent(
            gridEvent({ claims: null, authorization }),
            at("2026-11-23T09:40:00Z"),
          );
          expect(read.kind === "signal" && read.signal.caller.objectId).toBeUndefined();
        },
      ),
    );
  });
});
