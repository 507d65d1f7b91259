import { describe, expect, it, onTestFinished, vi } from "vitest";
import { noting, seenTags, tagBook } from "../../../src/azure/resource-graph/known-tags.ts";
import { idKey } from "../../../src/core/domain/arm-id.ts";
import { minutes, seconds } from "../../../src/core/domain/time.ts";
import type { Estate, VirtualMachineFacts } from "../../../src/core/ports.ts";
import { settableClock } from "../../memory/clock.ts";
import { vmId } from "../../memory/samples.ts";

const names = { env: "env", owner: "owner" };

/** An estate with these VMs; what it was asked, and whether it answers. */
function withMachines(machines: Readonly<Record<string, Readonly<Record<string, string>>>>) {
  const clock = settableClock();
  const seen = seenTags(clock);
  const asked: (readonly string[])[] = [];
  const answers = { come: "at once" as "at once" | "never" | "as an error" };
  const rows = new Map(
    Object.entries(machines).map(([name, tags]) => [idKey(vmId(name)), { vmId: vmId(name), tags }]),
  );
  const azure: Pick<Estate, "virtualMachines" | "virtualMachine"> = {
    virtualMachines: (vmIds) => {
      asked.push(vmIds);
      if (answers.come === "never") return new Promise(() => undefined);
      if (answers.come === "as an error") return Promise.reject(new Error("429"));
      return Promise.resolve(new Map([...rows].filter(([key]) => vmIds.map(idKey).includes(key))));
    },
    virtualMachine: (vm) =>
      Promise.resolve({ kind: "found", machine: rows.get(idKey(vm)) as VirtualMachineFacts }),
  };
  const estate = noting(azure as Estate, seen, names);
  return { clock, asked, answers, estate, book: tagBook({ estate, seen }) };
}

const found = (tags: ReadonlyMap<string, object>) => Object.fromEntries(tags);

describe("The tags of VMs", () => {
  it("are two of them, whatever their case, and none of a VM that has neither", async () => {
    const { book, asked } = withMachines({
      "vm-1": { ENV: "prod", Owner: "team-a", costCenter: "4711" },
      "vm-2": { environment: "prod" },
      "vm-3": { env: " ", owner: "x".repeat(300) },
    });
    const ids = ["vm-1", "vm-2", "vm-3", "vm-4"].map(vmId);
    expect(found(await book.tagsOf(ids))).toStrictEqual({
      [idKey(vmId("vm-1"))]: { env: "prod", owner: "team-a" },
      [idKey(vmId("vm-3"))]: { env: undefined, owner: "x".repeat(256) },
    });
    expect(asked).toHaveLength(1);
  });

  it("are asked for once in ten minutes, and of a VM that nobody knows once a minute", async () => {
    const { book, asked, clock } = withMachines({ "vm-1": { env: "prod" } });
    const both = [vmId("vm-1"), vmId("vm-2")];
    for (const wait of [0, minutes(0.5), minutes(1), minutes(9)]) {
      clock.advance(wait);
      await book.tagsOf(both);
    }
    expect(asked).toStrictEqual([both, both.slice(1), both].map((ids) => ids.map(idKey)));
  });

  it("need no call where a rule by tag has just read them", async () => {
    const { book, asked, estate } = withMachines({ "vm-1": { env: "prod" }, "vm-2": { env: "test" } });
    await estate.virtualMachines([vmId("vm-1")]);
    await estate.virtualMachine(vmId("vm-2"));
    expect(Object.values(found(await book.tagsOf([vmId("vm-1"), vmId("vm-2")])))).toMatchObject([
      { env: "prod" },
      { env: "test" },
    ]);
    expect(asked).toHaveLength(1);
  });

  it("asked for by two channels at once are one call, and both have them", async () => {
    const { book, asked } = withMachines({ "vm-1": { env: "prod" } });
    const [one, other] = await Promise.all([book.tagsOf([vmId("vm-1")]), book.tagsOf([vmId("vm-1")])]);
    expect([one.size, other.size, asked.length]).toStrictEqual([1, 1, 1]);
  });

  it("hold nothing back: an error and a silence are no tags, and are not asked for again at once", async () => {
    const { book, asked, answers } = withMachines({ "vm-1": { env: "prod" }, "vm-2": {} });
    answers.come = "as an error";
    expect(await book.tagsOf([vmId("vm-1")])).toStrictEqual(new Map());
    expect(await book.tagsOf([vmId("vm-1")])).toStrictEqual(new Map());
    expect(asked).toHaveLength(1);
    answers.come = "never";
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const silent = book.tagsOf([vmId("vm-2")]);
    await vi.advanceTimersByTimeAsync(seconds(2));
    expect(await silent).toStrictEqual(new Map());
  });

  it("are asked for of fifty VMs at most, and of nothing that is no VM", async () => {
    const { book, asked } = withMachines({});
    await book.tagsOf(["/x", ...Array.from({ length: 80 }, (_, index) => vmId(`vm-${index}`))]);
    expect(asked.map((ids) => ids.length)).toStrictEqual([50]);
  });
});
