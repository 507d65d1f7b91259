import type { Bastion } from "../estate.ts";
import { etagOf, keyOf } from "../estate.ts";
import { badRequest, ServiceError } from "../http/reply.ts";
import type { World } from "../world.ts";

const skusWithLinks = new Set(["standard", "premium"]);

/** Refuses what a bastion without the feature refuses. The service's own words are not documented. */
export function requireFeature(bastion: Bastion): void {
  if (!skusWithLinks.has(bastion.sku.name.toLowerCase())) {
    throw badRequest(
      "BastionShareableLinkNotSupportedForSku",
      `Shareable links need the Standard SKU or higher; ${bastion.name} is ${bastion.sku.name}.`,
    );
  }
  if (bastion.properties["enableShareableLink"] !== true) {
    throw badRequest(
      "BastionShareableLinkFeatureNotEnabled",
      `The shareable link feature is not enabled on ${bastion.name}.`,
    );
  }
}

/** Remembers that a create or delete keeps the bastion busy, for when that habit is on. */
export function keepBusy(bastion: Bastion, world: World): void {
  const key = keyOf(bastion.id);
  const current = world.memory.bastions.get(key);
  if (current) world.memory.bastions.set(key, { ...current, busySince: world.timeline.now() });
}

/** Links that come and go change a bastion's etag, and nothing else of it. */
export function changeEtag({ id }: Bastion, { memory, chance }: World): void {
  const current = memory.bastions.get(keyOf(id));
  if (current) memory.bastions.set(keyOf(id), { ...current, etag: etagOf(chance.guid("etag")) });
}

/** For a while after a create or delete, link operations are refused, reading included. */
export function requireIdle(bastion: Bastion, world: World): void {
  const { busySince } = bastion;
  if (busySince === undefined || world.timeline.now() - busySince >= world.settings.busyInMs) return;
  if (world.faults.strikes("busy409")) {
    throw new ServiceError(
      { status: 409, code: "AnotherOperationInProgress" },
      `Another operation on ${bastion.name} is in progress. Please try again later.`,
    );
  }
  if (world.faults.strikes("busy400")) {
    throw badRequest(
      "OperationNotAllowedWhenResourceInUpgradingState",
      `The operation is not allowed while ${bastion.name} is in Updating state.`,
    );
  }
}
