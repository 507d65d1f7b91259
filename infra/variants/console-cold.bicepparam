// The console for people, with its secrets in the vault from an earlier deployment, nothing kept warm, the package of a release, and mail when the watchdog fails.
using '../main.bicep'

param environmentName = 'watchdog'
param location = 'westeurope'
param consoleClientId = '00000000-0000-0000-0000-0000000000cc'
param secretsInVault = ['teams-webhook-url', 'form-key', 'webhook-secret', 'webhook-secret-next']
param alwaysReady = []
param packageUri = 'https://releases.example/bastion-watchdog.zip'
param alertEmails = 'platform@contoso.example, security@contoso.example'
