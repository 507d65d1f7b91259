import type { Stack } from "../stack/stack.ts";
import type { AzureWire } from "./azure-wire.ts";
import { you } from "./people.ts";
import { hub } from "./steps/places.ts";

/** Where to look, and what to try: commands that work as they are. */
export function whereToLook({ azureUrl, functionsUrl, key, seed }: Stack, azure: AzureWire): string {
  const url = `${azureUrl}${azure.bastionId(hub)}/createShareableLinks?api-version=2024-05-01`;
  const body = JSON.stringify({ vms: [{ vm: { id: azure.machineId("vm-build-01") } }] });
  return [
    `The Teams channel, with every card as it arrives:  ${azureUrl}/teams`,
    `The console, as an operator:                       ${functionsUrl}/.auth/login/local?as=operator&post_login_redirect_uri=/console`,
    `To repeat this run, with its faults and ids:         SIMULATED_AZURE_SEED=${seed}`,
    "",
    "What is open right now:",
    `  curl -sX POST -H 'x-functions-key: ${key}' -H 'Accept: text/plain' ${functionsUrl}/api/scan`,
    "",
    `Open a link yourself, as ${you.name} (the token is unsigned; only its claims matter here):`,
    `  TOKEN=${you.token}`,
    `  curl -sX POST -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \\`,
    `    '${url}' \\`,
    `    -d '${body}'`,
    "or, with the Azure CLI:",
    `  az rest --method post --skip-authorization-header --headers "Authorization=Bearer $TOKEN" 'Content-Type=application/json' \\`,
    `    --url '${url}' \\`,
    `    --body '${body}'`,
  ].join("\n");
}

/** How to let hours pass on the one clock of the stack. */
export const howToAdvance = ({ azureUrl }: Stack): string =>
  [
    "",
    "Let time pass for everything at once, eight hours for example:",
    `  curl -sX POST ${azureUrl}/_sim/clock -d '{"advance":"PT8H"}'`,
  ].join("\n");
