import { describe, expect, it } from "vitest";
import { at } from "../memory/clock.ts";
import { azurite } from "../azurite.ts";
import { ledgerKinds } from "./ledger-tables.ts";
import { partition } from "./watch-tables.ts";

const id = `m${"a".repeat(52)}`;

describe.each(ledgerKinds(azurite()))("Messages in $name", ({ open }) => {
  it("are kept by their name, and a repeat is the same one", async () => {
    const { table } = open();
    const message = {
      id,
      at: at("2026-12-01T12:00:00Z"),
      alerts: Array.from({ length: 200 }, (_, seq) => ({ partition, seq: seq + 1, alertId: `w${seq}` })),
    };
    expect(await table.readMessage(id)).toBeUndefined();
    await table.keepMessage(message);
    await table.keepMessage(message);
    expect(await table.readMessage(id)).toStrictEqual(message);
  });
});
