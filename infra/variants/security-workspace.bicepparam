// Reads a workspace with Bastion's audit log, assigns the policies, and tells an action group when the watchdog fails.
using '../main.bicep'

param environmentName = 'watchdog'
param location = 'westeurope'
var workspace = '/subscriptions/00000000-0000-0000-0000-000000000002/resourceGroups/rg-security/providers/Microsoft.OperationalInsights/workspaces/log-security'
param securityWorkspaceId = workspace
param existingWorkspaceId = workspace
param actionGroupIds = ['/subscriptions/00000000-0000-0000-0000-000000000002/resourceGroups/rg-security/providers/Microsoft.Insights/actionGroups/ag-security']
param assignPolicies = true
param shareableLinkEffect = 'Deny'
param policyExemptTag = 'links-allowed'
