import { setTimeout as delay } from "node:timers/promises";
import { jane } from "../local/scenario/people.ts";
import { atMost, type Figure } from "./figures.ts";
import { machineId } from "./rig/estate.ts";
import { cardCount, openWholeStack, rowsWhen, type WholeStack } from "./rig/whole-stack.ts";

const count = 100;
const rules = Array.from({ length: count }, (_, n) => ({
  name: `team ${n}`,
  match: { vm: `/subscriptions/*/resourceGroups/rg-team-${n}-*/**` },
  ttl: "PT8H",
}));
const policy = JSON.stringify({ rules: [...rules, { name: "rest", ttl: "PT9H" }] });

/** A hundred links made in one call under a hundred rules by VM pattern, through the whole stack: how soon people hear, and whether anything stands still meanwhile. */
export async function manyRules(): Promise<readonly Figure[]> {
  const stack = await openWholeStack({ bastions: 1, machines: count }, { WATCHDOG_POLICY: policy });
  try {
    const [bastion] = stack.bastions;
    if (!bastion) throw new Error("There is no bastion");
    const before = await cardCount(stack);
    const done = new AbortController();
    const health = slowestHealth(stack, done.signal);
    const begin = performance.now();
    await createAll(stack, `${bastion.id}/createShareableLinks`);
    while ((await cardCount(stack)) === before) await delay(100);
    const card = (performance.now() - begin) / 1_000;
    await rowsWhen(stack, bastion, ({ links, outbox }) => links.length === count && outbox.length === 0);
    done.abort();
    const name = `${count} rules by VM pattern × ${count} links made at once`;
    return [
      atMost(15, { name: `${name}: first card, the operation itself included`, value: card, unit: "s" }),
      atMost(500, {
        name: `${name}: slowest answer of health until all is told`,
        value: await health,
        unit: "ms",
      }),
    ];
  } finally {
    await stack.close();
  }
}

async function slowestHealth({ healthUrl }: WholeStack, signal: AbortSignal): Promise<number> {
  let slowest = 0;
  while (!signal.aborted) {
    const begin = performance.now();
    await (await fetch(healthUrl)).arrayBuffer();
    slowest = Math.max(slowest, performance.now() - begin);
    await delay(50);
  }
  return slowest;
}

async function createAll({ ground }: WholeStack, path: string): Promise<void> {
  const vms = Array.from({ length: count }, (_, n) => ({ vm: { id: machineId(n) } }));
  const response = await fetch(`${ground.azureUrl}${path}?api-version=2024-05-01`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${jane.token}` },
    body: JSON.stringify({ vms }),
  });
  if (!response.ok) throw new Error(`Creating links was answered with ${response.status}`);
  await response.arrayBuffer();
}
