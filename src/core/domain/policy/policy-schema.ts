import * as z from "zod";
import { durationPattern, parseDuration, parseInstant, type Instant, type Milliseconds } from "../time.ts";

/**
 * The shape of `WATCHDOG_POLICY`, and of `infra/policy.schema.json`, which is made of it for editors and
 * pipelines. Unknown fields are refused: a typo must not become a default. The published patterns are this
 * schema's own checks in words that JSON Schema has; `parsePolicy` has the last word.
 */
const momentPattern =
  "^\\s*(?:\\d{4}-\\d{1,2}-\\d{1,2}(?:[Tt ].*)?|\\d{1,2}/\\d{1,2}/\\d{4},? .*|(?:[A-Za-z]{3,9},? )?\\d{1,2}[ -][A-Za-z]{3}[ -]\\d{4} .*)\\s*$";

const duration = (description: string, ...examples: string[]) =>
  z
    .string()
    .transform((text, context): Milliseconds => {
      const length = parseDuration(text);
      if (length !== undefined) return length;
      context.addIssue({
        code: "custom",
        message: "is no ISO 8601 duration above zero in days, hours, minutes or seconds, like PT8H or P2D",
      });
      return z.NEVER;
    })
    .meta({
      description: `${description} An ISO 8601 duration in weeks, days, hours, minutes and seconds.`,
      examples,
      pattern: durationPattern,
    });

const moment = (description: string, ...examples: string[]) =>
  z
    .string()
    .transform((text, context): Instant => {
      const value = parseInstant(text);
      if (value !== undefined) return value;
      context.addIssue({ code: "custom", message: "is no date like 2026-12-04T18:00Z" });
      return z.NEVER;
    })
    .meta({ description: `${description} A date without a zone is UTC.`, examples, pattern: momentPattern });

const glob = (description: string, ...examples: string[]) =>
  z
    .string()
    .min(1)
    .max(512)
    .meta({
      description: `${description} A glob, case-insensitive: \`*\` stays inside one segment, \`**\` crosses segments, \`?\` is one character.`,
      examples,
    });

const matchSchema = z
  .strictObject({
    subscription: glob("Subscription id of the VM.", "11111111-0000-4000-8000-000000000001").optional(),
    resourceGroup: glob("Resource group of the VM.", "rg-prod-*").optional(),
    bastion: glob("ARM id of the bastion.", "**/bas-hub").optional(),
    vm: glob(
      "ARM id of the VM.",
      "/subscriptions/*/resourceGroups/rg-prod-*/**",
      "**/vm-staging-01",
    ).optional(),
    creator: glob(
      "User principal name, object id or app id of who created the link. Account name, mail and display name match as well; by them, or where only some of those who may have created it match, a rule may only be stricter. While nobody is known it neither holds nor fails.",
      "jane@contoso.example",
    ).optional(),
    tags: z
      .record(z.string(), glob("Value of the tag.", "prod*"))
      .meta({
        description:
          "Tags of the VM. Whoever owns the VM writes them, so such a rule may only be stricter, unless it has `trustTags`.",
        examples: [{ environment: "prod" }],
      })
      .optional(),
  })
  .meta({
    description:
      "What the rule is about; all that is given must hold. Without it the rule matches every link.",
  });

const channels = z.array(z.string().min(1));

const ruleSchema = z
  .strictObject({
    name: z
      .string()
      .min(1)
      .max(100)
      .meta({
        description: "What every alert, report and fact calls the rule by.",
        examples: ["no links into production"],
      }),
    match: matchSchema.optional(),
    allow: z
      .boolean()
      .meta({ description: "False: a link is due as soon as it was announced. Default: true." })
      .optional(),
    ttl: duration(
      "How long a link may live. Never longer than `maxLifetime`. Default: PT8H.",
      "PT8H",
      "P2D",
    ).optional(),
    warnBefore: duration(
      "How long before its end a link is warned about. Default: a quarter of the ttl, PT15M to PT4H.",
      "PT30M",
    ).optional(),
    maxLifetime: duration(
      "How long a VM may be open within 30 days, or within this time if it is longer, through all its links on all bastions. With it spent, a further link is treated as forbidden. Default: P10D, or the ttl if it is longer.",
      "P10D",
    ).optional(),
    mode: z
      .enum(["enforce", "observe"])
      .meta({ description: "`observe` decides, alerts and records, and revokes nothing. Default: enforce." })
      .optional(),
    severity: z
      .enum(["low", "medium", "high"])
      .meta({ description: "How loud alerts under this rule are. Default: by the kind of alert." })
      .optional(),
    channels: channels
      .meta({ description: "Where alerts go. Default: every channel.", examples: [["teams"]] })
      .optional(),
    fallback: channels
      .meta({
        description: "Where an alert goes that the channels above did not take.",
        examples: [["mail"]],
      })
      .optional(),
    endSessions: z
      .boolean()
      .meta({ description: "Whether sessions through the link end with it. Default: false." })
      .optional(),
    validUntil: moment(
      "From this moment on the rule is as if it were not there.",
      "2026-12-04T18:00Z",
    ).optional(),
    trustTags: z
      .boolean()
      .meta({
        description: "Lets a rule that matches by tag also be looser than what would hold without it.",
      })
      .optional(),
  })
  .meta({
    description:
      "The first rule that matches for certain decides; rules before it that may only be stricter tighten it, field by field.",
  });

/** Parsing turns durations into milliseconds and dates into instants; rules keep what they leave out open. */
export const policySchema = z.strictObject({
  $schema: z
    .string()
    .meta({ description: "Where an editor finds this schema; the watchdog does not look." })
    .optional(),
  rules: z
    .array(ruleSchema)
    .min(1, "a policy needs at least one rule")
    .meta({ description: "In order of precedence." }),
  preexistingGrace: duration("How long links live on that were there before the watchdog.", "P7D").prefault(
    "P7D",
  ),
  maxRevocationsPerHour: z
    .number()
    .int()
    .min(1)
    .meta({
      description: "Above this many revocations an hour, the watchdog holds the others and asks people.",
    })
    .default(20),
  silence: z
    .array(z.enum(["links-read", "create-failed"]))
    .meta({
      description: "Kinds of low-severity alerts that nobody is told of. They stay facts of the ledger.",
      examples: [["links-read"]],
    })
    .default([]),
});

/** A rule as parsed; a field that it leaves out has the default that its description in the schema names. */
export type Rule = z.output<typeof ruleSchema>;

/** The schema as the world sees it: JSON Schema, draft 2020-12. */
export const publishedPolicySchema = (): object => ({
  ...z.toJSONSchema(policySchema, { io: "input", target: "draft-2020-12" }),
  title: "Policy of bastion-watchdog",
  description:
    "Which shareable links of Azure Bastion may live, and for how long. Rules in order; the first that matches for certain decides, and those before it that may only be stricter tighten it.",
  examples: [
    {
      rules: [
        {
          name: "no links into production",
          match: { vm: "/subscriptions/*/resourceGroups/rg-prod-*/**" },
          allow: false,
          severity: "high",
        },
        { name: "everything else", ttl: "PT8H", maxLifetime: "P10D", channels: ["teams"] },
      ],
    },
  ],
});
