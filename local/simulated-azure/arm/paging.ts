import { badRequest } from "../http/reply.ts";
import type { Call } from "../http/routes.ts";
import type { World } from "../world.ts";

export function pageSizeOf(world: World): number {
  return world.faults.strikes("smallPages") ? 1 : world.settings.pageSize;
}

/** One page of an ARM list, and the link to the next. */
export function listPage<T>(
  items: readonly T[],
  call: Call,
  world: World,
): { value: T[]; nextLink?: string } {
  const skip = Number(call.url.searchParams.get("$skiptoken") ?? "0");
  if (!Number.isInteger(skip) || skip < 0) throw badRequest("InvalidSkipToken", "The skip token is invalid.");
  const until = skip + pageSizeOf(world);
  const value = items.slice(skip, until);
  return until < items.length ? { value, nextLink: withSkipToken(call.url, String(until)) } : { value };
}

export function withSkipToken(url: URL, token: string): string {
  const next = new URL(url);
  next.searchParams.set("$skiptoken", token);
  return next.href;
}
