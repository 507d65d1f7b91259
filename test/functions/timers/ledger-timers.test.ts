import { describe, expect, it } from "vitest";
import { watchdogPartition } from "../../../src/core/domain/partition.ts";
import { anchorTimer } from "../../../src/functions/timers/anchor-timer.ts";
import { archiveTimer } from "../../../src/functions/timers/archive-timer.ts";
import { at } from "../../memory/clock.ts";
import { hubPartition } from "../../memory/watchdog.ts";
import { get, ledgerApp, seqs } from "../api/ledger-app.ts";
import { aTimer } from "../timers.ts";

describe("The timers around the ledger", () => {
  it("anchor every hour", async () => {
    const app = await ledgerApp();
    await anchorTimer(app)(aTimer("2026-11-21T07:07:00Z"), app.context());
    expect(await app.evidence.list("anchors/")).toStrictEqual(["anchors/1.json"]);
    expect(app.dog.table.ledger(watchdogPartition)).toMatchObject([{ kind: "anchored" }]);
    expect(app.logged.at(-1)).toBe(
      'information Anchored {"blob":"anchors/1.json","ledgers":1,"objections":0}',
    );
  });

  it("archive every day", async () => {
    const app = await ledgerApp();
    app.dog.clock.set(at("2028-01-01T02:40:00Z"));
    await archiveTimer(app)(aTimer("2027-12-31T02:40:00Z"), app.context());
    expect(app.dog.table.ledger(hubPartition)).toStrictEqual([]);
    expect(seqs((await get("bastion=bas-hub", undefined, app)).body)).toStrictEqual([1, 2, 4, 5, 7, 8]);
    expect(app.logged.at(-1)).toBe('information Archived {"facts":6}');
  });

  it("fail where the platform shows it", async () => {
    const app = await ledgerApp();
    app.dog.table.tamper(hubPartition, "9ledger:000000000004", undefined);
    await expect(archiveTimer(app)(aTimer("2026-11-20T02:40:00Z"), app.context())).rejects.toThrow(
      "Archiving is incomplete",
    );
  });
});
