import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { QueueClient } from "@azure/storage-queue";
import { TableClient } from "@azure/data-tables";
import { describe, expect, it } from "vitest";
import { localSubscriptionId, webhookSecret } from "../../local/local-settings.ts";
import { jane, omar, pipeline } from "../../local/scenario/people.ts";
import { eventually } from "../../local/scenario/eventually.ts";
import { fireSweep, fireTimer } from "../../local/scenario/scene.ts";
import { linkPage, pressInConsole } from "./console-by-hand.ts";
import { cardSaying, logSaying, noSweep, putBase64, stage, withinInMs } from "./stage.ts";

/** What docs/runbooks says was tried on the local stack is tried here, runbook by runbook. */
const on = stage({ settings: noSweep });

/** An app setting changes: the platform starts the app again. */
const withSettings = (changed: Readonly<Record<string, string>>) =>
  on().stack.restartFunctions({ ...noSweep, ...changed });

const openLinks = async () => (await on().azure.state()).links.length;
const untilOpen = (count: number) =>
  eventually({ expected: `${count} open links`, withinInMs, saw: openLinks }, async () =>
    (await openLinks()) === count ? true : undefined,
  );

/** What the ledger of a bastion, or the watchdog's own, says happened. */
async function facts(bastion: string): Promise<string> {
  const { functionsUrl, key } = on().stack;
  const response = await fetch(`${functionsUrl}/api/ledger?bastion=${bastion}`, {
    headers: { "x-functions-key": key },
  });
  return response.text();
}

const cardsSaying = (words: string) => on().channel.cards.filter((card) => card.words.includes(words)).length;

describe("dead-letters.md", () => {
  /** As Event Grid writes a dead letter: an array, each event with why it was given up. */
  async function deadLetter(): Promise<string> {
    const activity = new QueueClient(on().stack.storage, "activity");
    const [message] = await eventually(
      { expected: "an event in the queue", withinInMs, saw: () => "none" },
      async () => {
        const { receivedMessageItems } = await activity.receiveMessages();
        return receivedMessageItems.length > 0 ? receivedMessageItems : undefined;
      },
    );
    if (message === undefined) throw new Error("There is no event");
    await activity.deleteMessage(message.messageId, message.popReceipt);
    const event = JSON.parse(Buffer.from(message.messageText, "base64").toString("utf8")) as object;
    return JSON.stringify([
      {
        ...event,
        deadLetterReason: "MaxDeliveryAttemptsExceeded",
        deliveryAttempts: 30,
        lastDeliveryOutcome: "NotFound",
      },
    ]);
  }

  it("an event that came back from the dead tells who opened the link, once, however often it is replayed", async () => {
    await on().stack.killFunctions();
    await on().azure.createLinks(jane, "bas-hub-weu", ["vm-staging-01"]);
    const letter = await deadLetter();
    await withSettings({});
    await putBase64(on(), "activity", letter);
    const card = await cardSaying(on(), "vm-staging-01", jane.name);
    await putBase64(on(), "activity", letter);
    await putBase64(on(), "activity", letter);
    await on().azure.createLinks(omar, "bas-hub-weu", ["vm-build-01"]);
    await cardSaying(on(), "vm-build-01", omar.name);
    expect(on().channel.cards.filter(({ title }) => title === card.title)).toHaveLength(1);
  });
});

describe("mass-revocation-held.md", () => {
  it("the breaker holds what is more than allowed, a person lets it through, and everything due goes", async () => {
    const before = await openLinks();
    await withSettings({
      WATCHDOG_POLICY:
        '{"rules":[{"name":"short there","match":{"bastion":"**/bas-edge-neu"},"ttl":"PT5S","warnBefore":"PT1S"},{"name":"else","ttl":"PT8H"}],"maxRevocationsPerHour":1}',
    });
    await on().azure.createLinks(pipeline, "bas-edge-neu", ["vm-prod-db-01", "vm-legacy-01"]);
    const card = await cardSaying(on(), "Revocations held");
    expect(card.words).toContain("bas-edge-neu");
    await untilOpen(before + 1);
    const page = `/console/bastion?bastion=${encodeURIComponent(on().azure.bastionId("bas-edge-neu"))}`;
    await pressInConsole(on(), page, "Release the breaker", "seen with the owner: all of them are to go");
    await untilOpen(before);
    expect(await facts("bas-edge-neu")).toContain("breaker-released");
  });
});

describe("alert-storm.md", () => {
  it("however many links one call opens, one card tells of them; one button takes down all that its caller opened", async () => {
    await withSettings({});
    const before = await openLinks();
    const titles = on().channel.cards.length;
    await on().azure.createLinks(pipeline, "bas-edge-neu", [
      "vm-build-01",
      "vm-prod-web-01",
      "vm-staging-01",
    ]);
    await cardSaying(on(), "3 shareable links opened");
    expect(
      on()
        .channel.cards.slice(titles)
        .filter((card) => card.words.includes("opened")),
    ).toHaveLength(1);
    await pressInConsole(
      on(),
      await linkPage(on(), "vm-prod-web-01"),
      "Revoke all 3 links created by",
      "the pipeline has gone wild",
    );
    await untilOpen(before);
  });
});

describe("teams-flow-replaced.md and webhook-leaked.md", () => {
  it("a flow that lets nobody in keeps the alert waiting, and the log says why", async () => {
    await withSettings({
      WATCHDOG_TEAMS_WEBHOOK_URL: `${on().stack.azureUrl}/powerautomate/automations/direct/workflows/0123456789abcdef0123456789abcdef/triggers/manual/paths/invoke?sig=revoked`,
    });
    await on().azure.createLinks(jane, "bas-hub-weu", ["vm-prod-web-01"]);
    await logSaying(on(), "Alert not accepted", '"channel":"teams"', '"answer":"unavailable"', "401");
    expect(await facts("watchdog")).not.toContain("alert-undelivered");
  });

  it("with the new address the channel gets what waited, and hears again", { timeout: 180_000 }, async () => {
    await withSettings({});
    const late = () => on().channel.cards.find(({ words }) => /Sent .* late[^]*vm-prod-web-01/.test(words));
    const saw = () => on().channel.titles();
    await eventually({ expected: "the card that waited", withinInMs: 2 * withinInMs, saw }, late);
    await on().azure.createLinks(jane, "bas-hub-weu", ["vm-prod-db-01"]);
    await cardSaying(on(), "vm-prod-db-01", jane.name);
  });

  it("while the webhook's secret is replaced, a receiver that has only one of the two takes every event", async () => {
    const heard = async () =>
      (await (await fetch(`${on().stack.azureUrl}/_sim/hooks`)).json()) as readonly unknown[];
    const other = "a-secret-that-the-receiver-does-not-have";
    for (const [secrets, vm] of [
      [{ WATCHDOG_WEBHOOK_SECRET_NEXT: other }, "vm-prod-web-01"],
      [{ WATCHDOG_WEBHOOK_SECRET: other, WATCHDOG_WEBHOOK_SECRET_NEXT: webhookSecret }, "vm-staging-01"],
    ] as const) {
      await withSettings(secrets);
      const before = (await heard()).length;
      await on().azure.createLinks(jane, "bas-edge-neu", [vm]);
      await eventually({ expected: `an event about ${vm}`, withinInMs, saw: heard }, async () =>
        JSON.stringify((await heard()).slice(before)).includes(vm) ? true : undefined,
      );
    }
    await withSettings({});
  });
});

describe("identity-changed.md", () => {
  it("while the setting names the old identity our own reads are news, and with the new one they are not", async () => {
    const readersAreCards = '{"rules":[{"name":"default"}],"alerts":{"links-read":"card"}}';
    await withSettings({
      WATCHDOG_PRINCIPAL_ID: "bbbbbbbb-0000-4000-8000-000000000001",
      WATCHDOG_POLICY: readersAreCards,
    });
    await fireSweep(on().stack);
    // The sweep asks both bastions, and each has a card of its own.
    for (const bastion of ["bas-hub-weu", "bas-edge-neu"])
      await cardSaying(on(), `id-bastion-watchdog on ${bastion}`);
    await withSettings({ WATCHDOG_POLICY: readersAreCards });
    const before = cardsSaying("id-bastion-watchdog");
    await on().azure.createLinks(omar, "bas-hub-weu", ["vm-legacy-01"]);
    await cardSaying(on(), "vm-legacy-01", omar.name);
    expect(cardsSaying("id-bastion-watchdog")).toBe(before);
  });
});

/** The exit code of `ledger verify` over the stack's storage, and what it says. */
function verified(): Promise<readonly [code: number | null, words: string]> {
  const child = spawn(process.execPath, ["dist/cli/main.js", "ledger", "verify"], {
    env: { PATH: process.env["PATH"] ?? "", AzureWebJobsStorage: on().stack.storage },
  });
  return Promise.all([new Promise<number | null>((done) => child.once("close", done)), text(child.stdout)]);
}

const table = () =>
  TableClient.fromConnectionString(on().stack.storage, "watchdog", { allowInsecureConnection: true });

describe("foreign-writer.md and ledger-does-not-verify.md", () => {
  it("a fact that somebody alters is told with the next anchor, and named by verify", async () => {
    await withSettings({});
    await on().azure.createLinks(omar, "bas-hub-weu", ["vm-prod-db-01"]);
    await cardSaying(on(), "vm-prod-db-01", omar.name);
    await on().quiet();
    await fireTimer(on().stack, "anchor");
    expect((await verified())[0]).toBe(0);
    const partition = on().azure.bastionId("bas-hub-weu").toLowerCase().replaceAll("/", "|");
    const facts = table().listEntities({
      queryOptions: {
        filter: `PartitionKey eq '${partition}' and RowKey ge '9ledger' and RowKey lt '9ledger;'`,
      },
    });
    const rows = [];
    for await (const row of facts) rows.push(row);
    const last = rows.at(-1);
    if (!last) throw new Error("There is no fact");
    const kept = { partitionKey: String(last.partitionKey), rowKey: String(last.rowKey) };
    const body = String(last["body"]);
    await table().updateEntity({ ...kept, body: body.replace(/"at":\d/, '"at":2') }, "Merge");
    const before = cardsSaying("vm-legacy-01");
    await on().azure.createLinks(omar, "bas-hub-weu", ["vm-legacy-01"]);
    await eventually(
      { expected: "a card about the next link", withinInMs, saw: () => on().channel.titles() },
      () => Promise.resolve(cardsSaying("vm-legacy-01") > before ? true : undefined),
    );
    await fireTimer(on().stack, "anchor");
    await cardSaying(on(), "The evidence does not hold");
    const [code, words] = await verified();
    expect([code, /✖ .*Fact \d+ /.test(words)]).toStrictEqual([2, true]);
    await table().updateEntity({ ...kept, body }, "Merge");
  });
});

describe("storage-restored.md", () => {
  it("drill: with an empty table and anchors everything is found again, told, and given no grace it had not", async () => {
    const never = { name: "never", match: { vm: "**/vm-prod-web-01" }, allow: false, warnBefore: "PT30M" };
    await fireSweep(on().stack);
    await fireTimer(on().stack, "anchor");
    await on().quiet();
    await on().stack.killFunctions();
    const before = await openLinks();
    await on().azure.createLinks(jane, "bas-edge-neu", ["vm-prod-web-01"]);
    await on().azure.createLinks(jane, "bas-edge-neu", ["vm-staging-01"]);
    await table().deleteTable();
    await withSettings({ WATCHDOG_POLICY: JSON.stringify({ rules: [never, { name: "rest" }] }) });
    await fireTimer(on().stack, "anchor");
    await cardSaying(on(), "The evidence does not hold");
    await fireSweep(on().stack);
    await cardSaying(on(), "vm-prod-web-01");
    expect((await cardSaying(on(), "vm-staging-01")).words).toMatch(/in (8 h|7 h 59 min)/);
    await untilOpen(before + 1);
    const [code, words] = await verified();
    expect([code, words.includes("✖")]).toStrictEqual([2, true]);
  });

  it("with an empty table links are told of as open since before: those that are allowed have a week, the others one notice", async () => {
    const createdAt = new Date(Date.now() - 3_600_000).toISOString();
    const bastionId = on().azure.bastionId("bas-edge-neu");
    for (const machine of ["vm-legacy-01", "vm-build-01"])
      await on().azure.simulate("links", { bastionId, vmId: on().azure.machineId(machine), createdAt });
    const before = await openLinks();
    await on().stack.killFunctions();
    await table().deleteTable();
    const never = { name: "never", match: { vm: "**/vm-legacy-01" }, allow: false, warnBefore: "PT30M" };
    await withSettings({ WATCHDOG_POLICY: JSON.stringify({ rules: [never, { name: "rest" }] }) });
    await fireSweep(on().stack);
    const allowed = await cardSaying(on(), "vm-build-01", "the first check");
    const forbidden = await cardSaying(on(), "vm-legacy-01", "the first check");
    expect(allowed.words).toMatch(/in (7 d|6 d 23 h)/);
    expect(forbidden.words).toMatch(/in (30|29) min/);
    await on().quiet();
    expect(await openLinks()).toBe(before);
  });
});

describe("no-events.md", () => {
  it("what Event Grid does not bring is told from the activity log, with who made the link, and status and card say so", async () => {
    await withSettings({});
    await fireTimer(on().stack, "witness");
    await on().azure.simulate("settings", { deafSubscriptions: [localSubscriptionId] });
    await on().azure.createLinks(omar, "bas-hub-weu", ["vm-prod-web-01"]);
    await on().advance("PT12M");
    await fireTimer(on().stack, "witness");
    // Whether one was reported since the table was emptied depends on what was on its way then.
    await cardSaying(on(), "Event Grid did not report", omar.name);
    await cardSaying(on(), "vm-prod-web-01", "Created by", omar.name);
    await on().azure.simulate("settings", { deafSubscriptions: [] });
  });
});
