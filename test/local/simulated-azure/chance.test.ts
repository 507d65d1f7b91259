import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { describe, expect, it } from "vitest";
import { Chance } from "../../../local/simulated-azure/chance.ts";
import { database, edge, hub, simulatedAzure, staging, tokenOf, type Client } from "./azure-client.ts";

/** What eight requests for a bastion come to. */
async function eightAnswers(azure: Client, bastion: string): Promise<readonly number[]> {
  const statuses: number[] = [];
  while (statuses.length < 8) statuses.push((await azure.arm("GET", bastion)).status);
  return statuses;
}

describe("The simulated Azure's chance", () => {
  it.each([
    [1, [500, 500, 200, 500, 200, 500, 500, 200]],
    [2, [500, 200, 500, 200, 200, 200, 200, 200]],
  ])("with seed %i strikes half of the time, always the same", async (seed, expected) => {
    const azure = await simulatedAzure({ seed });
    await azure.faults({ serverErrors500: 0.5 });
    expect(await eightAnswers(azure, hub), `seed ${seed}`).toEqual(expected);
  });

  it("does not depend on what else is asked meanwhile", async () => {
    const azure = await simulatedAzure({ seed: 1 });
    await azure.faults({ serverErrors500: 0.5, resets: 0, casing: 0.5 });
    const [answers] = await Promise.all([
      eightAnswers(azure, hub),
      eightAnswers(azure, edge),
      azure.list(edge),
    ]);
    expect(answers).toEqual([500, 500, 200, 500, 200, 500, 500, 200]);
  });

  it("strikes as often as it was told, in the long run", () => {
    const chance = new Chance(3);
    expect(
      Array.from({ length: 10_000 }, () => chance.number("x")).filter((drawn) => drawn < 0.2),
    ).toHaveLength(2_002);
  });

  it("makes the same tokens of the same seed, whichever link comes first, and none twice, not even after a reset", async () => {
    const opened = async (seed: number, ...vms: readonly string[]) => {
      const azure = await simulatedAzure({ seed });
      const entries = [];
      for (const vm of vms) entries.push(...(await azure.create(hub, vm)));
      await azure.control("reset", {});
      entries.push(...(await azure.create(hub, staging)));
      return entries.map(tokenOf);
    };
    const [one, two, three] = await opened(1, staging, database);
    expect([one, two, three]).toEqual([
      "df93b2b3-22ec-4603-8728-1d4a8acd3e92",
      "c6773e68-89e9-46c8-86ee-10e55df6de7a",
      "a57f021e-c068-450c-8e0d-47d9cecaacde",
    ]);
    expect(await opened(1, database, staging)).toEqual([two, one, three]);
    expect(await opened(2, staging, database)).not.toContain(one);
  });

  it.each([
    [{ SIMULATED_AZURE_SEED: "42" }, 42],
    [{ SIMULATED_AZURE_SEED: "" }, expect.any(Number)],
  ])("is told in the ready line and in the state with %j", async (environment, seed) => {
    const script = new URL("../../../local/simulated-azure/main.ts", import.meta.url).pathname;
    const child = spawn(process.execPath, [script, "--port", "0"], {
      env: { ...process.env, ...environment },
    });
    try {
      const [line] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
      const ready = JSON.parse(line) as { url: string; seed: number };
      expect(ready.seed).toEqual(seed);
      expect(await (await fetch(`${ready.url}/_sim/state`)).json()).toMatchObject({ seed: ready.seed });
    } finally {
      child.kill();
    }
  });

  it("is refused a seed that is none", async () => {
    const script = new URL("../../../local/simulated-azure/main.ts", import.meta.url).pathname;
    const child = spawn(process.execPath, [script, "--port", "0"], {
      env: { ...process.env, SIMULATED_AZURE_SEED: "x" },
    });
    const [line] = (await once(createInterface({ input: child.stderr }), "line")) as [string];
    expect(line).toContain("Expected a seed to be a whole number, got x");
  });
});
