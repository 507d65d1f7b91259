import type { Bastion } from "../estate.ts";
import { keyOf } from "../estate.ts";
import { resourceNotFound } from "../http/reply.ts";
import type { Call } from "../http/routes.ts";
import type { World } from "../world.ts";

/** The id of the bastion a path names, as the caller spelled it. */
export function bastionIdOf({ parameters }: Call): string {
  const { subscription = "", group = "", name = "" } = parameters;
  return `/subscriptions/${subscription}/resourceGroups/${group}/providers/Microsoft.Network/bastionHosts/${name}`;
}

/** The bastion a path names; ARM's 404 when there is none. */
export function bastionOf(call: Call, world: World): Bastion {
  const id = bastionIdOf(call);
  const bastion = world.memory.bastions.get(keyOf(id));
  if (!bastion) throw resourceNotFound(id);
  return bastion;
}
