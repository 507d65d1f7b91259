/*
 * The same two roles, defined and assigned once for a management group: what `watch-all.sh` deploys.
 * A role that is removed from here (observe mode) stays assigned until somebody removes it; the script says so.
 */
targetScope = 'managementGroup'

@description('Object id of the watchdog\'s identity: the output `principalId` of main.bicep.')
param principalId string
@allowed(['enforce', 'observe'])
param mode string = 'enforce'
@description('Lets policy rules with `endSessions` disconnect sessions.')
param endSessions bool = false
@description('Names of custom roles are unique in a tenant: for a second watchdog, or where the roles of a subscription are there already.')
param roleNameSuffix string = ''

var roles = loadJsonContent('modules/role-actions.json')
var scope = managementGroup().id

resource reader 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(scope, roles.linkSecretsReader.name)
  properties: {
    roleName: '${roles.linkSecretsReader.name}${roleNameSuffix}'
    description: roles.linkSecretsReader.description
    type: 'CustomRole'
    assignableScopes: [scope]
    permissions: [{ actions: roles.linkSecretsReader.actions, notActions: [], dataActions: [], notDataActions: [] }]
  }
}

resource revoker 'Microsoft.Authorization/roleDefinitions@2022-04-01' = if (mode == 'enforce') {
  name: guid(scope, roles.linkRevoker.name)
  properties: {
    roleName: '${roles.linkRevoker.name}${roleNameSuffix}'
    description: roles.linkRevoker.description
    type: 'CustomRole'
    assignableScopes: [scope]
    permissions: [
      {
        actions: concat(roles.linkRevoker.actions, endSessions ? roles.endSessionsActions : [])
        notActions: []
        dataActions: []
        notDataActions: []
      }
    ]
  }
}

resource mayRead 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(scope, principalId, roles.linkSecretsReader.name)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: reader.id
    description: 'bastion-watchdog lists shareable links.'
  }
}

resource mayRevoke 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (mode == 'enforce') {
  name: guid(scope, principalId, roles.linkRevoker.name)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: revoker.id
    description: 'bastion-watchdog deletes shareable links at their deadline.'
  }
}
