import { describe, expect, it } from "vitest";
import type { Caller, Signal } from "../../../src/core/domain/attribution/signal.ts";
import { after, hours, minutes, seconds, type Instant } from "../../../src/core/domain/time.ts";
import { memoryLogs, type MemoryLogs } from "../../memory/memory-logs.ts";
import { vmId } from "../../memory/samples.ts";
import { hubPartition, watchdog, type Watchdog } from "../../memory/watchdog.ts";

/** As the events of `watchdog` name her. */
const jane: Caller = {
  kind: "user",
  objectId: "22222222-0000-4000-8000-000000000007",
  appId: undefined,
  userPrincipalName: "jane@contoso.example",
  name: "Jane",
  ipAddress: "203.0.113.7",
  signInMethods: "unknown",
  role: "Contributor",
  roleScope: undefined,
};
const omar: Caller = {
  ...jane,
  objectId: "22222222-0000-4000-8000-000000000008",
  userPrincipalName: "omar@contoso.example",
};

/** What the Activity Log has three minutes after an operation that ended at `at`. */
function reportedIn(logs: MemoryLogs, dog: Watchdog, at: Instant, changes: Partial<Signal> = {}): void {
  const signal: Signal = {
    eventId: `activity-log:${at}`,
    operation: "create",
    occurredAt: at,
    receivedAt: at,
    correlationId: "correlation of event-1",
    caller: jane,
    ...changes,
  };
  logs.created.push({ bastionId: dog.bastion.id.toUpperCase(), ingestedAt: after(at, minutes(3)), signal });
}

async function quiet() {
  const logs = memoryLogs();
  const dog = watchdog({ rules: [{ name: "default", ttl: "P7D" }] }, "enforce", [], { logs });
  await dog.sweep();
  await dog.run(seconds(5));
  const openedAt = dog.clock.now();
  dog.azure.create(dog.bastion, vmId("vm-1"));
  /** As many sweeps as time has five minutes. */
  const pass = async (time: number) => {
    for (let passed = 0; passed < time; passed += minutes(5)) {
      await dog.sweep();
      await dog.run(minutes(5));
    }
  };
  const links = async () => (await dog.table.read(hubPartition)).links;
  return { dog, logs, openedAt, pass, creator: async () => (await links())[0]?.attribution };
}

describe("The Activity Log, asked about a link's creator", () => {
  it("names one that no event told, confirmed, and people hear of it", async () => {
    const { dog, logs, openedAt, pass, creator } = await quiet();
    reportedIn(logs, dog, after(openedAt, seconds(1)), { correlationId: "c" });
    await pass(minutes(20));
    expect(await creator()).toMatchObject({
      kind: "known",
      caller: { userPrincipalName: "jane@contoso.example" },
      confirmed: true,
    });
    expect(dog.heard().map(({ kind }) => kind)).toStrictEqual(["unannounced", "creator-reported"]);
  });

  it("confirms one that an event told, without another word to anybody", async () => {
    const { dog, logs, openedAt, pass, creator } = await quiet();
    await dog.event({ id: "event-1" });
    await dog.run(seconds(30));
    expect(await creator()).not.toHaveProperty("confirmed");
    reportedIn(logs, dog, after(openedAt, seconds(1)));
    await pass(minutes(20));
    expect(await creator()).toMatchObject({ kind: "known", eventId: "event-1", confirmed: true });
    expect(dog.heard().map(({ kind }) => kind)).toStrictEqual(["created"]);
    expect(dog.table.ledger(hubPartition).filter(({ kind }) => kind === "creator-confirmed")).toHaveLength(1);
  });

  it.each<[string, Partial<Signal>]>([
    ["another correlation id", { correlationId: "another" }],
    ["no correlation id", { correlationId: undefined }],
    ["the same correlation id, which its caller chose, by somebody else", { caller: omar }],
  ])("confirms nobody by a row with %s", async (_, changes) => {
    const { dog, logs, openedAt, pass, creator } = await quiet();
    await dog.event({ id: "event-1" });
    await dog.run(seconds(30));
    reportedIn(logs, dog, after(openedAt, seconds(1)), changes);
    await pass(minutes(20));
    expect(await creator()).not.toMatchObject({ confirmed: true });
  });

  it("is not told twice when the event comes after all", async () => {
    const { dog, logs, openedAt, pass, creator } = await quiet();
    reportedIn(logs, dog, after(openedAt, seconds(1)));
    await pass(minutes(20));
    await dog.event({ id: "event-1", at: after(openedAt, seconds(1)) });
    await pass(minutes(20));
    expect(dog.heard().map(({ kind }) => kind)).toStrictEqual(["unannounced", "creator-reported"]);
    expect(await creator()).toMatchObject({ confirmed: true });
    expect((await dog.table.read(hubPartition)).signals).toStrictEqual([]);
  });

  it("leaves it open who it was, if rows name two", async () => {
    const { dog, logs, openedAt, pass, creator } = await quiet();
    reportedIn(logs, dog, after(openedAt, seconds(1)), { correlationId: "one" });
    reportedIn(logs, dog, after(openedAt, seconds(2)), { correlationId: "two", caller: omar });
    await pass(minutes(20));
    expect(await creator()).toMatchObject({ kind: "ambiguous" });
  });

  it("is asked after 5, 15 and 60 minutes, 4 and 24 hours, and not any more once it has confirmed", async () => {
    const { dog, logs, openedAt, pass } = await quiet();
    await pass(hours(25));
    expect(logs.asked.creations).toHaveLength(5);
    expect(new Set(logs.asked.creations.map(({ since }) => since))).toStrictEqual(
      new Set([after(openedAt, -minutes(1))]),
    );
    dog.azure.create(dog.bastion, vmId("vm-2"));
    reportedIn(logs, dog, after(dog.clock.now(), seconds(1)));
    await pass(hours(2));
    expect(logs.asked.creations.length).toBeLessThanOrEqual(7);
  });

  it("that does not answer changes nothing", async () => {
    const { dog, logs, pass, creator } = await quiet();
    logs.refusal = "403";
    await pass(minutes(20));
    expect(await creator()).toMatchObject({ kind: "unknown" });
    expect(dog.heard().map(({ kind }) => kind)).toStrictEqual(["unannounced"]);
  });
});
