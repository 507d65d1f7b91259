import * as z from "zod";
import { messageIdPattern } from "../../core/domain/alerts/lane/message-id.ts";
import { alertIdPattern } from "../../core/domain/alerts/alert.ts";
import type { ConsoleCommand, LinksTarget } from "../../core/domain/console/command.ts";
import { linkIdSchema as linkId } from "../../core/domain/links/link.ts";
import { parseInstant, type Instant } from "../../core/domain/time.ts";

const armId = z.string().min(1).max(512);
const why = z.string().trim().min(3, "give a reason").max(500);

const targets = {
  link: { kind: z.literal("link"), bastionId: armId, linkId },
  bastion: { kind: z.literal("bastion"), bastionId: armId },
  vm: { kind: z.literal("vm"), vmId: armId },
  creator: { kind: z.literal("creator"), creator: z.string().min(1).max(2_000) },
  session: { kind: z.literal("session"), bastionId: armId, linkId, sessionId: z.string().min(1).max(200) },
  message: { kind: z.literal("message"), messageId: z.string().regex(messageIdPattern) },
  alert: { kind: z.literal("alert"), bastionId: armId.optional(), alertId: z.string().regex(alertIdPattern) },
} as const;

const until = z.string().transform((text, context): Instant => {
  const moment = parseInstant(text);
  if (moment !== undefined) return moment;
  context.addIssue({ code: "custom", message: "must be a date and a time" });
  return z.NEVER;
});

const common = { why, token: z.string().max(200).default("") };
const action = <Name extends ConsoleCommand["action"]>(name: Name) => ({
  action: z.literal(name),
  ...common,
});

/** Every form there is; a field that none of them has is refused. */
const formSchema = z.union([
  ...([targets.link, targets.bastion, targets.vm, targets.creator] as const).map((target) =>
    z.strictObject({ ...action("revoke"), ...target }),
  ),
  z.strictObject({ ...action("extend"), ...targets.link, until }),
  z.strictObject({ ...action("give-time"), ...targets.link }),
  z.strictObject({ ...action("end-session"), ...targets.session }),
  z.strictObject({ ...action("look"), ...targets.bastion }),
  z.strictObject({ ...action("release"), ...targets.bastion }),
  z.strictObject({ ...action("resend"), ...targets.alert }),
  z.strictObject({ ...action("acknowledge"), ...targets.alert }),
  z.strictObject({ ...action("acknowledge"), ...targets.message }),
]);

export interface OrderForm {
  readonly command: ConsoleCommand;
  readonly token: string;
}

/** Reads a posted form. A field given twice, or one we do not know, makes it none of ours. */
export function readForm(body: string): OrderForm | undefined {
  const pairs = [...new URLSearchParams(body)];
  if (new Set(pairs.map(([name]) => name)).size < pairs.length) return undefined;
  const parsed = formSchema.safeParse(Object.fromEntries(pairs));
  return parsed.success ? { command: commandOf(parsed.data), token: parsed.data.token } : undefined;
}

function commandOf(form: z.output<typeof formSchema>): ConsoleCommand {
  switch (form.action) {
    case "revoke":
      return { action: "revoke", target: targetOf(form), why: form.why };
    case "extend":
      return {
        action: "extend",
        target: { kind: "link", bastionId: form.bastionId, linkId: form.linkId },
        until: form.until,
        why: form.why,
      };
    case "give-time": {
      const { kind, bastionId, linkId } = form;
      return { action: "give-time", target: { kind, bastionId, linkId }, why: form.why };
    }
    case "end-session": {
      const { kind, bastionId, linkId, sessionId } = form;
      return { action: "end-session", target: { kind, bastionId, linkId, sessionId }, why: form.why };
    }
    case "look":
    case "release":
      return { action: form.action, target: { kind: "bastion", bastionId: form.bastionId }, why: form.why };
    case "resend": {
      const { kind, bastionId, alertId } = form;
      return { action: "resend", target: { kind, bastionId, alertId }, why: form.why };
    }
    case "acknowledge":
      return {
        action: "acknowledge",
        target:
          form.kind === "message"
            ? { kind: "message", messageId: form.messageId }
            : { kind: "alert", bastionId: form.bastionId, alertId: form.alertId },
        why: form.why,
      };
  }
}

type RevokeForm = Extract<z.output<typeof formSchema>, { readonly action: "revoke" }>;

function targetOf(form: RevokeForm): LinksTarget {
  switch (form.kind) {
    case "link":
      return { kind: "link", bastionId: form.bastionId, linkId: form.linkId };
    case "bastion":
      return { kind: "bastion", bastionId: form.bastionId };
    case "vm":
      return { kind: "vm", vmId: form.vmId };
    case "creator":
      return { kind: "creator", creator: form.creator };
  }
}
