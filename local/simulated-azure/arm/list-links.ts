import type { Bastion } from "../estate.ts";
import { keyOf } from "../estate.ts";
import type { Reply } from "../http/reply.ts";
import { badRequest, ServiceError } from "../http/reply.ts";
import type { Call, IdentifiedCall } from "../http/routes.ts";
import { bodyAs } from "../http/routes.ts";
import type { Continuation, World } from "../world.ts";
import { requireFeature, requireIdle } from "./bastion-state.ts";
import { bastionOf } from "./find.ts";
import { listedLink } from "./link-form.ts";
import { linkRequest } from "./link-requests.ts";
import { pageSizeOf, withSkipToken } from "./paging.ts";

const continuationsKept = 1_000;

/** POST getShareableLinks: the first page. No VMs named means all of them. */
export function listLinks(call: IdentifiedCall, world: World, bastion: Bastion): Reply {
  requireIdle(bastion, world);
  requireFeature(bastion);
  const vmIds = bodyAs(linkRequest, call);
  const vmKeys = vmIds && vmIds.length > 0 ? vmIds.map(keyOf) : undefined;
  return pageOf({ bastionKey: keyOf(bastion.id), vmKeys, skip: 0 }, call, world);
}

/** GET of a `nextLink`: a further page. */
export function nextLinks(call: Call, world: World): Reply {
  requireIdle(bastionOf(call, world), world);
  const rest = world.memory.continuations.get(call.url.searchParams.get("$skiptoken") ?? "");
  if (!rest) throw badRequest("InvalidSkipToken", "The skip token is unknown or has expired.");
  if (world.faults.strikes("pageFails"))
    throw new ServiceError({ status: 500, code: "InternalServerError" }, "An error occurred.");
  return pageOf(rest, call, world);
}

function pageOf(from: Continuation, call: Call, world: World): Reply {
  const { bastionKey, vmKeys, skip } = from;
  const links = world.memory.links
    .of(bastionKey)
    .filter((link) => !vmKeys || vmKeys.includes(keyOf(link.vmId)));
  if (links.length === 0 && world.faults.strikes("noLinksAs400")) {
    throw badRequest("BastionShareabeLinksNotFound", "No shareable links were found for the given Bastion.");
  }
  const until = skip + pageSizeOf(world);
  const value = links.slice(skip, until).map((link) => listedLink(link, world));
  const nextLink = nextLinkAfter({ ...from, skip: until }, links.length, { call, world });
  return {
    status: world.faults.strikes("pages206") ? 206 : 200,
    body: { value, ...(nextLink && { nextLink }) },
  };
}

function nextLinkAfter(
  rest: Continuation,
  total: number,
  { call, world }: { call: Call; world: World },
): string | undefined {
  if (world.faults.strikes("hostileNextLink"))
    return `${world.hostileUrl}${call.url.pathname}${call.url.search}`;
  if (rest.skip >= total) return undefined;
  const token = world.chance.guid("page");
  const { continuations } = world.memory;
  continuations.set(token, rest);
  const [oldest] = continuations.keys();
  if (continuations.size > continuationsKept && oldest) continuations.delete(oldest);
  return withSkipToken(call.url, token);
}
