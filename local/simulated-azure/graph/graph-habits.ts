import { ServiceError } from "../http/reply.ts";
import type { World } from "../world.ts";

/** How Graph refuses: no consent, too much, or not today. */
export function refuseOnBadDays(world: World): void {
  const { faults, settings } = world;
  if (faults.strikes("graph403")) {
    throw new ServiceError(
      { status: 403, code: "Authorization_RequestDenied" },
      "Insufficient privileges to complete the operation.",
    );
  }
  if (faults.strikes("graph429")) throw throttled({ "Retry-After": String(settings.retryAfterInSeconds) });
  if (faults.strikes("graph429WithoutRetryAfter")) throw throttled({});
  if (faults.strikes("graph500")) {
    throw new ServiceError(
      { status: 503, code: "serviceNotAvailable" },
      "The service is temporarily unavailable. Please try again later.",
    );
  }
}

const throttled = (headers: Readonly<Record<string, string>>): ServiceError =>
  new ServiceError({ status: 429, code: "TooManyRequests", headers }, "Too Many Requests");
