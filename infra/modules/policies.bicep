// Guard rails: the switch for shareable links, and the audit logs that say who used one. The definitions are JSON in ../policies,
// where tests evaluate their rules; this module brings them to the subscription and assigns them if asked to. Sending the logs to a workspace
// is Microsoft's own definition, DS_LA_network-bastionhosts_DINE, which the initiative names by its id.
targetScope = 'subscription'

@description('What happens to bastions that offer shareable links without being exempt.')
@allowed(['Audit', 'Deny', 'Disabled'])
param shareableLinkEffect string = 'Audit'

@description('Assign the initiative to this subscription; otherwise it is only defined.')
param assign bool = false

@description('Resource id of the Log Analytics workspace that receives BastionAuditLogs. Empty: bastions without them are audited, not changed.')
param workspaceId string = ''

@description('A bastion whose tag of this name says "true" may offer links. Empty: no tag exempts; use policy exemptions.')
param exemptTag string = ''

var definitions = [
  loadJsonContent('../policies/bastion-shareable-link.json')
  loadJsonContent('../policies/bastion-audit-logs-missing.json')
]
var initiative = loadJsonContent('../policies/initiative.json')

// Log Analytics Contributor, as Microsoft's own definitions for this take it. It can do far more than write diagnostic settings (it may list
// storage keys), so the assignment's identity gets it only where a workspace is named.
var logAnalyticsContributor = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '92aaf0da-9dab-42b6-94a3-d43ce8d16293')

resource policy 'Microsoft.Authorization/policyDefinitions@2023-04-01' = [
  for definition in definitions: {
    name: definition.name
    properties: {
      displayName: definition.properties.displayName
      description: definition.properties.description
      policyType: 'Custom'
      mode: definition.properties.mode
      metadata: definition.properties.metadata
      parameters: definition.properties.parameters
      policyRule: definition.properties.policyRule
    }
  }
]

resource policySet 'Microsoft.Authorization/policySetDefinitions@2023-04-01' = {
  name: initiative.name
  properties: {
    displayName: initiative.properties.displayName
    description: initiative.properties.description
    policyType: 'Custom'
    metadata: initiative.properties.metadata
    parameters: initiative.properties.parameters
    policyDefinitions: [
      for reference in initiative.properties.policyDefinitions: {
        policyDefinitionReferenceId: reference.policyDefinitionReferenceId
        policyDefinitionId: reference.?policyDefinitionId ?? subscriptionResourceId(
          'Microsoft.Authorization/policyDefinitions',
          reference.policyDefinitionReferenceId
        )
        parameters: reference.parameters
      }
    ]
  }
  dependsOn: [
    policy
  ]
}

resource assignment 'Microsoft.Authorization/policyAssignments@2024-04-01' = if (assign) {
  name: initiative.name
  location: deployment().location
  identity: {
    type: 'SystemAssigned'
  }
  properties: {
    displayName: initiative.properties.displayName
    policyDefinitionId: policySet.id
    enforcementMode: 'Default'
    parameters: {
      shareableLinkEffect: {
        value: shareableLinkEffect
      }
      exemptTag: {
        value: exemptTag
      }
      deployEffect: {
        value: empty(workspaceId) ? 'Disabled' : 'DeployIfNotExists'
      }
      workspaceId: {
        value: workspaceId
      }
    }
    nonComplianceMessages: [
      {
        policyDefinitionReferenceId: 'bastion-shareable-link'
        message: 'Shareable links open virtual machines to the internet. Switch them off on this bastion, or ask the security team for an exemption.'
      }
    ]
  }
}

resource remediation 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (assign && !empty(workspaceId)) {
  name: guid(subscription().id, initiative.name, logAnalyticsContributor)
  properties: {
    roleDefinitionId: logAnalyticsContributor
    principalId: assignment!.identity.principalId
    principalType: 'ServicePrincipal'
  }
}
