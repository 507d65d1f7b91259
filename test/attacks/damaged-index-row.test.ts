import { describe, expect, it } from "vitest";
import { minutes } from "../../src/core/domain/time.ts";
import { partitionOf } from "../../src/core/domain/partition.ts";
import { sweep } from "../../src/core/flows/watch/sweep.ts";
import { aBastion, vmId } from "../memory/samples.ts";
import { watchdog, type Watchdog } from "../memory/watchdog.ts";

const edge = aBastion("bas-edge");
const index = "|index" as ReturnType<typeof partitionOf>;

/** Two bastions were seen; Resource Graph names none of them now, so that the index is all there is. */
async function remembered(): Promise<Watchdog> {
  const dog = watchdog();
  dog.azure.addBastion(edge);
  await dog.sweep();
  await dog.run(minutes(2));
  dog.azure.habits.graphOmits = true;
  return dog;
}

const vmsTold = (dog: Watchdog) => dog.heard().flatMap(({ links }) => links.map((link) => link.vmId));

describe("Whoever damages one row of the index hides no bastion from the sweep", () => {
  it("not the others: a row of garbage ends the sweep badly, after all of them were looked at", async () => {
    const dog = await remembered();
    dog.table.tamper(index, "zzz", {});
    dog.azure.create(dog.bastion, vmId("vm-hub"));
    dog.azure.create(edge, vmId("vm-edge"));
    await expect(sweep(dog.ports, dog.settings)).rejects.toThrow(
      'Delete these rows; the next sweep writes them again from what Azure has: Row "zzz" names no bastion',
    );
    await dog.run(minutes(2));
    expect(vmsTold(dog)).toStrictEqual([vmId("vm-edge"), vmId("vm-hub")]);
  });

  it.each([
    ["nothing", {}],
    ["no bastion", { bastionId: "/x" }],
    ["another bastion", { bastionId: aBastion("bas-hub").id }],
  ])("nor its own: a row that says %s still has its key, and is written anew", async (_, value) => {
    const dog = await remembered();
    dog.table.tamper(index, partitionOf(edge), value);
    dog.azure.create(edge, vmId("vm-edge"));
    await dog.sweep();
    await dog.run(minutes(2));
    expect(vmsTold(dog)).toStrictEqual([vmId("vm-edge")]);
    expect(await dog.table.mendIndex()).toStrictEqual([]);
  });
});
