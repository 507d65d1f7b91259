import pMap from "p-map";
import { idKey, isVirtualMachineId } from "../../domain/arm-id.ts";
import { reasonOf } from "../../domain/foreign.ts";
import type { Unreadable } from "../../domain/links/observation.ts";
import type { VirtualMachineFacts } from "../../domain/state/estate.ts";
import { after, minutes, seconds, type Instant } from "../../domain/time.ts";
import type { Estate, Ports } from "../../ports.ts";

/** The tags of VMs by lower-case id, and of those that are unknown what Resource Manager said. */
export interface Tags {
  readonly vms: ReadonlyMap<string, VirtualMachineFacts>;
  readonly unread: ReadonlyMap<string, Unreadable>;
}

/** Where nobody asks. */
export const noTags: Tags = { vms: new Map(), unread: new Map() };

/** What reads tags; a page has no log. */
export type TagPorts = Pick<Ports, "estate" | "clock"> & Partial<Pick<Ports, "log">>;

/** Resource Graph first; a VM that it leaves out, or all where it fails, by Resource Manager. */
export async function tagsOf(vmIds: readonly string[], { estate, clock, log }: TagPorts): Promise<Tags> {
  const asked = vmIds.filter(isVirtualMachineId);
  const known =
    asked.length === 0 ? new Map<string, VirtualMachineFacts>() : await fromGraph(asked, estate, log);
  const missing = inTurn(
    asked.filter((vmId) => !known.has(idKey(vmId))),
    clock.now(),
  );
  const until = after(clock.now(), longest);
  const answers = await pMap(
    missing,
    async (vmId) => (clock.now() < until ? { vmId, answer: await estate.virtualMachine(vmId) } : undefined),
    { concurrency },
  );
  const vms = new Map(known);
  const unread = new Map<string, Unreadable>();
  for (const one of answers) {
    if (one?.answer.kind === "found") vms.set(idKey(one.vmId), one.answer.machine);
    else if (one) unread.set(idKey(one.vmId), one.answer);
  }
  if (unread.size > 0) log?.warn("Tags of virtual machines are unknown", { machines: unread.size });
  return { vms, unread };
}

async function fromGraph(
  vmIds: readonly string[],
  estate: Estate,
  log: Ports["log"] | undefined,
): Promise<ReadonlyMap<string, VirtualMachineFacts>> {
  try {
    return await estate.virtualMachines(vmIds);
  } catch (error) {
    log?.warn("Tags of virtual machines could not be read", { why: reasonOf(error) });
    return new Map();
  }
}

/** Azure answers 25 reads a second; the look has a claim of 90 seconds. */
const mostAsked = 50;
const concurrency = 10;
const longest = seconds(15);

/** As many as one look asks for, others with each minute. */
function inTurn(vmIds: readonly string[], now: Instant): readonly string[] {
  const turn = (Math.floor(now / minutes(1)) * mostAsked) % Math.max(vmIds.length, 1);
  return [...vmIds.slice(turn), ...vmIds.slice(0, turn)].slice(0, mostAsked);
}
