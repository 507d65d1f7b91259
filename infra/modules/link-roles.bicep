/* The two roles of the watchdog. In `observe` mode the revoker does not even exist. */
targetScope = 'subscription'

param subscriptionIds string[]
@description('Names of custom roles are unique in a tenant.')
param roleNameSuffix string
param mayRevoke bool
param mayEndSessions bool

var roles = loadJsonContent('role-actions.json')
var scopes = [for id in subscriptionIds: '/subscriptions/${id}']

resource reader 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(subscription().id, roles.linkSecretsReader.name)
  properties: {
    roleName: '${roles.linkSecretsReader.name}${roleNameSuffix}'
    description: roles.linkSecretsReader.description
    type: 'CustomRole'
    assignableScopes: scopes
    permissions: [{ actions: roles.linkSecretsReader.actions, notActions: [], dataActions: [], notDataActions: [] }]
  }
}

resource revoker 'Microsoft.Authorization/roleDefinitions@2022-04-01' = if (mayRevoke) {
  name: guid(subscription().id, roles.linkRevoker.name)
  properties: {
    roleName: '${roles.linkRevoker.name}${roleNameSuffix}'
    description: roles.linkRevoker.description
    type: 'CustomRole'
    assignableScopes: scopes
    permissions: [
      {
        actions: concat(roles.linkRevoker.actions, mayEndSessions ? roles.endSessionsActions : [])
        notActions: []
        dataActions: []
        notDataActions: []
      }
    ]
  }
}

output roleNames string[] = concat([reader.name], mayRevoke ? [guid(subscription().id, roles.linkRevoker.name)] : [])
