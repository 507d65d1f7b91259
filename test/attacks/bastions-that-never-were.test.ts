import { describe, expect, it } from "vitest";
import { minutes } from "../../src/core/domain/time.ts";
import { partitionOf } from "../../src/core/domain/partition.ts";
import { aBastion, vmId } from "../memory/samples.ts";
import { watchdog, type Watchdog } from "../memory/watchdog.ts";

async function awake(): Promise<Watchdog> {
  const dog = watchdog();
  await dog.sweep();
  await dog.run(minutes(5));
  return dog;
}

const failed = { type: "Microsoft.Resources.ResourceActionFailure" } as const;
const known = async (dog: Watchdog) => (await dog.table.knownBastions()).map(({ name }) => name);

describe("Whoever makes events about bastions that never were leaves nothing behind", () => {
  it.each([
    ["links that could not be created", failed],
    ["reads of their lists", { operation: "getshareablelinks/action" }],
    ["deletes of their links", { operation: "deleteshareablelinksbytoken/action" }],
    ["deletes of what is not there, which Azure calls done", { operation: "delete" }],
  ] as const)("by %s", async (_, event) => {
    const dog = await awake();
    const [rows, lists] = [dog.table.everything().size, dog.azure.lists.length];
    for (let n = 0; n < 50; n += 1) await dog.event({ bastion: aBastion(`ghost-${n}`), ...event });
    await dog.run(minutes(30));
    expect(await known(dog)).toStrictEqual(["bas-hub"]);
    expect(dog.heard()).toStrictEqual([]);
    expect(dog.azure.lists.length).toBe(lists);
    const partitions = [...dog.table.everything()].filter(([, stored]) => stored.length > 0);
    expect(partitions).toHaveLength(rows);
  });

  it("nor is anything lost of one that was there: links created on it, and it deleted, before anybody looked", async () => {
    const dog = await awake();
    await dog.event({ bastion: aBastion("bas-brief") });
    await dog.run(minutes(10));
    expect(dog.heard()).toMatchObject([
      { kind: "created-and-gone", actors: { creator: { kind: "known" } } },
      { kind: "bastion-deleted" },
    ]);
  });

  it("nor of one that Azure does not let us see: it may be there", async () => {
    const dog = await awake();
    const edge = aBastion("bas-edge");
    Object.assign(dog.ports, {
      controlPlane: {
        ...dog.ports.controlPlane,
        getBastion: () => Promise.resolve({ kind: "forbidden", why: "403" }),
      },
    });
    await dog.event({ bastion: edge, ...failed });
    await dog.run(minutes(1));
    expect(await known(dog)).toContain("bas-edge");
    expect(dog.heard()).toMatchObject([{ kind: "create-failed" }, { kind: "unreadable" }]);
  });

  it("nor of one that was seen before and is gone since", async () => {
    const dog = await awake();
    dog.azure.create(dog.bastion, vmId("vm-1"));
    await dog.event({});
    await dog.run(minutes(1));
    dog.azure.removeBastion(dog.bastion);
    await dog.event({ operation: "delete" });
    await dog.run(minutes(1));
    expect(dog.heard()).toMatchObject([
      { kind: "created" },
      { kind: "bastion-deleted", actors: { caller: { kind: "known" } } },
    ]);
    expect((await dog.table.read(partitionOf(dog.bastion))).links).toStrictEqual([]);
  });
});
