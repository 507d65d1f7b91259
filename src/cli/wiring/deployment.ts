import { readFile } from "node:fs/promises";
import { mostTries, type Patience } from "../../azure/arm/patience.ts";
import { credentialFor, remembering } from "../../azure/identity/credential.ts";
import {
  probeDirectory,
  probeEvidence,
  probeHost,
  probeLogs,
  probeQueue,
  probeTable,
} from "../../azure/probes.ts";
import { tableClient, type StorageAccess } from "../../azure/storage/storage-clients.ts";
import { watchTable } from "../../azure/table/watch-table.ts";
import { ConfigError, readConfig, type Config } from "../../config/config.ts";
import { textOf } from "../../core/domain/foreign.ts";
import { witnessLines } from "../../core/domain/reports/witness-lines.ts";
import { wire } from "../../wiring.ts";
import { CommandError } from "../command.ts";
import type { ChannelProbe, Deployment, GraphProbe, LogProbe, StorageProbe } from "../probes.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** The configuration as the app reads it, with `WATCHDOG_POLICY=@file` read first. */
export async function describeDeployment(
  environment: Environment,
  patience: Patience,
): Promise<Deployment | { readonly problems: readonly string[] }> {
  const policy = environment["WATCHDOG_POLICY"]?.trim() ?? "";
  const given = policy.startsWith("@")
    ? { ...environment, WATCHDOG_POLICY: await policyText(policy.slice(1)) }
    : environment;
  try {
    return deploymentOf(readConfig(given), patience);
  } catch (error) {
    if (error instanceof ConfigError) return { problems: error.problems };
    throw error;
  }
}

async function policyText(path: string): Promise<string> {
  const bytes = await readFile(path).catch(() => {
    throw new CommandError(`WATCHDOG_POLICY=@${path}: this file cannot be read`);
  });
  return textOf(bytes);
}

/** Asked as the person at the keyboard: the app's own identity exists only where the app runs. */
function deploymentOf(config: Config, patience: Patience): Deployment {
  const choice =
    config.credential.kind === "static"
      ? config.credential
      : ({ kind: "developer", authorityHost: config.cloud.loginAuthority } as const);
  const credential = remembering(credentialFor(choice));
  const accessTo = (choice: Config["storage"]): StorageAccess =>
    choice.kind === "connection-string"
      ? { ...choice, tries: mostTries }
      : { ...choice, credential, tries: mostTries };
  const access = accessTo(config.storage);
  const graph = { endpoint: config.graphEndpoint, credential, patience };
  return {
    config,
    storage: storageProbes(access, accessTo(config.evidence)),
    witnesses: async (now) => {
      const rows = await watchTable(tableClient(access, "watchdog"))
        .witnesses()
        .catch(() => undefined);
      return rows && witnessLines(rows, now);
    },
    directory: config.directory ? graphProbes(graph) : [],
    logs: config.logs === undefined ? [] : logProbes({ ...config.logs, credential, patience }),
    channels: channelProbes({ ...config, credential: choice }),
  };
}

const queues = ["activity", "reconcile", "reconcile-later", "alerts", "sessions"];

const storageProbes = (access: StorageAccess, evidence: StorageAccess): readonly StorageProbe[] => [
  {
    name: "table watchdog",
    role: "Storage Table Data Contributor",
    ask: () => probeTable(access, "watchdog"),
  },
  ...queues.map((name) => ({
    name: `queue ${name}`,
    role: "Storage Queue Data Contributor",
    ask: () => probeQueue(access, name),
  })),
  { name: "blobs evidence", role: "Storage Blob Data Reader", ask: () => probeEvidence(evidence) },
];

const graphProbes = (graph: Parameters<typeof probeDirectory>[0]): readonly GraphProbe[] => [
  {
    name: "directory, people",
    permission: "User.Read.All",
    grantedBy: "--people",
    ask: () => probeDirectory(graph, "users"),
  },
  {
    name: "directory, applications",
    permission: "Application.Read.All",
    grantedBy: "--applications",
    ask: () => probeDirectory(graph, "servicePrincipals"),
  },
];

const logProbes = (workspace: Parameters<typeof probeLogs>[0]): readonly LogProbe[] => [
  {
    name: "logs MicrosoftAzureBastionAuditLogs",
    filledBy: "a diagnostic setting of each bastion, category BastionAuditLogs",
    ask: () => probeLogs(workspace, "MicrosoftAzureBastionAuditLogs"),
  },
];

function channelProbes(config: Config): readonly ChannelProbe[] {
  const addresses: Readonly<Record<string, string | undefined>> = {
    teams: config.teamsWebhookUrl,
    mail: config.graphEndpoint,
    webhook: config.webhook?.url,
  };
  return wire(config, () => undefined).channels.map((channel) => ({
    name: `channel ${channel.name}`,
    channel,
    ask: () => probeHost(addresses[channel.name] ?? config.graphEndpoint),
  }));
}
