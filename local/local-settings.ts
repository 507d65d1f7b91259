/**
 * The settings that make the built app run against the local stack. The same names that Azure's app settings carry;
 * only endpoints and credentials differ. Whatever the environment already says wins.
 */

/** Azurite's published development account; its key is in Azurite's own README and opens nothing but Azurite. */
const azuriteAccount = "devstoreaccount1";
const azuriteKey = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

export interface StoragePorts {
  readonly blob: number;
  readonly queue: number;
  readonly table: number;
}

export const defaultStoragePorts: StoragePorts = { blob: 10000, queue: 10001, table: 10002 };
export const defaultSimulatedAzureUrl = "http://127.0.0.1:7072";
export const defaultFunctionsPort = 7071;

/** The identity the watchdog has on this machine, and the one subscription there is. */
export const watchdogObjectId = "aaaaaaaa-0000-4000-8000-00000000d09e";
export const watchdogClientId = "aaaaaaaa-0000-4000-8000-0000000000a9";
export const localTenantId = "99999999-0000-4000-8000-000000000001";
export const localSubscriptionId = "11111111-0000-4000-8000-000000000001";

export function storageConnectionString(ports: StoragePorts = defaultStoragePorts): string {
  const service = (name: string, port: number) =>
    `${name}Endpoint=http://127.0.0.1:${port}/${azuriteAccount};`;
  return (
    `DefaultEndpointsProtocol=http;AccountName=${azuriteAccount};AccountKey=${azuriteKey};` +
    service("Blob", ports.blob) +
    service("Queue", ports.queue) +
    service("Table", ports.table)
  );
}

/** An unsigned token, as the simulated Azure takes it: only the claims matter. */
export function unsignedToken(claims: Record<string, unknown>): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part({ alg: "none", typ: "JWT" })}.${part(claims)}.`;
}

/** Where the simulated Azure takes a Teams Workflows post; it has the shape of the real URL, its `sig` is the secret. */
export const teamsWorkflowPath =
  "/powerautomate/automations/direct/workflows/0123456789abcdef0123456789abcdef/triggers/manual/paths/invoke?api-version=1&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=local-teams-secret";

/** Where the simulated Azure takes signed CloudEvents, and the secret it checks them with. */
export const webhookPath = "/hooks/alerts";
export const webhookSecret = "local-webhook-secret-of-no-value-to-anybody";

/** App settings for a machine where storage and the simulated Azure listen at the given places. */
export function localSettings(
  storage: string = storageConnectionString(),
  simulatedAzureUrl: string = defaultSimulatedAzureUrl,
): Record<string, string> {
  return {
    AzureWebJobsStorage: storage,
    WATCHDOG_ARM_ENDPOINT: simulatedAzureUrl,
    WATCHDOG_GRAPH_ENDPOINT: simulatedAzureUrl,
    WATCHDOG_LOGS_ENDPOINT: simulatedAzureUrl,
    WATCHDOG_LOGS_WORKSPACE_ID: "66666666-0000-4000-8000-00000000000f",
    WATCHDOG_SCOPE: localSubscriptionId,
    WATCHDOG_PRINCIPAL_ID: watchdogObjectId,
    WATCHDOG_TENANT_ID: localTenantId,
    WATCHDOG_FORM_KEY: "local-form-key-of-no-value-to-anybody-else",
    WEBSITE_AUTH_ENABLED: "True",
    WATCHDOG_TEAMS_WEBHOOK_URL: simulatedAzureUrl + teamsWorkflowPath,
    WATCHDOG_MAIL_FROM: "alerts@contoso.example",
    WATCHDOG_MAIL_TO: "security@contoso.example",
    WATCHDOG_WEBHOOK_URL: simulatedAzureUrl + webhookPath,
    WATCHDOG_WEBHOOK_SECRET: webhookSecret,
    WATCHDOG_LOCAL_TOKEN: unsignedToken({
      oid: watchdogObjectId,
      appid: watchdogClientId,
      idtyp: "app",
      name: "id-bastion-watchdog",
      tid: localTenantId,
      ipaddr: "20.50.60.70",
      xms_mirid: `/subscriptions/${localSubscriptionId}/resourcegroups/rg-watchdog/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-bastion-watchdog`,
    }),
    ...timersByTheHour("off"),
  };
}

/** Switches the timers by which what a run shows would depend on the hour. `POST /admin/functions/<name>` fires them either way. */
export function timersByTheHour(turned: "on" | "off"): Record<string, string> {
  return Object.fromEntries(
    ["digest", "anchor", "archive", "witness"].map((name) => [
      `AzureWebJobs.${name}.Disabled`,
      String(turned === "off"),
    ]),
  );
}
