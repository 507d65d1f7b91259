import { describe, expect, it } from "vitest";
import { scan, type ScanRequest } from "../../../../src/core/flows/scan/scan.ts";
import { scanTable } from "../../../../src/core/render/reports/scan-report.ts";
import { idKey, resourceName } from "../../../../src/core/domain/arm-id.ts";
import type { ScanReport } from "../../../../src/core/domain/reports/scan-report.ts";
import { watchdogPartition } from "../../../../src/core/domain/partition.ts";
import { after, minutes, seconds } from "../../../../src/core/domain/time.ts";
import type { Ports } from "../../../../src/core/ports.ts";
import { aBastion, vmId } from "../../../memory/samples.ts";
import { watchdog } from "../../../memory/watchdog.ts";

const name = (number: number) => `bas-${String(number).padStart(3, "0")}`;

/** That many bastions, named backwards, with one link each; `bas-hub` of the fake is the last in the order of keys. */
function estateOf(count: number, policy?: object) {
  const dog = watchdog(policy);
  dog.azure.create(dog.bastion, vmId("vm-hub"));
  for (let number = count - 2; number >= 0; number -= 1) {
    dog.azure.addBastion(aBastion(name(number)));
    dog.azure.create(aBastion(name(number)), vmId(`vm-${number}`));
  }
  return dog;
}
type Estate = ReturnType<typeof estateOf>;

const scanOf = (dog: Estate, request: ScanRequest = {}, ports: Partial<Ports> = {}) =>
  scan(request, { ...dog.ports, ...ports }, dog.settings);
const names = ({ bastions }: ScanReport) => bastions.map(({ bastionId }) => resourceName(bastionId));

/** Every look takes one second of the clock, one after the other. */
function slow(dog: Estate): Partial<Ports> {
  const { table } = dog.ports;
  return {
    table: {
      ...table,
      read: (partition) => {
        if (partition !== watchdogPartition) dog.clock.advance(seconds(1));
        return table.read(partition);
      },
    },
  };
}

/** Somebody whom Azure counts apart. */
const asThemselves: Partial<Ports> = {
  asker: { mayAsk: () => Promise.resolve(true), mayQuery: () => Promise.resolve(true) },
};

function aGate() {
  const doors: (() => void)[] = [];
  const opened = new Promise<void>((resolve) => doors.push(resolve));
  return {
    opened,
    open: () => {
      doors.forEach((door) => {
        door();
      });
    },
  };
}

describe("A scan of many bastions", () => {
  it("looks at them in the order of their keys", async () => {
    const dog = estateOf(40);
    const report = await scanOf(dog);
    const inOrder = [...Array.from({ length: 39 }, (_, number) => name(number)), "bas-hub"];
    expect(dog.azure.lists.map(resourceName)).toStrictEqual(inOrder);
    expect(names(report)).toStrictEqual(inOrder);
    expect(report).toMatchObject({ complete: true, continuation: undefined, problems: [] });
  });

  it("has sixteen looks under way at most, and a slow one holds up no other", async () => {
    const dog = estateOf(100);
    let under = 0;
    let most = 0;
    const gate = aGate();
    const listLinks: Ports["controlPlane"]["listLinks"] = async (bastion) => {
      most = Math.max(most, (under += 1));
      await new Promise(setImmediate);
      if (bastion.name === name(0)) await gate.opened;
      const answer = await dog.azure.controlPlane.listLinks(bastion);
      under -= 1;
      if (dog.azure.lists.length === 99) gate.open();
      return answer;
    };
    const report = await scanOf(dog, {}, { controlPlane: { ...dog.azure.controlPlane, listLinks } });
    expect([most, report.links.length]).toStrictEqual([16, 100]);
  });

  it("tells how far it is after every look", async () => {
    const dog = estateOf(3);
    const told: string[] = [];
    await scanOf(dog, { onLooked: (done, total) => told.push(`${done}/${total}`) });
    expect(told).toStrictEqual(["1/3", "2/3", "3/3"]);
  });

  it("stops when its time is over, and goes on from there until every bastion was looked at once", async () => {
    const dog = estateOf(50);
    const looked: string[][] = [];
    let report: ScanReport | undefined;
    do {
      const until = after(dog.clock.now(), seconds(20));
      report = await scanOf(dog, { until, after: report?.continuation }, slow(dog));
      expect(report.complete).toBe(report.continuation === undefined);
      expect(report.links).toHaveLength(report.bastions.length);
      looked.push(names(report));
    } while (report.continuation !== undefined);
    expect(looked.map(({ length }) => length)).toStrictEqual([20, 20, 10]);
    expect(looked.flat()).toStrictEqual([
      ...Array.from({ length: 49 }, (_, number) => name(number)),
      "bas-hub",
    ]);
  });

  it("gets to the end also if its time is over before it begins", async () => {
    const dog = estateOf(3);
    const until = dog.clock.now();
    const first = await scanOf(dog, { until });
    const second = await scanOf(dog, { until, after: first.continuation });
    const third = await scanOf(dog, { until, after: second.continuation });
    expect([first, second, third].map(names)).toStrictEqual([[name(0)], [name(1)], ["bas-hub"]]);
    expect(first).toMatchObject({ complete: false, continuation: idKey(aBastion(name(0)).id) });
    expect(third).toMatchObject({ complete: true, continuation: undefined });
  });

  it("stops when it has found as many links as were asked for", async () => {
    const dog = estateOf(100);
    const report = await scanOf(dog, { mostLinks: 30 });
    expect(report.complete).toBe(false);
    expect(report.links.length).toBeGreaterThanOrEqual(30);
    expect(report.links.length).toBeLessThan(30 + 16);
  });

  it("asks for the tags of many machines at once", async () => {
    const dog = estateOf(450, {
      rules: [{ name: "tagged", match: { tags: { env: "prod" } }, allow: false }],
    });
    const asked: number[] = [];
    const virtualMachines: Ports["estate"]["virtualMachines"] = (vmIds) => {
      asked.push(vmIds.length);
      return dog.azure.estate.virtualMachines(vmIds);
    };
    await scanOf(dog, {}, { ...asThemselves, estate: { ...dog.azure.estate, virtualMachines } });
    expect(asked).toStrictEqual([200, 200, 50]);
  });
});

const fails = (why: string) => () => Promise.reject(new Error(why));

describe("A scan of which something fails", () => {
  it("tells of the other bastions when asking Azure about one throws", async () => {
    const dog = estateOf(3);
    const listLinks: Ports["controlPlane"]["listLinks"] = (bastion) =>
      bastion.name === name(1)
        ? Promise.reject(new Error("no token"))
        : dog.azure.controlPlane.listLinks(bastion);
    const report = await scanOf(dog, {}, { controlPlane: { ...dog.azure.controlPlane, listLinks } });
    expect(report.bastions.map(({ read, why }) => [read, why])).toStrictEqual([
      ["complete", undefined],
      ["no", "asking Azure failed; the log says why"],
      ["complete", undefined],
    ]);
    expect([report.complete, report.links.length]).toStrictEqual([false, 2]);
    expect(dog.log.text()).toContain("no token");
  });

  it("tells of links without what is remembered of their bastion when the rows cannot be read", async () => {
    const dog = watchdog();
    await dog.sweep();
    await dog.run(minutes(1));
    dog.azure.create(dog.bastion, vmId("vm-1"));
    await dog.event({});
    const report = await scanOf(dog, {}, { table: { ...dog.table, read: fails("503 ServerBusy") } });
    expect(report).toMatchObject({
      complete: true,
      problems: [
        "What is remembered of 1 bastions could not be read: creators, extensions and revocations are not known there",
      ],
      bastions: [{ read: "complete", remembered: false, linkCount: 1 }],
      links: [{ vmId: vmId("vm-1"), createdBy: "unknown", status: "not known" }],
    });
    expect(scanTable(report)).toContain("What is remembered of 1 bastions could not be read");
  });

  it("says so when the tags cannot be read, and judges without them", async () => {
    const dog = estateOf(3, {
      rules: [{ name: "tagged", match: { tags: { env: "prod" } }, allow: false }, { name: "other" }],
    });
    dog.azure.tag(vmId("vm-0"), { env: "prod" });
    const ruleOf = ({
      rule,
      tightenedBy,
    }: {
      readonly rule: string;
      readonly tightenedBy: readonly string[];
    }) => [rule, ...tightenedBy].join("+");
    expect((await scanOf(dog)).links.map(ruleOf).sort()).toStrictEqual(["other", "other", "other+tagged"]);
    dog.clock.advance(seconds(31));
    dog.azure.habits.machines = { kind: "failed", why: "429", retryAfter: undefined };
    const report = await scanOf(dog, {}, { estate: { ...dog.azure.estate, virtualMachines: fails("429") } });
    expect(report.links.map(ruleOf)).toStrictEqual(["other", "other", "other"]);
    expect(report.problems).toStrictEqual([
      "The tags of 3 VMs could not be read: rules that match by tag do not count for their links",
    ]);
  });

  it("looks at the bastions it remembers when Resource Graph fails, and is incomplete", async () => {
    const dog = watchdog();
    await dog.sweep();
    dog.azure.addBastion(aBastion("bas-new"));
    dog.azure.habits.graphFails = true;
    expect(await scanOf(dog)).toMatchObject({
      complete: false,
      problems: ["Resource Graph answered 500: bastions that were never seen before are missing"],
      bastions: [{ bastionId: dog.bastion.id, read: "complete" }],
    });
  });

  it("looks at the bastions that Resource Graph names when the table fails, and is incomplete", async () => {
    const dog = estateOf(2);
    const table = { ...dog.table, knownBastions: fails("503"), read: fails("503") };
    const report = await scanOf(dog, {}, { table });
    expect(report.problems[0]).toBe(
      "The watchdog's table did not answer: bastions that Resource Graph does not list are missing",
    );
    expect([report.complete, report.links.length]).toStrictEqual([false, 2]);
  });
});
