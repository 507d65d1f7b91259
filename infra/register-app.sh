#!/usr/bin/env bash
# Makes the app registration that people sign in to the console with, and its two app roles. Safe to repeat.
set -euo pipefail

usage() {
  cat <<'TEXT'
Usage: infra/register-app.sh --console-url <url> [--name <name>] [--assign <user or group object id>:<Reader|Operator>]... [--what-if]

Makes (or finds, by exactly its name) an app registration with the app roles Watchdog.Reader and Watchdog.Operator, the redirect address of App Service
Authentication, sign-in for this tenant only, and assignment required. It has no secret: sign-in uses id tokens. Prints the client id;
deploy again with consoleClientId=<client id>.

  --console-url  the output `consoleUrl` of main.bicep
  --name         default: bastion-watchdog
  --assign       gives someone a role; may be repeated. Readers see, operators revoke and extend
  --what-if      shows what would be made, changes nothing
  --help         this text

Rights needed: Application Administrator or Cloud Application Administrator.
TEXT
}

fail() {
  echo "register-app: $*" >&2
  exit 2
}

consoleUrl='' name='bastion-watchdog' whatIf='false' assignments=()
while [ $# -gt 0 ]; do
  case "$1" in
    --console-url) consoleUrl="${2:?an address must follow --console-url}"; shift 2 ;;
    --name) name="${2:?a name must follow --name}"; shift 2 ;;
    --assign) assignments+=("${2:?<object id>:<role> must follow --assign}"); shift 2 ;;
    --what-if) whatIf='true'; shift ;;
    --help | -h) usage; exit 0 ;;
    *) usage >&2; fail "unknown argument: $1" ;;
  esac
done
case "$consoleUrl" in https://*) ;; *) fail '--console-url must be an https address' ;; esac
for assignment in "${assignments[@]+"${assignments[@]}"}"; do
  case "${assignment##*:}" in Reader | Operator) ;; *) fail "--assign $assignment: the role is Reader or Operator" ;; esac
done
host="${consoleUrl#https://}"
redirect="https://${host%%/*}/.auth/login/aad/callback"

# Ids of one's own choice, the same in every run, so that a repeated run changes nothing.
readerRole='5b0a5c1e-7a37-4a3c-9a5e-3c5b1f6c2a01'
operatorRole='5b0a5c1e-7a37-4a3c-9a5e-3c5b1f6c2a02'
roles="[
  {\"id\":\"$readerRole\",\"value\":\"Watchdog.Reader\",\"displayName\":\"Watchdog reader\",\"description\":\"Sees open links and the ledger.\",\"allowedMemberTypes\":[\"User\"],\"isEnabled\":true},
  {\"id\":\"$operatorRole\",\"value\":\"Watchdog.Operator\",\"displayName\":\"Watchdog operator\",\"description\":\"Revokes and extends links, with a reason.\",\"allowedMemberTypes\":[\"User\"],\"isEnabled\":true}
]"

# Exactly this name: `--display-name` would find what begins with it. OData doubles a quote, and compares without case.
clientId='' found=0
while IFS=$'\t' read -r id displayName; do
  if [ "$displayName" = "$name" ]; then clientId="$id" found=$((found + 1)); fi
done < <(az ad app list --filter "displayName eq '${name//\'/\'\'}'" --query '[].[appId, displayName]' --output tsv)
[ "$found" -le 1 ] || fail "$found app registrations are named '$name'; delete or rename those that are not the console's, or take another --name"
if [ "$whatIf" = true ]; then
  echo "${clientId:-A new registration} '$name': Watchdog.Reader, Watchdog.Operator, redirect to $redirect, id tokens, this tenant only"
  exit 0
fi

settings=(--web-redirect-uris "$redirect" --enable-id-token-issuance true --sign-in-audience AzureADMyOrg --app-roles "$roles")
if [ -n "$clientId" ]; then
  az ad app update --id "$clientId" "${settings[@]}" --output none
else
  clientId="$(az ad app create --display-name "$name" "${settings[@]}" --query appId --output tsv)"
fi
service="$(az ad sp list --filter "appId eq '$clientId'" --query '[0].id' --output tsv)"
[ -n "$service" ] || service="$(az ad sp create --id "$clientId" --query id --output tsv)"
az ad sp update --id "$service" --set appRoleAssignmentRequired=true --output none

graph="$(az cloud show --query endpoints.microsoftGraphResourceId --output tsv)"
for assignment in "${assignments[@]+"${assignments[@]}"}"; do
  role="$readerRole"
  [ "${assignment##*:}" = Reader ] || role="$operatorRole"
  url="${graph%/}/v1.0/servicePrincipals/$service/appRoleAssignedTo"
  known="$(az rest --method get --url "$url" --query "value[?principalId=='${assignment%%:*}' && appRoleId=='$role'].id | [0]" --output tsv)"
  [ -n "$known" ] || az rest --method post --url "$url" --output none \
    --body "{\"principalId\":\"${assignment%%:*}\",\"resourceId\":\"$service\",\"appRoleId\":\"$role\"}"
done

echo "consoleClientId: $clientId"
