/** Azure's clouds with every host of theirs that the watchdog knows. No other file of `src` names one. */

export interface Cloud {
  /** As `az cloud list` and Bicep's `environment().name` have it. */
  readonly name: string;
  /** Hosts of Resource Manager, Microsoft Graph and Log Analytics; the first is the default, and the one tokens are for. */
  readonly arm: readonly [string, ...string[]];
  readonly graph: readonly [string, ...string[]];
  readonly logs: readonly [string, ...string[]];
  /** What follows the account and the service: `<account>.blob.<suffix>`. */
  readonly storageSuffix: string;
  /** Where tokens come from. */
  readonly loginAuthority: string;
  /** Where people look at resources. */
  readonly portal: string;
  /** What the hosts of flows end in: Logic Apps first, then Power Automate. */
  readonly flowSuffixes: readonly string[];
}

const clouds = {
  AzureCloud: {
    name: "AzureCloud",
    arm: ["management.azure.com"],
    graph: ["graph.microsoft.com"],
    logs: ["api.loganalytics.io", "api.loganalytics.azure.com"],
    storageSuffix: "core.windows.net",
    loginAuthority: "https://login.microsoftonline.com",
    portal: "https://portal.azure.com",
    flowSuffixes: [".logic.azure.com", ".environment.api.powerplatform.com"],
  },
  AzureUSGovernment: {
    name: "AzureUSGovernment",
    arm: ["management.usgovcloudapi.net"],
    graph: ["graph.microsoft.us", "dod-graph.microsoft.us"],
    logs: ["api.loganalytics.us"],
    storageSuffix: "core.usgovcloudapi.net",
    loginAuthority: "https://login.microsoftonline.us",
    portal: "https://portal.azure.us",
    flowSuffixes: [
      ".logic.azure.us",
      ".environment.api.gov.powerplatform.microsoft.us",
      ".environment.api.high.powerplatform.microsoft.us",
      ".environment.api.appsplatform.us",
    ],
  },
  AzureChinaCloud: {
    name: "AzureChinaCloud",
    arm: ["management.chinacloudapi.cn"],
    graph: ["microsoftgraph.chinacloudapi.cn"],
    logs: ["api.loganalytics.azure.cn"],
    storageSuffix: "core.chinacloudapi.cn",
    loginAuthority: "https://login.chinacloudapi.cn",
    portal: "https://portal.azure.cn",
    flowSuffixes: [".logic.azure.cn", ".environment.api.powerplatform.partner.microsoftonline.cn"],
  },
} as const satisfies Readonly<Record<string, Cloud>>;

export type CloudName = keyof typeof clouds;
export const cloudNames = [
  "AzureCloud",
  "AzureUSGovernment",
  "AzureChinaCloud",
] as const satisfies readonly CloudName[];
export const allClouds: readonly Cloud[] = cloudNames.map((name) => clouds[name]);
export const cloudCalled = (name: CloudName): Cloud => clouds[name];

/** A flow is in the cloud of the Microsoft 365 tenant, which need not be the app's: that of GCC is in Azure Government, its directory in the public cloud. */
export const flowSuffixes: readonly string[] = allClouds.flatMap((cloud) => cloud.flowSuffixes);
