#!/usr/bin/env bash
# Makes every subscription of a management group watched. Safe to repeat: run it again when subscriptions were added.
set -euo pipefail

usage() {
  cat <<'TEXT'
Usage: infra/watch-all.sh --management-group <name> --from <deployment> [options]

Assigns the link roles once at the management group, then gives each enabled subscription in it an Event Grid system topic (or takes the one that
is there) with two event subscriptions that deliver to the watchdog's queue. Deploy main.bicep first, with managementGroups=["<name>"].

  --management-group <name>  whose subscriptions, at any depth, are to be watched
  --from <deployment>        name of the subscription deployment of main.bicep (azd: the environment's name with a number; az deployment sub list)
  --location <region>        where deployments and topic groups are kept; default: that of the deployment
  --mode enforce|observe     observe: no revoker role; default enforce
  --end-sessions             lets policy rules with `endSessions` disconnect sessions
  --role-suffix <text>       after the names of the roles, which are unique in a tenant: where they are there for a subscription already
  --what-if                  shows what would change, changes nothing
  --help                     this text

Needs the Azure CLI with its extension resource-graph. Rights needed: User Access Administrator (or Role Based Access Control Administrator) and Deployment rights at the management group, Contributor on
each subscription, and User Access Administrator on the watchdog's storage account. A bastion is still found by the sweep in a subscription that fails here.
TEXT
}

fail() {
  echo "watch-all: $*" >&2
  exit 2
}

group='' from='' location='' mode='enforce' endSessions='false' suffix='' operation='create' quiet=(--output none)
while [ $# -gt 0 ]; do
  case "$1" in
    --management-group) group="${2:?a name must follow --management-group}"; shift 2 ;;
    --from) from="${2:?a name must follow --from}"; shift 2 ;;
    --location) location="${2:?a region must follow --location}"; shift 2 ;;
    --mode) mode="${2:?enforce or observe must follow --mode}"; shift 2 ;;
    --end-sessions) endSessions='true'; shift ;;
    --role-suffix) suffix="${2:?a text must follow --role-suffix}"; shift 2 ;;
    --what-if) operation='what-if' quiet=(); shift ;;
    --help | -h) usage; exit 0 ;;
    *) usage >&2; fail "unknown argument: $1" ;;
  esac
done
[ -n "$group" ] || fail '--management-group is missing'
[ -n "$from" ] || fail '--from is missing'
case "$mode" in enforce | observe) ;; *) fail "--mode is enforce or observe, not $mode" ;; esac

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
output() { az deployment sub show --name "$from" --query "properties.outputs.$1.value" --output tsv; }
principalId="$(output principalId)"
clientId="$(output clientId)"
storageAccountId="$(output storageAccountId)"
{ [ -n "$principalId" ] && [ -n "$clientId" ] && [ -n "$storageAccountId" ]; } ||
  fail "deployment $from has no outputs principalId, clientId and storageAccountId; is it one of main.bicep?"
[ -n "$location" ] || location="$(az deployment sub show --name "$from" --query location --output tsv)"

echo "Roles at management group $group (mode $mode)"
az deployment mg "$operation" --management-group-id "$group" --name bastion-watchdog-roles --location "$location" \
  --template-file "$here/management-group-roles.bicep" \
  --parameters principalId="$principalId" mode="$mode" endSessions="$endSessions" roleNameSuffix="$suffix" "${quiet[@]+"${quiet[@]}"}"
if [ "$mode" = observe ]; then
  echo 'A revoker role that was assigned before stays: az role assignment list --role "Bastion Link Revoker" --all' >&2
fi

# Descendants carry subscriptions at any depth; Resource Graph leaves out what is disabled.
subscriptions="$(az graph query --management-groups "$group" --first 1000 --output tsv --query 'data[].subscriptionId' \
  --graph-query "resourcecontainers | where type =~ 'microsoft.resources/subscriptions' and properties.state =~ 'Enabled' | project subscriptionId | order by subscriptionId asc")"
[ -n "$subscriptions" ] || fail "management group $group has no subscription that you may see"

failed=0
while IFS= read -r subscription; do
  # Azure writes the type of a topic in either case.
  topic="$({ az eventgrid system-topic list --subscription "$subscription" --output tsv \
    --query '[].[topicType, name, resourceGroup]' || true; } |
    awk -F '\t' 'tolower($1) == "microsoft.resources.subscriptions" { print $2 "\t" $3; exit }')"
  parameters=(location="$location" principalId="$principalId" clientId="$clientId" storageAccountId="$storageAccountId")
  if [ -n "$topic" ] && [ "${topic%%$'\t'*}" != evgt-bastion-watchdog ]; then
    parameters+=(existingTopicName="${topic%%$'\t'*}" topicResourceGroupName="${topic##*$'\t'}")
  fi
  echo "Subscription $subscription"
  az deployment sub "$operation" --subscription "$subscription" --name bastion-watchdog --location "$location" \
    --template-file "$here/watched-subscription.bicep" --parameters "${parameters[@]}" "${quiet[@]+"${quiet[@]}"}" || {
    echo "watch-all: subscription $subscription failed; the sweep still looks at its bastions, events do not come" >&2
    failed=$((failed + 1))
  }
done <<<"$subscriptions"

[ "$failed" -eq 0 ] || fail "$failed subscriptions failed; repeat when the reasons above are gone"
