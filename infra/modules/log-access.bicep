/* Lets the watchdog read the workspace that Bastion's audit log and the Activity Log go to: who used a link, and who made it. */
import { builtInRoles } from 'built-in-roles.bicep'

param workspaceName string
param principalId string

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-02-01' existing = {
  name: workspaceName
}

resource reader 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: workspace
  name: guid(workspace.id, principalId, builtInRoles.logAnalyticsReader)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', builtInRoles.logAnalyticsReader)
    description: 'bastion-watchdog asks who used a shareable link.'
  }
}

output customerId string = workspace.properties.customerId
