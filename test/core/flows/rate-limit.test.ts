import { describe, expect, it } from "vitest";
import { webhookRateLimit } from "../../../src/core/domain/alerts/rate-limit.ts";
import { hours, minutes, seconds } from "../../../src/core/domain/time.ts";
import { watchdogPartition } from "../../../src/core/domain/partition.ts";
import { memoryChannel, type MemoryChannel } from "../../memory/memory-channel.ts";
import { vmId } from "../../memory/samples.ts";
import { alertsFromTwoInstances } from "../../memory/two-instances.ts";
import { hubPartition, watchdog } from "../../memory/watchdog.ts";

function pacedWorld() {
  const dog = watchdog();
  const teams = memoryChannel("teams", webhookRateLimit);
  const ports = { ...dog.ports, channels: [teams] };
  return { dog, teams, instances: [ports, { ...ports }] as const };
}

/** The most messages in any second, both ends of it included. */
const mostInASecond = ({ sendings }: MemoryChannel): number =>
  Math.max(
    ...sendings.map(
      ({ at }) => sendings.filter((other) => other.at >= at && other.at - at <= seconds(1)).length,
    ),
  );

describe("Forty alerts from two instances", () => {
  it("reach the channel, each once, and never more than four in a second", async () => {
    const { dog, teams, instances } = pacedWorld();
    await alertsFromTwoInstances(40, { ...dog, instances });
    expect(teams.accepted()).toHaveLength(40);
    expect(new Set(teams.accepted().map(({ id }) => id)).size).toBe(40);
    expect(mostInASecond(teams)).toBe(4);
  });

  it("take no longer than the rate limit demands", async () => {
    const { dog, instances } = pacedWorld();
    const begin = dog.clock.now();
    expect((await alertsFromTwoInstances(40, { ...dog, instances })) - begin).toBeLessThanOrEqual(
      seconds(22),
    );
  });

  it("count no try for having waited, and so none of them is ever given up for that", async () => {
    const { dog, instances } = pacedWorld();
    await alertsFromTwoInstances(40, { ...dog, instances });
    const deliveries = dog.table.sent(watchdogPartition).map(({ deliveries: { teams } }) => teams);
    expect(deliveries).toHaveLength(40);
    expect(deliveries.every((delivery) => delivery?.state === "accepted" && delivery.attempts === 1)).toBe(
      true,
    );
  });
});

describe("A channel that has its four messages", () => {
  it("is not given up though it stays so for longer than a day", async () => {
    const { dog, instances } = pacedWorld();
    const [ports] = instances;
    const full = {
      ...ports,
      table: { ...ports.table, takeSlot: () => Promise.resolve({ kind: "wait", wait: hours(1) } as const) },
    };
    const crowded = { ...dog, instances: [full, full] as const };
    await alertsFromTwoInstances(2, crowded);
    dog.clock.advance(hours(30));
    await alertsFromTwoInstances(2, crowded);
    const { outbox } = await dog.table.read(watchdogPartition);
    expect(outbox.map(({ deliveries: { teams } }) => teams?.state)).toStrictEqual([
      "pending",
      "pending",
      "pending",
      "pending",
    ]);
  });

  it("keeps no other channel from hearing at once", async () => {
    const { dog, teams } = pacedWorld();
    const mail = memoryChannel("mail");
    const ports = { ...dog.ports, channels: [teams, mail] };
    for (let taken = 0; taken < 4; taken += 1)
      await dog.table.takeSlot("teams", webhookRateLimit, dog.clock.now());
    await alertsFromTwoInstances(2, { ...dog, instances: [ports, ports] });
    expect(mail.sendings.map(({ at }) => at)).toStrictEqual([mail.sendings[0]?.at, mail.sendings[0]?.at]);
    expect(teams.accepted()).toHaveLength(2);
  });

  it("is asked for before anybody is told: if that fails, the others do not hear twice", async () => {
    const dog = watchdog();
    const [teams, mail] = [memoryChannel("teams", webhookRateLimit), memoryChannel("mail")];
    let isDown = true;
    const takeSlot: typeof dog.table.takeSlot = (...turn) =>
      isDown ? Promise.reject(new Error("503")) : dog.table.takeSlot(...turn);
    const ports = { ...dog.ports, channels: [teams, mail], table: { ...dog.table, takeSlot } };
    const world = { ...dog, instances: [ports, ports] as const };
    await expect(alertsFromTwoInstances(2, world)).rejects.toThrow("503");
    expect(mail.sendings).toStrictEqual([]);
    isDown = false;
    dog.clock.advance(minutes(2));
    for (const { seq } of (await dog.table.read(watchdogPartition)).outbox)
      await dog.queues.deliver({ partition: watchdogPartition, seq });
    await alertsFromTwoInstances(0, world);
    expect([mail.accepted().length, teams.accepted().length]).toStrictEqual([2, 2]);
  });
});

describe("A storm of 500 links in one call", () => {
  it("ends in a few cards, and every link is a fact", async () => {
    const dog = watchdog();
    await dog.sweep();
    await dog.run(minutes(1));
    for (let index = 0; index < 500; index += 1) dog.azure.create(dog.bastion, vmId(`vm-${index}`));
    await dog.event({});
    await dog.run(minutes(10));
    expect(dog.heard().map(({ kind, linkCount, links }) => [kind, linkCount, links.length])).toStrictEqual([
      ["created", 500, 500],
      ["nearly-full", 0, 0],
    ]);
    const announced = dog.table
      .ledger(hubPartition)
      .flatMap(({ kind, links }) => (kind === "link-announced" ? links : []));
    expect(new Set(announced.map(({ linkId }) => linkId)).size).toBe(500);
  });
});
