import { createNetworkManagement } from "@azure/arm-network/api";
import * as z from "zod";
import type { MachineAnswer } from "../../core/ports.ts";
import { isVirtualMachineId, resourceName, scaleSetOf } from "../../core/domain/arm-id.ts";
import { textTags } from "./estate-rows.ts";
import type { Arm } from "../arm/pipeline.ts";
import { refusalOf, unreadableBecause } from "../arm/refusal.ts";

const queryParameters = { "api-version": "2024-07-01" };
const machine = z.looseObject({ id: z.string(), tags: z.record(z.string(), z.unknown()).nullish() });

/** One GET by hand, of the VM itself or, for an instance of a uniform scale set, of the set, which has the tags. Throws for an id of anything else. */
export async function readVirtualMachine(arm: Arm, vmId: string): Promise<MachineAnswer> {
  if (!isVirtualMachineId(vmId)) throw new TypeError("Not the id of a virtual machine");
  const { client, exchanges } = arm.call();
  const network = createNetworkManagement(arm.credential, vmId.split("/")[2] ?? "", client);
  const holder = scaleSetOf(vmId) ?? vmId;
  await network
    .pathUnchecked(holder)
    .get({ queryParameters })
    .then(undefined, () => undefined);
  const exchange = exchanges.at(-1);
  const found =
    exchange?.kind === "answer" && exchange.status === 200
      ? machine.safeParse(exchange.body).data
      : undefined;
  if (found) return { kind: "found", machine: { vmId, tags: textTags(found.tags ?? {}) } };
  return unreadableBecause(
    refusalOf(exchange, { what: `Reading ${resourceName(vmId)}`, now: arm.clock.now() }),
  );
}
