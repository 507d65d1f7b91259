import { parseBastionId, type BastionId } from "../../core/domain/arm-id.ts";
import { defaultPolicyJson, parsePolicy } from "../../core/domain/policy/parse-policy.ts";
import type { Policy } from "../../core/domain/policy/policy.ts";
import type { ScanReport } from "../../core/domain/reports/scan-report.ts";
import { scan, type ScanPorts } from "../../core/flows/scan/scan.ts";
import { gapsIn, scanCsv, scanJson, scanTable } from "../../core/render/reports/scan-report.ts";
import { after, days, parseDuration, type Instant } from "../../core/domain/time.ts";
import { visibleText } from "../../core/render/text/safe-text.ts";
import {
  CommandError,
  exitCodes,
  isJson,
  jsonOption,
  operandsOf,
  optionOf,
  optionsOf,
  type Call,
  type Command,
  type ScopeChoice,
  type ExitCode,
  type SignedIn,
} from "../command.ts";
import { grantCommands, permissions } from "../azure/permission.ts";
import { readPolicy } from "./policy/read-policy.ts";
import { guid } from "../../core/domain/guid.ts";

export const scanCommand: Command = {
  name: "scan",
  summary:
    "Shows which links are open now on every bastion that your account can see. Needs only `az login`; changes nothing.",
  operands: "",
  options: {
    subscription: {
      type: "string",
      multiple: true,
      value: "id",
      help: "only the bastions of this subscription; may be repeated",
    },
    "management-group": {
      type: "string",
      multiple: true,
      value: "name",
      help: "only the bastions below it; may be repeated",
    },
    "resource-group": { type: "string", value: "name", help: "only the bastions in it" },
    bastion: { type: "string", value: "id|name", help: "only this bastion" },
    vm: { type: "string", value: "id|name", help: "only links to this VM" },
    policy: { type: "string", value: "file", help: "judge by this policy; default: 8 hours" },
    since: {
      type: "string",
      value: "duration",
      help: "also show who created or deleted links in this time (P7D) that are no longer listed",
    },
    ...jsonOption,
    csv: { type: "boolean", help: "one line for each link, safe for spreadsheets" },
  },
  examples: [
    "az login && bastion-watchdog scan",
    "bastion-watchdog scan --subscription 11111111-0000-4000-8000-000000000001 --vm vm-prod-db-01",
    "bastion-watchdog scan --policy policy.json --csv > open-links.csv",
    "bastion-watchdog scan --json | jq -r '.links[] | [.linkId, .vmId] | @tsv'",
  ],
  run: scanEstate,
};

async function scanEstate(call: Call): Promise<ExitCode> {
  operandsOf(call, scanCommand);
  if (isJson(call) && isCsv(call)) throw new CommandError("Give --json or --csv, not both");
  const since = sinceOf(call);
  const scope = scopeOf(call);
  const policy = await policyOf(call);
  const azure = await call.context.azure();
  call.terminal.progress("Asking Resource Graph which bastions there are");
  const forbidden: BastionId[] = [];
  const plane = noting(forbidden, azure.controlPlane);
  const report = withoutMemory(
    await scan(
      { ...requestOf(call), since },
      portsOf(call, azure, { estate: azure.estate(scope), controlPlane: plane }),
      { policy },
    ),
  );
  requireFound(report, call);
  await call.terminal.print(render(report, call));
  for (const note of notes(report, call)) call.terminal.note(note);
  tellPermission({ may: "list", forbidden }, azure, call);
  const unnamed = report.bastions.flatMap(({ bastionId, creators }) =>
    creators?.forbidden === true ? (parseBastionId(bastionId) ?? []) : [],
  );
  tellPermission({ may: "activityLog", forbidden: unnamed }, azure, call);
  if (!report.complete || report.bastions.length === 0) return exitCodes.partial;
  return report.links.length > 0 ? exitCodes.findings : exitCodes.clean;
}

/** Ninety days, because Azure keeps no more. */
function sinceOf(call: Call): Instant | undefined {
  const text = optionOf(call, "since");
  if (text === undefined) return undefined;
  const length = parseDuration(text);
  if (length === undefined || length <= 0 || length > days(90))
    throw new CommandError(
      `--since takes a duration of at most 90 days, such as P7D or PT12H, not "${text}"`,
    );
  if (isCsv(call)) throw new CommandError("--since works with the table and with --json, not with --csv");
  return after(call.context.clock.now(), -length);
}

const isCsv = ({ values }: Call): boolean => values["csv"] === true;

function scopeOf(call: Call): ScopeChoice {
  const subscriptions = optionsOf(call, "subscription").map((id) => id.trim().toLowerCase());
  const managementGroups = optionsOf(call, "management-group");
  if (!subscriptions.every((id) => guid.test(id)))
    throw new CommandError(
      "--subscription takes a subscription's id; `az account list --output table` shows them",
    );
  return subscriptions.length + managementGroups.length === 0
    ? "everything"
    : { subscriptions, managementGroups };
}

async function policyOf(call: Call): Promise<Policy> {
  const file = optionOf(call, "policy");
  const parsed = file === undefined ? parsePolicy(defaultPolicyJson) : await readPolicy(file, call.context);
  if ("problem" in parsed)
    throw new CommandError(`${file ?? "The default policy"} is not a valid policy:\n${parsed.problem}`);
  return parsed.policy;
}

const requestOf = (call: Call): Parameters<typeof scan>[0] => ({
  resourceGroup: optionOf(call, "resource-group"),
  bastion: optionOf(call, "bastion"),
  vm: optionOf(call, "vm"),
  onLooked: (done, total) => {
    call.terminal.bar(done, total);
  },
});

/** The same control plane; bastions whose links may not be read are noted. */
const noting = (
  forbidden: BastionId[],
  controlPlane: ScanPorts["controlPlane"],
): ScanPorts["controlPlane"] => ({
  ...controlPlane,
  async listLinks(bastion) {
    const answer = await controlPlane.listLinks(bastion);
    if (answer.kind === "forbidden") forbidden.push(bastion);
    return answer;
  },
});

/** Azure counts what this asks as the person who signed in: what the watchdog may ask stays as it is. */
const asThemselves: ScanPorts["asker"] = {
  mayAsk: () => Promise.resolve(true),
  mayQuery: () => Promise.resolve(true),
};

/** No watchdog is asked: this works before there is one. */
function portsOf(
  { context, terminal }: Call,
  { activityLog, naming }: SignedIn,
  { estate, controlPlane }: Pick<ScanPorts, "estate" | "controlPlane">,
): ScanPorts {
  const nothing = { version: undefined, host: undefined, links: [], unfinished: [], signals: [], outbox: [] };
  const tell = (message: string, fields: Readonly<Record<string, unknown>> = {}) => {
    terminal.note(visibleText(`${message}: ${Object.values(fields).join(": ")}`));
  };
  return {
    clock: context.clock,
    estate,
    controlPlane,
    creatorLog: activityLog,
    naming,
    asker: asThemselves,
    table: { knownBastions: () => Promise.resolve([]), read: () => Promise.resolve(nothing) },
    log: { info: () => undefined, warn: tell, error: tell },
  };
}

/** What a watchdog would know was not asked for, and is not claimed. */
const withoutMemory = (report: ScanReport): ScanReport => ({
  ...report,
  bastions: report.bastions.map((bastion) => ({ ...bastion, remembered: false })),
  links: report.links.map((link) => ({ ...link, status: "not known" })),
});

/** A name that nothing has is a slip of the pen, and "no links" would be the wrong answer to it. */
function requireFound({ bastions }: ScanReport, call: Call): void {
  const narrowed = ["bastion", "resource-group"].filter((name) => optionOf(call, name) !== undefined);
  if (bastions.length > 0 || narrowed.length === 0) return;
  throw new CommandError(
    `No bastion visible to this account fits ${narrowed.map((name) => `--${name}`).join(" and ")}`,
  );
}

function render(report: ScanReport, call: Call): string {
  if (isJson(call)) return `${JSON.stringify(scanJson(report), null, 2)}\n`;
  return isCsv(call) ? scanCsv(report) : scanTable(report);
}

function notes(report: ScanReport, call: Call): readonly string[] {
  const { bastions, links } = report;
  if (bastions.length === 0)
    return [
      "No bastions are visible to this account. You need Reader on a bastion to see it, so there may still be some. `az account show` names the account.",
    ];
  if (isJson(call) || isCsv(call)) return gapsIn(report);
  if (links.length === 0) return [];
  return [
    `\nDUE and VERDICT are what ${optionOf(call, "policy") ?? "the default policy"} says. The watchdog was not asked, and nothing was changed.`,
    "No URLs are shown: a link's URL is a password, and anyone who has it reaches the VM's sign-in page. To revoke a link:",
    "  bastion-watchdog revoke <link> --bastion <bastion>",
  ];
}

function tellPermission(
  { may, forbidden }: { readonly may: "list" | "activityLog"; readonly forbidden: readonly BastionId[] },
  { account }: SignedIn,
  { terminal }: Call,
): void {
  if (forbidden.length === 0) return;
  const who = visibleText(account.name) || "Your account";
  const which =
    forbidden.length > 5 ? `${forbidden.length} bastions` : forbidden.map(({ name }) => name).join(", ");
  terminal.note(
    `\n${who} may not read the ${may === "list" ? "links" : "Activity Log"} of ${which}: ${permissions[may]} is missing. Ask someone who can grant it to run:`,
  );
  for (const command of grantCommands(may, forbidden, account)) terminal.note(`  ${command}`);
}
