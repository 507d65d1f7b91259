import { localSubscriptionId } from "../../local/local-settings.ts";
import type { Ground } from "./ground.ts";

export interface EstateSize {
  readonly bastions: number;
  readonly linksEach: number;
  /** Default: as many as the bastion with the most links needs. */
  readonly machines?: number;
  /** Default: the local one alone. */
  readonly subscriptions?: readonly string[];
  /** What the bastions' names begin with. Names of one kind are equally long, so that one can stand for another. */
  readonly prefix?: string;
}

/** Subscription ids that differ in their last digits. */
export const subscriptionIds = (count: number): readonly string[] =>
  Array.from(
    { length: count },
    (_, index) => localSubscriptionId.slice(0, -5) + String(index + 1).padStart(5, "0"),
  );

export const bastionIds = ({
  bastions,
  subscriptions = [localSubscriptionId],
  prefix = "bas",
}: EstateSize): readonly string[] =>
  Array.from({ length: bastions }, (_, index) => {
    const subscription = subscriptions[index % subscriptions.length] ?? localSubscriptionId;
    return `/subscriptions/${subscription}/resourceGroups/rg-bench/providers/Microsoft.Network/bastionHosts/${prefix}-${String(index).padStart(5, "0")}`;
  });

export const machineId = (index: number): string =>
  `/subscriptions/${localSubscriptionId}/resourceGroups/rg-bench/providers/Microsoft.Compute/virtualMachines/vm-${String(index).padStart(5, "0")}`;

const atOnce = 20_000;

/** Replaces the estate of the simulated Azure and puts the links in place behind its back. Answers the bastions' ids. */
export async function layEstate(ground: Ground, ...sizes: readonly EstateSize[]): Promise<readonly string[]> {
  const bastions = sizes.flatMap(bastionIds);
  const links = sizes.flatMap((size) =>
    bastionIds(size).flatMap((bastionId) => linksOf(bastionId, size.linksEach)),
  );
  const count = Math.max(1, ...sizes.map(({ linksEach, machines = linksEach }) => machines));
  const vms = Array.from({ length: count }, (_, index) => ({ id: machineId(index) }));
  await ground.control("estate", { bastions: bastions.map((id) => ({ id })), vms });
  for (let from = 0; from < links.length; from += atOnce)
    await ground.control("links", links.slice(from, from + atOnce));
  return bastions;
}

const hour = 3_600_000;

/** Old enough that nobody waits for an event about them any more. */
function linksOf(bastionId: string, count: number): readonly object[] {
  const createdAt = new Date(Date.now() - hour).toISOString();
  return Array.from({ length: count }, (_, index) => ({ bastionId, vmId: machineId(index), createdAt }));
}
