/** What is wrong between settings, or with one that the schema does not name. No message repeats a value. */
import { channelProblems, channelsIn } from "./channels.ts";
import { cloudIn, endpointNames, foreignEndpoints, isLocalEndpoint, noLocalToken } from "./endpoints.ts";
import type { Present } from "./given.ts";
import { storageProblems } from "./storage.ts";

/** A misspelt setting would be a default nobody chose. */
export const unknownSettings = (present: Present, known: readonly string[]): readonly string[] =>
  Object.keys(present)
    .filter((name) => name.startsWith("WATCHDOG_") && !known.includes(name))
    .map((name) => `${name} is not a setting of this version`);

/** The platform leaves a reference that it cannot resolve where the secret should be: a form key that anybody can guess. */
export const unresolvedReferences = (present: Present, known: readonly string[]): readonly string[] =>
  known
    .filter((name) => /^\s*@Microsoft\.KeyVault\(/i.test(present[name] ?? ""))
    .map(
      (name) =>
        `${name} is a Key Vault reference that was not resolved: check that the secret exists and that the app's identity may read it`,
    );

/** What no setting can tell alone. Works on what was given, so that a bad setting elsewhere hides no problem here. */
export function crossChecks(present: Present): readonly string[] {
  const local = endpointNames.filter((name) => isLocalEndpoint(present[name]));
  const isLocal = local.length === endpointNames.length;
  return [
    ...(local.length > 0 && !isLocal
      ? [`${local.join(", ")}: either every endpoint is a loopback address, or none`]
      : []),
    ...(present["WATCHDOG_LOCAL_TOKEN"] !== undefined && !isLocal ? [noLocalToken] : []),
    ...foreignEndpoints(present),
    ...storageProblems(present, cloudIn(present)),
    ...(channelsIn(present).length === 0
      ? [
          "WATCHDOG_TEAMS_WEBHOOK_URL, WATCHDOG_MAIL_FROM, WATCHDOG_WEBHOOK_URL: no notification channel is configured. Set at least one of them",
        ]
      : []),
    ...channelProblems(present, isLocal),
  ];
}
