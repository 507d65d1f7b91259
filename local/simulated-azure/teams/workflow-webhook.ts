import { teamsWorkflowPath } from "../../local-settings.ts";
import type { Reply, Silence } from "../http/reply.ts";
import { badRequest, ServiceError } from "../http/reply.ts";
import type { Call } from "../http/routes.ts";
import { openRoutes } from "../http/routes.ts";
import type { World } from "../world.ts";

/** Teams takes about 28 KB for the whole message. */
const largestMessageInBytes = 28 * 1024;

const workflow = new URL(teamsWorkflowPath, "http://127.0.0.1");

export const workflowWebhookRoutes = openRoutes("teams", { [`POST ${workflow.pathname}`]: postMessage });

/** The trigger of a Teams Workflow: 202 means queued, nothing more. The signature in the URL is all the authentication there is. */
function postMessage(call: Call, world: World): Reply | Silence {
  if (call.url.searchParams.get("sig") !== workflow.searchParams.get("sig")) {
    const why = "The authentication credentials are not valid: the signature in the URL is wrong or missing.";
    throw new ServiceError({ status: 401, code: "DirectApiInvalidAuthorizationScheme" }, why);
  }
  refuseOnBadDays(world);
  if (call.bodySizeInBytes > largestMessageInBytes || world.faults.strikes("teams413")) {
    throw new ServiceError({ status: 413, code: "RequestEntityTooLarge" }, "Request Entity too large");
  }
  if (call.body === undefined)
    throw badRequest("TriggerInputSchemaMismatch", "The input body for trigger 'manual' is missing.");
  refuseWhatIsTooFast(world);
  if (!world.faults.strikes("teams202Nothing"))
    world.memory.teamsMessages.push({ receivedAt: world.isoNow(), body: call.body });
  return world.faults.strikes("teamsAnswersLost") ? "reset" : { status: 202 };
}

function refuseOnBadDays(world: World): void {
  if (world.faults.strikes("teams429")) throw tooFast(world.settings.retryAfterInSeconds);
  if (world.faults.strikes("teams500"))
    throw new ServiceError(
      { status: 500, code: "InternalServerError" },
      "Encountered internal server error.",
    );
  if (world.faults.strikes("teams503"))
    throw new ServiceError(
      { status: 503, code: "ServiceUnavailable" },
      "The service is temporarily unavailable.",
    );
}

/** Four messages in any second. Those that were refused do not count. */
function refuseWhatIsTooFast({ memory, settings, timeline }: World): void {
  const now = timeline.now();
  memory.teamsTakenAt = memory.teamsTakenAt.filter((moment) => Math.abs(now - moment) < 1_000);
  if (memory.teamsTakenAt.length >= settings.teamsPerSecond) throw tooFast(1);
  memory.teamsTakenAt.push(now);
}

function tooFast(retryAfterInSeconds: number): ServiceError {
  const headers = { "Retry-After": String(retryAfterInSeconds) };
  return new ServiceError(
    { status: 429, code: "WorkflowTriggerRateLimitExceeded", headers },
    "Rate limit is exceeded. Try again later.",
  );
}
