import * as z from "zod";
import { spellings } from "../activity-record.ts";
import type { FaultName } from "../faults.ts";
import { faultNames } from "../faults.ts";
import type { Reply } from "../http/reply.ts";
import { badRequest, ok } from "../http/reply.ts";
import type { Call } from "../http/routes.ts";
import { bodyAs, openRoutes } from "../http/routes.ts";
import { freezeResourceGraph } from "../resource-graph/resource-graph.ts";
import type { Settings } from "../settings.ts";
import type { World } from "../world.ts";
import { durationInMs } from "./duration.ts";

const faultRequest = z.record(z.string(), z.union([z.boolean(), z.number().min(0).max(1)]));

const milliseconds = z.number().min(0).optional();
/** Some of the settings, as they may be changed; the others stay. */
export const settingsRequest = z.strictObject({
  latencyInMs: milliseconds,
  operationInMs: milliseconds,
  pollAfterInSeconds: milliseconds,
  pageSize: z.int().min(1).optional(),
  limitsRequests: z.boolean().optional(),
  eventSchema: z.enum(["CloudEventSchemaV1_0", "EventGridSchema"]).optional(),
  eventSpellings: z.array(z.enum(spellings)).min(1).optional(),
  deafSubscriptions: z.array(z.string()).optional(),
  eventDelayInMs: milliseconds,
  ingestionDelayInMs: milliseconds,
  busyInMs: milliseconds,
  lateInMs: milliseconds,
  retryAfterInSeconds: milliseconds,
  teamsPerSecond: z.int().min(1).optional(),
  expiryField: z.string().min(1).optional(),
});

const clockRequest = z.union([
  z.strictObject({ advance: z.string() }).transform(({ advance }) => durationInMs(advance)),
  z.strictObject({ advanceInMs: z.number().min(0) }).transform(({ advanceInMs }) => advanceInMs),
]);

const tenYearsInMs = 3_650 * 86_400_000;

/** How the simulated Azure behaves from now on. */
export const switchRoutes = openRoutes("open", {
  "GET /_sim/faults": (_call, world) => ok(world.faults.all()),
  "POST /_sim/faults": switchFaults,
  "GET /_sim/settings": (_call, world) => ok(world.settings),
  "POST /_sim/settings": changeSettings,
  "GET /_sim/clock": (_call, world) => ok({ now: world.isoNow() }),
  "POST /_sim/clock": advanceClock,
});

function switchFaults(call: Call, world: World): Reply {
  const wanted = bodyAs(faultRequest, call);
  const unknown = Object.keys(wanted).filter((name) => !isFaultName(name));
  if (unknown.length > 0)
    throw badRequest("UnknownFault", `Unknown: ${unknown.join(", ")}. Known: ${faultNames.join(", ")}.`);
  for (const name of faultNames) switchFault(name, wanted[name], world);
  return ok(world.faults.all());
}

function switchFault(name: FaultName, chance: boolean | number | undefined, world: World): void {
  if (chance === undefined) return;
  world.faults.switch(name, chance);
  if (name === "resourceGraphLags" && chance !== false) freezeResourceGraph(world);
}

function isFaultName(name: string): name is FaultName {
  return (faultNames as readonly string[]).includes(name);
}

function changeSettings(call: Call, world: World): Reply {
  world.settings = { ...world.settings, ...withoutGaps(bodyAs(settingsRequest, call)) };
  return ok(world.settings);
}

export const withoutGaps = (wanted: z.infer<typeof settingsRequest>): Partial<Settings> =>
  Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined));

async function advanceClock(call: Call, world: World): Promise<Reply> {
  const byInMs = bodyAs(clockRequest, call);
  if (byInMs === undefined || byInMs > tenYearsInMs) {
    throw badRequest(
      "InvalidDuration",
      "Expected 'advance' as an ISO 8601 duration such as PT1H or P1DT30M, ten years at most.",
    );
  }
  await world.timeline.advance(byInMs);
  return ok({ now: world.isoNow() });
}
