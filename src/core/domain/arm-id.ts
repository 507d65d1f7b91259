import { guidPattern } from "./guid.ts";
import { sha256 } from "./hash.ts";

/**
 * ARM resource ids. One strict parser for the ids we act on: a segment of dots would collapse the path the SDK builds,
 * and a slash, question mark or hash inside a name would change what the request is about.
 */

/** A bastion host, in Azure's spelling, with the key that is the same however a caller cased it. */
export interface BastionId {
  readonly id: string;
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly name: string;
}

/** The id in lower case: what makes two spellings one resource. */
export const idKey = (armId: string): string => armId.toLowerCase();

const subscription = `(${guidPattern})`;
/** Azure takes letters and digits of every script in names. */
const segment = "([\\p{L}\\p{N}_().-]{1,90})";
const bastionPattern = new RegExp(
  `^/subscriptions/${subscription}/resourceGroups/${segment}/providers/Microsoft\\.Network/bastionHosts/${segment}$`,
  "iu",
);
const virtualMachinePattern = new RegExp(
  `^/subscriptions/${subscription}/resourceGroups/${segment}/providers/Microsoft\\.Compute/(?:virtualMachines|virtualMachineScaleSets/${segment}/virtualMachines)/${segment}$`,
  "iu",
);

const onlyDots = (text: string): boolean => /^\.+$/.test(text);

/** Reads the id of a bastion host itself; undefined for any other resource and for ids that only look like one. */
export function parseBastionId(text: string): BastionId | undefined {
  const match = bastionPattern.exec(text);
  if (!match) return undefined;
  const [id, subscriptionId = "", resourceGroup = "", name = ""] = match;
  return onlyDots(resourceGroup) || onlyDots(name)
    ? undefined
    : { id, subscriptionId: subscriptionId.toLowerCase(), resourceGroup, name };
}

/** Whether this is the id of a virtual machine or of a scale-set instance. */
export function isVirtualMachineId(text: string): boolean {
  return virtualMachinePattern.test(text) && !text.split("/").some(onlyDots);
}

/** The id of the uniform scale set that a VM is an instance of, and whose tags are its tags; undefined for any other VM. */
export const scaleSetOf = (vmId: string): string | undefined =>
  /^(.*\/virtualMachineScaleSets\/[^/]+)\/virtualMachines\/[^/]+$/i.exec(vmId)?.[1];

/** The last segment: what people call the resource. For a scale-set instance `set/3`. */
export function resourceName(armId: string): string {
  const parts = armId.split("/");
  const name = parts.at(-1) ?? armId;
  return /^\d+$/.test(name) && parts.at(-4)?.toLowerCase() === "virtualmachinescalesets"
    ? `${parts.at(-3) ?? ""}/${name}`
    : name;
}

/** Short, because many of them are kept in the host row. */
export const vmKeyOf = (vmId: string): string => sha256(idKey(vmId)).slice(0, 12);
