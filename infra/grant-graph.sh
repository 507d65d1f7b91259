#!/usr/bin/env bash
# Gives the watchdog's identity what it may ask Microsoft Graph. It works without each of these; every one is said with what is lost.
set -euo pipefail

usage() {
  cat <<'TEXT'
Usage: infra/grant-graph.sh --principal-id <object id> [--mail] [--people] [--applications] [--what-if]

Grants application permissions of Microsoft Graph to a managed identity. Nothing is granted that is not named:

  --people        User.Read.All: who the creator of a link is (name, department, manager, enabled or not).
                  Without it a card shows what the Activity Log says: object id, user principal name, address.
  --applications  Application.Read.All: which application or pipeline a service principal is, and its owner.
                  Without it a card shows the application id.
  --mail          Mail.Send: the channel `mail`, as ANY mailbox of the tenant. Better: do not grant this, and let it send as one mailbox only, with
                  Exchange RBAC for Applications (New-ServicePrincipal, New-ManagementScope, New-ManagementRoleAssignment
                  -Role "Application Mail.Send" -App <client id> -CustomResourceScope <scope>). Without either, use Teams or the webhook.

  --principal-id  object id of the identity: the output `principalId` of main.bicep
  --what-if       shows what would be granted, changes nothing
  --help          this text

Rights needed: Privileged Role Administrator or Global Administrator, once. Graph may refuse for some minutes after a grant; the watchdog asks again.
TEXT
}

fail() {
  echo "grant-graph: $*" >&2
  exit 2
}

principalId='' whatIf='false' permissions=()
while [ $# -gt 0 ]; do
  case "$1" in
    --principal-id) principalId="${2:?an object id must follow --principal-id}"; shift 2 ;;
    --people) permissions+=(User.Read.All); shift ;;
    --applications) permissions+=(Application.Read.All); shift ;;
    --mail) permissions+=(Mail.Send); shift ;;
    --what-if) whatIf='true'; shift ;;
    --help | -h) usage; exit 0 ;;
    *) usage >&2; fail "unknown argument: $1" ;;
  esac
done
[ -n "$principalId" ] || fail '--principal-id is missing'
[ "${#permissions[@]}" -gt 0 ] || fail 'name at least one of --people, --applications, --mail'

# Graph itself, by the application id that it has in every tenant.
graph="$(az ad sp show --id 00000003-0000-0000-c000-000000000000 --query id --output tsv)"
host="$(az cloud show --query endpoints.microsoftGraphResourceId --output tsv)"
base="${host%/}/v1.0/servicePrincipals/$principalId/appRoleAssignments"
granted="$(az rest --method get --url "$base" --query 'value[].appRoleId' --output tsv)"

for permission in "${permissions[@]}"; do
  role="$(az ad sp show --id "$graph" --query "appRoles[?value=='$permission' && contains(allowedMemberTypes, 'Application')].id | [0]" --output tsv)"
  [ -n "$role" ] || fail "Graph names no application permission $permission"
  if grep -qx "$role" <<<"$granted"; then
    echo "$permission: granted already"
  elif [ "$whatIf" = true ]; then
    echo "$permission: would be granted"
  else
    az rest --method post --url "$base" --output none \
      --body "{\"principalId\":\"$principalId\",\"resourceId\":\"$graph\",\"appRoleId\":\"$role\"}"
    echo "$permission: granted"
  fi
done
