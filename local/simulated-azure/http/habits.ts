import type { World } from "../world.ts";
import type { Silence } from "./reply.ts";
import { ServiceError } from "./reply.ts";
import type { Route } from "./routes.ts";

/** The habits that keep Azure from even looking at a request. They do not touch the control side, and Teams has its own. */
export function refusalOf(route: Route, path: string, world: World): Silence | undefined {
  if (route.area !== "arm" && route.area !== "token") return undefined;
  const where = placeOf(route, path);
  if (world.faults.strikes("hangs", where)) return "hang";
  if (world.faults.strikes("resets", where)) return "reset";
  if (world.faults.strikes("throttled", where)) throw throttled(path, world);
  if (world.faults.strikes("throttledWithoutRetryAfter", where)) throw tooMany(path, {});
  if (world.faults.strikes("serverErrors500", where)) {
    throw new ServiceError({ status: 500, code: "InternalServerError" }, "An error occurred.");
  }
  return undefined;
}

/** Azure did what it was asked, and the caller never hears of it. */
export function isAnswerLost(route: Route, path: string, world: World): boolean {
  return (
    (route.area === "arm" || route.area === "token") &&
    world.faults.strikes("answersLost", placeOf(route, path))
  );
}

/** Each thing that is asked has luck of its own. */
const placeOf = ({ method }: Route, path: string): string => `${method} ${path.toLowerCase()}`;

/** Asked too often, and told when to ask again. */
export const throttled = (path: string, { settings }: World): ServiceError =>
  tooMany(path, { "Retry-After": String(settings.retryAfterInSeconds) });

/** Resource Graph keeps the reason for the details. */
function tooMany(path: string, headers: Readonly<Record<string, string>>): ServiceError {
  if (!/\/Microsoft\.ResourceGraph\//i.test(path))
    return new ServiceError(
      { status: 429, code: "TooManyRequests", headers },
      "The request is being throttled as the limit has been reached.",
    );
  const [code, message] = [
    "RateLimiting",
    "Client application has been throttled and should not attempt to repeat the request until an amount of time has elapsed.",
  ];
  return new ServiceError(
    { status: 429, code, headers, inner: { details: [{ code, message }] } },
    "Please provide below info when asking for support: timestamp = 2026-11-21T08:00:00.0000000Z, correlationId = 00000000-0000-4000-8000-0000000000c0.",
  );
}
