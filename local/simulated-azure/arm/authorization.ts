import { displayName } from "../caller.ts";
import { keyOf } from "../estate.ts";
import { ServiceError } from "../http/reply.ts";
import type { IdentifiedCall } from "../http/routes.ts";
import type { Target } from "./change-links.ts";

/** ARM's refusal of what was never granted, in ARM's words. */
export function requireRight(action: string, { caller }: IdentifiedCall, { bastion, world }: Pick<Target, "bastion" | "world">): void {
  const isDenied = world.memory.denials.some(
    (denial) => keyOf(denial.bastionId) === keyOf(bastion.id) && (denial.action === "*" || keyOf(denial.action) === keyOf(action)),
  );
  if (!isDenied) return;
  throw new ServiceError(
    { status: 403, code: "AuthorizationFailed" },
    `The client '${displayName(caller)}' with object id '${caller.oid}' does not have authorization to perform action '${action}' over scope ` +
      `'${bastion.id}' or the scope is invalid. If access was recently granted, please refresh your credentials.`,
  );
}
