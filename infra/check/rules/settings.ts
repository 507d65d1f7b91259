/** The app gets the settings that it reads. */
import * as z from "zod";
import type { Variant } from "../deployment.ts";
import { findings, type Finding } from "../finding.ts";
import type { Product } from "../product.ts";

/** Settings that no deployment gives, and why. */
export const notDeployed: Readonly<Record<string, string>> = {
  AzureWebJobsStorage:
    "a connection string, for the local stack and tests; deployed, the identity reaches storage",
  AzureWebJobsStorage__accountName: "the platform takes it for an account of the public cloud in every cloud",
  WATCHDOG_ARM_ENDPOINT: "WATCHDOG_CLOUD says it",
  WATCHDOG_GRAPH_ENDPOINT: "the same",
  WATCHDOG_LOGS_ENDPOINT: "the same",
  WATCHDOG_EVENT_GRID_TRIGGER: "the event subscriptions of a deployment deliver to the queue",
  WATCHDOG_LOCAL_TOKEN: "refused outside of the local stack",
};

/** Settings that are there only once the vault holds their secret. */
const secret = [
  "WATCHDOG_TEAMS_WEBHOOK_URL",
  "WATCHDOG_FORM_KEY",
  "WATCHDOG_WEBHOOK_SECRET",
  "WATCHDOG_WEBHOOK_SECRET_NEXT",
];

/** Settings of the platform, which the code does not read. */
const platform = ["APPLICATIONINSIGHTS_CONNECTION_STRING", "APPLICATIONINSIGHTS_AUTHENTICATION_STRING"];

const settingsSchema = z.record(z.string(), z.string());

/** Undefined where the settings could not be evaluated. */
export function settingsOf({ resources }: Variant): Readonly<Record<string, string>> | undefined {
  const settings = resources.find(
    ({ type, name }) => type === "Microsoft.Web/sites/config" && name.endsWith("/appsettings"),
  );
  return settingsSchema.safeParse(settings?.properties).data;
}

export function checkSettings(variants: readonly Variant[], { settingNames }: Product): readonly Finding[] {
  const wanted = settingNames.filter((name) => !Object.hasOwn(notDeployed, name));
  const whole = variants.filter(({ isWhole }) => isWhole);
  const given = new Set(whole.flatMap((variant) => Object.keys(settingsOf(variant) ?? {})));
  return [
    ...whole.flatMap((variant) => checkVariant(variant, wanted)),
    ...findings(
      "variants",
      "settings",
    )(secret.filter((name) => !given.has(name)).map((name) => `no variant sets ${name}`)),
  ];
}

function checkVariant(variant: Variant, wanted: readonly string[]): readonly Finding[] {
  const say = findings(variant.path, "settings");
  const settings = settingsOf(variant);
  if (settings === undefined)
    return say(["the settings could not be evaluated; give secrets by secretsInVault, not as parameters"]);
  const always = [...wanted, ...platform].filter((name) => !secret.includes(name));
  return say([
    ...Object.keys(settings)
      .filter((name) => !wanted.includes(name) && !platform.includes(name))
      .map((name) => `the app does not know the setting ${name}, or it is not for deployments`),
    ...always.filter((name) => !Object.hasOwn(settings, name)).map((name) => `${name} is not set`),
  ]);
}
