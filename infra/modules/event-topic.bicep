/* The system topic of this subscription. Azure allows only one, so it may be there already. */
param name string
param location string
param tags object
@description('Takes the topic as it is instead of making one. It must have a system-assigned identity.')
param isThere bool

resource made 'Microsoft.EventGrid/systemTopics@2025-02-15' = if (!isThere) {
  name: name
  location: location
  tags: tags
  identity: { type: 'SystemAssigned' }
  properties: {
    source: subscription().id
    topicType: 'Microsoft.Resources.Subscriptions'
  }
}

resource found 'Microsoft.EventGrid/systemTopics@2025-02-15' existing = if (isThere) {
  name: name
}

output id string = isThere ? found.id : made.id
output principalId string = isThere ? found!.identity.principalId : made!.identity.principalId
