import { guid } from "./guid.ts";
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

/**
 * The id with A to Z in lower case: what makes two spellings one resource. No other letter is touched, because Azure keeps apart what Unicode
 * folds: a KELVIN SIGN is no `k`.
 */
export const idKey = (armId: string): string => armId.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());

/** Whether two ids or names are the same resource's to Azure. */
export const isSameId = (one: string, other: string): boolean => idKey(one) === idKey(other);

/** Azure takes letters and digits of every script in names. */
const namePattern = /^[\p{L}\p{N}_().-]{1,90}$/u;
const isName = (text: string): boolean => namePattern.test(text) && !/^\.+$/.test(text);

/** The names in an id, in their order, if it is of this shape: a fixed segment, and `undefined` where a name stands. */
function namesIn(text: string, shape: readonly (string | undefined)[]): readonly string[] | undefined {
  const segments = text.length > longestId ? [] : text.split("/");
  const fits =
    segments.length === shape.length &&
    segments.every((segment, index) => {
      const fixed = shape[index];
      return fixed === undefined ? isName(segment) : idKey(segment) === fixed;
    });
  return fits ? segments.filter((_, index) => shape[index] === undefined) : undefined;
}

/** Four names of ninety characters and all that stands between them. */
const longestId = 1_000;
const name = undefined;
const inGroup = ["", "subscriptions", name, "resourcegroups", name, "providers"] as const;
const bastionShape = [...inGroup, "microsoft.network", "bastionhosts", name];
const virtualMachineShapes = [
  [...inGroup, "microsoft.compute", "virtualmachines", name],
  [...inGroup, "microsoft.compute", "virtualmachinescalesets", name, "virtualmachines", name],
];

/** Reads the id of a bastion host itself; undefined for any other resource and for ids that only look like one. */
export function parseBastionId(text: string): BastionId | undefined {
  const [subscriptionId, resourceGroup, bastion] = namesIn(text, bastionShape) ?? [];
  if (subscriptionId === undefined || resourceGroup === undefined || bastion === undefined) return undefined;
  return guid.test(subscriptionId)
    ? { id: text, subscriptionId: idKey(subscriptionId), resourceGroup, name: bastion }
    : undefined;
}

/** Whether this is the id of a virtual machine or of a scale-set instance. */
export const isVirtualMachineId = (text: string): boolean =>
  virtualMachineShapes.some((shape) => guid.test(namesIn(text, shape)?.[0] ?? ""));

/** The id of the uniform scale set that a VM is an instance of, and whose tags are its tags; undefined for any other VM. */
export const scaleSetOf = (vmId: string): string | undefined =>
  /^(.*\/virtualMachineScaleSets\/[^/]+)\/virtualMachines\/[^/]+$/i.exec(vmId)?.[1];

/** The last segment: what people call the resource. For a scale-set instance `set/3`. */
export function resourceName(armId: string): string {
  const parts = armId.split("/");
  const last = parts.at(-1) ?? armId;
  return /^\d+$/.test(last) && idKey(parts.at(-4) ?? "") === "virtualmachinescalesets"
    ? `${parts.at(-3) ?? ""}/${last}`
    : last;
}

/** Short, because many of them are kept in the host row. */
export const vmKeyOf = (vmId: string): string => sha256(idKey(vmId)).slice(0, 12);
