import { QueueClient } from "@azure/storage-queue";
import { writeFile } from "node:fs/promises";
import { beforeAll, describe, expect, it } from "vitest";
import { eventFrom } from "../../../local/simulated-azure/events/event-shape.ts";
import { azurite } from "../../azurite.ts";
import { exported, logRecord } from "../../core/domain/attribution/recorded.ts";
import { ourPrincipal } from "../../memory/watchdog.ts";
import { bastionWatchdog, scratch } from "../command-line.ts";
import { hub } from "../on-azure.ts";

const storage = azurite();
const file = scratch();

const record = {
  id: "event-1",
  operationId: "operation-1",
  startedAt: Date.parse("2026-11-21T11:17:28Z"),
  spelling: "documented",
  wasAccepted: true,
  at: Date.parse("2026-11-21T11:17:30Z"),
  kind: "Action",
  outcome: "Success",
  operationName: "Microsoft.Network/bastionHosts/createshareablelinks/action",
  resourceId: hub,
  resourceGroup: "rg-hub-weu",
  subscriptionId: "11111111-0000-4000-8000-000000000001",
  caller: {
    oid: "22222222-0000-4000-8000-000000000007",
    upn: "jane@contoso.example",
    name: "Jane",
    ipaddr: "203.0.113.24",
  },
  correlationId: "c-1",
  clientRequestId: "r-1",
  clientIpAddress: "203.0.113.24",
  method: "POST",
  url: `https://management.azure.com${hub}/createShareableLinks`,
} as const;
const cloudEvent = eventFrom(record, "CloudEventSchemaV1_0");
const gridEvent = eventFrom({ ...record, id: "event-2" }, "EventGridSchema");
const elsewhere = {
  ...cloudEvent,
  id: "event-3",
  data: { ...(cloudEvent["data"] as object), operationName: "Microsoft.Compute/virtualMachines/write" },
};

const connection = (): string => {
  const access = storage();
  return access.kind === "connection-string" ? access.value : "";
};
const saved = async (name: string, content: unknown): Promise<string> => {
  await writeFile(file(name), typeof content === "string" ? content : JSON.stringify(content));
  return file(name);
};
const replay = (
  path: string,
  words: readonly string[] = [],
  environment: Readonly<Record<string, string>> = {},
) => bastionWatchdog(["replay", path, ...words], { environment });

const queued = async (): Promise<readonly unknown[]> => {
  const { receivedMessageItems } = await new QueueClient(connection(), "activity").receiveMessages({
    numberOfMessages: 32,
  });
  return receivedMessageItems.map(
    ({ messageText }) => JSON.parse(Buffer.from(messageText, "base64").toString()) as unknown,
  );
};

beforeAll(async () => {
  await new QueueClient(connection(), "activity").createIfNotExists();
}, 30_000);

describe("bastion-watchdog replay", { timeout: 60_000 }, () => {
  it("says what an event claims, what would be remembered, and where the watchdog would look; and sends nothing", async () => {
    const { code, out, aside } = await replay(await saved("one.json", cloudEvent), [], {
      AzureWebJobsStorage: connection(),
    });
    expect([code, out, aside]).toStrictEqual([
      0,
      "✔ Event 1: create on bas-hub-weu at 2026-11-21 11:17:30 UTC by jane@contoso.example (user) from 203.0.113.24\n" +
        "  remembers: who is reported, under the event's id event-1, once\n" +
        `  checks:    ${hub}\n`,
      "Nothing was sent; --send puts it into the app's queue. Whether a bastion is in WATCHDOG_SCOPE, the app judges.\n",
    ]);
    expect(await queued()).toStrictEqual([]);
  });

  it("reads both schemas, arrays, and standard input", async () => {
    const { code, out } = await bastionWatchdog(["replay", "-", "--json"], {
      input: `\uFEFF${JSON.stringify([cloudEvent, gridEvent, elsewhere])}`,
    });
    const { events } = JSON.parse(out) as { events: object[] };
    expect(code).toBe(0);
    expect(events).toMatchObject([
      {
        kind: "signal",
        operation: "create",
        bastionId: hub,
        eventId: "event-1",
        remembers: true,
        looks: true,
      },
      { kind: "signal", eventId: "event-2", caller: { userPrincipalName: "jane@contoso.example" } },
      { kind: "ignored", why: "not a bastion operation the watchdog reacts to" },
    ]);
  });

  it("knows the watchdog's own doing, as the app does", async () => {
    const ours = { ...record, caller: { ...record.caller, oid: ourPrincipal } };
    const path = await saved("own.json", [
      eventFrom(ours, "CloudEventSchemaV1_0"),
      eventFrom(
        { ...ours, operationName: "Microsoft.Network/bastionHosts/getShareablelinks/action" },
        "CloudEventSchemaV1_0",
      ),
    ]);
    const { out } = await replay(path, ["--json"], { WATCHDOG_PRINCIPAL_ID: ourPrincipal.toUpperCase() });
    expect(JSON.parse(out)).toMatchObject({
      events: [
        { remembers: true, looks: true },
        { remembers: false, looks: false },
      ],
    });
  });

  it("puts what the watchdog reacts to into the real queue, in the form in which Event Grid does", async () => {
    const path = await saved("many.json", [cloudEvent, elsewhere, gridEvent]);
    const { code, aside } = await replay(path, ["--send"], { AzureWebJobsStorage: connection() });
    expect([code, aside]).toStrictEqual([
      0,
      "2 of 3 put into the queue `activity`. An event whose id was seen before changes nothing.\n",
    ]);
    expect(await queued()).toStrictEqual([cloudEvent, gridEvent]);
  });

  it("reads what Windows PowerShell saved, what `az` printed, and what an export wrote line by line", async () => {
    await writeFile(file("utf16.json"), Buffer.from(`\uFEFF${JSON.stringify([logRecord()])}`, "utf16le"));
    const lines = [exported(), exported({ resultType: "Start" })].map((one) => JSON.stringify(one));
    const [printed, written] = [
      await replay(file("utf16.json")),
      await replay(await saved("hour.json", lines.join("\n"))),
    ];
    const claim =
      "✔ Event 1: create on bas-West at 2026-11-23 09:30:05 UTC by mia@contoso.example (user) from 198.51.100.80, with a token that was got from 203.0.113.80\n";
    expect([printed.code, written.code]).toStrictEqual([0, 0]);
    expect(printed.out).toContain(claim);
    expect(written.out).toContain(claim.replace("bas-West", "BAS-WEST"));
    expect(written.out).toContain("· Event 2 is ignored: the operation has not ended\n");
  });

  it("finds what would be rejected, exits with 2, and then sends nothing at all", async () => {
    const path = await saved("bad.json", [cloudEvent, { hello: "world" }]);
    const { code, out, aside } = await replay(path, ["--send"], { AzureWebJobsStorage: connection() });
    expect(code).toBe(2);
    expect(out).toContain(
      "✖ Event 2 is rejected: found an object that is none of these: an Event Grid event; a CloudEvent; an Activity Log record",
    );
    expect(aside).toBe("Nothing was sent: an event would be rejected.\n");
    expect(await queued()).toStrictEqual([]);
  });

  it.each([
    ["{", "is not JSON; an event is one JSON object, or an array of them"],
    ["[]", "holds no event"],
    ["[[]]", "holds no event"],
    ['{"value":[]}', "holds no event"],
  ])("refuses %s and says why", async (content, why) => {
    const { code, out, aside } = await replay(await saved("garbage.json", content));
    expect([code, out, aside.includes(why)]).toStrictEqual([1, "", true]);
  });

  it.each([["null"], ['"text"'], ['{"id":1}'], ["12"]])(
    "rejects %s without falling over",
    async (content) => {
      const { code, out } = await replay(await saved("garbage.json", content));
      expect([code, out.startsWith("✖ Event 1 is rejected: ")]).toStrictEqual([2, true]);
    },
  );

  it("lets no name move the cursor, and needs storage to send", async () => {
    const evil = eventFrom(
      { ...record, caller: { ...record.caller, upn: "\u001b[2Jroot@contoso.example" } },
      "EventGridSchema",
    );
    const { out } = await replay(await saved("evil.json", evil));
    expect(out).toContain("root@contoso.example");
    expect(out).not.toContain("\u001b");
    const nowhere = await replay(file("one.json"), ["--send"]);
    expect([nowhere.code, nowhere.aside.includes("Set AzureWebJobsStorage__accountName")]).toStrictEqual([
      1,
      true,
    ]);
  });
});
