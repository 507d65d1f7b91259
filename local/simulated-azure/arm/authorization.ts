import { keyOf } from "../estate.ts";
import { authorizationFailed } from "../http/authorization.ts";
import type { IdentifiedCall } from "../http/routes.ts";
import type { Target } from "./change-links.ts";

/** What was taken from everybody on this bastion. */
export function requireRight(
  action: string,
  { caller }: IdentifiedCall,
  { bastion, world }: Pick<Target, "bastion" | "world">,
): void {
  const isDenied = world.memory.denials.some(
    (denial) =>
      keyOf(denial.bastionId) === keyOf(bastion.id) &&
      (denial.action === "*" || keyOf(denial.action) === keyOf(action)),
  );
  if (isDenied) throw authorizationFailed(action, caller, bastion.id);
}
