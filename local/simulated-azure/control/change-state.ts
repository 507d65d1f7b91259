import * as z from "zod";
import { newLink } from "../arm/link-form.ts";
import { keyOf } from "../estate.ts";
import type { Reply } from "../http/reply.ts";
import { badRequest, ok, resourceNotFound } from "../http/reply.ts";
import type { Call } from "../http/routes.ts";
import { bodyAs, openRoutes } from "../http/routes.ts";
import { linkHabits, type LinkHabit } from "../links.ts";
import type { World } from "../world.ts";

const tags = z.record(z.string(), z.string()).optional();
const instant = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));
const resource = z.strictObject({ id: z.string(), location: z.string().optional(), tags });

const estateRequest = z.strictObject({
  bastions: z.array(
    resource.extend({
      sku: z.string().optional(),
      enableShareableLink: z.boolean().optional(),
      zones: z.array(z.string()).optional(),
      properties: z.looseObject({ dnsName: z.string(), ipConfigurations: z.array(z.unknown()) }).optional(),
    }),
  ),
  vms: z.array(resource),
});
const on = z.boolean().optional();
const habits = { expired: on, withoutBsl: on, tokenRefused: on, tokenIgnored: on } satisfies Record<
  LinkHabit,
  typeof on
>;
const oneLink = z.strictObject({
  bastionId: z.string(),
  vmId: z.string(),
  createdAt: instant.optional(),
  expiresAt: instant.optional(),
  vmGone: on,
  ...habits,
});
const linkRequest = z.union([oneLink, z.array(oneLink)]);
const sessionRequest = z.array(
  z.strictObject({
    bastionId: z.string(),
    vmId: z.string(),
    sessionId: z.string().optional(),
    userName: z.string().default("azureuser"),
    resourceType: z.string().default("VM"),
    protocol: z.enum(["SSH", "RDP"]).default("SSH"),
    startTime: instant.optional(),
  }),
);
const managementGroupsRequest = z.record(z.string(), z.array(z.string()));
const denialRequest = z.array(
  z.strictObject({
    bastionId: z.string(),
    action: z.string(),
    because: z.literal("subscription-disabled").optional(),
  }),
);

const signInRequest = z.array(
  z.strictObject({
    bastionId: z.string(),
    vmId: z.string(),
    at: instant.optional(),
    endedAt: instant.optional(),
    message: z.string().default("Successfully Connected."),
    tunnelId: z.string().optional(),
    userName: z.string().default("azureuser"),
    clientIpAddress: z.string().default("203.0.113.20"),
    resourceType: z.string().default("BSL"),
    protocol: z.string().default("ssh"),
  }),
);

/** What a test may put in place behind Azure's back: no event, no record. */
export const changeStateRoutes = openRoutes("open", {
  "POST /_sim/estate": replaceEstate,
  "POST /_sim/management-groups": (call, world) => {
    const groups = Object.entries(bodyAs(managementGroupsRequest, call));
    world.memory.managementGroups = new Map(groups.map(([id, above]) => [keyOf(id), above]));
    return ok({});
  },
  "POST /_sim/links": putLinks,
  "POST /_sim/sessions": seedSessions,
  "POST /_sim/denials": deny,
  "POST /_sim/sign-ins": seedSignIns,
  "POST /_sim/reset": (_call, world) => {
    world.reset();
    return ok({});
  },
});

function replaceEstate(call: Call, world: World): Reply {
  const unreadable = world.settle(bodyAs(estateRequest, call));
  if (unreadable.length > 0)
    throw badRequest("InvalidResourceId", `These are not ids of their kind: ${unreadable.join(", ")}`);
  return ok({ bastions: world.memory.bastions.size, vms: world.memory.vms.size });
}

/** One link, which is answered, or many, which are counted. */
function putLinks(call: Call, world: World): Reply {
  const wanted = bodyAs(linkRequest, call);
  if (!Array.isArray(wanted)) return { status: 201, body: putLink(wanted, world) };
  return { status: 201, body: { links: wanted.map((link) => putLink(link, world)).length } };
}

/** The VM need not exist, and with `vmGone` it does not from now on: a link of a deleted VM stays listed. */
function putLink(
  { bastionId, vmId, createdAt, expiresAt, vmGone, ...wanted }: z.infer<typeof oneLink>,
  world: World,
): object {
  const bastion = world.memory.bastions.get(keyOf(bastionId));
  if (!bastion) throw resourceNotFound(bastionId);
  const link = newLink(world, bastion, {
    vmId,
    ...(createdAt !== undefined && { createdAt }),
    ...(expiresAt !== undefined && { expiresAt }),
    habits: linkHabits.filter((habit) => wanted[habit]),
  });
  if (vmGone) world.memory.vms.delete(keyOf(vmId));
  return { ...link, createdAt: new Date(link.createdAt).toISOString() };
}

function seedSessions(call: Call, world: World): Reply {
  const sessions = bodyAs(sessionRequest, call);
  world.memory.sessions = sessions.map(({ sessionId, startTime, ...session }) => ({
    ...session,
    sessionId: sessionId ?? world.chance.guid("session"),
    startedAt: startTime ?? world.timeline.now(),
  }));
  return ok({ sessions: world.memory.sessions.length });
}

/** Replaces what is denied; the action is in the Activity Log's words, like `Microsoft.Network/bastionHosts/getShareableLinks/action`, or `*`. */
function deny(call: Call, world: World): Reply {
  world.memory.denials = bodyAs(denialRequest, call);
  return ok({ denials: world.memory.denials.length });
}

/** They go to Bastion's audit log, beside the sessions that are live. */
function seedSignIns(call: Call, world: World): Reply {
  const now = world.timeline.now();
  world.memory.signIns = bodyAs(signInRequest, call).map(
    ({ at = now, endedAt, tunnelId = world.chance.guid("tunnel"), ...rest }) => ({
      ...rest,
      at,
      endedAt,
      tunnelId,
    }),
  );
  return ok({ signIns: world.memory.signIns.length });
}
