import { isoInstant, type Instant } from "../../core/domain/time.ts";

/**
 * What the watchdog asks Log Analytics. The same text stands ready for people in `infra/queries` (`npm run queries`); there the parameters are
 * examples. The query API binds no parameters, so values come in through two functions only: `kqlText` and `kqlMoment`.
 */
export interface LogQuery<Name extends string> {
  readonly about: string;
  readonly examples: Readonly<Record<Name, Parameter>>;
  readonly text: string;
}

export type Parameter = string | Instant | readonly string[];

/** A string literal. What is not to be seen cannot stand in one, and becomes a character that no name has. */
export const kqlText = (text: string): string =>
  `"${text.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, "\u{FFFD}").replaceAll(/["\\]/g, String.raw`\$&`)}"`;

/** A moment, made of a number and of nothing else. */
const kqlMoment = (moment: Instant): string => `datetime(${isoInstant(moment)})`;

function literal(value: Parameter): string {
  if (typeof value === "number") return kqlMoment(value);
  return typeof value === "string" ? kqlText(value) : `dynamic([${value.map(kqlText).join(", ")}])`;
}

/** The query with its parameters put before it. */
export function kql<Name extends string>(
  { text }: LogQuery<Name>,
  parameters: Readonly<Record<Name, Parameter>>,
): string {
  const lets = Object.entries<Parameter>(parameters).map(
    ([name, value]) => `let ${name} = ${literal(value)};`,
  );
  return [...lets, text].join("\n");
}

/** The query as a file for people. */
export const kqlFile = <Name extends string>(query: LogQuery<Name>): string =>
  `${query.about
    .split("\n")
    .map((line) => `// ${line}`)
    .join("\n")}\n${kql(query, query.examples)}\n`;

/** One more than is used: so many rows mean that there are more. */
export const mostRows = 2_000;

const exampleBastion =
  "/subscriptions/00000000-0000-0000-0000-000000000000/resourcegroups/rg-hub/providers/microsoft.network/bastionhosts/bas-hub";
const exampleVm =
  "/subscriptions/00000000-0000-0000-0000-000000000000/resourcegroups/rg-app/providers/microsoft.compute/virtualmachines/vm-app-01";
const exampleMoment = Date.UTC(2026, 10, 21) as Instant;

export const signIns: LogQuery<"bastions" | "vms" | "begin"> = {
  about: `Sign-ins, successful or not, to some VMs through some bastions. Needs the diagnostic category BastionAuditLogs, resource-specific.
No column names the shareable link: ResourceType is BSL for a session over one, where Azure fills that column.`,
  examples: { bastions: [exampleBastion], vms: [exampleVm], begin: exampleMoment },
  text: `MicrosoftAzureBastionAuditLogs
| where TimeGenerated >= begin
| where _ResourceId in~ (bastions)
| where TargetResourceId in~ (vms)
| extend ResourceType = column_ifexists("ResourceType", ""), UserEmail = column_ifexists("UserEmail", "")
| project TimeGenerated, SessionStartTime, SessionEndTime, Message, Protocol, ResourceType, TargetResourceId, UserName, UserEmail, ClientIpAddress, TunnelId, _ResourceId
| top ${mostRows + 1} by TimeGenerated desc`,
};

export const loggingBastions: LogQuery<"bastions" | "begin"> = {
  about:
    "Which bastions send their audit log: without it, the watchdog cannot say that a link was never used.",
  examples: { bastions: [exampleBastion], begin: exampleMoment },
  text: `MicrosoftAzureBastionAuditLogs
| where TimeGenerated >= begin
| where _ResourceId in~ (bastions)
| summarize Newest = max(TimeGenerated) by _ResourceId`,
};
