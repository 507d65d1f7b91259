import { describe, expect, it } from "vitest";
import { azureClock } from "../../src/azure/azure-clock.ts";
import { watchdogPartition } from "../../src/core/domain/partition.ts";
import { after, hours, minutes, seconds, type Milliseconds } from "../../src/core/domain/time.ts";
import { alertSentences } from "../../src/core/render/words/alert-sentences.ts";
import { vmId } from "../memory/samples.ts";
import { watchdog } from "../memory/watchdog.ts";

/** The machine's clock is so far behind Azure's, which `now` of the watchdog's own is without anything heard. */
function onMachine(behind: Milliseconds, took: Milliseconds = 400) {
  const dog = watchdog();
  const machine = { now: () => after(dog.clock.now(), -behind + tookSoFar) };
  let tookSoFar = 0;
  const clock = azureClock(machine);
  const hear = (times: number) => {
    for (let n = 0; n < times; n += 1) {
      const heard = clock.asking();
      tookSoFar = took;
      heard(new Date(after(dog.clock.now(), took / 2)).toUTCString());
      tookSoFar = 0;
    }
  };
  Object.assign(dog.ports, { clock });
  return { dog, clock, hear };
}

describe("A machine whose clock is wrong goes by Azure's time, and says so", () => {
  it.each([seconds(20), seconds(30), minutes(1), minutes(10), -minutes(10)])(
    "%i ms behind: a link is told with its creator and its date, once",
    async (behind) => {
      const { dog, hear } = onMachine(behind);
      hear(5);
      await dog.sweep();
      await dog.run(minutes(1));
      const linkId = dog.azure.create(dog.bastion, vmId("vm-0"));
      dog.clock.advance(seconds(1));
      await dog.event({});
      await dog.run(minutes(5));
      expect(dog.heard().map(({ kind }) => kind)).toStrictEqual(["watchdog-trouble", "created"]);
      expect(dog.heard()[1]).toMatchObject({
        links: [{ linkId, createdAtSource: "azure" }],
        actors: { creator: { kind: "known" } },
      });
    },
  );

  it("in one card a day", async () => {
    const { dog, hear } = onMachine(minutes(1));
    hear(5);
    for (let n = 0; n < 5; n += 1) {
      await dog.sweep();
      await dog.run(minutes(5));
    }
    const [trouble, ...others] = dog.heard();
    expect(others).toStrictEqual([]);
    expect(trouble && alertSentences(trouble)[0]).toContain("1 min behind Azure's");
    expect(dog.table.ledger(watchdogPartition).filter(({ kind }) => kind === "clock-off")).toHaveLength(1);
    await dog.run(hours(24));
    await dog.sweep();
    await dog.run(seconds(5));
    const told = dog.heard().flatMap(({ notes }) => notes.map(({ kind }) => kind));
    // A day without a sweep is told as well.
    expect(told).toStrictEqual(["clock-off", "unwatched", "clock-off"]);
  });

  it.each`
    behind         | took          | times | off
    ${minutes(1)}  | ${400}        | ${4}  | ${false}
    ${minutes(1)}  | ${seconds(2)} | ${9}  | ${false}
    ${seconds(4)}  | ${400}        | ${5}  | ${false}
    ${seconds(20)} | ${400}        | ${5}  | ${true}
  `(
    "which takes five answers under two seconds, more than five seconds off: $behind, $took, $times",
    ({ behind, took, times, off }: Record<"behind" | "took" | "times", number> & { off: boolean }) => {
      const { clock, hear } = onMachine(behind, took);
      hear(times);
      expect(clock.offBy?.() !== undefined).toBe(off);
    },
  );
});
