/** The queries that the code sends, and what its readers make of a row of exactly the columns that the engine says it gets back. */
import { workspaceLogs } from "../../../src/azure/log-analytics/logs.ts";
import { probeLogs } from "../../../src/azure/probes.ts";
import { resourceGraphEstate } from "../../../src/azure/resource-graph/estate.ts";
import { at } from "../../memory/clock.ts";
import { countingCredential, hub, hubPath, subscription, vmId } from "../../azure/arm-on-the-wire.ts";
import { receiver } from "../../azure/receiver.ts";
import { judge, type Judged } from "./engine.ts";

/** A query as it arrived, judged. */
interface Sent extends Judged {
  readonly query: string;
}

type Row = Readonly<Record<string, unknown>>;

/** A service that answers each query with this row, of which only the columns of the query's result are sent. */
async function service(row: Row) {
  const sent: Sent[] = [];
  const here = await receiver();
  here.answer = (_, response) => {
    const { query } = JSON.parse(here.received.at(-1)?.body ?? "{}") as { readonly query: string };
    const judged = judge(query);
    sent.push({ query, ...judged });
    const names = Object.keys(judged.columns);
    const columns = names.map((name) => ({ name, type: judged.columns[name] }));
    const table = { name: "PrimaryResult", columns, rows: [names.map((name) => row[name] ?? null)] };
    const data = [Object.fromEntries(names.map((name) => [name, row[name] ?? null]))];
    response
      .writeHead(200, { "content-type": "application/json" })
      .end(JSON.stringify({ tables: [table], data }));
  };
  return { sent, options: { endpoint: here.url, credential: countingCredential() } };
}

const moment = "2026-11-21T09:00:00Z";
const objectId = "33333333-0000-4000-8000-000000000001";

const auditRow: Row = {
  TimeGenerated: "2026-11-21T09:12:00Z",
  SessionStartTime: moment,
  SessionEndTime: "2026-11-21T09:10:00Z",
  Message: "Login Failed",
  Protocol: "ssh",
  ResourceType: "BSL",
  TargetResourceId: vmId("vm-1"),
  UserName: "azureuser",
  ClientIpAddress: "203.0.113.20",
  TunnelId: "t-1",
  _ResourceId: hub.id,
  Newest: moment,
};

const activityRow: Row = {
  TimeGenerated: moment,
  OperationNameValue: "MICROSOFT.NETWORK/BASTIONHOSTS/CREATESHAREABLELINKS/ACTION",
  ActivityStatusValue: "Success",
  Caller: "jane@contoso.example",
  CallerIpAddress: "203.0.113.7",
  Claims: JSON.stringify({ "http://schemas.microsoft.com/identity/claims/objectidentifier": objectId }),
  Authorization: JSON.stringify({
    evidence: { role: "Contributor", roleAssignmentScope: "/subscriptions/x" },
  }),
  CorrelationId: "c-1",
  EventDataId: "e-1",
  _ResourceId: hub.id,
};

const graphRow = (id: string): Row => ({
  id,
  name: "bst-hub",
  location: "westeurope",
  sku: { name: "Standard" },
  properties: { enableShareableLink: true, managementGroupAncestorsChain: [{ name: "mg-platform" }] },
  tags: { env: "prod" },
});

const workspace = async (row: Row) => {
  const { sent, options } = await service(row);
  return { sent, logs: workspaceLogs({ ...options, workspaceId: "w", patienceInMs: 60_000 }) };
};

const estate = async (row: Row) => {
  const { sent, options } = await service(row);
  const scope = { subscriptions: [subscription], managementGroups: [] };
  return { sent, estate: resourceGraphEstate({ ...options, scope }) };
};

/** By name: what is asked, and what is read from the answer. */
export const readers = {
  "sign-ins": async () => {
    const { sent, logs } = await workspace(auditRow);
    const question = {
      bastionIds: [hub.id],
      vmIds: [vmId("vm-1")],
      since: at("2026-11-21T08:00:00Z"),
      newest: at("2026-11-21T08:00:00Z"),
    };
    return { read: await logs.signIns(question), sent };
  },
  probes: async () => {
    const { sent, options } = await service(activityRow);
    const tables = ["MicrosoftAzureBastionAuditLogs"];
    const read = tables.map((table) => probeLogs({ ...options, workspaceId: "w" }, table));
    return { read: await Promise.all(read), sent };
  },
  bastions: async () => {
    const asked = await estate(graphRow(hubPath));
    return { read: await asked.estate.bastions(), sent: asked.sent };
  },
  "virtual machines": async () => {
    const asked = await estate(graphRow(vmId("vm-1")));
    const set = `${vmId("x").replace("virtualMachines/x", "virtualMachineScaleSets/set")}/virtualMachines/0`;
    return {
      read: [...(await asked.estate.virtualMachines([vmId("vm-1"), set])).values()],
      sent: asked.sent,
    };
  },
  "management groups": async () => {
    const asked = await estate(graphRow(`/subscriptions/${subscription}`));
    return { read: [...(await asked.estate.managementGroupsAbove([subscription]))], sent: asked.sent };
  },
} as const;
