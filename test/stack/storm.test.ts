import { setTimeout as passing } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { eventually } from "../../local/scenario/eventually.ts";
import { localSubscriptionId } from "../../local/local-settings.ts";
import { jane } from "../../local/scenario/people.ts";
import { fireSweep } from "../../local/scenario/scene.ts";
import { noSweep, stage } from "./stage.ts";

const policy = '{"rules":[{"name":"all","ttl":"PT2H"}]}';
const on = stage({ settings: { ...noSweep, WATCHDOG_POLICY: policy } });

const inGroup = (rest: string) =>
  `/subscriptions/${localSubscriptionId}/resourceGroups/rg-storm/providers/${rest}`;
const named = (prefix: string, count: number, kind: string) =>
  Array.from({ length: count }, (_, index) => ({
    id: inGroup(`${kind}/${prefix}-${String(index).padStart(3, "0")}`),
  }));
const bastions = named("bas-storm", 80, "Microsoft.Network/bastionHosts");
const vms = named("vm-storm", 200, "Microsoft.Compute/virtualMachines");

async function create(bastion: string, vm: string): Promise<void> {
  const address = `${on().stack.azureUrl}${bastion}/createShareableLinks?api-version=2024-05-01`;
  const made = await fetch(address, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${jane.token}` },
    body: JSON.stringify({ vms: [{ vm: { id: vm } }] }),
  });
  if (!made.ok) throw new Error(`A create was answered ${made.status}: ${await made.text()}`);
}

/** The machines that no card names. */
const missing = (): readonly string[] => {
  const words = on()
    .channel.cards.map((card) => card.words)
    .join("\n");
  return vms.map(({ id }) => id.slice(id.lastIndexOf("/") + 1)).filter((name) => !words.includes(name));
};

describe("Two hundred links on eighty bastions within seconds", () => {
  it(
    "are named, each machine, within half a minute of the last, in forty cards at most, and counted once",
    { timeout: 180_000 },
    async () => {
      await on().azure.simulate("estate", { bastions, vms });
      await fireSweep(on().stack);
      await on().quiet();
      const before = on().channel.cards.length;
      for (const [index, { id }] of vms.entries()) {
        await create(bastions[index % bastions.length]?.id ?? "", id);
        await passing(10);
      }
      const lastMadeAt = Date.now();
      await eventually(
        { expected: "every machine in a card", withinInMs: 90_000, saw: () => missing().slice(0, 9) },
        () => missing().length === 0 || undefined,
      );
      expect((Date.now() - lastMadeAt) / 1_000).toBeLessThan(30);
      await on().quiet();
      const cards = on().channel.cards.slice(before);
      expect(cards.length).toBeLessThanOrEqual(40);
      expect(cards.filter(({ title }) => title.includes(" bastions")).length).toBeGreaterThan(0);
      const counted = cards.map(({ title }) => Number(/^(\d+) shareable links opened/.exec(title)?.[1] ?? 1));
      expect(counted.reduce((sum, count) => sum + count, 0)).toBe(200);
    },
  );
});
