import { createNetworkManagement } from "@azure/arm-network/api";
import type { NetworkManagementContext } from "@azure/arm-network/api";
import type { BastionId } from "../../core/domain/arm-id.ts";
import { parseBastionId } from "../../core/domain/arm-id.ts";
import type { Exchange } from "../arm/exchange.ts";
import type { Arm, HandOver } from "../arm/pipeline.ts";

/** A conversation about one bastion. */
export interface BastionCall {
  readonly client: NetworkManagementContext;
  readonly at: BastionId;
  readonly exchanges: readonly Exchange[];
}

/** Reads the id again, strictly, because its parts become the path of a request. Throws for an id that did not come from `parseBastionId`. */
export function callBastion(arm: Arm, bastion: BastionId, handOver?: HandOver): BastionCall {
  const at = parseBastionId(bastion.id);
  if (!at) throw new TypeError("Not the id of a bastion host; read it with parseBastionId");
  const { client, exchanges } = arm.call(handOver);
  return { client: createNetworkManagement(arm.credential, at.subscriptionId, client), at, exchanges };
}

/** Runs one SDK call for what it says to Azure. The record tells how that went; an SDK error may hold bodies and ends here. */
export async function isDone(work: () => PromiseLike<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch {
    return false;
  }
}
