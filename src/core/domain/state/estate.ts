import type { BastionId } from "../arm-id.ts";

/** A bastion as Azure describes it; undefined is what the answer left out, never "no" or "off". */
export interface BastionFacts {
  readonly bastion: BastionId;
  readonly region: string | undefined;
  readonly sku: string | undefined;
  readonly shareableLinksEnabled: boolean | undefined;
}

/** Whoever owns the VM writes its tags: hostile text. A tag whose value is not a text is "". */
export interface VirtualMachineFacts {
  readonly vmId: string;
  readonly tags: Readonly<Record<string, string>>;
}
