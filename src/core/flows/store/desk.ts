import type { Desk } from "../../domain/decide/plan.ts";
import type { Ports } from "../../ports.ts";
import type { FlowSettings } from "../settings.ts";

/** Where something is written, under which policy, and whom its alerts can reach. */
export const deskAt = (
  { partition, bastion }: Pick<Desk, "partition" | "bastion">,
  { channels }: Ports,
  { policy, acknowledgeWithin }: FlowSettings,
): Desk => ({ partition, bastion, policyHash: policy.hash, channels: channels.map(({ name }) => name), acknowledgeWithin });
