import type { Patience } from "../../azure/arm/patience.ts";
import { credentialFor, longestSignIn, remembering } from "../../azure/identity/credential.ts";
import { isLocalEndpoint, noLocalToken, readAzure, type AzureChoice } from "../../config/endpoints.ts";
import { seconds } from "../../core/domain/time.ts";
import { jsonIn } from "../../core/domain/foreign.ts";
import { CommandError, type Account, type SignedIn } from "../command.ts";
import { signInProblem } from "./sign-in-problem.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** `az` takes a second or two for the directory's token, and nobody is held up by it but who asked. */
const patienceWithNames = seconds(10);

/** Azure as whoever is signed in: `az login`, or what else this machine offers. The SDKs are loaded here, and by no command that needs none. */
export async function signIn(environment: Environment, patience: Patience): Promise<SignedIn> {
  const { armEndpoint, graphEndpoint, networkApiVersion, cloud } = azureIn(environment);
  const credential = remembering(credentialFor(credentialChoice(environment, armEndpoint, cloud)));
  const [{ armControlPlane }, { armActivityLog }, { resourceGraphEstate }, names, account] =
    await Promise.all([
      import("../../azure/bastion/control-plane.ts"),
      import("../../azure/activity-log/activity-log.ts"),
      import("../../azure/resource-graph/estate.ts"),
      Promise.all([import("../../azure/naming/names.ts"), import("../../azure/graph/directory.ts")]),
      accountBehind(() =>
        credential.getToken(`${new URL(armEndpoint).origin}/.default`, {
          abortSignal: AbortSignal.timeout(2 * longestSignIn),
        }),
      ),
    ]);
  const options = { endpoint: armEndpoint, credential, patience };
  const [{ azureNames }, { graphDirectory }] = names;
  const graph = { endpoint: graphEndpoint, credential, patienceInMs: patienceWithNames };
  const isOneAzure = isLocalEndpoint(armEndpoint) === isLocalEndpoint(graphEndpoint);
  const directory = isOneAzure ? graphDirectory({ ...graph, tellRefused: () => undefined }) : undefined;
  return {
    account,
    controlPlane: armControlPlane({ ...options, networkApiVersion }),
    activityLog: armActivityLog(options),
    naming: azureNames({ ...options, directory, patienceInMs: patienceWithNames }),
    estate: (scope) => resourceGraphEstate({ ...options, scope }),
  };
}

/** Throws what is wrong with the settings that say which Azure is meant. */
export function azureIn(environment: Environment): AzureChoice {
  const azure = readAzure(environment);
  if ("problems" in azure) throw new CommandError(azure.problems.join("\n"));
  return azure;
}

/** The token of the local stack goes nowhere but to this machine. */
function credentialChoice(
  environment: Environment,
  endpointUrl: string,
  { loginAuthority }: AzureChoice["cloud"],
): Parameters<typeof credentialFor>[0] {
  const token = environment["WATCHDOG_LOCAL_TOKEN"]?.trim() ?? "";
  if (token === "") return { kind: "developer", authorityHost: loginAuthority };
  if (isLocalEndpoint(endpointUrl)) return { kind: "static", token };
  throw new CommandError(noLocalToken);
}

async function accountBehind(token: () => Promise<{ readonly token: string } | null>): Promise<Account> {
  const startedAt = performance.now();
  const got = await token().catch((error: unknown) => {
    const took = performance.now() - startedAt;
    throw new CommandError(signInProblem({ error, took, limit: longestSignIn }));
  });
  return accountIn(got?.token ?? "");
}

/** Only to say whose rights are missing: nobody decides anything by these claims. */
function accountIn(token: string): Account {
  const claims = claimsIn(token);
  const text = (...names: readonly string[]) =>
    names.map((name) => claims[name]).find((value) => typeof value === "string") ?? "";
  return { objectId: text("oid"), name: text("upn", "unique_name", "name", "appid") };
}

function claimsIn(token: string): Readonly<Record<string, unknown>> {
  const claims = jsonIn(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());
  return typeof claims === "object" && claims !== null ? { ...claims } : {};
}
