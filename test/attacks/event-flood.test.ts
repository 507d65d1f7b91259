import { describe, expect, it } from "vitest";
import { minutes, seconds, type Milliseconds } from "../../src/core/domain/time.ts";
import { vmId } from "../memory/samples.ts";
import { hubPartition, watchdog, type EventOptions, type Watchdog } from "../memory/watchdog.ts";

const deletion = "deleteshareablelinksbytoken/action";
const read = { operation: "getshareablelinks/action" } as const;
const refused = { type: "Microsoft.Resources.ResourceActionFailure" } as const;
const robot = (n = 0) => ({
  objectId: `99999999-0000-4000-8000-00000000000${n}`,
  userPrincipalName: undefined,
  name: "robot",
});

/** A link that is due in two minutes, and others that sort before it. */
async function almostDue(): Promise<Watchdog> {
  const dog = watchdog({ rules: [{ name: "rest", ttl: "PT1H", warnBefore: "PT15M" }] });
  await dog.sweep();
  await dog.run(minutes(5));
  const target = dog.azure.create(dog.bastion, vmId("vm-target"));
  await dog.event({});
  await dog.run(minutes(30));
  for (let young = 0; young < 8;) {
    const id = dog.azure.create(dog.bastion, vmId(`vm-${young}`));
    if (id < target) young += 1;
    else dog.azure.remove(id);
  }
  await dog.event({});
  await dog.run(minutes(28));
  return dog;
}

interface Flood {
  readonly perSecond: number;
  readonly length: Milliseconds;
  readonly event: (n: number) => EventOptions;
}

/** So many events a second, while the watchdog's own work goes on beside them. Answers how many signals waited at most. */
async function flooded(dog: Watchdog, { perSecond, length, event }: Flood): Promise<number> {
  let most = 0;
  for (let second = 0; second < length / seconds(1); second += 1) {
    for (let n = 0; n < perSecond; n += 1) await dog.event(event(second * perSecond + n));
    if (second % 10 === 0) {
      const { signals } = await dog.table.read(hubPartition);
      most = Math.max(most, signals.length);
    }
    await dog.run(seconds(1));
  }
  return most;
}

describe("Whoever makes events by the hundred keeps no due link open", () => {
  it.each<[string, Flood["event"]]>([
    ["reads of the list", () => ({ ...read, caller: robot() })],
    ["creates that Azure refuses", () => ({ ...refused, caller: robot() })],
    ["changes of the bastion", () => ({ operation: "write", caller: robot() })],
    [
      "reads by nobody that Azure names",
      () => ({ ...read, caller: { ...robot(), objectId: undefined, name: undefined } }),
    ],
    ["reads by nine in turn", (n) => ({ ...read, caller: robot(n % 9) })],
  ])("by %s: at any rate they are one row a caller, and it goes in time", async (_, event) => {
    const dog = await almostDue();
    const lists = dog.azure.lists.length;
    const most = await flooded(dog, { perSecond: 60, length: minutes(3), event });
    expect(dog.azure.links.map(({ vmId: vm }) => vm)).not.toContain(vmId("vm-target"));
    expect(most).toBeLessThan(12);
    expect(dog.azure.lists.length - lists).toBeLessThan(20);
  });

  it("by deletes, each of which counts: those that have waited longest are told, and it goes in time", async () => {
    const dog = await almostDue();
    const event = () => ({ operation: deletion, caller: robot() }) as const;
    const most = await flooded(dog, { perSecond: 3, length: minutes(3), event });
    expect(dog.azure.links.map(({ vmId: vm }) => vm)).not.toContain(vmId("vm-target"));
    expect(most).toBeLessThan(400);
    await dog.run(minutes(10));
    expect((await dog.table.read(hubPartition)).signals).toStrictEqual([]);
    expect(dog.heard().filter(({ kind }) => kind === "deleted-unseen")).toHaveLength(1);
  });
});

describe("What is rationed hides nothing", () => {
  const omar = {
    objectId: "22222222-0000-4000-8000-00000000a3a7",
    userPrincipalName: "omar@contoso.example",
  };
  const readers = (dog: Watchdog) => dog.heard().filter(({ kind }) => kind === "links-read");
  const awake = async () => {
    const dog = watchdog();
    await dog.sweep();
    await dog.run(minutes(5));
    return dog;
  };

  it("a read of one's own links makes no later read unheard", async () => {
    const dog = await awake();
    dog.azure.create(dog.bastion, vmId("vm-1"));
    await dog.event({ caller: omar });
    await dog.run(minutes(1));
    await dog.event({ ...read, caller: omar });
    await dog.run(minutes(1));
    expect(readers(dog)).toStrictEqual([]);
    dog.azure.create(dog.bastion, vmId("vm-2"));
    await dog.event({});
    await dog.run(minutes(1));
    await dog.event({ ...read, caller: omar });
    await dog.run(minutes(1));
    expect(readers(dog)).toHaveLength(1);
  });

  it("a second read of the hour makes no look, and one of the next hour is heard", async () => {
    const dog = await awake();
    dog.azure.create(dog.bastion, vmId("vm-1"));
    await dog.event({});
    await dog.run(minutes(1));
    await dog.event({ ...read, caller: omar });
    await dog.run(minutes(1));
    const lists = dog.azure.lists.length;
    await dog.event({ ...read, caller: omar });
    await dog.run(seconds(30));
    expect(dog.azure.lists).toHaveLength(lists);
    await dog.run(minutes(61));
    await dog.event({ ...read, caller: omar });
    await dog.run(minutes(1));
    expect(readers(dog)).toHaveLength(2);
  });

  it("a switch of the feature that follows another within the minute is seen within half a minute", async () => {
    const dog = await awake();
    for (const featureOff of [true, false]) {
      dog.azure.habits.featureOff = featureOff;
      await dog.event({ operation: "write", caller: omar });
      await dog.run(seconds(featureOff ? 20 : 31));
    }
    expect(dog.heard().map(({ kind }) => kind)).toStrictEqual(["feature-off", "feature-on"]);
  });
});
