/*
 * The watchdog's memory, queues and evidence in one account without keys. It lies in a resource group of its own with a lock,
 * so that removing the app leaves ledger and anchors.
 */
import { builtInRoles } from 'built-in-roles.bicep'

param name string
param location string
param tags object
param sku string
param identityId string
param principalId string
@description('How long anchors and archived ledgers cannot be changed or deleted, in days.')
param evidenceRetentionInDays int
@description('A CanNotDelete lock on the account.')
param keepEvidence bool
@description('Empty: reachable from everywhere, by identity only. Given: the firewall is closed, and these endpoints are made.')
param privateEndpointSubnetId string
param privateDnsZoneIds object
@description('Empty: Microsoft holds the key. Given: address of a key without version, like https://kv-bank.vault.azure.net/keys/watchdog.')
param customerManagedKeyUri string
@description('The identity that reads that key; it needs Key Vault Crypto Service Encryption User there.')
param encryptionIdentityId string

var queueNames = ['activity', 'reconcile', 'reconcile-later', 'alerts', 'sessions']
var poisonQueueNames = [for queueName in queueNames: '${queueName}-poison']
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

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2025-01-01' = {
  parent: account
  name: 'default'
  properties: {
    isVersioningEnabled: true
    deleteRetentionPolicy: { enabled: true, days: 30 }
    containerDeleteRetentionPolicy: { enabled: true, days: 30 }
  }
}

resource packages 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-01-01' = {
  parent: blobs
  name: 'app-package'
  properties: { publicAccess: 'None' }
}

resource deadLetters 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-01-01' = {
  parent: blobs
  name: 'dead-letter'
  properties: { publicAccess: 'None' }
}

resource evidence 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-01-01' = {
  parent: blobs
  name: 'evidence'
  properties: {
    publicAccess: 'None'
    immutableStorageWithVersioning: { enabled: true }
  }
}

resource evidenceRetention 'Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies@2025-01-01' = {
  parent: evidence
  name: 'default'
  properties: { immutabilityPeriodSinceCreationInDays: evidenceRetentionInDays }
}

resource queueService 'Microsoft.Storage/storageAccounts/queueServices@2025-01-01' = {
  parent: account
  name: 'default'
}

resource queues 'Microsoft.Storage/storageAccounts/queueServices/queues@2025-01-01' = [
  for queueName in concat(queueNames, poisonQueueNames): {
    parent: queueService
    name: queueName
  }
]

resource tables 'Microsoft.Storage/storageAccounts/tableServices@2025-01-01' = {
  parent: account
  name: 'default'
}

resource table 'Microsoft.Storage/storageAccounts/tableServices/tables@2025-01-01' = {
  parent: tables
  name: 'watchdog'
}

resource lock 'Microsoft.Authorization/locks@2020-05-01' = if (keepEvidence) {
  scope: account
  name: 'ledger-and-anchors'
  properties: {
    level: 'CanNotDelete'
    notes: 'Holds the ledger of bastion-watchdog and its anchors. Remove this lock only if both may go.'
  }
}

/* Owner of blobs, because the Functions host leases blobs for its singletons; the evidence is protected by its immutability policy. */
var roles = [
  { id: builtInRoles.storageBlobDataOwner, why: 'Package, leases of the Functions host, evidence.' }
  { id: builtInRoles.storageQueueDataContributor, why: 'Reads, writes and creates the queues of the watchdog.' }
  { id: builtInRoles.storageTableDataContributor, why: 'The table that is the memory of the watchdog.' }
]

resource access 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in roles: {
    scope: account
    name: guid(account.id, principalId, role.id)
    properties: {
      principalId: principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role.id)
      description: role.why
    }
  }
]

module endpoints 'private-endpoint.bicep' = [
  for service in ['blob', 'queue', 'table']: if (isPrivate) {
    name: 'storage-endpoint-${service}'
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
output packageUrl string = '${account.properties.primaryEndpoints.blob}${packages.name}'
