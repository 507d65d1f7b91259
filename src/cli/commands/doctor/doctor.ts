import {
  exitCodes,
  isJson,
  jsonOption,
  operandsOf,
  type Account,
  type Call,
  type Command,
  type ExitCode,
} from "../../command.ts";
import type { Deployment } from "../../probes.ts";
import {
  channelChecks,
  directoryChecks,
  logChecks,
  storageChecks,
  warningChecks,
  witnessChecks,
} from "./app-checks.ts";
import { bastionChecks, signInCheck } from "./azure-checks.ts";
import { checksText, failed, ok, skipped, type Check } from "./check.ts";
import { settingsOption } from "../../settings-file.ts";

export const doctor: Command = {
  name: "doctor",
  summary:
    "Checks a deployment with your current Azure sign-in: settings, storage, bastions, directory, channels. Changes nothing.",
  operands: "",
  options: {
    ...settingsOption,
    post: {
      type: "boolean",
      help: "post a test alert to every channel instead of only asking whether its host answers",
    },
    ...jsonOption,
  },
  examples: [
    "bastion-watchdog doctor --settings local.settings.json",
    "bastion-watchdog doctor --settings local.settings.json --post",
    "bastion-watchdog doctor --json | jq -r '.checks[] | select(.outcome == \"failed\") | .name, .fix[]'",
  ],
  run: examine,
};

async function examine(call: Call): Promise<ExitCode> {
  operandsOf(call, doctor);
  const checks = await checksOf(call);
  const healthy = checks.every(({ outcome }) => outcome !== "failed");
  await call.terminal.print(
    isJson(call) ? `${JSON.stringify({ healthy, checks }, null, 2)}\n` : checksText(checks),
  );
  const bad = checks.filter(({ outcome }) => outcome === "failed").length;
  call.terminal.note(
    healthy
      ? "All checks passed, as far as this account can see."
      : `${bad} of ${checks.length} checks failed.`,
  );
  return healthy ? exitCodes.clean : exitCodes.findings;
}

async function checksOf(call: Call): Promise<readonly Check[]> {
  const { context, terminal } = call;
  const deployment = await context.deployment();
  const { check, azure } = await signInCheck(context);
  terminal.progress("Checking storage, directory and channels");
  const app = "problems" in deployment ? [] : await appChecks(deployment, azure?.account ?? nobody, call);
  const scope = "problems" in deployment ? "everything" : deployment.config;
  const bastions = azure
    ? await bastionChecks(scope, { azure, terminal })
    : [skipped("links", "not signed in to Azure")];
  return [configurationCheck(deployment), check, ...app, ...bastions];
}

const nobody: Account = { objectId: "", name: "" };

function configurationCheck(deployment: Deployment | { readonly problems: readonly string[] }): Check {
  if ("problems" in deployment)
    return failed(
      "configuration",
      `${deployment.problems.length} problems; the app would not start`,
      deployment.problems,
    );
  const { mode, policy, subscriptions, managementGroups } = deployment.config;
  const scopes = subscriptions.length + managementGroups.length;
  return ok(
    "configuration",
    `mode ${mode}, ${policy.rules.length} rule${policy.rules.length === 1 ? "" : "s"}, ${scopes} scope${scopes === 1 ? "" : "s"}`,
  );
}

async function appChecks(
  deployment: Deployment,
  account: Account,
  { context, values }: Call,
): Promise<readonly Check[]> {
  const { directory, logs } = deployment;
  return [
    ...(await storageChecks(deployment, account)),
    ...(await witnessChecks(deployment, context.clock.now())),
    ...(directory.length === 0
      ? [skipped("directory", "WATCHDOG_DIRECTORY is off")]
      : await directoryChecks(deployment)),
    ...(logs.length === 0
      ? [skipped("logs", "WATCHDOG_LOGS_WORKSPACE_ID is not set: who used a link is not known")]
      : await logChecks(deployment, account)),
    ...(await channelChecks(deployment, context, values["post"] === true)),
    ...warningChecks(deployment.config),
  ];
}
