import { alertId, type Alert } from "../../../core/domain/alerts/alert.ts";
import type { SendAnswer } from "../../../core/domain/alerts/outbox.ts";
import { isTroubled, type WitnessLine } from "../../../core/domain/alerts/witness-figures.ts";
import { witnessWords } from "../../../core/render/words/witness-words.ts";
import { seconds, type Instant } from "../../../core/domain/time.ts";
import type { Account, CliContext } from "../../command.ts";
import type { ChannelProbe, Deployment } from "../../probes.ts";
import { assignCommand } from "../../azure/permission.ts";
import { checkOf, failed, ok, type Check } from "./check.ts";

/** Whether the app can get at its memory. */
export function storageChecks({ storage, config }: Deployment, account: Account): Promise<readonly Check[]> {
  const own = config.storage;
  return Promise.all(
    storage.map((probe) =>
      checkOf(probe, ({ kind }) => {
        if (own.kind === "connection-string") return [keyFix[kind]];
        const scope = `"$(az storage account show --name ${own.accountName} --query id --output tsv)"`;
        return kind === "forbidden"
          ? [assignCommand(account, probe.role, scope)]
          : [`Check AzureWebJobsStorage__accountName, and ${network}`];
      }),
    ),
  );
}

const network = "the storage account's firewall, private endpoints and name resolution as seen from here";
const keyFix = {
  forbidden:
    "Set AzureWebJobsStorage to what `az storage account show-connection-string` says; keys may be switched off there",
  failed: `Check AzureWebJobsStorage, and ${network}`,
} as const;

/** Whether both witnesses of each subscription speak, by what the app wrote down. None where nothing can be read: the table's own check says why. */
export async function witnessChecks(deployment: Deployment, now: Instant): Promise<readonly Check[]> {
  const lines = (await deployment.witnesses(now)) ?? [];
  return lines.map((line) => {
    const [name, words] = [`witnesses of ${line.subscriptionId}`, witnessWords(line, now)];
    return isTroubled(line) ? failed(name, words, witnessFixes(line)) : ok(name, words);
  });
}

const witnessFixes = ({ missing, unread }: WitnessLine): readonly string[] => [
  ...(missing === undefined
    ? []
    : [
        "Check the event subscriptions bastion-watchdog-changes and bastion-watchdog-reads of this subscription",
      ]),
  ...(unread === undefined
    ? []
    : [
        "The app's identity needs Microsoft.Insights/eventtypes/values/read there, and its timer witness has to run",
      ]),
];

/** Whether people can be named. */
export function directoryChecks({ directory, config }: Deployment): Promise<readonly Check[]> {
  const principal = config.principalId ?? "<object id of the app's identity>";
  return Promise.all(
    directory.map((probe) =>
      checkOf(probe, ({ kind }) =>
        kind === "forbidden"
          ? [
              `The app's identity needs Graph's application permission ${probe.permission}: infra/grant-graph.sh --principal-id ${principal} ${probe.grantedBy}`,
              "Or set WATCHDOG_DIRECTORY=off: cards then say what the Activity Log says",
            ]
          : ["Check WATCHDOG_GRAPH_ENDPOINT, and the way to it from here"],
      ),
    ),
  );
}

/** Whether it can be known who used a link. */
export function logChecks({ logs, config }: Deployment, account: Account): Promise<readonly Check[]> {
  const scope = `"$(az monitor log-analytics workspace list --query "[?customerId=='${config.logs?.workspaceId ?? ""}'].id" --output tsv)"`;
  return Promise.all(
    logs.map((probe) =>
      checkOf(probe, () => [
        `If the right is missing: ${assignCommand(account, "Log Analytics Reader", scope)}`,
        `If nothing was ever sent there: ${probe.filledBy} fills it`,
      ]),
    ),
  );
}

const channelSettings: Readonly<Record<string, string>> = {
  teams: "WATCHDOG_TEAMS_WEBHOOK_URL",
  mail: "WATCHDOG_MAIL_FROM and WATCHDOG_GRAPH_ENDPOINT",
  webhook: "WATCHDOG_WEBHOOK_URL",
};

/** Whether people can be told: that the host answers, or with `post` that it takes a test alert. */
export function channelChecks(
  { channels }: Deployment,
  { clock }: CliContext,
  post: boolean,
): Promise<readonly Check[]> {
  return Promise.all(
    channels.map((probe) => (post ? postTo(probe, clock.now()) : checkOf(probe, () => [channelFix(probe)]))),
  );
}

/** Whether someone learns of it when the watchdog itself fails: a watchdog without that is not well, although it works. */
export const warningChecks = ({ warnings }: Pick<Deployment["config"], "warnings">): readonly Check[] =>
  warnings.map(({ what, fix }) => failed("own failures", what, [fix]));

const channelFix = ({ channel }: ChannelProbe): string =>
  `Check ${channelSettings[channel.name] ?? "its settings"}, and the way to that host from here`;

async function postTo(probe: ChannelProbe, now: Instant): Promise<Check> {
  const said = await probe.channel.send([testAlert(now)], { now, within: seconds(10) });
  const answer = "kind" in said ? said : (said[0] ?? noAnswer);
  if (answer.kind === "accepted") return ok(probe.name, "accepted a test alert; check that it appears");
  return failed(
    probe.name,
    `rejected a test alert: ${answer.why}`,
    answer.kind === "refused" ? [] : [channelFix(probe)],
  );
}

const noAnswer: SendAnswer = { kind: "unavailable", why: "it gave no reason", retryAfter: undefined };

const testAlert = (at: Instant): Alert => ({
  id: alertId("doctor", at),
  kind: "test",
  severity: "low",
  at,
  bastionId: undefined,
  links: [],
  linkCount: 0,
  actors: {},
  notes: [{ kind: "test" }],
});
