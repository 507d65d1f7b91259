import { describe, expect, it } from "vitest";
import { after, seconds } from "../../src/core/domain/time.ts";
import { askerOver } from "../../src/core/flows/asking/asking.ts";
import { azurite } from "../azurite.ts";
import { at, settableClock } from "../memory/clock.ts";
import { aBastion } from "../memory/samples.ts";
import { partition, tableKinds } from "./watch-tables.ts";

const place = "11111111-0000-4000-8000-000000000001";
const eight = at("2026-11-21T08:00:00.123Z");
const asking = { left: 98.5, at: eight, asked: { "0123456789abcdef": eight } };

describe.each(tableKinds(azurite()))("What was asked, in a table in $name", ({ open }) => {
  it("is kept by version: of two who write, one is told that it lost", async () => {
    const { table, rowKeys } = open();
    expect(await table.readAsking(place)).toStrictEqual({ asking: undefined, version: undefined });
    const first = await table.writeAsking(place, asking, undefined);
    expect(await table.writeAsking(place, asking, undefined)).toBe("lost");
    if (first === "lost") throw new Error("The first write lost");
    expect(await table.readAsking(place)).toStrictEqual({ asking, version: first });
    const second = await table.writeAsking(place, { ...asking, left: 97 }, first);
    expect(second).not.toBe("lost");
    expect(await table.writeAsking(place, asking, first)).toBe("lost");
    expect((await table.readAsking(place)).asking?.left).toBe(97);
    expect(await rowKeys("|watchdog")).toStrictEqual([`5scan:${place}`]);
  });

  it("leaves the guards of both partitions as they are, and is no part of what a reconcile reads", async () => {
    const { table, rowKeys } = open();
    await table.writeAsking(place, asking, undefined);
    await table.keepSessions(partition, { askedAt: eight, answer: { kind: "unknown", why: "late" } });
    expect((await table.read(partition)).version).toBeUndefined();
    expect(await rowKeys(partition)).toStrictEqual(["5sessions"]);
  });

  it("keeps the newest sessions of a bastion, whatever Azure left out of them", async () => {
    const { table } = open();
    expect(await table.readSessions(partition)).toBeUndefined();
    await table.keepSessions(partition, { askedAt: eight, answer: { kind: "unknown", why: "late" } });
    const one = { sessionId: "s-1", vmId: "/vm", startedAt: eight, userName: "root", protocol: "ssh" };
    const bare = { sessionId: "s-2", vmId: undefined, startedAt: undefined, userName: undefined };
    const sessions = [
      { ...one, viaLink: true },
      { ...bare, protocol: undefined, viaLink: false },
    ];
    const kept = { askedAt: after(eight, seconds(40)), answer: { kind: "listed", sessions } } as const;
    await table.keepSessions(partition, kept);
    expect(await table.readSessions(partition)).toStrictEqual(kept);
  });

  it("is counted by two instances together, and once for each bastion", async () => {
    const { table } = open();
    const clock = settableClock(eight);
    const [one, other] = [askerOver({ table, clock }), askerOver({ table, clock })];
    const bastion = aBastion("bas-hub");
    expect(await one.mayAsk(bastion, "links")).toBe(true);
    expect(await other.mayAsk(bastion, "links")).toBe(false);
    expect(await other.mayAsk(bastion, "sessions")).toBe(true);
    expect((await table.readAsking(place)).asking?.left).toBe(98);
    clock.advance(seconds(31));
    expect(await other.mayAsk(bastion, "links")).toBe(true);
  });
});
