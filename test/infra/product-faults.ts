/**
 * A fault that the product's own rules find, planted wherever the text stands in what is committed of a deployment; and all that must
 * be found then: `rule: message`.
 */
export type ProductFault = readonly [
  fault: string,
  from: string | RegExp,
  to: string,
  found: readonly string[],
];

/** Keys, settings, platform, storage. */
export const keyFaults: readonly ProductFault[] = [
  [
    "shared keys",
    '"allowSharedKeyAccess": false',
    '"allowSharedKeyAccess": true',
    ["keys: allowSharedKeyAccess of Microsoft.Storage/storageAccounts must be false"],
  ],
  [
    "shared keys by leaving it out",
    '"allowSharedKeyAccess": false,',
    "",
    ["keys: allowSharedKeyAccess of Microsoft.Storage/storageAccounts must be false"],
  ],
  [
    "storage that can never get a key of one's own",
    '"keyType": "Account"',
    '"keyType": "Acount"',
    [
      "keys: encryption.services.queue.keyType of Microsoft.Storage/storageAccounts must be Account",
      "keys: encryption.services.table.keyType of Microsoft.Storage/storageAccounts must be Account",
    ],
  ],
  [
    "public blobs",
    '"publicAccess": "None"',
    '"publicAccess": "Blob"',
    ["keys: publicAccess of Microsoft.Storage/storageAccounts/blobServices/containers must be None"],
  ],
  [
    "listKeys",
    /(?<="principalId": "\[)reference\(/g,
    "listKeys(",
    ["keys: uses a key where an identity should be: listKeys("],
  ],
  [
    "a connection string",
    '"AzureWebJobsStorage__credential": "managedidentity"',
    '"AzureWebJobsStorage__credential": "DefaultEndpointsProtocol=https"',
    ["keys: uses a key where an identity should be: DefaultEndpointsProtocol"],
  ],
  [
    "telemetry with a key",
    '"DisableLocalAuth": true',
    '"DisableLocalAuth": false',
    ["keys: DisableLocalAuth of Microsoft.Insights/components must be true"],
  ],
  [
    "a secret that is shown",
    /("formKey": \{\s+"type": )"securestring"/g,
    '$1"string"',
    ["keys: 'formKey' holds a secret and is not @secure()"],
  ],
  [
    "a secret in an output",
    "[reference('vault').vaultUri]",
    "[parameters('formKey')]",
    ["keys: an output shows 'formKey', which is @secure()"],
  ],
  [
    "publishing with a password",
    '"allow": false',
    '"allow": true',
    ["keys: allow of Microsoft.Web/sites/basicPublishingCredentialsPolicies must be false"],
  ],
  [
    "a setting nobody reads",
    '"WATCHDOG_MODE"',
    '"WATCHDOG_MODUS"',
    [
      "settings: the app does not know the setting WATCHDOG_MODUS, or it is not for deployments",
      "settings: WATCHDOG_MODE is not set",
    ],
  ],
  [
    "a setting of the local stack",
    '"WATCHDOG_MODE": ',
    '"WATCHDOG_LOCAL_TOKEN": "x", "WATCHDOG_MODE": ',
    ["settings: the app does not know the setting WATCHDOG_LOCAL_TOKEN, or it is not for deployments"],
  ],
  [
    "a secret that no variant has",
    '"WATCHDOG_FORM_KEY": ',
    '"WATCHDOG_WEBHOOK_SECRET": ',
    ["settings: no variant sets WATCHDOG_FORM_KEY"],
  ],
  [
    "settings that are nowhere",
    '/appsettings",',
    '/slotsettings",',
    [
      "settings: the settings could not be evaluated; give secrets by secretsInVault, not as parameters",
      "settings: no variant sets WATCHDOG_TEAMS_WEBHOOK_URL",
      "settings: no variant sets WATCHDOG_FORM_KEY",
      "settings: no variant sets WATCHDOG_WEBHOOK_SECRET",
      "settings: no variant sets WATCHDOG_WEBHOOK_SECRET_NEXT",
    ],
  ],
  [
    "a setting name that Linux refuses",
    '"WATCHDOG_MODE": ',
    '"AzureWebJobs.a-function.Disabled": "true", "WATCHDOG_MODE": ',
    [
      "platform: Linux refuses the setting name AzureWebJobs.a-function.Disabled",
      "settings: the app does not know the setting AzureWebJobs.a-function.Disabled, or it is not for deployments",
    ],
  ],
  [
    "a function that is kept warm under another name",
    '"function:activityMessage"',
    '"function:activity-message"',
    ["platform: function:activity-message is kept warm, and there is none"],
  ],
  [
    "queries that Azure is not to judge",
    '"skipQueryValidation": false',
    '"skipQueryValidation": true',
    [
      "platform: func-watchdog-yzohzs2uz2lie-no-sweep keeps Azure from judging its query, although AppRequests is there",
      "platform: func-watchdog-yzohzs2uz2lie-poison keeps Azure from judging its query, although AppRequests is there",
      "platform: func-watchdog-yzohzs2uz2lie-delivery-failing keeps Azure from judging its query, although AppTraces is there",
      "platform: func-watchdog-yzohzs2uz2lie-function-failures keeps Azure from judging its query, although AppRequests is there",
    ],
  ],
  [
    "a query that Azure judges before its table is there",
    '"skipQueryValidation": true',
    '"skipQueryValidation": false',
    [
      "platform: func-watchdog-yzohzs2uz2lie-dead-letters asks StorageBlobLogs, which a new workspace lacks, and Azure refuses the first deployment",
      "platform: func-watchdog-yzohzs2uz2lie-foreign-writer asks StorageTableLogs, StorageQueueLogs, StorageBlobLogs, which a new workspace lacks, and Azure refuses the first deployment",
    ],
  ],
  [
    "a word about FTP",
    '"http20Enabled": true',
    '"http20Enabled": true, "ftpsState": "Disabled"',
    [
      "platform: Microsoft.Web/sites func-watchdog-yzohzs2uz2lie speaks of FTP, which Flex Consumption does not have",
    ],
  ],
  [
    "a policy about FTP",
    '/scm",',
    '/ftp",',
    [
      "platform: Microsoft.Web/sites/basicPublishingCredentialsPolicies func-watchdog-yzohzs2uz2lie/ftp speaks of FTP, which Flex Consumption does not have",
    ],
  ],
  [
    "a queue that is missing",
    '/default/reconcile-later",',
    '/default/later",',
    [
      "queues: there is no queue 'reconcile-later', which has a trigger",
      "queues: the queue 'later' has no trigger",
    ],
  ],
  [
    "a poison queue that is missing",
    '/default/alerts-poison",',
    '/default/alerts-waste",',
    [
      "queues: there is no queue 'alerts-poison', which has a trigger",
      "queues: the queue 'alerts-waste' has no trigger",
    ],
  ],
  [
    "evidence under another name",
    '/default/evidence",',
    '/default/evidences",',
    ["queues: there is no container 'evidence'"],
  ],
  [
    "evidence that can be changed",
    '/default/evidence/default",',
    '/default/dead-letter/default",',
    ["queues: the evidence is not immutable"],
  ],
  [
    "evidence whose versions are kept, and not its blobs",
    /("name": "[^"]*\/default\/evidence",\s+(?:"[^"]*": "[^"]*",\s+)*"properties": \{)/g,
    '$1 "immutableStorageWithVersioning": { "enabled": true },',
    ["queues: the retention of the evidence is one of versions, not of the container"],
  ],
  [
    "evidence that can be appended to",
    '"allowProtectedAppendWrites": false',
    '"allowProtectedAppendWrites": true',
    ["queues: blobs of the evidence can be appended to"],
  ],
  [
    "evidence beside the package",
    "stevidence",
    "stpackage",
    ["queues: memory, evidence and package do not lie in three accounts"],
  ],
  [
    "an installation without a table",
    '/default/watchdog",',
    '/default/dog",',
    ["queues: there is no table 'watchdog'"],
  ],
  [
    "a variant that could not be evaluated",
    '"diagnostics": []',
    '"diagnostics": ["no such function"]',
    ['compiler: could not be evaluated: "no such function"'],
  ],
];

const changes = "events: bastion-watchdog-changes";
const reads = "events: bastion-watchdog-reads";
const bastions = "Microsoft.Network/bastionHosts";

/** The filter of events has the two the other way round. */
const byTokenInRole =
  /"Microsoft.Network\/bastionHosts\/deleteShareableLinksByToken\/action",(?=\s+"Microsoft.Network\/bastionHosts\/delete)/g;

/** Rights and events. */
export const rightFaults: readonly ProductFault[] = [
  [
    "a wildcard",
    `"${bastions}/read"`,
    `"${bastions}/*"`,
    [
      `wildcards: '${bastions}/*' grants what nobody listed`,
      "actions: src/azure/resource-graph/estate.ts calls 'microsoft.network/bastionhosts/read', which no role grants",
    ],
  ],
  [
    "a right nobody uses",
    '"Microsoft.Compute/virtualMachines/read"',
    '"Microsoft.Compute/virtualMachines/read", "Microsoft.Compute/disks/read"',
    ["actions: no code calls 'Microsoft.Compute/disks/read'"],
  ],
  [
    "the right to create links",
    `"${bastions}/deleteShareableLinks/action"`,
    `"${bastions}/deleteShareableLinks/action", "${bastions}/createShareableLinks/action"`,
    [
      `actions: '${bastions}/createShareableLinks/action' does not belong into Bastion Link Revoker`,
      `actions: no code calls '${bastions}/createShareableLinks/action'`,
    ],
  ],
  [
    "a right that is missing",
    byTokenInRole,
    "",
    [
      "actions: src/azure/bastion/revoke-links.ts calls 'microsoft.network/bastionhosts/deleteshareablelinksbytoken/action', which no role grants",
    ],
  ],
  [
    "the right to ask how an operation goes, which is missing",
    '"Microsoft.Network/locations/operations/read",',
    "",
    [
      "actions: src/azure/bastion/sessions.ts calls 'microsoft.network/locations/operations/read', which no role grants",
    ],
  ],
  [
    "a reader that may delete",
    '"Microsoft.Compute/virtualMachines/read"',
    `"Microsoft.Compute/virtualMachines/read", "${bastions}/deleteShareableLinks/action"`,
    [`actions: '${bastions}/deleteShareableLinks/action' does not belong into Bastion Link Secrets Reader`],
  ],
  [
    "a revoker that may read, so that nothing is read without it",
    byTokenInRole,
    `$& "${bastions}/read",`,
    [`actions: '${bastions}/read' does not belong into Bastion Link Revoker`],
  ],
  [
    "a revoker in observe mode",
    "param endSessions = true",
    "param mode = 'observe'",
    ["actions: the revoker's role must depend on the mode"],
  ],
  [
    "an app that may write over evidence",
    '"Microsoft.Storage/storageAccounts/blobServices/containers/blobs/add/action"',
    '"Microsoft.Storage/storageAccounts/blobServices/containers/blobs/write"',
    [
      "actions: 'Microsoft.Storage/storageAccounts/blobServices/containers/blobs/write' does not belong into Bastion Evidence Writer",
      "actions: no code calls 'Microsoft.Storage/storageAccounts/blobServices/containers/blobs/write'",
      "actions: src/azure/storage/evidence.ts calls 'microsoft.storage/storageaccounts/blobservices/containers/blobs/add/action', which no role grants",
    ],
  ],
  [
    "another role than the one that is meant",
    "b7e6dc6d-f1e8-4753-8033-0f276bb0955b",
    "8e3af657-a8ff-443c-a75c-2fe8c4bcb635",
    [
      "roles: somebody gets 8e3af657-a8ff-443c-a75c-2fe8c4bcb635 on a Microsoft.Storage/storageAccounts",
      "roles: nobody gets Storage Blob Data Owner on a Microsoft.Storage/storageAccounts",
    ],
  ],
  [
    "a role on more than it is meant for",
    /\/queueServices\/default\/queues\/activity(?=\/providers)/g,
    "",
    [
      "roles: somebody gets Storage Queue Data Message Sender on a Microsoft.Storage/storageAccounts",
      "roles: nobody gets Storage Queue Data Message Sender on a Microsoft.Storage/storageAccounts/queueServices/queues",
    ],
  ],
  [
    "an operation nobody handles",
    `"${bastions}/delete"`,
    `"${bastions}/delete", "${bastions}/getactivesessions/action"`,
    [`events: no code handles '${bastions}/getactivesessions/action'`],
  ],
  [
    "a handled operation that is filtered out",
    /"Microsoft.Network\/bastionHosts\/createShareableLinks\/action",/g,
    "",
    [
      "events: no filter lets 'microsoft.network/bastionhosts/createshareablelinks/action' through, which the code handles",
      `${changes} includes Microsoft.Resources.ResourceActionFailure, which none of its operations raises`,
    ],
  ],
  [
    "failures that are not included",
    '"Microsoft.Resources.ResourceActionFailure",',
    "",
    [`${changes} does not include Microsoft.Resources.ResourceActionFailure`],
  ],
  [
    "events of a type that nothing raises",
    '"Microsoft.Resources.ResourceDeleteSuccess"',
    '"Microsoft.Resources.ResourceDeleteSuccess", "Microsoft.Resources.ResourceActionCancel"',
    [`${changes} includes Microsoft.Resources.ResourceActionCancel, which none of its operations raises`],
  ],
  ["our own reads", '"StringNotIn"', '"StringIn"', [`${reads} lets the watchdog's own reads through`]],
  [
    "our own reads where the event says who by client id only",
    '"data.claims.appid"',
    '"data.claims.aio"',
    [`${reads} lets the watchdog's own reads through`],
  ],
  [
    "our own reads where the event writes the object id without hyphens",
    /,\s+"\[replace\(reference\([^"]*\.principalId, '-', ''\)\]"/g,
    "",
    [`${reads} lets the watchdog's own reads through`],
  ],
  [
    "events without a filter",
    '"data.operationName"',
    '"data.operation"',
    [
      ...[
        "createshareablelinks/action",
        "deleteshareablelinks/action",
        "deleteshareablelinksbytoken/action",
        "getshareablelinks/action",
        "write",
        "delete",
      ].map(
        (name) =>
          `events: no filter lets 'microsoft.network/bastionhosts/${name}' through, which the code handles`,
      ),
      ...[
        "ResourceActionSuccess",
        "ResourceActionFailure",
        "ResourceWriteSuccess",
        "ResourceDeleteSuccess",
      ].map((type) => `${changes} includes Microsoft.Resources.${type}, which none of its operations raises`),
      `${changes} is not filtered by operation`,
      `${reads} includes Microsoft.Resources.ResourceActionSuccess, which none of its operations raises`,
      `${reads} is not filtered by operation`,
    ],
  ],
  [
    "delivery into the void",
    '"queueName": "activity"',
    '"queueName": "activities"',
    [
      `${changes} delivers to 'activities', which no trigger reads`,
      `${reads} delivers to 'activities', which no trigger reads`,
    ],
  ],
  [
    "no dead letters",
    '"deadLetterWithResourceIdentity"',
    '"deadLetters"',
    [`${changes} has no deadLetterWithResourceIdentity`, `${reads} has no deadLetterWithResourceIdentity`],
  ],
];
