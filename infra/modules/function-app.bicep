/* The app on a Flex Consumption plan. Everything it knows about its surroundings is in the settings below. */
param name string
param location string
param tags object
param identityId string
param identityClientId string
param principalId string
param storageAccountName string
@description('Where anchors, archive and policies lie.')
param evidenceAccountName string
@description('The container that packages lie in.')
param packageUrl string
@description('A package to bring in. Empty: it comes by another way.')
param packageUri string
param applicationInsightsConnectionString string
param vaultUri string
@description('Names of the secrets that lie in the vault.')
param secretsInVault string[]
param alwaysReady { name: string, instanceCount: int }[]
param instanceMemoryMB int
param maximumInstanceCount int
param subnetId string
param privateEndpointSubnetId string
param privateDnsZoneId string
@allowed(['Enabled', 'Disabled'])
param publicNetworkAccess string
@description('Empty: no one can sign in to the console.')
param consoleClientId string
@description('What an operator decides, by the names that src/config/config.ts reads.')
param watchdogSettings object

var secretSettings = {
  WATCHDOG_TEAMS_WEBHOOK_URL: 'teams-webhook-url'
  WATCHDOG_FORM_KEY: 'form-key'
  WATCHDOG_WEBHOOK_SECRET: 'webhook-secret'
  WATCHDOG_WEBHOOK_SECRET_NEXT: 'webhook-secret-next'
}
var references = toObject(
  filter(items(secretSettings), entry => contains(secretsInVault, entry.value)),
  entry => entry.key,
  entry => '@Microsoft.KeyVault(SecretUri=${vaultUri}secrets/${entry.value})'
)

resource plan 'Microsoft.Web/serverfarms@2024-11-01' = {
  name: 'plan-${name}'
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { tier: 'FlexConsumption', name: 'FC1' }
  properties: { reserved: true }
}

resource app 'Microsoft.Web/sites@2024-11-01' = {
  name: name
  location: location
  tags: union(tags, { 'azd-service-name': 'watchdog' })
  kind: 'functionapp,linux'
  identity: { type: 'UserAssigned', userAssignedIdentities: { '${identityId}': {} } }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    clientAffinityEnabled: false
    publicNetworkAccess: publicNetworkAccess
    keyVaultReferenceIdentity: identityId
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    siteConfig: { minTlsVersion: '1.2', scmMinTlsVersion: '1.2', http20Enabled: true }
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: packageUrl
          authentication: { type: 'UserAssignedIdentity', userAssignedIdentityResourceId: identityId }
        }
      }
      runtime: { name: 'node', version: '24' }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemoryMB
        maximumInstanceCount: maximumInstanceCount
        alwaysReady: alwaysReady
      }
    }
  }
}

/* Publishing with a password is off: packages come with Entra tokens only. */
resource scmPublishing 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-11-01' = {
  parent: app
  name: 'scm'
  properties: { allow: false }
}

resource settings 'Microsoft.Web/sites/config@2024-11-01' = {
  parent: app
  name: 'appsettings'
  properties: union(
    {
      // Not by the account's name: the platform completes that with the public cloud's suffix in every cloud.
      AzureWebJobsStorage__blobServiceUri: 'https://${storageAccountName}.blob.${environment().suffixes.storage}'
      AzureWebJobsStorage__queueServiceUri: 'https://${storageAccountName}.queue.${environment().suffixes.storage}'
      AzureWebJobsStorage__tableServiceUri: 'https://${storageAccountName}.table.${environment().suffixes.storage}'
      WATCHDOG_EVIDENCE_URI: 'https://${evidenceAccountName}.blob.${environment().suffixes.storage}'
      AzureWebJobsStorage__credential: 'managedidentity'
      AzureWebJobsStorage__clientId: identityClientId
      APPLICATIONINSIGHTS_CONNECTION_STRING: applicationInsightsConnectionString
      APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identityClientId};Authorization=AAD'
      WATCHDOG_CLOUD: environment().name
      WATCHDOG_CLIENT_ID: identityClientId
      WATCHDOG_PRINCIPAL_ID: principalId
      WATCHDOG_TENANT_ID: tenant().tenantId
      WATCHDOG_CONSOLE_URL: 'https://${app.properties.defaultHostName}/console'
    },
    watchdogSettings,
    references
  )
}

/* The platform fetches the package. Its properties are missing in the types. */
resource package 'Microsoft.Web/sites/extensions@2024-11-01' = if (!empty(packageUri)) {
  parent: app
  name: 'onedeploy'
  #disable-next-line BCP187
  properties: { packageUri: packageUri, remoteBuild: false }
  dependsOn: [settings]
}

/* The platform signs people in and lets everybody else through: whoever needs no sign-in has a key, and who may, the code decides. */
resource signIn 'Microsoft.Web/sites/config@2024-11-01' = if (!empty(consoleClientId)) {
  parent: app
  name: 'authsettingsV2'
  properties: {
    platform: { enabled: true }
    globalValidation: { requireAuthentication: false, unauthenticatedClientAction: 'AllowAnonymous' }
    httpSettings: { requireHttps: true }
    identityProviders: {
      azureActiveDirectory: {
        enabled: true
        registration: {
          clientId: consoleClientId
          openIdIssuer: '${environment().authentication.loginEndpoint}${tenant().tenantId}/v2.0'
        }
        validation: { allowedAudiences: [consoleClientId, 'api://${consoleClientId}'] }
      }
    }
    login: {
      tokenStore: { enabled: false }
      cookieExpiration: { convention: 'FixedTime', timeToExpiration: '08:00:00' }
    }
  }
  dependsOn: [settings]
}

module endpoint 'private-endpoint.bicep' = if (!empty(privateEndpointSubnetId)) {
  name: 'app-endpoint'
  params: {
    name: 'pe-${name}'
    location: location
    tags: tags
    subnetId: privateEndpointSubnetId
    serviceId: app.id
    groupId: 'sites'
    privateDnsZoneId: privateDnsZoneId
  }
}

output id string = app.id
output name string = app.name
output url string = 'https://${app.properties.defaultHostName}'
