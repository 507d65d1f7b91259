import type { Bastion } from "../estate.ts";
import { keyOf } from "../estate.ts";
import type { Recorder } from "../events/activity-log.ts";
import type { Reply } from "../http/reply.ts";
import { badRequest } from "../http/reply.ts";
import type { IdentifiedCall } from "../http/routes.ts";
import { bodyAs } from "../http/routes.ts";
import type { ShareableLink } from "../links.ts";
import type { World } from "../world.ts";
import { changeEtag, keepBusy, requireFeature, requireIdle } from "./bastion-state.ts";
import { createdLink, newLink } from "./link-form.ts";
import { linkRequest, tokenRequest } from "./link-requests.ts";
import { accepted, startOperation, withoutOutput, withOutput } from "./operations.ts";

const mostLinks = 500;

export interface Target {
  readonly bastion: Bastion;
  readonly world: World;
  readonly recorder: Recorder;
}

/** POST createShareableLinks: the links exist when the operation ends; a VM that is not there gets a message in place of a link. */
export function createLinks(call: IdentifiedCall, { bastion, world, recorder }: Target): Reply {
  requireReady(bastion, world);
  const vmIds = named(bodyAs(linkRequest, call));
  const present = world.memory.links.of(bastion.id).length;
  if (present + vmIds.length > mostLinks) {
    throw badRequest(
      "BastionShareableLinkLimitExceeded",
      `A Bastion holds at most ${mostLinks} shareable links; ${bastion.name} has ${present}.`,
    );
  }
  keepBusy(bastion, world);
  const operation = startOperation(call, { bastion, world }, ({ startedAt }) => {
    const value = vmIds.map((vmId) => linkTo(vmId, { bastion, world }, startedAt));
    changeEtag(bastion, world);
    recorder.succeeded();
    return withOutput({ value });
  });
  return accepted(operation, world, null);
}

/** POST deleteShareableLinks: every link of the VMs named. */
export function deleteLinks(call: IdentifiedCall, target: Target): Reply {
  requireReady(target.bastion, target.world);
  const keys = named(bodyAs(linkRequest, call)).map(keyOf);
  return deleted(call, target, (link) => keys.includes(keyOf(link.vmId)));
}

/** POST deleteShareableLinksByToken. Tokens of which none is known are refused; among known ones they are passed over. */
export function deleteLinksByToken(call: IdentifiedCall, target: Target): Reply {
  const { bastion, world } = target;
  requireReady(bastion, world);
  const { tokens } = bodyAs(tokenRequest, call);
  const known = world.memory.links
    .of(bastion.id)
    .filter(({ token, habits }) => tokens.includes(token) && !habits.includes("tokenRefused"));
  if (known.length === 0 || world.faults.strikes("tokensUnknown")) {
    throw badRequest(
      "BastionShareableLinkTokenNotFound",
      `The shareable link tokens are unknown on ${bastion.name}.`,
    );
  }
  return deleted(call, target, (link) => known.includes(link) && !link.habits.includes("tokenIgnored"));
}

function requireReady(bastion: Bastion, world: World): void {
  requireIdle(bastion, world);
  requireFeature(bastion);
}

function deleted(
  call: IdentifiedCall,
  { bastion, world, recorder }: Target,
  isMeant: (link: ShareableLink) => boolean,
): Reply {
  keepBusy(bastion, world);
  const doomed = new Set(world.memory.links.of(bastion.id).filter(isMeant));
  const remove = () => {
    world.memory.links.remove(bastion.id, (link) => doomed.has(link));
  };
  const operation = startOperation(call, { bastion, world }, () => {
    if (world.faults.strikes("deletesLate")) world.timeline.after(world.settings.lateInMs, remove);
    else if (!world.faults.strikes("deletesIgnored")) remove();
    changeEtag(bastion, world);
    recorder.succeeded();
    return withoutOutput;
  });
  return accepted(operation, world);
}

function linkTo(
  vmId: string,
  { bastion, world }: Pick<Target, "bastion" | "world">,
  startedAt: number,
): object {
  const vm = world.machine(vmId);
  if (vm) return createdLink(newLink(world, bastion, { vmId }), world, startedAt);
  return { vm: { id: vmId }, message: `The virtual machine '${vmId}' was not found.` };
}

function named(vmIds: readonly string[] | undefined): readonly string[] {
  if (vmIds && vmIds.length > 0) return vmIds;
  throw badRequest(
    "InvalidRequestContent",
    "The request names no virtual machine: 'vms' is missing or empty.",
  );
}
