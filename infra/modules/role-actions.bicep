/*
 * What the watchdog's identity may do in Azure, as data, so that a subscription and a management group grant the same.
 * `npm run check:infra` proves that the code calls each of these, and nothing else.
 */

@export()
@description('The list of links is the URLs: whoever may read it may open the VMs. Never create, never write.')
var linkSecretsReader = {
  name: 'Bastion Link Secrets Reader'
  description: 'Reads shareable links of Azure Bastion, which are passwords: the list is the URLs. Reads bastions, their sessions and VMs.'
  actions: [
    'Microsoft.Network/bastionHosts/read'
    'Microsoft.Network/bastionHosts/getShareableLinks/action'
    'Microsoft.Network/bastionHosts/getactivesessions/action'
    // Azure answers the list of sessions as a long-running operation, which is fetched here.
    'Microsoft.Network/locations/operationResults/read'
    'Microsoft.Compute/virtualMachines/read'
  ]
}

@export()
@description('Deletes links by token; by VM only if Azure does not know the token and a fresh list shows no other link of that VM.')
var linkRevoker = {
  name: 'Bastion Link Revoker'
  description: 'Deletes shareable links of Azure Bastion. Creates nothing, changes no bastion.'
  actions: [
    'Microsoft.Network/bastionHosts/deleteShareableLinksByToken/action'
    'Microsoft.Network/bastionHosts/deleteShareableLinks/action'
  ]
}

@export()
@description('Added to the revoker for policy rules with `endSessions`.')
var endSessionsActions = ['Microsoft.Network/bastionHosts/disconnectactivesessions/action']
