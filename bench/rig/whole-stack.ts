import { setTimeout as delay } from "node:timers/promises";
import * as z from "zod";
import { packageApp } from "../../local/build/package-app.ts";
import { startStack } from "../../local/stack/stack.ts";
import { parseBastionId, type BastionId } from "../../src/core/domain/arm-id.ts";
import { instant } from "../../src/core/domain/time.ts";
import type { Watched } from "../../src/core/domain/state/watched.ts";
import { partitionOf } from "../../src/core/domain/partition.ts";
import { layEstate, type EstateSize } from "./estate.ts";
import { groundAt, type Ground } from "./ground.ts";
import { asDeployed, productOn, type Product } from "./product.ts";

/** Everything on this machine: storage, the simulated Azure, and the built app in the Functions host, which does the work. */
export interface WholeStack {
  readonly ground: Ground;
  /** Looks on: reads rows and puts messages into queues. */
  readonly product: Product;
  readonly bastions: readonly BastionId[];
  readonly healthUrl: string;
  close(): Promise<void>;
}

const quietly = { ...asDeployed, "AzureWebJobs.sweep.Disabled": "true" };

/** The stack with an estate without links that the app has looked at once. No sweep comes in between. */
export async function openWholeStack(
  size: Omit<EstateSize, "linksEach">,
  settings: Readonly<Record<string, string>> = {},
): Promise<WholeStack> {
  await packageApp();
  const stack = await startStack({ settings: { ...quietly, ...settings } });
  try {
    const ground = groundAt(stack.storage, stack.azureUrl);
    const ids = await layEstate(ground, { ...size, linksEach: 0 });
    const product = productOn(ground);
    const bastions = ids.flatMap((id) => parseBastionId(id) ?? []);
    for (const { id } of bastions)
      await product.world.queues.reconcile({ bastionId: id, cause: "sweep", since: instant(Date.now()) });
    for (const bastion of bastions)
      await rowsWhen({ product }, bastion, ({ host }) => host?.checkedAt !== undefined);
    const healthUrl = `${stack.functionsUrl}/api/health`;
    return { ground, product, bastions, healthUrl, close: () => stack.stop() };
  } catch (error) {
    await stack.stop();
    throw error;
  }
}

const pollInMs = 150;
const patienceInMs = 180_000;

/** The rows of a bastion as soon as they fit; looked at a few times a second. */
export async function rowsWhen(
  { product }: Pick<WholeStack, "product">,
  bastion: BastionId,
  fit: (rows: Watched) => boolean,
): Promise<Watched> {
  const giveUpAt = Date.now() + patienceInMs;
  while (Date.now() < giveUpAt) {
    const rows = await product.world.table.read(partitionOf(bastion));
    if (fit(rows)) return rows;
    await delay(pollInMs);
  }
  throw new Error(`${bastion.name} did not come to that within ${patienceInMs / 1_000} s`);
}

const requests = z.array(z.object({ path: z.string(), caller: z.object({ oid: z.string() }).nullable() }));

/** How often somebody listed the links of a bastion so far. */
export async function listsOf({ ground }: WholeStack, bastion: BastionId): Promise<number> {
  const all = requests.parse(await ground.control("requests"));
  return all.filter(({ path }) => path.toLowerCase() === `${bastion.id}/getShareableLinks`.toLowerCase())
    .length;
}

const cards = z.array(z.unknown());

export const cardCount = async ({ ground }: WholeStack): Promise<number> =>
  cards.parse(await ground.control("teams/messages")).length;
