import { describe, expect, it } from "vitest";
import { settableClock } from "./memory/clock.ts";
import { crashPlan, SimulatedCrash } from "./memory/crash-plan.ts";
import { memoryChannel } from "./memory/memory-channel.ts";
import { memoryQueues } from "./memory/memory-queues.ts";
import { memoryTable } from "./memory/memory-table.ts";
import { recordingLog } from "./memory/recording-log.ts";
import { aClosedLink, aCommit, aFact, aLink, anAlert, anEntry } from "./memory/samples.ts";
import { partition } from "./contracts/watch-tables.ts";

describe("The fakes", () => {
  it("crash before an effect, after it, and only once", async () => {
    const table = memoryTable();
    table.crashes.failAt(1, "before");
    await expect(table.commit(partition, aCommit(undefined))).rejects.toThrow(SimulatedCrash);
    expect((await table.read(partition)).version).toBeUndefined();
    table.crashes.failAt(1, "after");
    await expect(table.commit(partition, aCommit(undefined))).rejects.toThrow(SimulatedCrash);
    expect((await table.read(partition)).version).toBeDefined();
  });

  it("count their calls together when they share a plan", async () => {
    const crashes = crashPlan();
    const [table, queues] = [memoryTable(crashes), memoryQueues(settableClock(), crashes)];
    crashes.failAt(2, "after");
    await table.read(partition);
    await expect(queues.deliver({ partition, seq: 1 })).rejects.toThrow(
      "Crash after the effect of send to alerts (call 2)",
    );
    expect(queues.takeDelivers()).toStrictEqual([{ partition, seq: 1 }]);
    expect(crashes.calls()).toBe(2);
  });

  it("show everything that a table holds, as copies", async () => {
    const table = memoryTable();
    const closed = aClosedLink(aLink("one"));
    const entry = { ...anEntry(2), deliveries: {} };
    const first = await table.commit(partition, aCommit(undefined, { put: [closed.link] }));
    const version = first === "conflict" ? undefined : first.version;
    await table.commit(partition, aCommit(version, { close: [closed], facts: [aFact(1)], outbox: [entry] }));
    expect(table.closed(partition)).toStrictEqual([closed]);
    expect(table.ledger(partition)).toStrictEqual([aFact(1)]);
    expect(table.sent(partition)).toStrictEqual([entry]);
    expect([...table.everything().keys()]).toStrictEqual([partition]);
  });

  it("answer a send as told, and accept again after that", async () => {
    const channel = memoryChannel("teams");
    const now = settableClock().now();
    channel.answerNext({ kind: "refused", why: "too large" });
    expect(await channel.send([anAlert()], { now, within: 10_000 })).toStrictEqual({
      kind: "refused",
      why: "too large",
    });
    expect(await channel.send([anAlert()], { now, within: 10_000 })).toStrictEqual({ kind: "accepted" });
    channel.answerAlways({ kind: "unavailable", why: "429", retryAfter: 4_000 });
    expect(await channel.send([anAlert()], { now, within: 10_000 })).toStrictEqual({
      kind: "unavailable",
      why: "429",
      retryAfter: 4_000,
    });
    expect(channel.accepted()).toHaveLength(1);
    expect(channel.sendings).toHaveLength(3);
  });

  it("keep what the log was told", () => {
    const log = recordingLog();
    log.warn("Link revoked but still listed", { attempts: 2 });
    expect(log.entries).toStrictEqual([
      { level: "warn", message: "Link revoked but still listed", fields: { attempts: 2 } },
    ]);
    expect(log.text()).toContain("still listed");
  });
});
