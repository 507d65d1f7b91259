/*
 * The watchdog's memory and queues in one account. It lies in a resource group of its own with a lock,
 * so that removing the app leaves the ledger.
 */
import { builtInRoles } from 'built-in-roles.bicep'

param name string
param location string
param tags object
param sku string
param identityId string
param principalId string
@description('A CanNotDelete lock on the account.')
param keepEvidence bool
param privateEndpointSubnetId string
param privateDnsZoneIds object
param customerManagedKeyUri string
param encryptionIdentityId string

var queueNames = ['activity', 'reconcile', 'reconcile-later', 'alerts', 'sessions']
var poisonQueueNames = [for queueName in queueNames: '${queueName}-poison']

module made 'storage-account.bicep' = {
  name: 'storage-account'
  params: {
    name: name
    location: location
    tags: tags
    sku: sku
    services: ['blob', 'queue', 'table']
    identityId: identityId
    keep: keepEvidence
    privateEndpointSubnetId: privateEndpointSubnetId
    privateDnsZoneIds: privateDnsZoneIds
    customerManagedKeyUri: customerManagedKeyUri
    encryptionIdentityId: encryptionIdentityId
  }
}

resource account 'Microsoft.Storage/storageAccounts@2025-01-01' existing = {
  name: name
}

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2025-01-01' = {
  parent: account
  name: 'default'
  dependsOn: [made]
  properties: {
    isVersioningEnabled: true
    deleteRetentionPolicy: { enabled: true, days: 30 }
    containerDeleteRetentionPolicy: { enabled: true, days: 30 }
  }
}

resource deadLetters 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-01-01' = {
  parent: blobs
  name: 'dead-letter'
  properties: { publicAccess: 'None' }
}

resource queueService 'Microsoft.Storage/storageAccounts/queueServices@2025-01-01' = {
  parent: account
  name: 'default'
  dependsOn: [made]
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
  dependsOn: [made]
}

resource table 'Microsoft.Storage/storageAccounts/tableServices/tables@2025-01-01' = {
  parent: tables
  name: 'watchdog'
}

/* Owner of blobs, because the Functions host leases blobs for its singletons. Evidence and package lie elsewhere. */
var roles = [
  { id: builtInRoles.storageBlobDataOwner, why: 'Leases of the Functions host, dead letters.' }
  { id: builtInRoles.storageQueueDataContributor, why: 'Reads, writes and creates the queues of the watchdog.' }
  { id: builtInRoles.storageTableDataContributor, why: 'The table that is the memory of the watchdog.' }
]

resource access 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in roles: {
    scope: account
    name: guid(account.id, principalId, role.id)
    dependsOn: [made]
    properties: {
      principalId: principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role.id)
      description: role.why
    }
  }
]

output id string = made.outputs.id
output name string = made.outputs.name
