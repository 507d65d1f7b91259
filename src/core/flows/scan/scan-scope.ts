import { isSameId, resourceName, type BastionId } from "../../domain/arm-id.ts";

/** Narrows a scan; all that are given must hold. Ids and names compare case-insensitively. */
export interface ScanScope {
  /** A subscription's id. */
  readonly subscription?: string | undefined;
  readonly resourceGroup?: string | undefined;
  /** An ARM id or a name, as is `vm`. */
  readonly bastion?: string | undefined;
  readonly vm?: string | undefined;
}

const same = (wanted: string | undefined, text: string): boolean =>
  wanted === undefined || isSameId(wanted, text);
const sameIdOrName = (wanted: string | undefined, id: string): boolean =>
  same(wanted, id) || same(wanted, resourceName(id));

/** Whether the bastion has the subscription, resource group and id or name that the scope gives; what it leaves out, any has. */
export const isWantedBastion = (
  { subscriptionId, resourceGroup, id }: BastionId,
  scope: Omit<ScanScope, "vm">,
): boolean =>
  same(scope.subscription, subscriptionId) &&
  same(scope.resourceGroup, resourceGroup) &&
  sameIdOrName(scope.bastion, id);

/** Whether links to the machine of this ARM id belong in the scan: to any, if the scope names none. */
export const isWantedMachine = (vmId: string, { vm }: Pick<ScanScope, "vm">): boolean =>
  sameIdOrName(vm, vmId);
