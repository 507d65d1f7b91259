import { describe, expect, it } from "vitest";
import { readActivityEvent } from "../../../../src/core/domain/attribution/activity-event.ts";
import { eventsIn, eventsInText } from "../../../../src/core/domain/attribution/events-in.ts";
import { at } from "../../../memory/clock.ts";
import {
  bastionId,
  cloudEvent,
  dataOf,
  exported,
  gridEvent,
  logRecord,
  objectIds,
  tableRow,
} from "./recorded.ts";

const read = (event: unknown) => readActivityEvent(event, at("2026-11-23T09:40:00Z"));
const deadLetter = {
  deadLetterReason: "MaxDeliveryAttemptsExceeded",
  deliveryAttempts: 30,
  publishTime: "2026-11-23T09:30:06Z",
};
const withoutVersion = { ...cloudEvent(), specversion: undefined };

describe("One creation", () => {
  it.each([
    ["Event Grid's event", gridEvent()],
    ["a CloudEvent", cloudEvent()],
    ["a CloudEvent of another version", { ...cloudEvent(), specversion: "0.3" }],
    ["Event Grid's dead letter", { ...gridEvent(), ...deadLetter }],
    [
      "a CloudEvent's dead letter, as Microsoft's example has it",
      { ...withoutVersion, deadletterreason: "x" },
    ],
    ["a record of the Activity Log", logRecord()],
    [
      "a record with texts for objects",
      logRecord({
        operationName: "microsoft.network/bastionhosts/createshareablelinks/action",
        status: "Succeeded",
      }),
    ],
    [
      "a record with fields as .NET names them",
      Object.fromEntries(
        Object.entries(logRecord()).map(([name, value]) => [
          name.charAt(0).toUpperCase() + name.slice(1),
          value,
        ]),
      ),
    ],
    ["a diagnostic export", exported()],
    ["a row of AzureActivity", tableRow()],
    ["an event as JSON in a text", JSON.stringify(gridEvent())],
    ["an event whose data is JSON in a text", gridEvent({}, { data: JSON.stringify(dataOf()) })],
    [
      "claims as JSON in a text in a text",
      gridEvent({ claims: JSON.stringify(JSON.stringify(dataOf()["claims"])) }),
    ],
  ])("is the same in %s", (_, event) => {
    expect(read(event)).toMatchObject({
      kind: "signal",
      bastion: { name: expect.stringMatching(/^bas-west$/i) as string },
      signal: {
        eventId: expect.stringMatching(/^(activity-log:)?[\da-f-]{36,64}$/) as string,
        operation: "create",
        occurredAt: at("2026-11-23T09:30:05.123Z"),
        correlationId: "00000000-0000-4000-8000-0000000000c9",
        caller: {
          kind: "user",
          objectId: objectIds.mia,
          userPrincipalName: "mia@contoso.example",
          ipAddress: "198.51.100.80",
          tokenIpAddress: "203.0.113.80",
          role: "Owner",
        },
      },
    });
  });

  it("has the log's own id where the log tells of it, and one made of what it says where there is none", () => {
    const idOf = (event: unknown) => {
      const found = read(event);
      return found.kind === "signal" ? found.signal.eventId : found.why;
    };
    const own = "activity-log:00000000-0000-4000-8000-0000000000e9";
    expect([logRecord(), tableRow(), tableRow({ EventDataId: own })].map(idOf)).toStrictEqual([
      own,
      own,
      own,
    ]);
    expect(idOf(exported())).toMatch(/^activity-log:[\da-f]{64}$/);
    expect(idOf(exported())).toBe(idOf(exported({ level: "Warning", resourceId: bastionId })));
    expect(idOf(exported())).not.toBe(idOf(exported({ time: "2026-11-23T09:30:06Z" })));
  });

  it.each`
    status         | operation
    ${"Succeeded"} | ${"create"}
    ${"Success"}   | ${"create"}
    ${""}          | ${"create"}
    ${null}        | ${"create"}
    ${"Failed"}    | ${"create-failed"}
    ${"Failure"}   | ${"create-failed"}
    ${"Canceled"}  | ${"create-failed"}
    ${"Started"}   | ${"the operation has not ended"}
    ${"Start"}     | ${"the operation has not ended"}
    ${"Accepted"}  | ${"the operation has not ended"}
    ${"Accept"}    | ${"the operation has not ended"}
  `(
    "with the status $status is: $operation",
    ({ status, operation }: { status: unknown; operation: string }) => {
      const events = [
        logRecord({ status: { value: status } }),
        exported({ resultType: status }),
        tableRow({ ActivityStatusValue: status }),
        gridEvent({ status }, { eventType: undefined }),
      ];
      const found = events.map(read).map((one) => (one.kind === "signal" ? one.signal.operation : one.why));
      expect(new Set(found)).toStrictEqual(new Set([operation]));
    },
  );

  it("by a caller that only the column names has that name, or that object id", () => {
    const callerOf = (event: unknown) => {
      const found = read(event);
      return found.kind === "signal" ? found.signal.caller : expect.fail(found.why);
    };
    const bare = { claims: null, authorization: null };
    expect(callerOf(logRecord(bare))).toMatchObject({ kind: "user", accountName: "mia@contoso.example" });
    expect(callerOf(logRecord({ ...bare, caller: "live.com#viktor@mailbox.example" }))).toMatchObject({
      kind: "guest",
      accountName: "viktor@mailbox.example",
    });
    expect(callerOf(logRecord({ ...bare, caller: objectIds.pipeline }))).toMatchObject({
      kind: "unknown",
      objectId: objectIds.pipeline,
    });
  });
});

describe("What is not ours", () => {
  const vault = bastionId.replace("Microsoft.Network/bastionHosts", "Microsoft.KeyVault/vaults");
  it.each([
    [
      "another operation, whatever else is odd",
      gridEvent(
        {
          operationName: "Microsoft.EventGrid/eventSubscriptions/write",
          claims: "{claims}",
          authorization: "{x}",
          httpRequest: "",
        },
        { id: "", eventTime: null },
      ),
    ],
    ["another resource, its operation missing", gridEvent({ operationName: null, resourceUri: vault })],
    [
      "another publisher's event",
      gridEvent({}, { eventType: "Microsoft.Storage.BlobCreated", data: { url: "x" } }),
    ],
    [
      "another service's record",
      logRecord({ operationName: { value: "Microsoft.KeyVault/vaults/write" }, eventTimestamp: 7 }),
    ],
  ])("is ignored: %s", (_, event) => {
    expect(read(event)).toStrictEqual({
      kind: "ignored",
      why: "not a bastion operation the watchdog reacts to",
    });
  });
});

describe("An event that cannot be read", () => {
  it.each([
    [
      gridEvent({}, { eventTime: "soon" }),
      "closest to an Event Grid event: expected a date in eventTime, found a text of 4 characters",
    ],
    [{ ...cloudEvent(), id: 7 }, "closest to a CloudEvent: expected a text in id, found a number"],
    [
      logRecord({ eventTimestamp: null }),
      "closest to an Activity Log record, as `az monitor activity-log list` prints it: expected a date in eventTimestamp, found nothing",
    ],
    [
      exported({ time: {} }),
      "closest to a record of a diagnostic export: expected a date in time, found an object",
    ],
    [
      tableRow({ _ResourceId: "/x", ResourceId: null }),
      "closest to a row of the table AzureActivity: expected the id of a bastion host in _ResourceId, found a text of 2 characters",
    ],
  ])("names the envelope that came closest, the field and what was found", (event, why) => {
    expect(read(event)).toStrictEqual({ kind: "invalid", why });
  });
});

describe("Events in a file or a message", () => {
  it.each([
    ["one event", gridEvent(), [gridEvent()]],
    ["an array", [gridEvent(), cloudEvent()], [gridEvent(), cloudEvent()]],
    ["arrays in an array", [[gridEvent()], [cloudEvent()]], [gridEvent(), cloudEvent()]],
    ["an answer of ARM", { value: [logRecord()], nextLink: "x" }, [logRecord()]],
    ["a message of an event hub", { records: [exported()] }, [exported()]],
    ["lists no deeper than four", [[[[["x"]]]]], [["x"]]],
    ["anything else", "hello", ["hello"]],
    ["nothing", undefined, [undefined]],
    ["an empty list", { value: [] }, []],
  ])("are found in %s", (_, value, events) => {
    expect(eventsIn(value)).toStrictEqual(events);
  });

  it("are found in the tables of a query", () => {
    const row = tableRow();
    const columns = Object.keys(row).map((name) => ({ name, type: "string" }));
    const tables = [{ name: "PrimaryResult", columns, rows: [Object.values(row)] }];
    expect(eventsIn({ tables })).toStrictEqual([row]);
    expect(eventsIn({ tables: [7, { columns: [], rows: null }] })).toStrictEqual([
      7,
      { columns: [], rows: null },
    ]);
  });

  it("are found line by line, as an export to blobs is written", () => {
    const text = [exported(), exported({ level: "Warning" })].map((one) => JSON.stringify(one)).join("\r\n");
    expect(eventsInText(`\uFEFF${text}\r\n\r\n`)).toStrictEqual([exported(), exported({ level: "Warning" })]);
    expect(eventsInText(JSON.stringify([gridEvent()], null, 2))).toStrictEqual([gridEvent()]);
    expect(eventsInText("")).toBeUndefined();
    expect(eventsInText('{"a":1}\n{')).toBeUndefined();
  });
});
