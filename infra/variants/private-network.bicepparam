// Firewalls closed, private endpoints for everything, and storage under a key of the owner's.
using '../main.bicep'

param environmentName = 'watchdog'
param location = 'westeurope'
var network = '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-network/providers/Microsoft.Network'
param functionSubnetId = '${network}/virtualNetworks/vnet/subnets/functions'
param privateEndpointSubnetId = '${network}/virtualNetworks/vnet/subnets/endpoints'
param privateDnsZoneIds = {
  blob: '${network}/privateDnsZones/privatelink.blob.core.windows.net'
  queue: '${network}/privateDnsZones/privatelink.queue.core.windows.net'
  table: '${network}/privateDnsZones/privatelink.table.core.windows.net'
  vault: '${network}/privateDnsZones/privatelink.vaultcore.azure.net'
  sites: '${network}/privateDnsZones/privatelink.azurewebsites.net'
}
param appPublicNetworkAccess = 'Disabled'
param customerManagedKeyUri = 'https://kv-bank.vault.azure.net/keys/watchdog'
param encryptionIdentityId = '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-keys/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-storage-key'
