// What watch-all.sh deploys at a management group.
using '../management-group-roles.bicep'

param principalId = '00000000-0000-0000-0000-0000000000aa'
param endSessions = true
