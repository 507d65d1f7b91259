import { idKey, type BastionId } from "../arm-id.ts";
import type { Unreadable } from "../links/observation.ts";

/** A bastion as Azure describes it; undefined is what the answer left out, never "no" or "off". */
export interface BastionFacts {
  readonly bastion: BastionId;
  readonly region: string | undefined;
  readonly sku: string | undefined;
  readonly shareableLinksEnabled: boolean | undefined;
}

/** These SKUs have no shareable links; the others say by `enableShareableLink` whether they do. */
const withoutLinks = ["basic", "developer"];

/** Whether the host itself says that it has no shareable links. What it leaves out is not "off". */
export const isFeatureOff = ({ sku, shareableLinksEnabled }: BastionFacts): boolean =>
  shareableLinksEnabled === false || withoutLinks.includes(idKey(sku ?? ""));

/** A bastion as Resource Manager describes it, or why nobody can say. `gone` is Azure's own 404 and may be believed. */
export type BastionAnswer = { readonly kind: "found"; readonly bastion: BastionFacts } | Unreadable;

/** A VM as Resource Manager describes it, or why nobody can say. */
export type MachineAnswer = { readonly kind: "found"; readonly machine: VirtualMachineFacts } | Unreadable;

/** Whoever owns the VM writes its tags: hostile text. A tag whose value is not a text is "". */
export interface VirtualMachineFacts {
  readonly vmId: string;
  readonly tags: Readonly<Record<string, string>>;
}
