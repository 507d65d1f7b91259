import { describe, expect, it } from "vitest";
import { webhookRateLimit } from "../../src/core/domain/alerts/rate-limit.ts";
import { after, seconds } from "../../src/core/domain/time.ts";
import { tableClient } from "../../src/azure/storage/storage-clients.ts";
import { watchTable } from "../../src/azure/table/watch-table.ts";
import { azurite, freshTableName } from "../azurite.ts";
import { at } from "../memory/clock.ts";
import { tableKinds } from "./watch-tables.ts";

const now = at("2026-11-21T08:00:00Z");
const storage = azurite();

describe.each(tableKinds(storage))("Slots of a channel in $name", ({ open }) => {
  it("go to four of twenty who ask at once", async () => {
    const { table } = open();
    const slots = await Promise.all(
      Array.from({ length: 20 }, () => table.takeSlot("teams", webhookRateLimit, now)),
    );
    const taken = slots.filter(({ kind }) => kind === "taken").length;
    expect(taken).toBeGreaterThan(0);
    expect(taken).toBeLessThanOrEqual(4);
  });

  it("are all taken by four who ask one after another, and the fifth hears when to come back", async () => {
    const { table } = open();
    const kinds: string[] = [];
    for (let asked = 0; asked < 4; asked += 1)
      kinds.push((await table.takeSlot("teams", webhookRateLimit, now)).kind);
    expect(kinds).toStrictEqual(["taken", "taken", "taken", "taken"]);
    expect(await table.takeSlot("teams", webhookRateLimit, now)).toStrictEqual({
      kind: "wait",
      wait: seconds(2),
    });
    expect(await table.takeSlot("teams", webhookRateLimit, after(now, seconds(2)))).toStrictEqual({
      kind: "taken",
    });
  });

  it("of one channel are not those of another", async () => {
    const { table } = open();
    for (let asked = 0; asked < 5; asked += 1) await table.takeSlot("teams", webhookRateLimit, now);
    expect(await table.takeSlot("webhook", webhookRateLimit, now)).toStrictEqual({ kind: "taken" });
  });

  it("leave the watchdog's own rows as they are to whoever reads them", async () => {
    const { table, rowKeys } = open();
    await table.takeSlot("teams", webhookRateLimit, now);
    expect(await rowKeys("|watchdog")).toStrictEqual(["5pace:teams"]);
  });
});

describe("A row of turns that cannot be read", () => {
  it("begins anew, so that its channel is sent to again", async () => {
    const client = tableClient(storage(), freshTableName());
    const table = watchTable(client);
    await table.takeSlot("teams", webhookRateLimit, now);
    await client.updateEntity(
      { partitionKey: "|watchdog", rowKey: "5pace:teams", v: 1, body: "{" },
      "Replace",
    );
    expect(await table.takeSlot("teams", webhookRateLimit, now)).toStrictEqual({ kind: "taken" });
  });
});
