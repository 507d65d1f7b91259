/*
 * Anchors, archived ledgers and policies, in an account of their own: who may write to the watchdog's memory may not write here. The watchdog itself may
 * read and add blobs and nothing else, and the container keeps what was added for as long as its retention says.
 */
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
@description('How long a blob cannot be changed or deleted, in days.')
param retentionInDays int
@description('Names of custom roles are unique in a tenant.')
param roleNameSuffix string

var roles = loadJsonContent('role-actions.json')

module made 'storage-account.bicep' = {
  name: 'evidence-account'
  params: {
    name: name
    location: location
    tags: tags
    sku: sku
    services: ['blob']
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
    deleteRetentionPolicy: { enabled: true, days: 30 }
    containerDeleteRetentionPolicy: { enabled: true, days: 30 }
  }
}

resource evidence 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-01-01' = {
  parent: blobs
  name: 'evidence'
  properties: { publicAccess: 'None' }
}

/* Retention of the container, not of versions: it holds for every blob in it. Unlocked, so that a trial can be removed. */
resource retention 'Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies@2025-01-01' = {
  parent: evidence
  name: 'default'
  properties: { immutabilityPeriodSinceCreationInDays: retentionInDays, allowProtectedAppendWrites: false }
}

resource writer 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(resourceGroup().id, roles.evidenceWriter.name)
  properties: {
    roleName: '${roles.evidenceWriter.name}${roleNameSuffix}'
    description: roles.evidenceWriter.description
    type: 'CustomRole'
    assignableScopes: [resourceGroup().id]
    permissions: [{ actions: [], notActions: [], dataActions: roles.evidenceWriter.dataActions, notDataActions: [] }]
  }
}

resource access 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: evidence
  name: guid(evidence.id, principalId, writer.id)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: writer.id
    description: 'Adds anchors, archived ledgers and policies of bastion-watchdog, and reads them.'
  }
}

output id string = made.outputs.id
output name string = made.outputs.name
