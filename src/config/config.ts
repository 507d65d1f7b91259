import * as z from "zod";
import type { ConsoleSettings } from "../core/domain/console/console-settings.ts";
import { isTimeZone } from "../core/domain/reports/digest.ts";
import { defaultPolicyJson, parsePolicy } from "../core/domain/policy/parse-policy.ts";
import type { Policy } from "../core/domain/policy/policy.ts";
import type { DigestSettings, FlowSettings } from "../core/flows/settings.ts";
import {
  channelSettings,
  channelsIn,
  mailChoice,
  teamsUrl,
  unknownChannels,
  webhookChoice,
  type MailChoice,
  type WebhookChoice,
} from "./channels.ts";
import { acknowledgeWithin, consoleOf, consoleSettings } from "./console.ts";
import { actionGroupSettings, warningsOf, type Warning } from "./action-groups.ts";
import { crossChecks, unknownSettings, unresolvedReferences } from "./cross-checks.ts";
import { azureOf, azureSettings, isLocalEndpoint } from "./endpoints.ts";
import type { Cloud } from "./clouds.ts";
import { given, presentIn, type Present } from "./given.ts";
import { logsChoice, logSettings, type LogsChoice } from "./logs.ts";
import { scope } from "./scope.ts";
import { evidenceOf, storageOf, storageSettings, type StorageChoice } from "./storage.ts";
import type { TagNames } from "../azure/resource-graph/known-tags.ts";
import type { CredentialChoice } from "../azure/identity/credential.ts";
import { guid } from "../core/domain/guid.ts";

/** Everything the environment decides, read once and checked as a whole. */
export interface Config extends Omit<FlowSettings, "startedAt"> {
  readonly storage: StorageChoice;
  /** The account of the evidence. */
  readonly evidence: StorageChoice;
  readonly credential: CredentialChoice;
  readonly cloud: Cloud;
  readonly armEndpoint: string;
  /** Of bastion calls; undefined: the SDK's. */
  readonly networkApiVersion: string | undefined;
  readonly teamsWebhookUrl: string | undefined;
  readonly consoleUrl: string | undefined;
  /** Where people read the documents. */
  readonly docsUrl: string;
  readonly sweepSchedule: string;
  /** Whether Event Grid may push events to a function, too. */
  readonly eventGridTrigger: boolean;
  readonly graphEndpoint: string;
  readonly logs: LogsChoice | undefined;
  readonly mail: MailChoice | undefined;
  readonly webhook: WebhookChoice | undefined;
  /** Whether Graph is asked who a caller is. */
  readonly directory: boolean;
  /** The tags of VMs that cards show. */
  readonly tagNames: TagNames;
  readonly digest: DigestSettings;
  readonly console: ConsoleSettings;
  readonly warnings: readonly Warning[];
}

/** Every problem of the configuration at once. No value of a secret setting is ever in it. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly problems: readonly string[];
  /** Where people can still be told, if that one setting is good. */
  readonly teamsWebhookUrl: string | undefined;

  constructor(problems: readonly string[], teamsWebhookUrl: string | undefined) {
    super(`Invalid settings:\n${problems.map((problem) => `✖ ${problem}`).join("\n")}`);
    this.problems = problems;
    this.teamsWebhookUrl = teamsWebhookUrl;
  }
}

const sixFields = /^\S+( \S+){5}$/;

/** The schema of all settings; the generated page reads names, defaults and values from it. */
export const settingsSchema = z.object({
  ...storageSettings,
  ...azureSettings,
  ...logSettings,
  WATCHDOG_SCOPE: scope,
  WATCHDOG_POLICY: given.optional(),
  WATCHDOG_MODE: z.enum(["enforce", "observe"]).default("enforce"),
  WATCHDOG_SWEEP_SCHEDULE: z
    .string()
    .regex(sixFields, 'must be an NCRONTAB expression of six fields, like "0 */5 * * * *"')
    .default("0 */5 * * * *"),
  WATCHDOG_EVENT_GRID_TRIGGER: z.enum(["true", "false"]).default("false"),
  WATCHDOG_PRINCIPAL_ID: z
    .string()
    .regex(guid, "must be the object id (a GUID) of the watchdog's own identity")
    .optional(),
  WATCHDOG_CLIENT_ID: z
    .string()
    .regex(guid, "must be the client id (a GUID) of the user-assigned identity")
    .optional(),
  ...consoleSettings,
  WATCHDOG_TIME_ZONE: z
    .string()
    .refine(isTimeZone, "must be a time zone of the IANA database, like Europe/Berlin")
    .default("UTC"),
  WATCHDOG_DIGEST_HOUR: z
    .string()
    .regex(/^(1?\d|2[0-3])$/, "must be an hour from 0 to 23")
    .default("8"),
  ...channelSettings,
  ...actionGroupSettings,
  WATCHDOG_LOCAL_TOKEN: given.optional(),
});
type Settings = z.output<typeof settingsSchema>;

/** The settings the watchdog knows, for the sample file, the infrastructure and the tests. */
export const settingNames: readonly string[] = Object.keys(settingsSchema.shape);

/** Reads the environment. An empty setting counts as not set. Throws `ConfigError` with every problem, never only the first. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const present = presentIn(environment);
  // Read once in a process: compiling a parser for it would take longer than it saves.
  const parsed = settingsSchema.safeParse(present, { jitless: true });
  const read = policyIn(present);
  const problems = [
    ...unknownSettings(present, settingNames),
    ...(parsed.error?.issues.map(describe) ?? []),
    ...unresolvedReferences(present, settingNames),
    ...crossChecks(present),
    ...("policy" in read
      ? unknownChannels(read.policy, channelsIn(present))
      : [`WATCHDOG_POLICY: ${read.problem}`]),
  ];
  if (problems.length === 0 && parsed.success && "policy" in read) {
    const isLocal = isLocalEndpoint(parsed.data.WATCHDOG_ARM_ENDPOINT);
    const platform = { authEnabled: present["WEBSITE_AUTH_ENABLED"], isLocal };
    return {
      ...configOf(parsed.data, read.policy),
      console: consoleOf(parsed.data, platform),
      warnings: warningsOf(parsed.data, isLocal),
    };
  }
  const url = teamsUrl.safeParse(present["WATCHDOG_TEAMS_WEBHOOK_URL"]);
  throw new ConfigError(problems, url.data);
}

/** Ends of rules that are a day alone are over with that day where the people are. */
function policyIn(present: Present): ReturnType<typeof parsePolicy> {
  const timeZone = present["WATCHDOG_TIME_ZONE"]?.trim() ?? "UTC";
  const text = present["WATCHDOG_POLICY"]?.trim() ?? defaultPolicyJson;
  return parsePolicy(text, isTimeZone(timeZone) ? timeZone : "UTC");
}

const describe = (issue: z.core.$ZodIssue): string => {
  const name = String(issue.path[0]);
  return issue.code === "invalid_type" && issue.message.includes("undefined")
    ? `${name} is not set`
    : `${name}: ${issue.message}`;
};

function configOf(values: Settings, policy: Policy): Omit<Config, "console" | "warnings"> {
  const azure = azureOf(values);
  return {
    storage: storageOf(values, azure.cloud),
    evidence: evidenceOf(values, azure.cloud),
    credential: credentialOf(values),
    cloud: azure.cloud,
    armEndpoint: azure.armEndpoint,
    networkApiVersion: azure.networkApiVersion,
    subscriptions: values.WATCHDOG_SCOPE.subscriptions,
    managementGroups: values.WATCHDOG_SCOPE.managementGroups,
    teamsWebhookUrl: values.WATCHDOG_TEAMS_WEBHOOK_URL,
    policy,
    mode: values.WATCHDOG_MODE,
    acknowledgeWithin: acknowledgeWithin(values),
    sweepSchedule: values.WATCHDOG_SWEEP_SCHEDULE,
    eventGridTrigger: values.WATCHDOG_EVENT_GRID_TRIGGER === "true",
    principalId: values.WATCHDOG_PRINCIPAL_ID?.toLowerCase(),
    consoleUrl: values.WATCHDOG_CONSOLE_URL,
    docsUrl: values.WATCHDOG_DOCS_URL,
    graphEndpoint: azure.graphEndpoint,
    logs: logsChoice(values, azure),
    mail: mailChoice(values),
    webhook: webhookChoice(values),
    directory: values.WATCHDOG_DIRECTORY === "on",
    tagNames: { env: values.WATCHDOG_ENV_TAG, owner: values.WATCHDOG_OWNER_TAG },
    digest: { timeZone: values.WATCHDOG_TIME_ZONE, hour: Number(values.WATCHDOG_DIGEST_HOUR) },
  };
}

const credentialOf = ({ WATCHDOG_LOCAL_TOKEN, WATCHDOG_CLIENT_ID }: Settings): CredentialChoice =>
  WATCHDOG_LOCAL_TOKEN === undefined
    ? { kind: "managed-identity", clientId: WATCHDOG_CLIENT_ID }
    : { kind: "static", token: WATCHDOG_LOCAL_TOKEN };
