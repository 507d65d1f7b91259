import { recorderFor } from "../events/activity-log.ts";
import type { Reply } from "../http/reply.ts";
import type { IdentifiedCall } from "../http/routes.ts";
import { tokenRoutes } from "../http/routes.ts";
import type { World } from "../world.ts";
import { requireRight } from "./authorization.ts";
import type { Target } from "./change-links.ts";
import { createLinks, deleteLinks, deleteLinksByToken } from "./change-links.ts";
import { bastionOf } from "./find.ts";
import { listLinks, nextLinks } from "./list-links.ts";
import { operationResult } from "./operations.ts";
import { disconnectActiveSessions, getActiveSessions } from "./sessions.ts";

const host =
  "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Network/bastionHosts/{name}";

/** Every POST on a bastion. The names on the right are the Activity Log's own spelling. */
export const bastionActionRoutes = tokenRoutes("arm", {
  [`POST ${host}/createShareableLinks`]: action("createshareablelinks", createLinks),
  [`POST ${host}/getShareableLinks`]: action("getShareablelinks", (call, target) => {
    const reply = listLinks(call, target.world, target.bastion);
    target.recorder.succeeded();
    return reply;
  }),
  [`GET ${host}/getShareableLinks`]: nextLinks,
  [`POST ${host}/deleteShareableLinks`]: action("deleteshareablelinks", deleteLinks),
  [`POST ${host}/deleteShareableLinksByToken`]: action("deleteshareablelinksbytoken", deleteLinksByToken),
  [`POST ${host}/getActiveSessions`]: action("getactivesessions", getActiveSessions),
  [`GET ${host}/getActiveSessions/operationResults/{id}`]: operationResult,
  [`POST ${host}/disconnectActiveSessions`]: action("disconnectactivesessions", disconnectActiveSessions),
});

/** An operation that leaves a record: of success when it ends, of failure when it is refused. */
function action(name: string, perform: (call: IdentifiedCall, target: Target) => Reply) {
  return (call: IdentifiedCall, world: World): Reply => {
    const bastion = bastionOf(call, world);
    const operationName = `Microsoft.Network/bastionHosts/${name}/action`;
    const recorder = recorderFor({ kind: "Action", operationName }, call, { resource: bastion, world });
    try {
      requireRight(operationName, call, { bastion, world });
      const reply = perform(call, { bastion, world, recorder });
      if (reply.status === 202) recorder.accepted();
      return reply;
    } catch (error) {
      recorder.failed();
      throw error;
    }
  };
}
