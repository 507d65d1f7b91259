/** What Flex Consumption on Linux refuses, or keeps warm for nothing: the types allow it. */
import * as z from "zod";
import { type Resource, valueAt, type Variant } from "../deployment.ts";
import { findings, type Finding } from "../finding.ts";
import type { Product } from "../product.ts";
import { settingsOf } from "./settings.ts";

const alwaysReadySchema = z.array(z.object({ name: z.string() }));

export function checkPlatform(variant: Variant, { functions }: Product): readonly Finding[] {
  const withFtp = variant.resources.filter(
    ({ type, name, properties }) =>
      (type === "Microsoft.Web/sites" && valueAt(properties, "siteConfig.ftpsState") !== undefined) ||
      (type === "Microsoft.Web/sites/basicPublishingCredentialsPolicies" && name.endsWith("/ftp")),
  );
  const badNames = Object.keys(settingsOf(variant) ?? {}).filter((name) => !/^[A-Za-z0-9_.]+$/.test(name));
  const warm = variant.resources
    .filter(({ type }) => type === "Microsoft.Web/sites")
    .flatMap(({ properties }) =>
      alwaysReadySchema.parse(valueAt(properties, "functionAppConfig.scaleAndConcurrency.alwaysReady")),
    );
  // Functions that answer requests share their instances.
  const known = ["http", ...functions.map((name) => `function:${name}`)];
  return findings(
    variant.path,
    "platform",
  )([
    ...withFtp.map(({ type, name }) => `${type} ${name} speaks of FTP, which Flex Consumption does not have`),
    ...warm
      .filter(({ name }) => !known.includes(name))
      .map(({ name }) => `${name} is kept warm, and there is none`),
    ...badNames.map((name) => `Linux refuses the setting name ${name}`),
    ...variant.resources.flatMap(queryFault),
  ]);
}

const queriesSchema = z.object({
  skipQueryValidation: z.boolean(),
  criteria: z.object({ allOf: z.array(z.object({ query: z.string() })) }),
});

/** The table that a query begins with, or those that it unites. */
const tablesOf = (query: string): readonly string[] =>
  /^union (?:\w+=\w+ )*([\w, ]+)$/m.exec(query)?.[1]?.split(", ") ?? [/^\w+$/m.exec(query)?.[0] ?? ""];

/** Azure judges a query when the rule is deployed, and refuses one whose table nobody wrote to yet. The tables of Application Insights come with it. */
function queryFault({ type, name, properties }: Resource): readonly string[] {
  if (type !== "Microsoft.Insights/scheduledQueryRules") return [];
  const { skipQueryValidation, criteria } = queriesSchema.parse(properties);
  const tables = criteria.allOf.flatMap(({ query }) => tablesOf(query));
  const mayLack = tables.some((table) => !/^App[A-Z]\w+$/.test(table));
  if (skipQueryValidation === mayLack) return [];
  return [
    mayLack
      ? `${name} asks ${tables.join(", ")}, which a new workspace lacks, and Azure refuses the first deployment`
      : `${name} keeps Azure from judging its query, although ${tables.join(", ")} is there`,
  ];
}
