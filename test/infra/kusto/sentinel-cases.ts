/** The same for the rules and queries of Sentinel. */
import { now, type Case } from "./cases.ts";
import type { Said } from "./evaluate.ts";
import type { SaidRow } from "./value.ts";

const bastion = "/subscriptions/s/resourceGroups/rg-hub/providers/Microsoft.Network/bastionHosts/bas";
const vm = (group: string): string =>
  `/subscriptions/s/resourceGroups/${group}/providers/Microsoft.Compute/virtualMachines/vm-1`;

/** A line of the watchdog. It came in just now, unless it says otherwise. */
const told = (kind: string, fields: object = {}, row: SaidRow = {}): SaidRow => ({
  TimeGenerated: "2026-11-21T11:58:00Z",
  $ingested: now,
  ItemCount: 1,
  Message: `Alert accepted ${JSON.stringify({ alert: "a", kind, channel: "teams", bastion, vm: vm("rg-prod"), links: 1, actor: "jane", ...fields })}`,
  ...row,
});

/** A message of the same length, whose fields could be read in its place. */
const another = ({ Message, ...line }: SaidRow): SaidRow => ({
  ...line,
  Message: typeof Message === "string" ? Message.replace("Alert accepted", "Alert received") : "",
});

const caseOf =
  (of: string) =>
  (gives: number, why: string, said: Said): Case => ({ of, why, gives, said });
const traces = (...AppTraces: readonly SaidRow[]): Said => ({ AppTraces });

const onProduction = caseOf("sentinel/analytics-rules/link-on-production-vm.yaml");
const reCreated = caseOf("sentinel/analytics-rules/link-re-created.yaml");
const late = { TimeGenerated: "2026-11-21T11:20:00Z" };
const before = { $ingested: "2026-11-21T11:54:00Z" };
const ofAlerts = [
  onProduction(1, "a link to a machine of production", traces(told("created"))),
  onProduction(1, "one that no event announced", traces(told("unannounced"))),
  onProduction(
    1,
    "one alert that two channels took",
    traces(told("created"), told("created", { channel: "mail" })),
  ),
  onProduction(
    2,
    "two machines in one alert",
    traces(told("created"), told("created", { vm: vm("RG-PROD") })),
  ),
  onProduction(1, "a line that came late", traces(told("created", {}, late))),
  onProduction(0, "a line that an earlier run saw", traces(told("created", {}, before))),
  onProduction(0, "a machine elsewhere", traces(told("created", { vm: vm("rg-production") }))),
  onProduction(0, "the end of a link", traces(told("revoked"))),
  onProduction(0, "another message", traces(another(told("created")))),
  reCreated(1, "a link opened again", traces(told("re-created"))),
  reCreated(0, "a first link", traces(told("created"))),
  reCreated(0, "another message", traces(another(told("re-created")))),
  reCreated(0, "a line that an earlier run saw", traces(told("re-created", {}, before))),
];

const usedNew = caseOf("sentinel/analytics-rules/link-used-from-new-ip.yaml");
const through = caseOf("sentinel/hunting-queries/sessions-through-links.yaml");
const session = (row: SaidRow = {}): SaidRow => ({
  TimeGenerated: "2026-11-21T11:30:00Z",
  ResourceType: "BSL",
  ClientIpAddress: "203.0.113.20",
  TargetResourceId: vm("rg-app"),
  Message: "Successfully Connected.",
  ...row,
});
const earlier = (row: SaidRow = {}) => session({ TimeGenerated: "2026-11-18T11:30:00Z", ...row });
const audit = (...MicrosoftAzureBastionAuditLogs: readonly SaidRow[]): Said => ({
  MicrosoftAzureBastionAuditLogs,
});
const ofSessions = [
  usedNew(1, "an address that never came", audit(session())),
  usedNew(0, "an address that came before", audit(session(), earlier())),
  usedNew(
    0,
    "the same with the machine in capitals",
    audit(session(), earlier({ TargetResourceId: vm("rg-app").toUpperCase() })),
  ),
  usedNew(
    1,
    "an address that only ever failed",
    audit(session(), earlier({ Message: "Login Failed" }), earlier({ Message: "Access denied" })),
  ),
  usedNew(
    0,
    "an address that failed and came",
    audit(session(), earlier({ Message: "Login Failed" }), earlier()),
  ),
  usedNew(
    1,
    "an address that came to another machine",
    audit(session(), earlier({ TargetResourceId: vm("rg-x") })),
  ),
  usedNew(0, "a session without a link", audit(session({ ResourceType: "VM" }))),
  usedNew(0, "no address", audit(session({ ClientIpAddress: "" }))),
  through(1, "two sessions by link from one address", audit(session(), earlier())),
  through(0, "a session without a link", audit(session({ ResourceType: "" }))),
];

const operation = (name: string) => `MICROSOFT.NETWORK/BASTIONHOSTS/${name.toUpperCase()}`;
const activity = (name: string, row: SaidRow = {}): SaidRow => ({
  TimeGenerated: "2026-11-21T11:55:00Z",
  OperationNameValue: operation(name),
  ActivityStatusValue: "Success",
  Caller: "jane@contoso.example",
  CorrelationId: "c-1",
  _ResourceId: bastion.toLowerCase(),
  ...row,
});
const watchdogId = "aaaaaaaa-0000-4000-8000-00000000d09e";
const objectId = "http://schemas.microsoft.com/identity/claims/objectidentifier";
const read = (row: SaidRow = {}) => activity("getShareableLinks/action", row);
const log = (...AzureActivity: readonly SaidRow[]): Said => ({ AzureActivity });
const compact = { Claims: JSON.stringify({ [objectId]: watchdogId }) };
const spaced = { Claims: JSON.stringify({ [objectId]: watchdogId }, undefined, 2) };
/** The id stands in the query in capitals, as somebody may paste it. */
const ofReaders = ["sentinel/analytics-rules/links-read-by-stranger.yaml", "sentinel/exclusion.kql"].flatMap(
  (of) => {
    const readBy = caseOf(of);
    return [
      readBy(1, "somebody else", log(read())),
      readBy(
        1,
        "somebody else whose claims are there",
        log(read({ Claims: JSON.stringify({ [objectId]: "jane" }) })),
      ),
      readBy(0, "the watchdog, by its claims", log(read(compact))),
      readBy(0, "the watchdog, by claims with spaces in them", log(read(spaced))),
      readBy(0, "the watchdog, as its own caller", log(read({ Caller: watchdogId }))),
      readBy(0, "another operation", log(activity("write"))),
    ];
  },
);

const readByStranger = caseOf("sentinel/analytics-rules/links-read-by-stranger.yaml");
const ofReads = [
  readByStranger(0, "a read that an earlier run saw", log(read({ $ingested: "2026-11-21T11:44:00Z" }))),
  readByStranger(0, "a read that was refused", log(read({ ActivityStatusValue: "Failure" }))),
];

const nobodyHeard = caseOf("sentinel/hunting-queries/links-nobody-heard-of.yaml");
const created = (time: string, row: SaidRow = {}) =>
  activity("createShareableLinks/action", { TimeGenerated: `2026-11-21T${time}Z`, ...row });
const toldAt = (time: string, kind = "created", fields: object = {}) =>
  told(kind, fields, { TimeGenerated: `2026-11-21T${time}Z` });
const heard = (create: SaidRow, ...AppTraces: readonly SaidRow[]): Said => ({
  AzureActivity: [create],
  AppTraces,
});
const ofSilence = [
  nobodyHeard(1, "no alert", heard(created("10:01:00"))),
  nobodyHeard(0, "an alert in the next hour of the clock", heard(created("10:59:30"), toldAt("11:00:00"))),
  nobodyHeard(
    1,
    "an alert of a minute earlier, for another link",
    heard(created("10:01:00"), toldAt("10:00:00")),
  ),
  nobodyHeard(1, "an alert of two hours later", heard(created("09:00:00"), toldAt("11:00:00"))),
  nobodyHeard(
    1,
    "an alert on another bastion",
    heard(created("10:00:00"), toldAt("10:00:02", "created", { bastion: `${bastion}2` })),
  ),
  nobodyHeard(1, "another kind of alert", heard(created("10:00:00"), toldAt("10:00:02", "revoked"))),
  nobodyHeard(1, "another message", heard(created("10:00:00"), another(toldAt("10:00:02")))),
  nobodyHeard(0, "another operation", log(activity("write"))),
  nobodyHeard(1, "two creates, one heard of", {
    AzureActivity: [created("08:00:00"), created("10:00:00", { CorrelationId: "c-2" })],
    AppTraces: [toldAt("10:00:02")],
  }),
];

const switchedOn = caseOf("sentinel/hunting-queries/feature-switched-on.yaml");
const written = activity("write", { TimeGenerated: "2026-11-21T10:00:00Z", CorrelationId: "w" });
const ofFeature = [
  switchedOn(1, "links right after the write", log(written, created("10:30:00"))),
  switchedOn(0, "links before it, or long after", log(written, created("09:59:00"), created("11:30:00"))),
  switchedOn(0, "links of somebody else", log(written, created("10:30:00", { Caller: "omar" }))),
];

export const sentinelCases = [
  ...[...ofAlerts, ...ofSessions, ...ofReaders],
  ...[...ofReads, ...ofSilence, ...ofFeature],
];
