/*
 * Makes one subscription watched: its system topic, two event subscriptions that deliver to the watchdog's queue, and the link roles.
 * `main.bicep` does this for each of its `subscriptionIds`, `watch-all.sh` for each subscription of a management group.
 */
targetScope = 'subscription'

param location string
param tags object = {}
@description('Where the system topic goes.')
param topicResourceGroupName string = 'rg-bastion-watchdog-events'
@description('Azure allows one system topic for a subscription. Name the one that is there, and its resource group above.')
param existingTopicName string = ''
@description('Id of the watchdog\'s storage account: the output `storageAccountId` of main.bicep. It may be in another subscription.')
param storageAccountId string
@description('Object id of the watchdog\'s identity: the output `principalId` of main.bicep.')
param principalId string
@description('Client id of that identity: the output `clientId` of main.bicep.')
param clientId string
@description('Names (GUIDs) of role definitions to assign here. None: they are assigned at a management group above.')
param roleNames string[] = []

var hasTopic = !empty(existingTopicName)
var topicName = hasTopic ? existingTopicName : 'evgt-bastion-watchdog'
var storage = split(storageAccountId, '/')

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = if (!hasTopic) {
  name: topicResourceGroupName
  location: location
  tags: tags
}

module topic 'modules/event-topic.bicep' = {
  name: 'bastion-watchdog-topic'
  scope: resourceGroup(topicResourceGroupName)
  params: { name: topicName, location: 'global', tags: tags, isThere: hasTopic }
  dependsOn: [group]
}

module delivery 'modules/event-delivery.bicep' = {
  name: 'bastion-watchdog-delivery-${uniqueString(subscription().id)}'
  scope: resourceGroup(storage[2], storage[4])
  params: { storageAccountName: last(storage), topicId: topic.outputs.id, topicPrincipalId: topic.outputs.principalId }
}

module eventSubscriptions 'modules/event-subscriptions.bicep' = {
  name: 'bastion-watchdog-event-subscriptions'
  scope: resourceGroup(topicResourceGroupName)
  params: { topicName: topicName, storageAccountId: storageAccountId, principalId: principalId, clientId: clientId }
  // Event Grid tries the queue when the subscription is made.
  dependsOn: [delivery]
}

resource roles 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for name in roleNames: {
    name: guid(subscription().id, principalId, name)
    properties: {
      principalId: principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', name)
      description: 'bastion-watchdog lists shareable links, and deletes them at their deadline unless it observes.'
    }
  }
]
