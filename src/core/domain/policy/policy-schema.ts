import * as z from "zod";
import type { Instant } from "../time.ts";
import { alertKindNames } from "../alerts/alert-kinds.ts";
import { alertsSchema, silenceAdvice } from "./reading/alerts-field.ts";
import type { FieldsAt } from "./reading/problems.ts";
import { duration, glob, retired, shaped } from "./reading/policy-fields.ts";
import {
  bastionShape,
  creatorShape,
  groupShape,
  momentShape,
  nameShape,
  subscriptionShape,
  tagNameShape,
  vmShape,
} from "./reading/texts.ts";

/**
 * The shape of `WATCHDOG_POLICY`, and of `infra/policy.schema.json`, which is made of it for editors and
 * pipelines. Unknown fields are refused: a typo must not become a default. Both take the same texts: the published patterns are those that are checked here.
 */
const matchSchema = z
  .strictObject({
    subscription: glob("Subscription id of the VM.", subscriptionShape, {
      examples: ["11111111-0000-4000-8000-000000000001"],
    }).optional(),
    resourceGroup: glob("Resource group of the VM: its name alone.", groupShape, {
      unlike: "/",
      examples: ["rg-prod-*"],
    }).optional(),
    bastion: glob("ARM id of the bastion.", bastionShape, {
      unlike: "bas-hub",
      examples: ["**/bas-hub"],
    }).optional(),
    vm: glob("ARM id of the VM.", vmShape, {
      unlike: "vm-1",
      examples: ["/subscriptions/*/resourceGroups/rg-prod-*/**", "**/vm-staging-01"],
    }).optional(),
    creator: glob(
      "User principal name, object id or app id of the creator. Account name, mail, display name and a guest's original address match as well, but then a rule may only be stricter. The same holds where only some of the possible creators match. While the creator is unknown, the rule neither holds nor fails.",
      creatorShape,
      { unlike: " ", examples: ["jane@contoso.example", "*_vendor.example#EXT#@*"] },
    ).optional(),
    tags: z
      .record(
        shaped(tagNameShape, "*"),
        shaped(creatorShape, " ").meta({
          description: "Value of the tag. A glob, case-insensitive: `*` is anything, `?` is one character.",
          examples: ["prod*"],
        }),
      )
      .refine((tags) => Object.keys(tags).length > 0, "names no tag: leave it out")
      .meta({
        minProperties: 1,
        description:
          "Tags of the VM. The VM's owner can change them, so such a rule may only be stricter, unless it has `trustTags`.",
        examples: [{ environment: "prod" }],
      })
      .optional(),
  })
  .meta({
    description:
      "What the rule is about; all that is given must hold. Without it the rule matches every link.",
  });

/** Where alerts can go. */
export const channelNames = ["teams", "mail", "webhook"] as const;
const channels = z.array(z.enum(channelNames));

const ruleSchema = z
  .strictObject({
    name: shaped(nameShape, "").meta({
      description: "What every alert, report and fact calls the rule by.",
      examples: ["no links into production"],
    }),
    match: matchSchema.optional(),
    allow: z
      .boolean()
      .meta({ description: "False: a link is due as soon as it has been reported.", default: true })
      .optional(),
    ttl: duration("How long a link may live. Never longer than `maxLifetime`.", {
      default: "PT8H",
      examples: ["PT8H", "P2D"],
    }).optional(),
    warnBefore: duration(
      "How long before its deadline a link is warned about. Default: a quarter of the ttl, PT15M to PT4H.",
      { examples: ["PT30M"] },
    ).optional(),
    maxLifetime: duration(
      "How long a VM may be open within 30 days, or within this time if it is longer, through all its links on all bastions. With it spent, a further link is treated as forbidden. Default: P10D, or the ttl if it is longer.",
      { examples: ["P10D"] },
    ).optional(),
    mode: z
      .enum(["enforce", "observe"])
      .meta({
        description: "`observe` decides, alerts and records, and revokes nothing.",
        default: "enforce",
      })
      .optional(),
    severity: z
      .enum(["low", "medium", "high"])
      .meta({
        description:
          "How loud openings under this rule are: `low` is left to the digest, `high` goes to every channel at once. Default: by the kind of alert.",
        examples: ["high"],
      })
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
      .meta({ description: "Whether sessions through the link end with it.", default: false })
      .optional(),
    validUntil: shaped(momentShape, "2026-12-04T18:00")
      .meta({
        description:
          "From this moment on the rule no longer counts. ISO 8601 with its zone; a day alone counts to midnight in `WATCHDOG_TIME_ZONE`.",
        examples: ["2026-12-04T18:00Z", "2026-12-04T18:00+01:00", "2026-12-04"],
      })
      .optional(),
    trustTags: z
      .boolean()
      .meta({
        description: "Lets a rule that matches by tag also be looser than what would hold without it.",
        default: false,
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
    .meta({ description: "Where an editor finds this schema; the watchdog does not read it." })
    .optional(),
  rules: z
    .array(ruleSchema)
    .min(1, "must hold at least one rule")
    .meta({ description: "In order of precedence." }),
  preexistingGrace: duration("How long links that are older than the watchdog may stay open.", {
    examples: ["P7D"],
  }).prefault("P7D"),
  maxRevocationsPerHour: z
    .number()
    .int()
    .min(1)
    .meta({
      description: "Above this many revocations an hour, the watchdog holds the rest and sends an alert.",
    })
    .default(20),
  alerts: alertsSchema.default({}),
  silence: retired(silenceAdvice, "Replaced by `alerts`."),
});

/** Fields that are only there to be refused with advice. */
const retiredFields: readonly string[] = ["silence"];

/** A rule as parsed; a field that it leaves out has the default that the schema names. */
export type Rule = Omit<z.output<typeof ruleSchema>, "validUntil" | "channels" | "fallback"> & {
  readonly channels?: readonly string[] | undefined;
  readonly fallback?: readonly string[] | undefined;
  readonly validUntil?: Instant | undefined;
};

/** What stands where in a policy. */
export const policyFieldsAt: FieldsAt = (path) => {
  if (path.length === 0)
    return {
      what: "a policy",
      fields: Object.keys(policySchema.shape).filter((name) => !retiredFields.includes(name)),
    };
  if (path.length === 1 && path[0] === "alerts") return { what: "alerts", fields: alertKindNames };
  return path.at(-1) === "match"
    ? { what: "match", fields: Object.keys(matchSchema.shape) }
    : { what: "a rule", fields: Object.keys(ruleSchema.shape) };
};
