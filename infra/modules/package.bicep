/* Where the app's package lies: neither with its memory nor with its evidence. The platform reads it with the app's identity. */
import { builtInRoles } from 'built-in-roles.bicep'

param name string
param location string
param tags object
param sku string
param identityId string
param principalId string
param privateEndpointSubnetId string
param privateDnsZoneIds object
param customerManagedKeyUri string
param encryptionIdentityId string

module made 'storage-account.bicep' = {
  name: 'package-account'
  params: {
    name: name
    location: location
    tags: tags
    sku: sku
    services: ['blob']
    identityId: identityId
    keep: false
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
}

resource packages 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-01-01' = {
  parent: blobs
  name: 'app-package'
  properties: { publicAccess: 'None' }
}

resource access 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: packages
  name: guid(packages.id, principalId, builtInRoles.storageBlobDataContributor)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', builtInRoles.storageBlobDataContributor)
    description: 'The platform brings the package of bastion-watchdog, and reads it.'
  }
}

output packageUrl string = 'https://${name}.blob.${environment().suffixes.storage}/${packages.name}'
