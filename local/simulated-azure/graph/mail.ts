import * as z from "zod";
import { mailboxes } from "./directory.ts";
import { refuseOnBadDays } from "./graph-habits.ts";
import { badRequest, ServiceError } from "../http/reply.ts";
import type { Reply, Silence } from "../http/reply.ts";
import type { IdentifiedCall } from "../http/routes.ts";
import { bodyAs, tokenRoutes } from "../http/routes.ts";
import type { World } from "../world.ts";

const recipient = z.looseObject({ emailAddress: z.looseObject({ address: z.string() }) });

const mailRequest = z.strictObject({
  message: z.looseObject({
    subject: z.string().max(255),
    importance: z.enum(["low", "normal", "high"]).optional(),
    body: z.strictObject({ contentType: z.enum(["Text", "HTML"]), content: z.string() }),
    toRecipients: z.array(recipient).min(1),
    internetMessageHeaders: z.array(z.strictObject({ name: z.string(), value: z.string() })).optional(),
  }),
  saveToSentItems: z.boolean().optional(),
});

export const mailRoutes = tokenRoutes("token", { "POST /v1.0/users/{id}/sendMail": sendMail });

/** 202: Exchange has it, which is all Graph ever says. */
function sendMail(call: IdentifiedCall, world: World): Reply | Silence {
  refuseOnBadDays(world);
  const from = call.parameters["id"] ?? "";
  if (!mailboxes.includes(from.toLowerCase())) {
    throw new ServiceError(
      { status: 404, code: "ErrorInvalidUser" },
      `The requested user '${from}' is invalid.`,
    );
  }
  const { message } = bodyAs(mailRequest, call);
  if (message.toRecipients.some(({ emailAddress }) => !/^[^\s@]+@[^\s@]+$/.test(emailAddress.address))) {
    throw badRequest("ErrorInvalidRecipients", "At least one recipient is not valid.");
  }
  if (message.internetMessageHeaders?.some(({ name }) => !/^x-/i.test(name)) === true) {
    throw badRequest(
      "InvalidInternetMessageHeader",
      "The internet message header name should start with 'x-' or 'X-'.",
    );
  }
  if (!world.faults.strikes("graph202Nothing"))
    world.memory.mail.push({ receivedAt: world.isoNow(), from, body: call.body });
  return world.faults.strikes("graphAnswersLost") ? "reset" : { status: 202 };
}
