import { readFileSync } from "node:fs";
import { fc } from "../../../fast-check.ts";
import { describe, expect, it } from "vitest";
import {
  handledOperations,
  readActivityEvent,
  type ActivityEvent,
} from "../../../../src/core/domain/attribution/activity-event.ts";
import type { Signal } from "../../../../src/core/domain/attribution/signal.ts";
import { at } from "../../../memory/clock.ts";
import { needsShared, shared } from "../../../needs.ts";

const bastionId =
  "/subscriptions/11111111-0000-4000-8000-000000000001/resourceGroups/rg-Hub/providers/Microsoft.Network/bastionHosts/bas-Hub";
const receivedAt = at("2026-11-21T08:00:09Z");
const objectIdClaim = "http://schemas.microsoft.com/identity/claims/objectidentifier";
const upnClaim = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn";

const dataOf = (changes: object = {}): object => ({
  operationName: "Microsoft.Network/bastionHosts/createShareableLinks/action",
  resourceUri: bastionId,
  correlationId: "c-1",
  ...changes,
});

const cloudEvent = (changes: object = {}): object => ({
  id: "event-1",
  specversion: "1.0",
  source: "/subscriptions/11111111-0000-4000-8000-000000000001",
  type: "Microsoft.Resources.ResourceActionSuccess",
  time: "2026-11-21T08:00:02.1234567Z",
  subject: bastionId,
  data: dataOf(),
  ...changes,
});

const gridEvent = (changes: object = {}): object => ({
  id: "event-1",
  topic: "/subscriptions/11111111-0000-4000-8000-000000000001",
  eventType: "Microsoft.Resources.ResourceActionSuccess",
  eventTime: "2026-11-21T08:00:02.1234567Z",
  subject: bastionId,
  data: dataOf(),
  dataVersion: "2",
  metadataVersion: "1",
  ...changes,
});

const signalOf = (event: ActivityEvent): Signal => {
  if (event.kind !== "signal") throw new Error(`${event.kind}: ${event.why}`);
  return event.signal;
};
const signalIn = (data: object): Signal =>
  signalOf(readActivityEvent(cloudEvent({ data: dataOf(data) }), receivedAt));
const callerIn = (claims: object, more: object = {}) => signalIn({ claims, ...more }).caller;

const nobody = {
  kind: "unknown",
  objectId: undefined,
  appId: undefined,
  userPrincipalName: undefined,
  name: undefined,
  ipAddress: undefined,
  signInMethods: "unknown",
  role: undefined,
  roleScope: undefined,
};

describe("An Activity Log event", () => {
  it.each([
    ["Event Grid's schema", gridEvent()],
    ["the CloudEvents schema", cloudEvent()],
  ])("in %s is a signal about its bastion", (_, event) => {
    expect(readActivityEvent(event, receivedAt)).toStrictEqual({
      kind: "signal",
      bastion: {
        id: bastionId,
        subscriptionId: "11111111-0000-4000-8000-000000000001",
        resourceGroup: "rg-Hub",
        name: "bas-Hub",
      },
      signal: {
        eventId: "event-1",
        operation: "create",
        occurredAt: at("2026-11-21T08:00:02.123Z"),
        receivedAt: at("2026-11-21T08:00:09Z"),
        correlationId: "c-1",
        caller: nobody,
      },
    });
  });

  it.each`
    operationName                                                          | operation
    ${"Microsoft.Network/bastionHosts/createShareableLinks/action"}        | ${"create"}
    ${"Microsoft.Network/bastionHosts/createshareablelinks/action"}        | ${"create"}
    ${"MICROSOFT.NETWORK/BASTIONHOSTS/CREATESHAREABLELINKS/ACTION"}        | ${"create"}
    ${"Microsoft.Network/bastionHosts/deleteShareableLinks/action"}        | ${"delete"}
    ${"Microsoft.Network/bastionHosts/deleteShareableLinksByToken/action"} | ${"delete"}
    ${"Microsoft.Network/bastionHosts/getShareablelinks/action"}           | ${"read"}
    ${"Microsoft.Network/bastionHosts/write"}                              | ${"host-write"}
    ${"Microsoft.Network/bastionHosts/delete"}                             | ${"host-delete"}
  `(
    "about $operationName is a $operation",
    ({ operationName, operation }: { operationName: string; operation: string }) => {
      expect(signalIn({ operationName }).operation).toBe(operation);
    },
  );

  it("names the operations it is about in the Activity Log's spelling", () => {
    expect(handledOperations).toStrictEqual([
      "microsoft.network/bastionhosts/createshareablelinks/action",
      "microsoft.network/bastionhosts/deleteshareablelinks/action",
      "microsoft.network/bastionhosts/deleteshareablelinksbytoken/action",
      "microsoft.network/bastionhosts/getshareablelinks/action",
      "microsoft.network/bastionhosts/write",
      "microsoft.network/bastionhosts/delete",
    ]);
  });

  it.each([
    "Microsoft.Network/bastionHosts/read",
    "Microsoft.Network/bastionHosts/getactivesessions/action",
    "Microsoft.Network/bastionHosts/constructor",
    "Microsoft.Network/bastionHosts/__proto__",
    "Microsoft.Network/bastionHosts/providers/Microsoft.Insights/diagnosticSettings/write",
    "Microsoft.Network/bastionHosts/",
    "Microsoft.Network/virtualNetworks/write",
    "Evil.Microsoft.Network/bastionHosts/write",
    "Microsoft.Compute/virtualMachines/write",
    "write",
  ])("about %j is ignored", (operationName) => {
    expect(readActivityEvent(cloudEvent({ data: dataOf({ operationName }) }), receivedAt)).toStrictEqual({
      kind: "ignored",
      why: "not a bastion operation the watchdog reacts to",
    });
  });

  it.each`
    type                                           | operationName                    | kind
    ${"Microsoft.Resources.ResourceActionSuccess"} | ${"createShareableLinks/action"} | ${"create"}
    ${"MICROSOFT.RESOURCES.RESOURCEACTIONSUCCESS"} | ${"createShareableLinks/action"} | ${"create"}
    ${"Microsoft.Resources.ResourceActionFailure"} | ${"createShareableLinks/action"} | ${"create-failed"}
    ${"Microsoft.Resources.ResourceActionCancel"}  | ${"createShareableLinks/action"} | ${"create-failed"}
    ${"Microsoft.Resources.ResourceActionFailure"} | ${"deleteShareableLinks/action"} | ${"ignored"}
    ${"Microsoft.Resources.ResourceActionFailure"} | ${"getShareableLinks/action"}    | ${"ignored"}
    ${"Microsoft.Resources.ResourceWriteFailure"}  | ${"write"}                       | ${"ignored"}
    ${"Microsoft.Resources.ResourceDeleteCancel"}  | ${"delete"}                      | ${"ignored"}
  `(
    "of type $type about $operationName is $kind",
    ({ type, operationName, kind }: Record<string, string>) => {
      const data = dataOf({ operationName: `Microsoft.Network/bastionHosts/${operationName ?? ""}` });
      const read = readActivityEvent(cloudEvent({ type, data }), receivedAt);
      expect(read.kind === "signal" ? read.signal.operation : read.kind).toBe(kind);
    },
  );

  it("finds its bastion in the subject when the data does not tell, or tells of something else", () => {
    for (const resourceUri of [undefined, null, "", "/subscriptions/x"])
      expect(readActivityEvent(cloudEvent({ data: dataOf({ resourceUri }) }), receivedAt)).toMatchObject({
        bastion: { id: bastionId },
      });
  });

  it("takes resourcegroups for resourceGroups", () => {
    const lower = bastionId.replace("resourceGroups", "resourcegroups");
    expect(
      readActivityEvent(gridEvent({ subject: lower, data: dataOf({ resourceUri: lower }) }), receivedAt),
    ).toMatchObject({
      kind: "signal",
      bastion: { id: lower, name: "bas-Hub" },
    });
  });

  it.each([
    ["no object", "hello", "expected an event, found a text of 5 characters"],
    ["null", null, "expected an event, found nothing"],
    ["a list", [cloudEvent()], "expected an event, found a list"],
    ["nothing in it", {}, "found an object that is none of these: an Event Grid event; a CloudEvent; an Act"],
    ["an empty id", cloudEvent({ id: "" }), "closest to a CloudEvent: expected a text in id, found nothing"],
    [
      "no data",
      gridEvent({ data: undefined }),
      "closest to an Event Grid event: expected a text in operationName of data, found nothing",
    ],
    [
      "an operation that is no text",
      cloudEvent({ data: dataOf({ operationName: 7 }) }),
      "closest to a CloudEvent: expected a text in operationName of data, found a number",
    ],
    [
      "an operation that says nothing",
      cloudEvent({ data: dataOf({ operationName: "" }) }),
      "closest to a CloudEvent: expected a text in operationName of data, found nothing",
    ],
    [
      "a time that is none",
      cloudEvent({ time: "yesterday" }),
      "closest to a CloudEvent: expected a date in time, found a text of 9 characters",
    ],
    [
      "a time that cannot be",
      gridEvent({ eventTime: "2026-02-30T08:00:00Z" }),
      "closest to an Event Grid event: expected a date in eventTime, found a text of 20 characters",
    ],
    [
      "an id that climbs",
      cloudEvent({ subject: "/x", data: dataOf({ resourceUri: bastionId.replace("rg-Hub", "..") }) }),
      "closest to a CloudEvent: expected the id of a bastion host in resourceUri of data, found a text of 118 characters",
    ],
  ])("with %s is invalid", (_, event, why) => {
    expect(readActivityEvent(event, receivedAt)).toStrictEqual({
      kind: "invalid",
      why: expect.stringContaining(why) as unknown,
    });
  });

  it("that is invalid is told without a word of its body", () => {
    const hostile = cloudEvent({ time: "<script>secret</script>", subject: "secret" });
    const odd = cloudEvent({ data: dataOf({ resourceUri: "/secret" }), subject: { secret: 1 }, secret: 1 });
    for (const event of [hostile, odd, "secret"])
      expect(JSON.stringify(readActivityEvent(event, receivedAt))).not.toContain("secret");
  });

  it("that is garbage is never an error", () => {
    const field = fc.constantFrom(
      "id",
      "type",
      "time",
      "subject",
      "data",
      "specversion",
      "eventType",
      "eventTime",
    );
    const spoilt = fc
      .tuple(field, fc.jsonValue())
      .map(([name, value]) => ({ ...cloudEvent(), [name]: value }));
    const spoiltData = fc
      .tuple(
        fc.constantFrom(
          "claims",
          "authorization",
          "httpRequest",
          "resourceUri",
          "operationName",
          "correlationId",
        ),
        fc.jsonValue(),
      )
      .map(([name, value]) => cloudEvent({ data: dataOf({ [name]: value }) }));
    const claims = fc.dictionary(
      fc.constantFrom("oid", "upn", "name", "amr", "appid", "__proto__"),
      fc.jsonValue(),
    );
    const oddClaims = claims.map((value) => cloudEvent({ data: dataOf({ claims: value }) }));
    fc.assert(
      fc.property(fc.oneof(fc.anything(), spoilt, spoiltData, oddClaims), (event) => {
        expect(["signal", "ignored", "invalid"]).toContain(readActivityEvent(event, receivedAt).kind);
      }),
      { numRuns: 3_000 },
    );
  });
});

describe("The caller of an event", () => {
  it("is a user with everything that Azure reports", () => {
    const claims = {
      [objectIdClaim]: "22222222-0000-4000-8000-000000000007",
      [upnClaim]: "jane@contoso.example",
      name: "Jane Doe",
      appid: "04b07795-8ddb-461a-bbee-02f9e1bf7b46",
      ipaddr: "203.0.113.7",
      "http://schemas.microsoft.com/claims/authnmethodsreferences": "rsa,mfa",
    };
    const evidence = {
      role: "Contributor",
      roleAssignmentScope: "/subscriptions/1",
      principalId: "other",
      principalType: "User",
    };
    expect(
      callerIn(claims, { authorization: { evidence }, httpRequest: { clientIpAddress: "198.51.100.1" } }),
    ).toStrictEqual({
      kind: "user",
      objectId: "22222222-0000-4000-8000-000000000007",
      appId: "04b07795-8ddb-461a-bbee-02f9e1bf7b46",
      userPrincipalName: "jane@contoso.example",
      name: "Jane Doe",
      ipAddress: "198.51.100.1",
      tokenIpAddress: "203.0.113.7",
      signInMethods: ["rsa", "mfa"],
      role: "Contributor",
      roleScope: "/subscriptions/1",
    });
  });

  it.each`
    claims                                                         | principalType         | kind
    ${{ upn: "jane_partner.example#EXT#@contoso.example" }}        | ${"User"}             | ${"guest"}
    ${{ [upnClaim]: "jane_partner.example#ext#@contoso.example" }} | ${undefined}          | ${"guest"}
    ${{ UPN: "jane@contoso.example" }}                             | ${undefined}          | ${"user"}
    ${{ oid: "7" }}                                                | ${"User"}             | ${"user"}
    ${{ oid: "7", appid: "8" }}                                    | ${"user"}             | ${"user"}
    ${{ appid: "8", xms_mirid: "/subscriptions/1/x" }}             | ${"ServicePrincipal"} | ${"managed-identity"}
    ${{ appid: "8" }}                                              | ${"ServicePrincipal"} | ${"service-principal"}
    ${{ azp: "8" }}                                                | ${undefined}          | ${"service-principal"}
    ${{}}                                                          | ${"ServicePrincipal"} | ${"service-principal"}
    ${{ oid: "7" }}                                                | ${"Group"}            | ${"unknown"}
    ${{}}                                                          | ${undefined}          | ${"unknown"}
    ${{ upn: "", appid: "" }}                                      | ${undefined}          | ${"unknown"}
    ${{ upn: ["jane@contoso.example"] }}                           | ${undefined}          | ${"unknown"}
  `(
    "is a $kind with $claims and $principalType",
    ({ claims, principalType, kind }: { claims: object; principalType: string; kind: string }) => {
      expect(callerIn(claims, { authorization: { evidence: { principalType } } }).kind).toBe(kind);
    },
  );

  it.each`
    claim                                                                           | methods
    ${{ "http://schemas.microsoft.com/claims/authnmethodsreferences": "pwd" }}      | ${["pwd"]}
    ${{ "http://schemas.microsoft.com/claims/authnmethodsreferences": "rsa, mfa" }} | ${["rsa", "mfa"]}
    ${{ "http://schemas.microsoft.com/claims/authnmethodsreferences": "" }}         | ${"unknown"}
    ${{ "http://schemas.microsoft.com/claims/authnmethodsreferences": " , " }}      | ${"unknown"}
    ${{ amr: "pwd,mfa" }}                                                           | ${["pwd", "mfa"]}
    ${{ amr: " pwd mfa " }}                                                         | ${["pwd", "mfa"]}
    ${{}}                                                                           | ${"unknown"}
  `(
    "signed in with $methods if the token says $claim",
    ({ claim, methods }: { claim: object; methods: unknown }) => {
      expect(callerIn(claim).signInMethods).toStrictEqual(methods);
    },
  );

  it("is nobody in particular without claims", () => {
    for (const claims of [undefined, null, {}]) expect(signalIn({ claims }).caller).toStrictEqual(nobody);
  });

  it.each([
    ["nothing", {}],
    ["null", { authorization: null, httpRequest: null, correlationId: null }],
    ["empty objects", { authorization: {}, httpRequest: {} }],
    ["null inside", { authorization: { evidence: null }, httpRequest: { clientIpAddress: null } }],
    [
      "null deep inside",
      {
        authorization: {
          evidence: { role: null, roleAssignmentScope: null, principalId: null, principalType: null },
        },
      },
    ],
    [
      "empty texts",
      {
        authorization: { evidence: { role: "", roleAssignmentScope: "", principalId: "" } },
        httpRequest: { clientIpAddress: "" },
      },
    ],
  ])("is nobody in particular when authorization and httpRequest are %s", (_, more) => {
    expect(signalIn(more).caller).toStrictEqual(nobody);
  });

  it("has the address of the request when the token does not tell one", () => {
    expect(callerIn({}, { httpRequest: { clientIpAddress: "198.51.100.1" } }).ipAddress).toBe("198.51.100.1");
  });

  it("has claims of at most 1024 characters, none of them cut in half", () => {
    expect(callerIn({ name: `${"n".repeat(1023)}😀${"n".repeat(500)}` }).name).toBe(
      `${"n".repeat(1023)}\ufffd`,
    );
  });

  it.each(["\ud800", "Jane \udc00", "\udc00\ud800"])(
    "has no half characters in %j, which no ledger could hash",
    (text) => {
      const caller = callerIn(
        { name: text, upn: text },
        { authorization: { evidence: { role: text } }, correlationId: text },
      );
      expect(JSON.stringify(caller)).not.toMatch(/\\ud[89a-f]/);
    },
  );
});

const samples = shared("spec/event-grid/");
const sampleNames = ["ResourceActionSuccess", "ResourceWriteSuccess", "ResourceDeleteSuccess"];
const operationsOf: Readonly<Record<string, string>> = {
  ResourceActionSuccess: "Microsoft.Network/bastionHosts/createShareableLinks/action",
  ResourceWriteSuccess: "Microsoft.Network/bastionHosts/write",
  ResourceDeleteSuccess: "Microsoft.Network/bastionHosts/delete",
};

interface Sample extends Record<string, unknown> {
  readonly data: Record<string, unknown>;
}

/** Azure's published sample, about a bastion instead. Its CloudEvents write sample has a stray backtick in `specversion`. */
function sample(schema: string, name: string): Sample {
  const text = readFileSync(new URL(`${schema}-schema.${name}.json`, samples), "utf8");
  const [event] = JSON.parse(text.replace('"`1.0"', '"1.0"')) as readonly Sample[];
  if (!event) throw new Error("The sample holds no event");
  return {
    ...event,
    subject: bastionId,
    data: { ...event.data, resourceUri: bastionId, operationName: operationsOf[name] },
  };
}

describe.runIf(needsShared("spec/event-grid/"))(
  "Azure's published samples (../shared/spec/event-grid)",
  () => {
    it.each(
      ["event-grid", "cloud-events"].flatMap((schema) => sampleNames.map((name) => [schema, name] as const)),
    )("%s %s is read as a signal", (schema, name) => {
      const wanted = {
        ResourceActionSuccess: "create",
        ResourceWriteSuccess: "host-write",
        ResourceDeleteSuccess: "host-delete",
      }[name];
      expect(readActivityEvent(sample(schema, name), receivedAt)).toMatchObject({
        kind: "signal",
        bastion: { name: "bas-Hub" },
        signal: { operation: wanted, correlationId: "{ID}" },
      });
    });

    it("name a service principal without a user, and a user with the methods of the sign-in", () => {
      expect(
        signalOf(readActivityEvent(sample("event-grid", "ResourceActionSuccess"), receivedAt)).caller,
      ).toStrictEqual({
        ...nobody,
        kind: "service-principal",
        objectId: "{ID}",
        appId: "{ID}",
        ipAddress: "{IP-address}",
        role: "Contributor",
        roleScope: "/subscriptions/{subscription-id}",
      });
      expect(
        signalOf(readActivityEvent(sample("event-grid", "ResourceWriteSuccess"), receivedAt)).caller,
      ).toMatchObject({
        kind: "user",
        userPrincipalName: "{user-name}",
        name: "{full-name}",
        signInMethods: ["rsa", "mfa"],
      });
    });

    it("as they are, are ignored: they are about other resources", () => {
      const text = readFileSync(new URL("event-grid-schema.ResourceDeleteSuccess.json", samples), "utf8");
      const [event] = JSON.parse(text) as readonly unknown[];
      expect(readActivityEvent(event, receivedAt).kind).toBe("ignored");
    });
  },
);
