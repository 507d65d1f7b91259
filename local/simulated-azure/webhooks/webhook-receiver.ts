import { createHmac, timingSafeEqual } from "node:crypto";
import * as z from "zod";
import { webhookPath, webhookSecret } from "../../local-settings.ts";
import type { Reply, Silence } from "../http/reply.ts";
import { badRequest, ServiceError } from "../http/reply.ts";
import type { Call } from "../http/routes.ts";
import { openRoutes } from "../http/routes.ts";
import type { World } from "../world.ts";

/** How old a signature may be: what was recorded on the wire is worth nothing after that. */
const toleranceInSeconds = 300;

/** What CloudEvents 1.0 demands of an event in structured JSON; names of extensions are lower-case letters and digits. */
const cloudEvent = z
  .looseObject({
    specversion: z.literal("1.0"),
    id: z.string().min(1),
    source: z.string().min(1),
    type: z.string().min(1),
    time: z.iso.datetime({ offset: true }).optional(),
    subject: z.string().min(1).optional(),
    datacontenttype: z.literal("application/json").optional(),
  })
  .refine(
    (event) => Object.keys(event).every((name) => /^[a-z0-9]{1,20}$/.test(name)),
    "an attribute's name is not one",
  );

export const webhookReceiverRoutes = openRoutes("teams", { [`POST ${webhookPath}`]: takeEvent });

/** A receiver as an owner of one would write it: first the signature over the body as it came, then the event, and each event once. */
function takeEvent(call: Call, world: World): Reply | Silence {
  if (world.faults.strikes("hookHangs")) return "hang";
  refuseOnBadDays(world);
  if (!/^application\/cloudevents\+json\b/.test(call.headers["content-type"] ?? "")) {
    throw new ServiceError(
      { status: 415, code: "UnsupportedMediaType" },
      "Expected application/cloudevents+json.",
    );
  }
  requireSignature(call);
  const event = cloudEvent.safeParse(call.body);
  if (!event.success) throw badRequest("InvalidCloudEvent", z.prettifyError(event.error));
  const { hooks } = world.memory;
  const repeat = hooks.some(({ event: earlier }) => cloudEvent.safeParse(earlier).data?.id === event.data.id);
  hooks.push({ receivedAt: world.isoNow(), repeat, event: call.body });
  return world.faults.strikes("hookAnswersLost") ? "reset" : { status: 204 };
}

/**
 * One signature of several is enough: while a secret is replaced there is one for each. The sender's clock is a real one, so it is not
 * compared with a simulated clock that somebody advanced.
 */
function requireSignature({ headers, text }: Call): void {
  const [, seconds = "", signatures = ""] =
    /^t=(\d{1,12})((?:,v1=[0-9a-f]{64}){1,2})$/.exec(headers["x-watchdog-signature"] ?? "") ?? [];
  const expected = createHmac("sha256", webhookSecret).update(`${seconds}.${text}`).digest();
  const isRecent = Math.abs(Date.now() / 1_000 - Number(seconds)) <= toleranceInSeconds;
  const isOurs = (hex: string) => timingSafeEqual(expected, Buffer.from(hex, "hex"));
  if (isRecent && signatures.split(",v1=").slice(1).some(isOurs)) return;
  throw new ServiceError(
    { status: 401, code: "InvalidSignature" },
    "The signature is wrong, missing or too old.",
  );
}

function refuseOnBadDays({ faults, settings }: World): void {
  if (faults.strikes("hook429")) {
    const headers = { "Retry-After": String(settings.retryAfterInSeconds) };
    throw new ServiceError({ status: 429, code: "TooManyRequests", headers }, "Slow down.");
  }
  if (faults.strikes("hook500"))
    throw new ServiceError({ status: 500, code: "InternalServerError" }, "The receiver failed.");
  if (faults.strikes("hook503"))
    throw new ServiceError(
      { status: 503, code: "ServiceUnavailable" },
      "The receiver is down for maintenance.",
    );
}
