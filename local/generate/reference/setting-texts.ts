/** What each setting means, by heading of `docs/settings.md`. Its default and its values stand in the schema. */
export const settingTexts: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "What is watched, and what happens": {
    WATCHDOG_SCOPE:
      "Comma-separated subscription IDs or management groups whose **bastions** are watched. Their VMs may be elsewhere",
    WATCHDOG_POLICY:
      "The [policy](policy.md) as JSON. The command line and the local stack also take `@path`",
    WATCHDOG_MODE: "`observe`: decide, alert and record, but revoke nothing",
    WATCHDOG_SWEEP_SCHEDULE: "When every bastion is checked: NCRONTAB, six fields, UTC",
    WATCHDOG_EVENT_GRID_TRIGGER:
      "`true`: Event Grid may also push events to `activityEvent`. What is pushed to a stopped app is lost",
  },
  "Where alerts go": {
    WATCHDOG_TEAMS_WEBHOOK_URL:
      "Channel `teams`: the URL of a Teams _Workflows_ webhook. **Secret.** At least one channel is required",
    WATCHDOG_MAIL_FROM: "Channel `mail`: the mailbox that Graph sends as",
    WATCHDOG_MAIL_TO: "Who receives mails, comma-separated",
    WATCHDOG_WEBHOOK_URL: "Channel `webhook`: receives CloudEvents 1.0 by HTTPS",
    WATCHDOG_WEBHOOK_SECRET:
      "Signs those events with HMAC-SHA256, in `X-Watchdog-Signature: t=…,v1=…`. **Secret**",
    WATCHDOG_WEBHOOK_SECRET_NEXT:
      "While the secret is replaced: the new one, which also signs (a second `v1=…`). **Secret**",
    WATCHDOG_WEBHOOK_BATCH:
      "`true`: alerts of one moment are one post, in the batched content mode. The receiver must take `application/cloudevents-batch+json`",
    WATCHDOG_DOCS_URL:
      "The folder of these documents, for the button _Help_ on cards: a copy of yours, where people cannot open GitHub",
    WATCHDOG_ENV_TAG: "The VM tag that cards show as `env`. Upper and lower case are the same, as in Azure",
    WATCHDOG_OWNER_TAG: "The VM tag that cards show as `owner`",
    WATCHDOG_DIRECTORY: "`on`: ask Graph who a caller is and what an app is called, for two seconds at most",
    WATCHDOG_TIME_ZONE: "The digest's time zone, such as `Europe/Berlin`",
    WATCHDOG_DIGEST_HOUR: "The local hour from which the digest is due, 0 to 23",
    WATCHDOG_ACTION_GROUPS:
      "How many action groups are notified when the watchdog itself fails. With none, `/api/status` and `doctor` warn",
  },
  "The console": {
    WATCHDOG_CONSOLE_URL: "The address of the console, for the buttons on cards",
    WATCHDOG_TENANT_ID:
      "The tenant whose people may use the console. Without it the console refuses everyone",
    WATCHDOG_FORM_KEY:
      "32 characters or more that sign the console's forms. Without it the console is read-only. **Secret**",
    WATCHDOG_ACKNOWLEDGE_WITHIN:
      "How long an alert of high severity may wait for an acknowledgement, such as `PT30M`; or `off`. Only where people can act on the console",
  },
  "Whose rights are used": {
    WATCHDOG_CLIENT_ID:
      "Client ID of the user-assigned identity that calls Azure. Without it: the system-assigned identity",
    WATCHDOG_PRINCIPAL_ID:
      "Object ID of that identity. Its own reads are not reported; a delete with it that the watchdog did not request is an alert",
  },
  "Who used a link": {
    WATCHDOG_LOGS_WORKSPACE_ID:
      "The workspace (its GUID) with Bastion's audit log. Without it nothing is said about [usage](usage.md)",
  },
  "Which Azure": {
    WATCHDOG_CLOUD: "Decides hosts, storage and sign-in",
    WATCHDOG_ARM_ENDPOINT:
      "Another Resource Manager host of that cloud, or a loopback address. Without it: the cloud's",
    WATCHDOG_GRAPH_ENDPOINT: "The same for Microsoft Graph, such as `https://dod-graph.microsoft.us`",
    WATCHDOG_LOGS_ENDPOINT: "The same for Log Analytics",
    WATCHDOG_NETWORK_API_VERSION:
      "The api-version of every call about a bastion, for regions that lack ours. Without it: the SDK's",
  },
  Storage: {
    AzureWebJobsStorage:
      "Connection string of the storage account, for the local stack and tests. **Secret**",
    AzureWebJobsStorage__accountName:
      "The account by its name: in the public cloud, and for the command line",
    AzureWebJobsStorage__blobServiceUri:
      "The account, reached with the managed identity, as deployed: `https://<account>.blob.…`. Set all three of these",
    AzureWebJobsStorage__queueServiceUri: "The same for queues",
    AzureWebJobsStorage__tableServiceUri: "The same for tables",
    AzureWebJobsStorage__credential: "`managedidentity`",
    AzureWebJobsStorage__clientId: "Client ID of the identity that reaches storage",
    WATCHDOG_EVIDENCE_URI:
      "The account of anchors, archive and policies, as deployed: `https://<account>.blob.…`. Also for the command line. Without it: the same account",
  },
  "Only in the local stack": {
    WATCHDOG_LOCAL_TOKEN:
      "A token for the simulated Azure. Refused unless every endpoint is a loopback address",
  },
};
