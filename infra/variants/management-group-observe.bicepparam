// The same in observe mode.
using '../management-group-roles.bicep'

param principalId = '00000000-0000-0000-0000-0000000000aa'
param mode = 'observe'
