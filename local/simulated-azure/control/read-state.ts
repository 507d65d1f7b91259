import { hostForm } from "../arm/bastion-hosts.ts";
import { ok } from "../http/reply.ts";
import { openRoutes } from "../http/routes.ts";
import type { World } from "../world.ts";

/** What a test may look at: everything, the secrets included. */
export const readStateRoutes = openRoutes("open", {
  "GET /_sim/state": (_call, world) => ok(stateOf(world)),
  "GET /_sim/teams/messages": (_call, { memory }) => ok(memory.teamsMessages),
  "GET /_sim/mail": (_call, { memory }) => ok(memory.mail),
  "GET /_sim/hooks": (_call, { memory }) => ok(memory.hooks),
  "GET /_sim/openings": (_call, { memory }) => ok(memory.links.openings),
  "GET /_sim/requests": (_call, { memory }) => ok(memory.requests),
  "GET /_sim/rights": (_call, { rights }) => ok(rights.uses),
  "GET /_sim/hostile": (_call, { memory, hostileUrl }) =>
    ok({ url: hostileUrl, requests: memory.hostileRequests }),
  "GET /_sim/activity": (_call, { memory }) =>
    ok(memory.activity.map((record) => ({ ...record, at: new Date(record.at).toISOString() }))),
  "GET /_sim/secrets": (_call, { memory }) => ok([...memory.secrets]),
});

function stateOf({ chance, memory, timeline, undelivered }: World): object {
  return {
    seed: chance.seed,
    now: new Date(timeline.now()).toISOString(),
    undelivered: undelivered(),
    bastions: [...memory.bastions.values()].map(hostForm),
    vms: [...memory.vms.values()].map(({ id, name, location, tags }) => ({ id, name, location, tags })),
    links: [...memory.links].map((link) => ({ ...link, createdAt: new Date(link.createdAt).toISOString() })),
    sessions: memory.sessions.map(({ startedAt, ...session }) => ({
      ...session,
      startedAt: new Date(startedAt).toISOString(),
    })),
  };
}
