// Decides, alerts and records, and has no right to delete a link.
using '../main.bicep'

param environmentName = 'watchdog'
param location = 'westeurope'
param mode = 'observe'
