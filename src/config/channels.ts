/** The settings of the channels, as `config.ts` reads them. No message repeats a value. */
import * as z from "zod";
import type { Policy } from "../core/domain/policy/policy.ts";
import { channelNames } from "../core/domain/policy/policy-schema.ts";
import { checkMailAddress } from "../azure/graph/graph-mail.ts";
import { checkWebhookUrl, isLoopbackUrl } from "../azure/webhooks/webhook-url.ts";
import { shortestSecret } from "../azure/webhooks/signed-webhook.ts";
import { guid } from "../core/domain/guid.ts";
import { checkTeamsUrl } from "./flow-address.ts";
import { given, type Present } from "./given.ts";

const mostRecipients = 20;

export const teamsUrl = given.superRefine((text, context) => {
  const problem = checkTeamsUrl(text);
  if (problem !== undefined) context.addIssue({ code: "custom", message: problem });
});

const sender = given.superRefine((text, context) => {
  const problem = guid.test(text) ? undefined : checkMailAddress(text);
  if (problem !== undefined)
    context.addIssue({ code: "custom", message: `${problem}, nor the object id of a mailbox` });
});

const recipients = given.transform((text, context): readonly string[] => {
  const addresses = text.split(",").flatMap((part) => (part.trim() === "" ? [] : [part.trim()]));
  for (const [index, address] of addresses.entries()) {
    const problem = checkMailAddress(address);
    if (problem !== undefined) context.addIssue({ code: "custom", message: `entry ${index + 1} ${problem}` });
  }
  if (addresses.length === 0) context.addIssue({ code: "custom", message: "has no recipients" });
  if (addresses.length > mostRecipients) {
    context.addIssue({
      code: "custom",
      message: `names more than ${mostRecipients} recipients: use a group's address`,
    });
  }
  return addresses;
});

const webhookUrl = given.superRefine((text, context) => {
  const problem = checkWebhookUrl(text);
  if (problem !== undefined) context.addIssue({ code: "custom", message: problem });
});

const webhookSecret = given.min(shortestSecret, `must have at least ${shortestSecret} characters`).optional();

/** The newest: a kind of alert keeps its name, and so does its section. */
const ownDocs = "https://github.com/bastion-watchdog/bastion-watchdog/blob/main/docs";

const docsUrl = given
  .max(400, "has more than 400 characters")
  .regex(/^https:\/\/[^\s?#@]+$/, "must begin with https://, without a user, a query or a fragment");

/** What Azure takes for the name of a tag. */
const tagName = given
  .max(512, "has at most 512 characters in Azure")
  .regex(/^[^<>%&\\?/]+$/, "must be the name of a tag, without any of < > % & \\ ? /");

/** To be spread into the schema of all settings. */
export const channelSettings = {
  WATCHDOG_TEAMS_WEBHOOK_URL: teamsUrl.optional(),
  WATCHDOG_MAIL_FROM: sender.optional(),
  WATCHDOG_MAIL_TO: recipients.optional(),
  WATCHDOG_WEBHOOK_URL: webhookUrl.optional(),
  WATCHDOG_WEBHOOK_SECRET: webhookSecret,
  WATCHDOG_WEBHOOK_SECRET_NEXT: webhookSecret,
  WATCHDOG_WEBHOOK_BATCH: z.enum(["true", "false"]).default("false"),
  WATCHDOG_DOCS_URL: docsUrl.default(ownDocs),
  WATCHDOG_ENV_TAG: tagName.default("env"),
  WATCHDOG_OWNER_TAG: tagName.default("owner"),
  WATCHDOG_DIRECTORY: z.enum(["on", "off"]).default("on"),
};

type ChannelSettings = z.output<z.ZodObject<typeof channelSettings>>;

export interface MailChoice {
  readonly from: string;
  readonly to: readonly string[];
}

export interface WebhookChoice {
  readonly url: string;
  readonly secret: string;
  /** Given while the secret is being replaced. */
  readonly nextSecret: string | undefined;
  /** Several alerts are one post. */
  readonly isBatched: boolean;
}

const pairs = [
  ["WATCHDOG_MAIL_FROM", "WATCHDOG_MAIL_TO"],
  ["WATCHDOG_WEBHOOK_URL", "WATCHDOG_WEBHOOK_SECRET"],
] as const;

/** What no setting can tell alone. `isLocal`: every endpoint is on this machine. */
export function channelProblems(present: Present, isLocal: boolean): readonly string[] {
  const halves = pairs
    .flatMap(([one, other]) => [[one, other] as const, [other, one] as const])
    .filter(([one, other]) => present[one] !== undefined && present[other] === undefined)
    .map(([one, other]) => `${other} is not set, but ${one} is: both, or none`);
  const inside = ["WATCHDOG_TEAMS_WEBHOOK_URL", "WATCHDOG_WEBHOOK_URL"].filter(
    (name) => !isLocal && isLoopbackUrl(present[name]?.trim() ?? ""),
  );
  return [
    ...halves,
    ...(present["WATCHDOG_WEBHOOK_SECRET_NEXT"] !== undefined &&
    present["WATCHDOG_WEBHOOK_SECRET"] === undefined
      ? [
          "WATCHDOG_WEBHOOK_SECRET is not set, but WATCHDOG_WEBHOOK_SECRET_NEXT is: a single secret is WATCHDOG_WEBHOOK_SECRET",
        ]
      : []),
    ...inside.map((name) => `${name} is a loopback address, which is only for the local stack`),
  ];
}

export const mailChoice = (values: ChannelSettings): MailChoice | undefined =>
  values.WATCHDOG_MAIL_FROM === undefined || values.WATCHDOG_MAIL_TO === undefined
    ? undefined
    : { from: values.WATCHDOG_MAIL_FROM, to: values.WATCHDOG_MAIL_TO };

export const webhookChoice = (values: ChannelSettings): WebhookChoice | undefined =>
  values.WATCHDOG_WEBHOOK_URL === undefined || values.WATCHDOG_WEBHOOK_SECRET === undefined
    ? undefined
    : {
        url: values.WATCHDOG_WEBHOOK_URL,
        secret: values.WATCHDOG_WEBHOOK_SECRET,
        nextSecret: values.WATCHDOG_WEBHOOK_SECRET_NEXT,
        isBatched: values.WATCHDOG_WEBHOOK_BATCH === "true",
      };

const channelSwitches: Readonly<Record<(typeof channelNames)[number], keyof ChannelSettings>> = {
  teams: "WATCHDOG_TEAMS_WEBHOOK_URL",
  mail: "WATCHDOG_MAIL_FROM",
  webhook: "WATCHDOG_WEBHOOK_URL",
};

/** The channels that are switched on, by what is set. */
export const channelsIn = (present: Readonly<Record<string, unknown>>): readonly string[] =>
  channelNames.filter((name) => present[channelSwitches[name]] !== undefined);

/** An alert for a channel that does not exist would go to all of them, which nobody asked for. */
export const unknownChannels = (
  { rules }: Pick<Policy, "rules">,
  configured: readonly string[],
): readonly string[] =>
  rules.flatMap(({ name, channels = [], fallback = [] }, index) =>
    [...new Set([...channels, ...fallback])]
      .filter((channel) => !configured.includes(channel))
      .map(
        (channel) =>
          `WATCHDOG_POLICY: rule ${index + 1}, ${JSON.stringify(name)}, names ${channel}, which is not configured; configured: ${configured.join(", ") || "none"}`,
      ),
  );
