/* The two roles of the watchdog. In `observe` mode the revoker does not even exist. */
targetScope = 'subscription'
import { linkSecretsReader, linkRevoker, endSessionsActions } from 'role-actions.bicep'

param subscriptionIds string[]
@description('Names of custom roles are unique in a tenant.')
param roleNameSuffix string
param mayRevoke bool
param mayEndSessions bool

var scopes = [for id in subscriptionIds: '/subscriptions/${id}']

resource reader 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(subscription().id, linkSecretsReader.name)
  properties: {
    roleName: '${linkSecretsReader.name}${roleNameSuffix}'
    description: linkSecretsReader.description
    type: 'CustomRole'
    assignableScopes: scopes
    permissions: [{ actions: linkSecretsReader.actions, notActions: [], dataActions: [], notDataActions: [] }]
  }
}

resource revoker 'Microsoft.Authorization/roleDefinitions@2022-04-01' = if (mayRevoke) {
  name: guid(subscription().id, linkRevoker.name)
  properties: {
    roleName: '${linkRevoker.name}${roleNameSuffix}'
    description: linkRevoker.description
    type: 'CustomRole'
    assignableScopes: scopes
    permissions: [
      {
        actions: concat(linkRevoker.actions, mayEndSessions ? endSessionsActions : [])
        notActions: []
        dataActions: []
        notDataActions: []
      }
    ]
  }
}

output roleNames string[] = concat([reader.name], mayRevoke ? [guid(subscription().id, linkRevoker.name)] : [])
