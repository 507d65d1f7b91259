import { keyOf } from "../estate.ts";
import type { Reply } from "../http/reply.ts";
import { ok } from "../http/reply.ts";
import type { IdentifiedCall } from "../http/routes.ts";
import { bodyAs } from "../http/routes.ts";
import type { ActiveSession, World } from "../world.ts";
import type { Target } from "./change-links.ts";
import { sessionRequest } from "./link-requests.ts";
import { accepted, startOperation, withOutput } from "./operations.ts";

/** POST getActiveSessions: asked for now, answered at `Location`. */
export function getActiveSessions(call: IdentifiedCall, { bastion, world, recorder }: Target): Reply {
  const operation = startOperation(call, { bastion, world }, () => {
    recorder.succeeded();
    const here = world.memory.sessions.filter((session) => keyOf(session.bastionId) === keyOf(bastion.id));
    return withOutput({ value: here.map((session) => sessionDetail(session, world)) });
  });
  const { origin, pathname, search } = call.url;
  const resultAt = `${origin}${pathname}/operationResults/${operation.id}${search}`;
  return accepted({ ...operation, resultAt }, world, null);
}

/** POST disconnectActiveSessions: ends what is there, and says of each id what became of it. */
export function disconnectActiveSessions(call: IdentifiedCall, { bastion, world, recorder }: Target): Reply {
  const { sessionIds } = bodyAs(sessionRequest, call);
  const isHere = (session: ActiveSession) => keyOf(session.bastionId) === keyOf(bastion.id);
  const known = new Set(world.memory.sessions.filter(isHere).map(({ sessionId }) => sessionId));
  world.memory.sessions = world.memory.sessions.filter(
    (session) => !(isHere(session) && sessionIds.includes(session.sessionId)),
  );
  recorder.succeeded();
  return ok({
    value: sessionIds.map((sessionId) =>
      known.has(sessionId)
        ? { sessionId, state: "Disconnected", message: `session ${sessionId} invalidated!` }
        : { sessionId, state: "NotFound", message: `session ${sessionId} not found!` },
    ),
  });
}

function sessionDetail(session: ActiveSession, world: World): object {
  const [, , subscription, , group, , , , host] = session.vmId.split("/");
  return {
    sessionId: session.sessionId,
    startTime: new Date(session.startedAt).toISOString(),
    targetSubscriptionId: subscription,
    resourceType: session.resourceType,
    targetHostName: host,
    targetResourceGroup: group,
    userName: session.userName,
    targetIpAddress: "10.20.0.4",
    protocol: session.protocol,
    targetResourceId: session.vmId,
    sessionDurationInMins: Math.floor((world.timeline.now() - session.startedAt) / 60_000),
  };
}
