import { describe, expect, it } from "vitest";
import { hours, minutes, seconds } from "../../../../src/core/domain/time.ts";
import { watchdogPartition } from "../../../../src/core/domain/partition.ts";
import { memoryChannel, type MemoryChannel } from "../../../memory/memory-channel.ts";
import { vmId } from "../../../memory/samples.ts";
import { alertsFromTwoInstances } from "../../../memory/two-instances.ts";
import { hubPartition, watchdog } from "../../../memory/watchdog.ts";

/** Two processes: each has lanes of its own. */
function twoProcesses(channels: readonly MemoryChannel[]) {
  const dog = watchdog();
  const instance = () => ({ ...dog.ports, channels, lanes: new Map() });
  return { dog, world: { ...dog, instances: [instance(), instance()] as const } };
}

/** The shortest time between one message and the one after the next, of one process each. */
const gaps = ({ messages }: MemoryChannel): readonly number[] =>
  messages.slice(2).map(({ at }, index) => at - (messages[index]?.at ?? at));

describe("Forty troubles from two processes", () => {
  it("reach the channel, each once, and none of them counts a try for having waited", async () => {
    const teams = memoryChannel("teams");
    const { dog, world } = twoProcesses([teams]);
    await alertsFromTwoInstances(40, world);
    expect(new Set(teams.accepted().map(({ id }) => id)).size).toBe(40);
    expect(teams.accepted()).toHaveLength(40);
    const deliveries = dog.table.sent(watchdogPartition).map(({ deliveries }) => deliveries["teams"]);
    expect(deliveries).toHaveLength(40);
    expect(deliveries.every((delivery) => delivery?.state === "accepted" && delivery.attempts === 1)).toBe(
      true,
    );
  });

  it("leave no faster than two a second from each process", async () => {
    const teams = memoryChannel("teams");
    const { world } = twoProcesses([teams]);
    await alertsFromTwoInstances(40, world);
    expect(Math.min(...gaps(teams))).toBeGreaterThanOrEqual(seconds(0.5));
  });
});

describe("A channel that is slow to come back", () => {
  it("keeps no other channel from hearing at once", async () => {
    const [teams, mail] = [memoryChannel("teams"), memoryChannel("mail")];
    teams.answerAlways({ kind: "unavailable", why: "429", retryAfter: hours(1) });
    const { dog, world } = twoProcesses([teams, mail]);
    const begin = dog.clock.now();
    await alertsFromTwoInstances(2, world);
    expect(mail.accepted()).toHaveLength(2);
    expect(mail.sendings.every(({ at }) => at - begin < seconds(1))).toBe(true);
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
