// Who watches the watchdog: alert rules that need nothing of it but its telemetry, a test of /api/health from outside, and the workbook.
param location string
param tags object
param functionAppName string
param functionAppId string
param applicationInsightsId string
@description('The workspace behind Application Insights.')
param workspaceId string
param storageAccountId string
@description('The account of anchors, archive and policies.')
param evidenceAccountId string
@description('Object ID of the watchdog\'s identity: a write by any other identity is an alert.')
param principalId string
@description('Resource ids of action groups. Use one that does not end in the channel the watchdog itself posts to.')
param actionGroupIds array
@description('Mail addresses, comma-separated, that get an action group of their own. Empty: none is made.')
param alertEmails string
@description('Empty where the app cannot be reached from the internet: then nothing tests it from outside.')
param healthUrl string
@minValue(1)
@maxValue(59)
param sweepIntervalMinutes int

var storageParts = split(storageAccountId, '/')
var storageAccountName = last(storageParts)
var evidenceParts = split(evidenceAccountId, '/')
// Two intervals, and five minutes for telemetry to arrive.
var sweepMinutes = string(2 * sweepIntervalMinutes + 5)

// hasTable: Azure judges the query. The tables of Application Insights come with it (UNVERIFIED: docs/verify-first.md, 6); those of storage come with the first write that is logged.
var rules = [
  {
    name: 'no-sweep'
    displayName: 'bastion-watchdog: no successful sweep in two intervals'
    description: 'Links that no event announces are not found while no sweep runs. Look at /api/status and at the log of the function sweep.'
    severity: 1
    windowSize: 'PT3H'
    query: replace(loadTextContent('../alerts/no-sweep.kql'), '__MINUTES__', sweepMinutes)
    hasTable: true
  }
  {
    name: 'poison'
    displayName: 'bastion-watchdog: a message was given up'
    description: 'A queue message failed five times. The log around it says why; the next sweep looks at every bastion anyway.'
    severity: 2
    windowSize: 'PT15M'
    query: loadTextContent('../alerts/poison.kql')
    hasTable: true
  }
  {
    name: 'dead-letters'
    displayName: 'bastion-watchdog: events in the dead-letter container'
    description: 'Event Grid could not deliver to the queue. Mend the delivery, then replay: docs/runbooks/dead-letters.md.'
    severity: 2
    windowSize: 'PT15M'
    query: replace(loadTextContent('../alerts/dead-letters.kql'), '__STORAGE_ACCOUNT__', storageAccountName)
    hasTable: false
  }
  {
    name: 'foreign-writer'
    displayName: 'bastion-watchdog: someone else writes to its storage'
    description: 'Memory, queues or evidence were written by another identity than the watchdog: docs/runbooks/foreign-writer.md.'
    severity: 1
    windowSize: 'PT15M'
    query: replace(
      replace(
        replace(loadTextContent('../alerts/foreign-writer.kql'), '__STORAGE_ACCOUNT__', storageAccountName),
        '__EVIDENCE_ACCOUNT__',
        last(evidenceParts)
      ),
      '__PRINCIPAL_ID__',
      principalId
    )
    hasTable: false
  }
  {
    name: 'delivery-failing'
    displayName: 'bastion-watchdog: a channel does not take alerts'
    description: 'Alerts wait in the outbox for a day. docs/runbooks/teams-flow-replaced.md.'
    severity: 1
    windowSize: 'PT30M'
    query: loadTextContent('../alerts/delivery-failing.kql')
    hasTable: true
  }
  {
    name: 'function-failures'
    displayName: 'bastion-watchdog: a function keeps failing'
    description: 'Three failures or more of one function. Its exceptions are in Application Insights.'
    severity: 2
    windowSize: 'PT15M'
    query: loadTextContent('../alerts/function-failures.kql')
    hasTable: true
  }
]

resource mail 'Microsoft.Insights/actionGroups@2023-01-01' = if (!empty(alertEmails)) {
  name: '${functionAppName}-mail'
  location: 'global'
  tags: tags
  properties: {
    // At most twelve characters: the sender of short messages.
    groupShortName: 'watchdog'
    enabled: true
    emailReceivers: [
      for address in split(alertEmails, ','): {
        name: trim(address)
        emailAddress: trim(address)
        useCommonAlertSchema: true
      }
    ]
  }
}

var told = concat(actionGroupIds, empty(alertEmails) ? [] : [mail.id])

resource alertRules 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for rule in rules: {
    name: '${functionAppName}-${rule.name}'
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: rule.displayName
      description: rule.description
      severity: rule.severity
      enabled: true
      scopes: [
        workspaceId
      ]
      evaluationFrequency: 'PT5M'
      windowSize: rule.windowSize
      skipQueryValidation: !rule.hasTable
      autoMitigate: true
      criteria: {
        allOf: [
          {
            query: replace(rule.query, '__APPLICATION_INSIGHTS_ID__', applicationInsightsId)
            timeAggregation: 'Count'
            operator: 'GreaterThan'
            threshold: 0
            failingPeriods: {
              numberOfEvaluationPeriods: 1
              minFailingPeriodsToAlert: 1
            }
          }
        ]
      }
      actions: {
        actionGroups: told
      }
    }
  }
]

module writeLogs 'storage-write-log.bicep' = [
  for service in ['blob', 'queue', 'table']: {
    name: 'storage-write-log-${service}'
    scope: resourceGroup(storageParts[2], storageParts[4])
    params: {
      storageAccountName: storageAccountName
      service: service
      workspaceId: workspaceId
    }
  }
]

module evidenceWriteLog 'storage-write-log.bicep' = {
  name: 'evidence-write-log'
  scope: resourceGroup(evidenceParts[2], evidenceParts[4])
  params: {
    storageAccountName: last(evidenceParts)
    service: 'blob'
    workspaceId: workspaceId
  }
}

/* Each cloud tests from its own places; another cloud is refused by its name. */
var testedFrom = {
  AzureCloud: [{ Id: 'emea-nl-ams-azr' }, { Id: 'emea-gb-db3-azr' }, { Id: 'us-va-ash-azr' }]
  AzureUSGovernment: [{ Id: 'usgov-va-azr' }, { Id: 'usgov-phx-azr' }, { Id: 'usgov-tx-azr' }]
  AzureChinaCloud: [{ Id: 'mc-cne-azr' }, { Id: 'mc-cne2-azr' }, { Id: 'mc-cnn-azr' }]
}

resource healthTest 'Microsoft.Insights/webtests@2022-06-15' = if (!empty(healthUrl)) {
  name: '${functionAppName}-health'
  location: location
  tags: union(tags, {
    'hidden-link:${applicationInsightsId}': 'Resource'
  })
  kind: 'standard'
  properties: {
    SyntheticMonitorId: '${functionAppName}-health'
    Name: '${functionAppName} health'
    Description: '200 while the configuration is good; 503 with every problem of it.'
    Kind: 'standard'
    Enabled: true
    // Every run at every place is paid for.
    Frequency: 900
    Timeout: 30
    RetryEnabled: true
    Locations: testedFrom[environment().name]
    Request: {
      RequestUrl: healthUrl
      HttpVerb: 'GET'
      ParseDependentRequests: false
      FollowRedirects: false
    }
    ValidationRules: {
      ExpectedHttpStatusCode: 200
      SSLCheck: true
      SSLCertRemainingLifetimeCheck: 7
    }
  }
}

resource unhealthy 'Microsoft.Insights/metricAlerts@2018-03-01' = if (!empty(healthUrl)) {
  name: '${functionAppName}-health'
  location: 'global'
  tags: tags
  properties: {
    description: 'The health page does not answer 200 from two places or more.'
    severity: 1
    enabled: true
    scopes: [
      healthTest.id
      applicationInsightsId
    ]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT15M'
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.WebtestLocationAvailabilityCriteria'
      webTestId: healthTest.id
      componentId: applicationInsightsId
      failedLocationCount: 2
    }
    actions: [
      for id in told: {
        actionGroupId: id
      }
    ]
  }
}

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(functionAppId, 'workbook')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: 'Bastion shareable links (${functionAppName})'
    category: 'workbook'
    version: 'Notebook/1.0'
    sourceId: workspaceId
    serializedData: replace(loadTextContent('../workbook.json'), '__APPLICATION_INSIGHTS_ID__', applicationInsightsId)
  }
}
