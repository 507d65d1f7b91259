/* Four secrets at most, read by the platform as the app's identity. A secret that is not given is left as it is. */
import { builtInRoles } from 'built-in-roles.bicep'

param name string
param location string
param tags object
param principalId string
@secure()
param teamsWebhookUrl string
@secure()
param formKey string
@secure()
param webhookSecret string
@secure()
param webhookSecretNext string
param privateEndpointSubnetId string
param privateDnsZoneId string

var isPrivate = !empty(privateEndpointSubnetId)

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    tenantId: tenant().tenantId
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
    enableSoftDelete: true
    softDeleteRetentionInDays: 90
    enablePurgeProtection: true
    publicNetworkAccess: 'Enabled'
    networkAcls: { bypass: 'AzureServices', defaultAction: isPrivate ? 'Deny' : 'Allow' }
  }
}

resource teamsSecret 'Microsoft.KeyVault/vaults/secrets@2024-11-01' = if (!empty(teamsWebhookUrl)) {
  parent: vault
  name: 'teams-webhook-url'
  properties: { value: teamsWebhookUrl, contentType: 'URL of the Teams flow' }
}

resource formSecret 'Microsoft.KeyVault/vaults/secrets@2024-11-01' = if (!empty(formKey)) {
  parent: vault
  name: 'form-key'
  properties: { value: formKey, contentType: 'signs the forms of the console' }
}

resource webhookSecretValue 'Microsoft.KeyVault/vaults/secrets@2024-11-01' = if (!empty(webhookSecret)) {
  parent: vault
  name: 'webhook-secret'
  properties: { value: webhookSecret, contentType: 'signs what the webhook channel sends' }
}

resource webhookSecretNextValue 'Microsoft.KeyVault/vaults/secrets@2024-11-01' = if (!empty(webhookSecretNext)) {
  parent: vault
  name: 'webhook-secret-next'
  properties: { value: webhookSecretNext, contentType: 'signs it, too, while the other is replaced' }
}

resource reader 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: vault
  name: guid(vault.id, principalId, builtInRoles.keyVaultSecretsUser)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', builtInRoles.keyVaultSecretsUser)
    description: 'Key Vault references of the app settings.'
  }
}

module endpoint 'private-endpoint.bicep' = if (isPrivate) {
  name: 'vault-endpoint'
  params: {
    name: 'pe-${name}'
    location: location
    tags: tags
    subnetId: privateEndpointSubnetId
    serviceId: vault.id
    groupId: 'vault'
    privateDnsZoneId: privateDnsZoneId
  }
}

output name string = vault.name
output uri string = vault.properties.vaultUri
