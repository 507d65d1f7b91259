// A second subscription is watched, and policy rules may end sessions.
using '../main.bicep'

param environmentName = 'watchdog'
param location = 'westeurope'
param subscriptionIds = [
  '00000000-0000-0000-0000-000000000001'
  '00000000-0000-0000-0000-000000000002'
]
param endSessions = true
