import { instant } from "../../src/core/domain/time.ts";
import { reconcile } from "../../src/core/flows/watch/reconcile.ts";
import type { Ports } from "../../src/core/ports.ts";
import { layEstate, type EstateSize } from "./estate.ts";
import { openGround, type Ground } from "./ground.ts";
import { productOn, type Product } from "./product.ts";
import { together } from "./together.ts";

/** How many messages one instance of the function handles at once: `batchSize` and `newBatchThreshold` of host.json. */
export const workers = 12;

export interface Swept {
  readonly ground: Ground;
  readonly product: Product;
  readonly bastions: readonly string[];
  /** The product's ports without a channel: nobody is told of what was put in place for the measurement. */
  readonly quiet: Ports;
}

/** An estate that the product has seen before: another look finds nothing new. */
export async function openSwept(size: EstateSize): Promise<Swept> {
  const ground = await openGround();
  const bastions = await layEstate(ground, size);
  const product = productOn(ground, size.subscriptions ? { WATCHDOG_SCOPE: size.subscriptions.join() } : {});
  const swept = { ground, product, bastions, quiet: { ...product.ports, channels: [] } };
  await lookAtAll(swept, workers);
  return swept;
}

/** One look at every bastion, as the messages of a sweep bring it about. */
export const lookAtAll = ({ bastions, quiet, product }: Swept, atOnce: number): Promise<void> =>
  together(bastions, atOnce, (bastionId) =>
    reconcile({ bastionId, cause: "sweep", since: instant(Date.now()) }, quiet, product.settings),
  );
