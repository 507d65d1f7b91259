// What azd up makes, before anything is decided.
using '../main.bicep'

param environmentName = 'watchdog'
param location = 'westeurope'
