import type { BastionId } from "../../../domain/arm-id.ts";
import { watchdogPartition } from "../../../domain/partition.ts";
import type { Ports } from "../../../ports.ts";
import { isInSubscriptions, type ScopeSettings } from "../../settings.ts";

/**
 * Whether a bastion lies outside of `WATCHDOG_SCOPE`. `proven`: subscriptions that Resource Graph shows under none of the management groups;
 * where there are such groups, nothing else proves it.
 */
export const isOutside = (bastion: BastionId, proven: readonly string[], settings: ScopeSettings): boolean =>
  !isInSubscriptions(bastion, settings) &&
  (settings.managementGroups.length === 0 || proven.includes(bastion.subscriptionId));

/** The same by what the last sweep found out. Such a bastion is not looked at, and nothing of it is deleted. */
export async function isOutOfScope(
  bastion: BastionId,
  { table }: { readonly table: Pick<Ports["table"], "read"> },
  settings: ScopeSettings,
): Promise<boolean> {
  if (isInSubscriptions(bastion, settings)) return false;
  if (settings.managementGroups.length === 0) return true;
  const { host } = await table.read(watchdogPartition);
  return isOutside(bastion, host?.outside ?? [], settings);
}
