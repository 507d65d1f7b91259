import { QueueClient } from "@azure/storage-queue";
import { beforeAll, describe, expect, it } from "vitest";
import { tableClient } from "../../../src/azure/storage/storage-clients.ts";
import { watchTable } from "../../../src/azure/table/watch-table.ts";
import { newOutboxEntry, settle } from "../../../src/core/domain/alerts/outbox.ts";
import { partitionOf } from "../../../src/core/domain/partition.ts";
import { newHost } from "../../../src/core/domain/state/watched.ts";
import { parseResendRequest } from "../../../src/core/domain/state/messages.ts";
import { after, hours, instant } from "../../../src/core/domain/time.ts";
import { azurite } from "../../azurite.ts";
import { aBastion, anAlert } from "../../memory/samples.ts";
import { bastionWatchdog } from "../command-line.ts";

const storage = azurite();
const hub = aBastion("bas-hub");
const partition = partitionOf(hub);
const alertId = `w${"a".repeat(52)}`;
const connection = (): string => {
  const access = storage();
  return access.kind === "connection-string" ? access.value : "";
};
const cli = (...words: readonly string[]) =>
  bastionWatchdog(["alerts", "resend", ...words], { environment: { AzureWebJobsStorage: connection() } });
const queue = () => new QueueClient(connection(), "alerts");

/** An alert of an hour ago that mail took and Teams did not. */
beforeAll(async () => {
  const now = instant(Date.now());
  const alert = anAlert({ id: alertId, at: after(now, -hours(1)), bastionId: hub.id });
  const table = watchTable(tableClient(storage(), "watchdog"));
  await table.rememberBastions([hub]);
  const fresh = newOutboxEntry(1, alert, { channels: ["mail", "teams"], fallback: [] });
  const rows = { host: { ...newHost(hub.id), seq: 1 }, put: [], close: [], spent: [], facts: [] };
  const written = await table.commit(partition, { ...rows, expected: undefined, outbox: [fresh] });
  if (written === "conflict") throw new Error("The partition was there");
  const [entry] = written.outbox;
  if (!entry) throw new Error("No alert was written");
  const taken = settle(entry, "mail", { outcome: { kind: "accepted" }, now });
  const why = "Teams answered 404";
  await table.updateOutbox(partition, settle(taken, "teams", { outcome: { kind: "given-up", why }, now }));
  await queue().createIfNotExists();
}, 60_000);

describe("bastion-watchdog alerts resend", () => {
  it("shows what was given up and does nothing where nobody can confirm it", async () => {
    const { code, aside } = await cli();
    expect([code, (await queue().peekMessages()).peekedMessageItems]).toStrictEqual([1, []]);
    expect(aside).toMatch(/waaaaaaa link created \(bas-hub\), not delivered to teams/);
    expect(aside).toContain("add --yes");
  });

  it("asks the app, by its queue, to send each again", async () => {
    const { code, out } = await cli("--yes", "--json");
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ alerts: [{ alertId, channels: ["teams"] }], sent: true });
    const { receivedMessageItems } = await queue().receiveMessages({ numberOfMessages: 2 });
    const asked = receivedMessageItems.map(({ messageText }) =>
      parseResendRequest(JSON.parse(Buffer.from(messageText, "base64").toString("utf8"))),
    );
    expect(asked).toStrictEqual([{ partition, alertId, why: "asked for by bastion-watchdog alerts resend" }]);
  });
});
