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
  if (world.faults.strikes("throttled", where))
    throw throttled({ "Retry-After": String(world.settings.retryAfterInSeconds) });
  if (world.faults.strikes("throttledWithoutRetryAfter", where)) throw throttled({});
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

function throttled(headers: Readonly<Record<string, string>>): ServiceError {
  return new ServiceError(
    { status: 429, code: "TooManyRequests", headers },
    "The request is being throttled as the limit has been reached.",
  );
}
