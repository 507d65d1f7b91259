import type { BastionId } from "../src/core/domain/arm-id.ts";
import { partitionOf } from "../src/core/domain/partition.ts";
import { isUnreadable } from "../src/core/domain/ledger/ledger.ts";
import { known, type Figure } from "./figures.ts";
import { machineId } from "./rig/estate.ts";
import { openWholeStack, rowsWhen, type WholeStack } from "./rig/whole-stack.ts";
import type { Size } from "./size.ts";

/** The breaker is raised, or it would do what it is for. */
const policy = JSON.stringify({
  rules: [{ name: "short", ttl: "PT30S", warnBefore: "PT10S" }],
  maxRevocationsPerHour: 1_000,
});
const busyInMs = 10_000;

interface Case {
  readonly links: number;
  readonly isBusy?: boolean;
}

/**
 * From the deadline to the moment at which the last link was seen gone, as the ledger says it, through the whole stack and in real time:
 * queues count in whole seconds and are polled once a second, and Azure takes 0.3 s for a delete.
 */
export async function revocation({ revoked, busyHost }: Size): Promise<readonly Figure[]> {
  const cases: readonly Case[] = [
    ...revoked.map((links) => ({ links })),
    ...(busyHost ? [{ links: 1, isBusy: true }] : []),
  ];
  const stack = await openWholeStack({ bastions: cases.length }, { WATCHDOG_POLICY: policy });
  try {
    const figures: Figure[] = [];
    for (const [index, bastion] of stack.bastions.entries())
      figures.push(await revoke(stack, bastion, cases[index] ?? { links: 1 }));
    return figures;
  } finally {
    await stack.close();
  }
}

async function revoke(
  stack: WholeStack,
  bastion: BastionId,
  { links, isBusy = false }: Case,
): Promise<Figure> {
  const { ground, product } = stack;
  await ground.control("settings", { busyInMs });
  await ground.control("faults", { busy409: isBusy });
  const put = Array.from({ length: links }, (_, index) => ({
    bastionId: bastion.id,
    vmId: machineId(index),
  }));
  await ground.control("links", put);
  await product.world.queues.reconcile({
    bastionId: bastion.id,
    cause: "person",
    since: product.world.clock.now(),
  });
  const { links: tracked } = await rowsWhen(
    stack,
    bastion,
    (rows) => rows.links.length === links && rows.links.every(({ announced }) => announced),
  );
  const deadline = Math.max(...tracked.map((link) => link.deadline));
  await rowsWhen(stack, bastion, (rows) => rows.links.length === 0);
  await ground.control("faults", { busy409: false });
  const name = `revocation: deadline to seen gone, ${links === 1 ? "1 link" : `${links} links`}`;
  const why = isBusy ? `, host busy for ${busyInMs / 1_000} s after a delete` : "";
  return known({
    name: name + why,
    value: ((await lastClosed(stack, bastion)) - deadline) / 1_000,
    unit: "s",
  });
}

async function lastClosed({ product }: WholeStack, bastion: BastionId): Promise<number> {
  let last = 0;
  for await (const fact of product.world.table.readLedger(partitionOf(bastion), 0)) {
    if (!isUnreadable(fact) && fact.kind === "link-closed") last = Math.max(last, fact.at);
  }
  return last;
}
