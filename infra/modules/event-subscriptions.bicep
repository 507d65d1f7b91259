/*
 * What Azure tells the watchdog. Two subscriptions, because filters are joined by "and": everybody's changes, and everybody else's reads.
 * The watchdog lists links every few minutes, and each of its own reads would be an event.
 */
param topicName string
param storageAccountId string
@description('Whose reads are no news: the watchdog itself, by object id and by client id.')
param principalId string
param clientId string

var destination = {
  endpointType: 'StorageQueue'
  properties: {
    resourceId: storageAccountId
    queueName: 'activity'
    queueMessageTimeToLiveInSeconds: 604800
  }
}
var deadLetterDestination = {
  endpointType: 'StorageBlob'
  properties: { resourceId: storageAccountId, blobContainerName: 'dead-letter' }
}

resource topic 'Microsoft.EventGrid/systemTopics@2025-02-15' existing = {
  name: topicName
}

resource changes 'Microsoft.EventGrid/systemTopics/eventSubscriptions@2025-02-15' = {
  parent: topic
  name: 'bastion-watchdog-changes'
  properties: {
    eventDeliverySchema: 'CloudEventSchemaV1_0'
    deliveryWithResourceIdentity: { identity: { type: 'SystemAssigned' }, destination: destination }
    deadLetterWithResourceIdentity: { identity: { type: 'SystemAssigned' }, deadLetterDestination: deadLetterDestination }
    retryPolicy: { maxDeliveryAttempts: 30, eventTimeToLiveInMinutes: 1440 }
    filter: {
      includedEventTypes: [
        'Microsoft.Resources.ResourceActionSuccess'
        'Microsoft.Resources.ResourceActionFailure'
        'Microsoft.Resources.ResourceWriteSuccess'
        'Microsoft.Resources.ResourceDeleteSuccess'
      ]
      // Event Grid compares without regard to case, which is as well: Azure spells these differently from call to call.
      advancedFilters: [
        {
          operatorType: 'StringIn'
          key: 'data.operationName'
          values: [
            'Microsoft.Network/bastionHosts/createShareableLinks/action'
            'Microsoft.Network/bastionHosts/deleteShareableLinks/action'
            'Microsoft.Network/bastionHosts/deleteShareableLinksByToken/action'
            'Microsoft.Network/bastionHosts/write'
            'Microsoft.Network/bastionHosts/delete'
          ]
        }
      ]
    }
  }
}

resource reads 'Microsoft.EventGrid/systemTopics/eventSubscriptions@2025-02-15' = {
  parent: topic
  name: 'bastion-watchdog-reads'
  properties: {
    eventDeliverySchema: 'CloudEventSchemaV1_0'
    deliveryWithResourceIdentity: { identity: { type: 'SystemAssigned' }, destination: destination }
    deadLetterWithResourceIdentity: { identity: { type: 'SystemAssigned' }, deadLetterDestination: deadLetterDestination }
    retryPolicy: { maxDeliveryAttempts: 30, eventTimeToLiveInMinutes: 1440 }
    filter: {
      includedEventTypes: ['Microsoft.Resources.ResourceActionSuccess']
      advancedFilters: [
        {
          operatorType: 'StringIn'
          key: 'data.operationName'
          values: ['Microsoft.Network/bastionHosts/getShareableLinks/action']
        }
        // Either is enough to leave an event out. The code looks again: whether Event Grid reaches this deep into an event is not documented.
        {
          operatorType: 'StringNotIn'
          key: 'data.claims.appid'
          values: [clientId]
        }
        // Recorded events write this id without hyphens.
        {
          operatorType: 'StringNotIn'
          key: 'data.authorization.evidence.principalId'
          values: [principalId, replace(principalId, '-', '')]
        }
      ]
    }
  }
}
