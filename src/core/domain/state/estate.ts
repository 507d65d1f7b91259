import type { BastionId } from "../arm-id.ts";

export interface BastionFacts {
  readonly bastion: BastionId;
  readonly region: string | undefined;
  readonly sku: string | undefined;
  readonly shareableLinksEnabled: boolean | undefined;
}

export interface VirtualMachineFacts {
  readonly vmId: string;
  readonly tags: Readonly<Record<string, string>>;
}
