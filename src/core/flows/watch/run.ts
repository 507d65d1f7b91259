import type { BastionId } from "../../domain/arm-id.ts";
import type { Partition } from "../../domain/partition.ts";
import type { ReconcileRequest } from "../../domain/state/messages.ts";
import type { Ports } from "../../ports.ts";
import type { FlowSettings } from "../settings.ts";

/** One attempt at a reconcile: whose turn it is, what asked for it, and what it works with. */
export interface Run {
  readonly bastion: BastionId;
  readonly partition: Partition;
  readonly request: ReconcileRequest;
  readonly ports: Ports;
  readonly settings: FlowSettings;
}
