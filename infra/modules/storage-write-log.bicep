// Writes and deletes in one service of a storage account, told to the workspace: how a dead letter, and somebody else's write, is noticed. Deployed into the account's own resource group.
param storageAccountName string
@allowed(['blob', 'queue', 'table'])
param service string
param workspaceId string

var logs = [
  { category: 'StorageWrite', enabled: true }
  { category: 'StorageDelete', enabled: true }
]

resource storage 'Microsoft.Storage/storageAccounts@2025-01-01' existing = {
  name: storageAccountName
}

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2025-01-01' existing = {
  parent: storage
  name: 'default'
}

resource queues 'Microsoft.Storage/storageAccounts/queueServices@2025-01-01' existing = {
  parent: storage
  name: 'default'
}

resource tables 'Microsoft.Storage/storageAccounts/tableServices@2025-01-01' existing = {
  parent: storage
  name: 'default'
}

resource blobWrites 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = if (service == 'blob') {
  scope: blobs
  name: 'bastion-watchdog-writes'
  properties: { workspaceId: workspaceId, logs: logs }
}

resource queueWrites 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = if (service == 'queue') {
  scope: queues
  name: 'bastion-watchdog-writes'
  properties: { workspaceId: workspaceId, logs: logs }
}

resource tableWrites 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = if (service == 'table') {
  scope: tables
  name: 'bastion-watchdog-writes'
  properties: { workspaceId: workspaceId, logs: logs }
}
