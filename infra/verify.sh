#!/usr/bin/env bash
# Proves a deployment: reads everything, creates nothing but, if asked, links that are gone again at its end. See --help.
set -euo pipefail

usage() {
  cat <<'TEXT'
Usage: infra/verify.sh [--settings <file>] [--facts] [--with-link <vm-id> --bastion <bastion-id> [options]] [--recordings <folder>] [--no-card]

Asks the deployed watchdog for its status and a scan of everything, lets `bastion-watchdog doctor` look for missing rights, and posts a test card.
Creates nothing in Azure.

  --settings <file>        the app's settings as local.settings.json has them, for the doctor; without them it is not asked
  --facts                  answers what reading alone can answer of docs/verify-first.md, by its numbers. Reads only; lists links of up to 25 bastions
  --subscriptions <ids>    whose bastions --facts looks at, comma-separated; default: the one that azd deployed to, or that az is signed in to
  --with-link <vm-id>      opens ONE real link to this VM, waits until the watchdog has announced it, deletes it by token and lists again. Take a VM
                           that may be reachable for some minutes and has no link yet; the watchdog must not be allowed to be in your way: its
                           announcement is what is waited for
  --bastion <bastion-id>   the bastion of that link
  --until-deadline         leaves the link to the watchdog, and says how long after its deadline it was gone. Needs a rule with a ttl of minutes
  --rounds <number>        so many links, one after the other; --pause <minutes> between them, so that the app gets cold: default 1 and 0
  --api-version <version>  of the bastion calls; default 2026-01-01, which the watchdog uses
  --recordings <folder>    where every request to bastions and its answer is saved, without links, tokens, people, ids and names; default
                           test/live/recordings
  --no-card                posts no test card

Finds the deployment by `azd env get-values`, or by these variables, which win:
  WATCHDOG_URL, WATCHDOG_KEY    the app and a function key
  TEAMS_WEBHOOK_URL             the flow; default: the secret teams-webhook-url in the deployment's vault
  ARM_ENDPOINT, ARM_TOKEN       default: what `az cloud show` and `az account get-access-token` say

Needs curl, Node 24 (npm ci brings it) and, unless the variables are set, az and azd. Rights: Reader on the watchdog's group and Function Key reading for the first part;
Reader on the subscriptions and getShareableLinks and getActiveSessions on the bastions for --facts; getShareableLinks, createShareableLinks and
deleteShareableLinksByToken on the bastion for --with-link. Exit code 0: all is well; 1: something is not; 2: wrong usage.
TEXT
}

here="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
export PATH="$here/node_modules/.bin:$PATH"

vm='' bastion='' settings='' recordings="$here/test/live/recordings" card=yes failures=0
facts=no subscriptions='' rounds=1 pause=0 untilDeadline=no version='2026-01-01'
misused() { echo "verify: $*" >&2; usage >&2; exit 2; }
while [ $# -gt 0 ]; do
  case "$1" in
    --with-link) vm="${2:?an id must follow --with-link}"; shift 2 ;;
    --bastion) bastion="${2:?an id must follow --bastion}"; shift 2 ;;
    --until-deadline) untilDeadline=yes; shift ;;
    --rounds) rounds="${2:?a number must follow --rounds}"; shift 2 ;;
    --pause) pause="${2:?minutes must follow --pause}"; shift 2 ;;
    --facts) facts=yes; shift ;;
    --subscriptions) subscriptions="${2:?ids must follow --subscriptions}"; shift 2 ;;
    --api-version) version="${2:?a version must follow --api-version}"; shift 2 ;;
    --settings) settings="${2:?a file must follow --settings}"; shift 2 ;;
    --recordings) recordings="${2:?a folder must follow --recordings}"; shift 2 ;;
    --no-card) card=no; shift ;;
    --help | -h) usage; exit 0 ;;
    *) misused "unknown argument: $1" ;;
  esac
done
[ -z "$vm" ] || [ -n "$bastion" ] || misused '--with-link needs --bastion'

well() { printf '  ✔ %s\n' "$*"; }
bad() { printf '  ✖ %s\n' "$*"; failures=$((failures + 1)); }
# Secrets go to curl by its standard input, never by arguments, which every process on the machine can read.
ask() { curl --silent --show-error --max-time 120 --config - "$@"; }
deployed() { { azd env get-values 2>/dev/null || true; } | sed -n "s/^$1=\"\(.*\)\"$/\1/p"; }

if [ -z "${WATCHDOG_URL:-}" ]; then
  app="$(deployed functionAppName)" group="$(deployed AZURE_RESOURCE_GROUP)"
  [ -n "$app" ] || misused 'no deployment found: set WATCHDOG_URL and WATCHDOG_KEY, or run it where azd knows the environment'
  # For Flex Consumption the CLI prints what ARM answers; elsewhere it takes the properties out.
  host="$(az functionapp show --name "$app" --resource-group "$group" --query 'properties.defaultHostName || defaultHostName' --output tsv)"
  [ -n "$host" ] || misused "the app $app has no address"
  WATCHDOG_URL="https://$host"
  WATCHDOG_KEY="$(az functionapp keys list --name "$app" --resource-group "$group" --query functionKeys.default --output tsv)"
fi
[ -n "${WATCHDOG_KEY:-}" ] || misused 'WATCHDOG_KEY is not set'

echo "$WATCHDOG_URL"
status="$(ask --write-out '\n%{http_code}' <<<"url = \"$WATCHDOG_URL/api/status\"
header = \"x-functions-key: $WATCHDOG_KEY\"" || true)"
if [ "${status##*$'\n'}" = 200 ]; then well 'the configuration is good'; else bad "the status is ${status##*$'\n'}: ${status%$'\n'*}"; fi

scan="$(ask --request POST --header 'accept: text/plain' --write-out '\n%{http_code}' \
  <<<"url = \"$WATCHDOG_URL/api/scan\"
header = \"x-functions-key: $WATCHDOG_KEY\"" || true)"
if [ "${scan##*$'\n'}" = 200 ]; then well "read everything: ${scan%%$'\n'*}"; else bad "the scan is answered with ${scan##*$'\n'}"; fi

cli="$here/dist/cli/main.js"
if [ -z "$settings" ]; then
  printf '  · the doctor was not asked: give it the settings with --settings\n'
elif [ ! -f "$cli" ]; then
  bad 'there is no doctor: npm run bundle makes it'
elif node "$cli" doctor --settings "$settings"; then
  well 'the doctor finds nothing missing'
else
  bad 'the doctor found something; see above'
fi

if [ "$card" = yes ]; then
  if [ -z "${TEAMS_WEBHOOK_URL:-}" ]; then
    vault="$(deployed keyVaultName)"
    [ -z "$vault" ] || TEAMS_WEBHOOK_URL="$(az keyvault secret show --vault-name "$vault" --name teams-webhook-url --query value --output tsv || true)"
  fi
  if [ -n "${TEAMS_WEBHOOK_URL:-}" ]; then
    text="A test by infra/verify.sh at $(date -u '+%Y-%m-%d %H:%M') UTC. Nothing happened."
    message="{\"type\":\"message\",\"attachments\":[{\"contentType\":\"application/vnd.microsoft.card.adaptive\",\"contentUrl\":null,\"content\":{\"type\":\"AdaptiveCard\",\"\$schema\":\"http://adaptivecards.io/schemas/adaptive-card.json\",\"version\":\"1.4\",\"body\":[{\"type\":\"TextBlock\",\"wrap\":true,\"text\":\"$text\"}]}}]}"
    code="$(ask --output /dev/null --write-out '%{http_code}' --header 'content-type: application/json' --data "$message" <<<"url = \"$TEAMS_WEBHOOK_URL\"" || true)"
    case "$code" in 20?) well "the flow took a test card ($code means queued: see that it is in the channel)" ;; *) bad "the flow answers $code to a test card" ;; esac
  else
    bad 'no test card: the webhook URL is not readable for you (set TEAMS_WEBHOOK_URL, or --no-card)'
  fi
fi

# What test/live needs to know; secrets go by the environment.
places() {
  [ -n "${ARM_ENDPOINT:-}" ] || ARM_ENDPOINT="$(az cloud show --query endpoints.resourceManager --output tsv)"
  export VERIFY_ARM_ENDPOINT="$ARM_ENDPOINT" VERIFY_ARM_TOKEN="${ARM_TOKEN:-}" VERIFY_API_VERSION="$version"
  export VERIFY_WATCHDOG_URL="$WATCHDOG_URL" VERIFY_WATCHDOG_KEY="$WATCHDOG_KEY" VERIFY_RECORDINGS="$recordings"
}

if [ "$facts" = yes ]; then
  echo 'What reading can answer (docs/verify-first.md)'
  places
  [ -n "$VERIFY_ARM_TOKEN" ] || VERIFY_ARM_TOKEN="$(az account get-access-token --resource "$ARM_ENDPOINT" --query accessToken --output tsv)"
  [ -n "$subscriptions" ] || subscriptions="$(deployed AZURE_SUBSCRIPTION_ID)"
  [ -n "$subscriptions" ] || subscriptions="$(az account show --query id --output tsv)"
  tenant="$(az account show --query tenantId --output tsv || true)"
  if VERIFY_SUBSCRIPTIONS="$subscriptions" VERIFY_APP_ID="$(deployed functionAppId)" \
    VERIFY_EVIDENCE_ID="$(deployed evidenceAccountId)" VERIFY_TENANT_ID="$tenant" \
    node "$here/test/live/look.ts"; then well 'asked and recorded'; else bad 'the facts are not all well'; fi
fi

if [ -n "$vm" ]; then
  echo "$rounds real link(s) to ${vm##*/}"
  places
  if VERIFY_BASTION_ID="$bastion" VERIFY_VM_ID="$vm" VERIFY_ROUNDS="$rounds" VERIFY_PAUSE_MINUTES="$pause" VERIFY_UNTIL_DEADLINE="$untilDeadline" \
    node "$here/test/live/with-link.ts"; then well 'opened, announced, deleted, gone'; else bad 'the trial with a link did not end well'; fi
fi

[ "$failures" = 0 ] || { echo "$failures of these are not well"; exit 1; }
echo 'All is well.'
