import { describe, expect, it } from "vitest";
import { minutes, seconds } from "../../../../src/core/domain/time.ts";
import { aBastion, vmId } from "../../../memory/samples.ts";
import { watchdog } from "../../../memory/watchdog.ts";

describe("A sweep", () => {
  it("sends one message a bastion, and remembers every bastion", async () => {
    const dog = watchdog();
    dog.azure.addBastion(aBastion("bas-spoke"));
    await dog.sweep();
    const since = dog.clock.now();
    expect(dog.queues.takeReconciles()).toStrictEqual([
      { bastionId: aBastion("bas-hub").id, cause: "sweep", since },
      { bastionId: aBastion("bas-spoke").id, cause: "sweep", since },
    ]);
    expect((await dog.table.knownBastions()).map(({ name }) => name)).toStrictEqual(["bas-hub", "bas-spoke"]);
  });

  it("takes two spellings of an id for one bastion", async () => {
    const dog = watchdog();
    await dog.table.rememberBastions([aBastion("BAS-HUB")]);
    await dog.sweep();
    expect(dog.queues.takeReconciles()).toHaveLength(1);
    expect(await dog.table.knownBastions()).toHaveLength(1);
  });

  it("covers what Resource Graph omits, if it was ever seen", async () => {
    const dog = watchdog();
    await dog.sweep();
    dog.queues.takeReconciles();
    dog.azure.habits.graphOmits = true;
    await dog.sweep();
    expect(dog.queues.takeReconciles()).toMatchObject([{ bastionId: aBastion("bas-hub").id }]);
  });

  it("throws when Resource Graph fails, after it has sent what it knew", async () => {
    const dog = watchdog();
    await dog.sweep();
    dog.queues.takeReconciles();
    dog.azure.habits.graphFails = true;
    await expect(dog.sweep()).rejects.toThrow("The sweep is incomplete: Resource Graph answered 500");
    expect(dog.queues.takeReconciles()).toMatchObject([{ bastionId: aBastion("bas-hub").id }]);
  });

  it("throws when one message cannot be sent, and sends the others", async () => {
    const dog = watchdog();
    for (let n = 0; n < 40; n += 1) dog.azure.addBastion(aBastion(`bas-${n}`));
    await dog.sweep();
    dog.queues.takeReconciles();
    const before = dog.crashes.calls();
    await dog.sweep();
    const calls = dog.crashes.calls() - before;
    dog.queues.takeReconciles();
    dog.crashes.failAt(calls - 2, "before");
    await expect(dog.sweep()).rejects.toThrow(
      "The sweep is incomplete: Crash before the effect of send to reconcile",
    );
    expect(dog.queues.takeReconciles()).toHaveLength(40);
  });

  it("finds the links of a bastion whose events are all lost", async () => {
    const dog = watchdog();
    await dog.sweep();
    await dog.run(minutes(1));
    dog.azure.create(dog.bastion, vmId("vm-1"));
    dog.azure.habits.graphFails = true;
    await expect(dog.sweep()).rejects.toThrow("incomplete");
    await dog.run(seconds(30));
    expect(dog.heard()).toMatchObject([{ kind: "unannounced", links: [{ vmId: vmId("vm-1") }] }]);
  });
});
