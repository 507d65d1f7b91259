// Roles come from watch-all.sh: management-group-roles.bicepparam.
using '../main.bicep'

param environmentName = 'watchdog'
param location = 'westeurope'
param managementGroups = ['mg-platform']
