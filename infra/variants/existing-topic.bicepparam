// The subscription has its system topic already; Azure allows one.
using '../main.bicep'

param environmentName = 'watchdog'
param location = 'westeurope'
param existingTopicName = 'evgt-platform'
param topicResourceGroupName = 'rg-platform-events'
