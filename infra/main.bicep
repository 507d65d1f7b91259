/*
 * bastion-watchdog, whole: `azd up`, or `az deployment sub create`. docs/deploy.md says what a person must do besides.
 * Nobody could deploy this yet where it was written: it is compiled, and what it would make is in variants/ (`npm run check:infra`).
 */
targetScope = 'subscription'

@minLength(1)
@maxLength(24)
@description('Names the deployment and, by default, its resource groups.')
param environmentName string
param location string
@description('On everything that can have tags.')
param tags object = {}
param resourceGroupName string = 'rg-${environmentName}'
@description('Where memory, queues and evidence lie. A separate group, so that removing the app leaves them.')
param evidenceResourceGroupName string = 'rg-${environmentName}-evidence'

@allowed(['enforce', 'observe'])
@description('observe: decides, alerts and records, and has no right to delete a link.')
param mode string = 'enforce'
@description('Subscriptions whose bastions are watched; each gets event subscriptions and roles. All in this tenant.')
param subscriptionIds string[] = [subscription().subscriptionId]
@description('Management groups whose bastions are watched as well. Roles come from watch-all.sh then, so `subscriptionIds` must lie in them.')
param managementGroups string[] = []
@description('Lets policy rules with `endSessions` disconnect sessions.')
param endSessions bool = false
@description('After the names of the two link roles, which are unique in a tenant: for a second watchdog, like " (test)".')
param roleNameSuffix string = ''
@description('The policy as JSON.')
param policy string = loadTextContent('watchdog-policy.json')
@minValue(1)
@maxValue(30)
param sweepIntervalMinutes int = 5
param timeZone string = 'UTC'
@minValue(0)
@maxValue(23)
param digestHour int = 8
@description('How long a high-severity alert may wait for its acknowledgement, such as PT30M, or off.')
param acknowledgeWithin string = 'PT30M'
@description('The folder of the documents, for the button Help on cards. Empty: the program\'s own, on GitHub.')
param docsUrl string = ''
@description('The VM tag that cards show as env: what a VM is for.')
param envTag string = 'env'
@description('The VM tag that cards show as owner.')
param ownerTag string = 'owner'
@description('Ask Graph who a caller is; works once grant-graph.sh was run.')
param directory bool = true
@description('api-version of every call about a bastion, for regions that lack ours. Empty: the program\'s own.')
param networkApiVersion string = ''

@secure()
@description('URL of the Teams flow. Empty: the secret in the vault, if any, is left as it is.')
param teamsWebhookUrl string = ''
@secure()
@description('32 characters or more by chance (openssl rand -base64 48). Without it the console is read-only.')
param formKey string = ''
@secure()
param webhookSecret string = ''
@secure()
@description('While webhookSecret is replaced: the new one, which signs, too. docs/runbooks/webhook-leaked.md.')
param webhookSecretNext string = ''

@description('Several alerts are one post to the webhook, in the batched content mode of CloudEvents.')
param webhookBatch bool = false
@description('Secrets that the vault holds from an earlier deployment: teams-webhook-url, form-key, webhook-secret, webhook-secret-next.')
param secretsInVault string[] = []
param webhookUrl string = ''
param mailFrom string = ''
param mailTo string = ''
@description('Client id of the app registration made by register-app.sh. Empty: no one can sign in to the console.')
param consoleClientId string = ''

@description('The package of a release, like https://github.com/…/releases/download/v0.2.0/bastion-watchdog.zip. Empty: infrastructure only; azd brings the package, or the output pushPackage says how.')
param packageUri string = ''

@description('What is always warm; everything else may take up to two minutes from zero. `activityMessage` turns an event into a card. `reconcileLater` revokes at the deadline: what scales functions does not see a delayed message before it is due. An instance of 512 MB costs about 5 USD a month (0.5 GB x 2,628,000 s x 0.000004 USD, list price to check), so 10.50 for both. More: `function:reconcile` (the sweep), `function:deliverAlert` (retries), `http` (console and API). None: [].')
param alwaysReady { name: string, instanceCount: int }[] = [
  { name: 'function:activityMessage', instanceCount: 1 }
  { name: 'function:reconcileLater', instanceCount: 1 }
]
@allowed([512, 2048, 4096])
param instanceMemoryMB int = 512
@minValue(40)
@maxValue(1000)
param maximumInstanceCount int = 40

@description('Topic that the subscription of this deployment already has; Azure allows one. Its resource group is topicResourceGroupName.')
param existingTopicName string = ''
param topicResourceGroupName string = 'rg-bastion-watchdog-events'
@description('Workspace to send telemetry to, by resource id. Empty: one is made.')
param existingWorkspaceId string = ''
param logRetentionInDays int = 90
@description('Workspace with Bastion\'s audit log and the Activity Log, by resource id. Empty: whether a link was used is not known.')
param securityWorkspaceId string = ''
@description('Action groups, by resource id, that are notified when the watchdog itself fails. Best one that does not end in its own channel.')
param actionGroupIds string[] = []
@description('Mail addresses that are notified of the same, comma-separated: an action group is created for them. With neither, no one is notified.')
param alertEmails string = ''
@allowed(['Audit', 'Deny', 'Disabled'])
@description('What Azure Policy does with bastions that offer shareable links.')
param shareableLinkEffect string = 'Audit'
@description('Assign the policies to this subscription; they are defined in any case.')
param assignPolicies bool = false
@description('A bastion with this tag set to true may offer links. Empty: no tag exempts.')
param policyExemptTag string = ''
param storageSku string = 'Standard_LRS'
@description('How long anchors and archives cannot be changed, in days. The policy is unlocked: locking it is for you to decide, and for ever.')
param evidenceRetentionInDays int = 400
@description('A lock that keeps ledger and anchors when the deployment is removed.')
param keepEvidence bool = true

@description('Subnet for the app\'s way out, delegated to Microsoft.App/environments. Needed once the storage firewall is closed.')
param functionSubnetId string = ''
@description('Subnet for private endpoints of storage, vault and app. Given: the firewalls of storage and vault are closed, and functionSubnetId is needed.')
param privateEndpointSubnetId string = ''
@description('Ids of private DNS zones by service: blob, queue, table, vault, sites. Those left out are left to your policies.')
param privateDnsZoneIds object = {}
@allowed(['Enabled', 'Disabled'])
@description('Disabled: console, health and API are reached through the private endpoint only.')
param appPublicNetworkAccess string = 'Enabled'
@description('Key of your own for storage, without version, like https://kv-bank.vault.azure.net/keys/watchdog.')
param customerManagedKeyUri string = ''
@description('Identity that may read that key. Empty: the watchdog\'s own, which you must let in before.')
param encryptionIdentityId string = ''

var token = uniqueString(subscription().id, environmentName, location)
var name = 'watchdog-${token}'
var allTags = union(tags, { 'azd-env-name': environmentName })
/* Roles are assigned once: by watch-all.sh at a management group, or here. */
var rolesAreHere = empty(managementGroups)
var readsLogs = !empty(securityWorkspaceId)
var securityWorkspace = readsLogs ? split(securityWorkspaceId, '/') : ['', '', subscription().subscriptionId, '', resourceGroupName, '']

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: resourceGroupName
  location: location
  tags: allTags
}

resource evidenceGroup 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: evidenceResourceGroupName
  location: location
  tags: allTags
}

module identity 'modules/identity.bicep' = {
  name: 'identity'
  scope: group
  params: { name: 'id-${name}', location: location, tags: allTags }
}

module storage 'modules/storage.bicep' = {
  name: 'storage'
  scope: evidenceGroup
  params: {
    name: 'stwatchdog${token}'
    location: location
    tags: allTags
    sku: storageSku
    identityId: identity.outputs.id
    principalId: identity.outputs.principalId
    keepEvidence: keepEvidence
    privateEndpointSubnetId: privateEndpointSubnetId
    privateDnsZoneIds: privateDnsZoneIds
    customerManagedKeyUri: customerManagedKeyUri
    encryptionIdentityId: encryptionIdentityId
  }
}

module evidence 'modules/evidence.bicep' = {
  name: 'evidence'
  scope: evidenceGroup
  params: {
    name: 'stevidence${token}'
    location: location
    tags: allTags
    sku: storageSku
    identityId: identity.outputs.id
    principalId: identity.outputs.principalId
    privateEndpointSubnetId: privateEndpointSubnetId
    privateDnsZoneIds: privateDnsZoneIds
    customerManagedKeyUri: customerManagedKeyUri
    encryptionIdentityId: encryptionIdentityId
    keepEvidence: keepEvidence
    retentionInDays: evidenceRetentionInDays
    roleNameSuffix: roleNameSuffix
  }
}

module package 'modules/package.bicep' = {
  name: 'package'
  scope: group
  params: {
    name: 'stpackage${token}'
    location: location
    tags: allTags
    sku: storageSku
    identityId: identity.outputs.id
    principalId: identity.outputs.principalId
    privateEndpointSubnetId: privateEndpointSubnetId
    privateDnsZoneIds: privateDnsZoneIds
    customerManagedKeyUri: customerManagedKeyUri
    encryptionIdentityId: encryptionIdentityId
  }
}

module monitoring 'modules/monitoring.bicep' = {
  name: 'monitoring'
  scope: group
  params: {
    name: name
    location: location
    tags: allTags
    principalId: identity.outputs.principalId
    existingWorkspaceId: existingWorkspaceId
    retentionInDays: logRetentionInDays
  }
}

module logAccess 'modules/log-access.bicep' = if (readsLogs) {
  name: 'bastion-watchdog-log-access'
  scope: resourceGroup(securityWorkspace[2], securityWorkspace[4])
  params: { workspaceName: last(securityWorkspace), principalId: identity.outputs.principalId }
}

module vault 'modules/key-vault.bicep' = {
  name: 'vault'
  scope: group
  params: {
    name: 'kv-${token}'
    location: location
    tags: allTags
    principalId: identity.outputs.principalId
    teamsWebhookUrl: teamsWebhookUrl
    formKey: formKey
    webhookSecret: webhookSecret
    webhookSecretNext: webhookSecretNext
    privateEndpointSubnetId: privateEndpointSubnetId
    privateDnsZoneId: privateDnsZoneIds.?vault ?? ''
  }
}

module app 'modules/function-app.bicep' = {
  name: 'app'
  scope: group
  params: {
    name: 'func-${name}'
    location: location
    tags: allTags
    identityId: identity.outputs.id
    identityClientId: identity.outputs.clientId
    principalId: identity.outputs.principalId
    storageAccountName: storage.outputs.name
    evidenceAccountName: evidence.outputs.name
    packageUrl: package.outputs.packageUrl
    packageUri: packageUri
    applicationInsightsConnectionString: monitoring.outputs.connectionString
    vaultUri: vault.outputs.uri
    secretsInVault: union(
      secretsInVault,
      empty(teamsWebhookUrl) ? [] : ['teams-webhook-url'],
      empty(formKey) ? [] : ['form-key'],
      empty(webhookSecret) ? [] : ['webhook-secret'],
      empty(webhookSecretNext) ? [] : ['webhook-secret-next']
    )
    alwaysReady: alwaysReady
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
    subnetId: functionSubnetId
    privateEndpointSubnetId: privateEndpointSubnetId
    privateDnsZoneId: privateDnsZoneIds.?sites ?? ''
    publicNetworkAccess: appPublicNetworkAccess
    consoleClientId: consoleClientId
    watchdogSettings: {
      WATCHDOG_SCOPE: join(concat(subscriptionIds, managementGroups), ',')
      WATCHDOG_MODE: mode
      WATCHDOG_POLICY: policy
      WATCHDOG_SWEEP_SCHEDULE: '0 */${sweepIntervalMinutes} * * * *'
      WATCHDOG_TIME_ZONE: timeZone
      WATCHDOG_DIGEST_HOUR: string(digestHour)
      WATCHDOG_ACKNOWLEDGE_WITHIN: acknowledgeWithin
      WATCHDOG_ACTION_GROUPS: string(length(actionGroupIds) + (empty(alertEmails) ? 0 : 1))
      WATCHDOG_LOGS_WORKSPACE_ID: readsLogs ? logAccess!.outputs.customerId : ''
      WATCHDOG_NETWORK_API_VERSION: networkApiVersion
      WATCHDOG_DOCS_URL: docsUrl
      WATCHDOG_ENV_TAG: envTag
      WATCHDOG_OWNER_TAG: ownerTag
      WATCHDOG_DIRECTORY: directory ? 'on' : 'off'
      WATCHDOG_MAIL_FROM: mailFrom
      WATCHDOG_MAIL_TO: mailTo
      WATCHDOG_WEBHOOK_URL: webhookUrl
      WATCHDOG_WEBHOOK_BATCH: webhookBatch ? 'true' : 'false'
    }
  }
}

module linkRoles 'modules/link-roles.bicep' = if (rolesAreHere) {
  name: 'bastion-watchdog-link-roles'
  params: {
    subscriptionIds: subscriptionIds
    roleNameSuffix: roleNameSuffix
    mayRevoke: mode == 'enforce'
    mayEndSessions: endSessions
  }
}

module watched 'watched-subscription.bicep' = [
  for id in subscriptionIds: {
    name: 'bastion-watchdog-${uniqueString(id)}'
    scope: subscription(id)
    params: {
      location: location
      tags: allTags
      topicResourceGroupName: topicResourceGroupName
      existingTopicName: id == subscription().subscriptionId ? existingTopicName : ''
      storageAccountId: storage.outputs.id
      principalId: identity.outputs.principalId
      clientId: identity.outputs.clientId
      roleNames: rolesAreHere ? linkRoles!.outputs.roleNames : []
    }
  }
]

module alertRules 'modules/watch-the-watchdog.bicep' = {
  name: 'watch-the-watchdog'
  scope: group
  params: {
    location: location
    tags: allTags
    functionAppName: app.outputs.name
    functionAppId: app.outputs.id
    applicationInsightsId: monitoring.outputs.applicationInsightsId
    workspaceId: monitoring.outputs.workspaceId
    storageAccountId: storage.outputs.id
    evidenceAccountId: evidence.outputs.id
    principalId: identity.outputs.principalId
    actionGroupIds: actionGroupIds
    alertEmails: alertEmails
    healthUrl: appPublicNetworkAccess == 'Enabled' ? '${app.outputs.url}/api/health' : ''
    sweepIntervalMinutes: sweepIntervalMinutes
  }
}

module policies 'modules/policies.bicep' = {
  name: 'bastion-watchdog-policies'
  params: {
    shareableLinkEffect: shareableLinkEffect
    assign: assignPolicies
    workspaceId: securityWorkspaceId
    exemptTag: policyExemptTag
  }
}

output AZURE_RESOURCE_GROUP string = group.name
output functionAppName string = app.outputs.name
output functionAppId string = app.outputs.id
output principalId string = identity.outputs.principalId
output clientId string = identity.outputs.clientId
output storageAccountId string = storage.outputs.id
output evidenceAccountId string = evidence.outputs.id
output keyVaultName string = vault.outputs.name
output workspaceId string = monitoring.outputs.workspaceId
output consoleUrl string = '${app.outputs.url}/console'
output healthUrl string = '${app.outputs.url}/api/health'
@description('Brings the package, where packageUri was empty and azd is not used.')
output pushPackage string = empty(packageUri)
  ? 'az functionapp deployment source config-zip --resource-group ${group.name} --name ${app.outputs.name} --src bastion-watchdog.zip'
  : ''
