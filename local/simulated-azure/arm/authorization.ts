import { keyOf } from "../estate.ts";
import { authorizationFailed } from "../http/authorization.ts";
import { ServiceError } from "../http/reply.ts";
import type { IdentifiedCall } from "../http/routes.ts";
import type { Target } from "./change-links.ts";

/** What was taken from everybody on this bastion. */
export function requireRight(
  action: string,
  { caller }: IdentifiedCall,
  { bastion, world }: Pick<Target, "bastion" | "world">,
): void {
  const denial = world.memory.denials.find(
    (denial) =>
      keyOf(denial.bastionId) === keyOf(bastion.id) &&
      (denial.action === "*" || keyOf(denial.action) === keyOf(action)),
  );
  if (denial?.because === "subscription-disabled") throw disabledSubscription(bastion.id);
  if (denial) throw authorizationFailed(action, caller, bastion.id);
}

/** Everything but reading is a change there, and so is asking by POST. */
const disabledSubscription = (id: string): ServiceError =>
  new ServiceError(
    { status: 409, code: "ReadOnlyDisabledSubscription" },
    `The subscription '${id.split("/")[2] ?? ""}' is disabled and therefore marked as read only. You cannot perform any write actions on this subscription until it is re-enabled.`,
  );
