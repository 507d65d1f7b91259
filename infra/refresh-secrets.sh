#!/usr/bin/env bash
# Makes the app read its secrets from the vault again, now: by itself it does so once a day, and a restart does not. Safe to repeat.
set -euo pipefail

usage() {
  cat <<'TEXT'
Usage: infra/refresh-secrets.sh [--app <resource id>] [--what-if]

Run it after a secret was changed in the vault. azd runs it after each provision and deployment. It asks the platform to resolve the app's
Key Vault references again, restarts the app, and says of each secret whether it was resolved. What is not, it asks for again for some minutes:
a new role assignment takes that long to be believed.

  --app      resource id of the app; default: the output `functionAppId` of main.bicep, from azd's environment
  --what-if  shows how the references are, changes nothing
  --help     this text

Rights needed: Website Contributor on the app. Exit code 0: every secret is resolved, or there is none; 1: one is not; 2: wrong usage.
WATCHDOG_REFRESH_TRIES and WATCHDOG_REFRESH_PAUSE (seconds) say how long it tries: 12 times, 15 seconds apart.
TEXT
}

fail() {
  echo "refresh-secrets: $*" >&2
  exit 2
}

app="${functionAppId:-}" whatIf='false'
while [ $# -gt 0 ]; do
  case "$1" in
    --app) app="${2:?a resource id must follow --app}"; shift 2 ;;
    --what-if) whatIf='true'; shift ;;
    --help | -h) usage; exit 0 ;;
    *) usage >&2; fail "unknown argument: $1" ;;
  esac
done
[ -n "$app" ] || app="$({ azd env get-values 2>/dev/null || true; } | sed -n 's/^functionAppId="\(.*\)"$/\1/p')"
[ -n "$app" ] || fail 'no app: name it with --app, or run this where azd knows the environment'
case "$app" in /subscriptions/*/sites/*) ;; *) fail "$app is not the resource id of an app" ;; esac

# az puts the address of the cloud that it is signed in to before these. The status comes as a list, or as an object by setting.
references="$app/config/configreferences/appsettings"
version='api-version=2022-03-01'
status() {
  az rest --method get --url "$references?$version" --output tsv \
    --query '[value[].properties, properties.keyToReferenceStatuses.*][] | [?status].[secretName, status]'
}

tries="${WATCHDOG_REFRESH_TRIES:-12}"
for try in $(seq "$tries"); do
  if [ "$whatIf" = false ]; then az rest --method post --url "$references/refresh?$version" --output none; fi
  found="$(status)"
  open="$(awk -F '\t' '$2 != "Resolved"' <<<"$found")"
  if [ -z "$open" ] || [ "$whatIf" = true ] || [ "$try" = "$tries" ]; then break; fi
  sleep "${WATCHDOG_REFRESH_PAUSE:-15}"
done

[ -n "$found" ] || echo 'The app has no secret in the vault.'
[ -z "$found" ] || awk -F '\t' '{ print $1 ": " $2 }' <<<"$found"
if [ "$whatIf" = false ] && [ -n "$found" ]; then
  az functionapp restart --ids "$app" --output none
  echo 'The app was restarted with what is in the vault now. Messages wait meanwhile.'
fi
if [ -n "$open" ]; then
  echo 'refresh-secrets: not every secret is resolved. Does the app have Key Vault Secrets User on the vault, and is the secret there?' >&2
  exit 1
fi
