import type { BastionId } from "../arm-id.ts";
import type { Unreadable } from "../links/observation.ts";

export interface BastionFacts {
  readonly bastion: BastionId;
  readonly region: string | undefined;
  readonly sku: string | undefined;
  readonly shareableLinksEnabled: boolean | undefined;
}

/** A bastion as Resource Manager describes it, or why nobody can say. `gone` is Azure's own 404 and may be believed. */
export type BastionAnswer = { readonly kind: "found"; readonly bastion: BastionFacts } | Unreadable;

export interface VirtualMachineFacts {
  readonly vmId: string;
  readonly tags: Readonly<Record<string, string>>;
}
