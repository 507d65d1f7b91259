/* A storage account without keys. Where it is private, each service that is used has an endpoint. */
param name string
param location string
param tags object
param sku string
@description('What of it is used: blob, queue, table.')
param services string[]
param identityId string
@description('A CanNotDelete lock on the account.')
param keep bool
@description('Empty: reachable from everywhere, by identity only. Given: the firewall is closed, and these endpoints are made.')
param privateEndpointSubnetId string
param privateDnsZoneIds object
@description('Empty: Microsoft holds the key. Given: address of a key without version, like https://kv-bank.vault.azure.net/keys/watchdog.')
param customerManagedKeyUri string
@description('The identity that reads that key; it needs Key Vault Crypto Service Encryption User there.')
param encryptionIdentityId string

var isPrivate = !empty(privateEndpointSubnetId)
var hasOwnKey = !empty(customerManagedKeyUri)
var keyUri = split(customerManagedKeyUri, '/keys/')
var keyReader = empty(encryptionIdentityId) ? identityId : encryptionIdentityId
/* Tables and queues can only get a key of one's own if the account was made for it. */
var encryptionServices = {
  blob: { enabled: true, keyType: 'Account' }
  queue: { enabled: true, keyType: 'Account' }
  table: { enabled: true, keyType: 'Account' }
}

resource account 'Microsoft.Storage/storageAccounts@2025-01-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: sku }
  identity: hasOwnKey ? { type: 'UserAssigned', userAssignedIdentities: { '${keyReader}': {} } } : { type: 'None' }
  properties: {
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    isLocalUserEnabled: false
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    publicNetworkAccess: 'Enabled'
    networkAcls: {
      // Event Grid delivers as a trusted service, with its own identity.
      bypass: 'AzureServices'
      defaultAction: isPrivate ? 'Deny' : 'Allow'
    }
    encryption: hasOwnKey
      ? {
          keySource: 'Microsoft.Keyvault'
          keyvaultproperties: { keyvaulturi: keyUri[0], keyname: last(keyUri) }
          identity: { userAssignedIdentity: keyReader }
          services: encryptionServices
        }
      : { keySource: 'Microsoft.Storage', services: encryptionServices }
  }
}

resource lock 'Microsoft.Authorization/locks@2020-05-01' = if (keep) {
  scope: account
  name: 'ledger-and-anchors'
  properties: {
    level: 'CanNotDelete'
    notes: 'Holds the ledger of bastion-watchdog, or its anchors. Remove this lock only if they may go.'
  }
}

module endpoints 'private-endpoint.bicep' = [
  for service in services: if (isPrivate) {
    name: '${name}-endpoint-${service}'
    params: {
      name: 'pe-${name}-${service}'
      location: location
      tags: tags
      subnetId: privateEndpointSubnetId
      serviceId: account.id
      groupId: service
      privateDnsZoneId: privateDnsZoneIds[?service] ?? ''
    }
  }
]

output id string = account.id
output name string = account.name
