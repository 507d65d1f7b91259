import pMap from "p-map";
import type { AlertLink } from "../../core/domain/alerts/alert.ts";
import { shortAlertId } from "../../core/domain/alerts/alert.ts";
import { givenUpIn, type GivenUp } from "../../core/domain/alerts/given-up.ts";
import { parseBastionId, resourceName } from "../../core/domain/arm-id.ts";
import { partitionOf, watchdogPartition, type Partition } from "../../core/domain/partition.ts";
import { after, days, formatInstant, isoInstant } from "../../core/domain/time.ts";
import { visibleText } from "../../core/render/text/safe-text.ts";
import { kindName } from "../../core/render/words/kind-words.ts";
import {
  CommandError,
  exitCodes,
  isJson,
  jsonOption,
  operandsOf,
  type Call,
  type Command,
  type ExitCode,
} from "../command.ts";
import { settingsOption } from "../settings-file.ts";

export const alertsResend: Command = {
  name: "alerts resend",
  summary: "Sends alerts of the last seven days again to channels where delivery failed.",
  operands: "",
  options: {
    yes: { type: "boolean", help: "skip the confirmation (required without a terminal)" },
    ...settingsOption,
    ...jsonOption,
  },
  examples: [
    "bastion-watchdog alerts resend",
    "bastion-watchdog alerts resend --yes --settings local.settings.json",
  ],
  run: resend,
};

/** The fact says so, since nobody is known by name. */
const why = "asked for by bastion-watchdog alerts resend";
const shownFor = days(7);
/** So many requests to the table are under way at once. */
const concurrency = 16;

interface Lost extends GivenUp {
  readonly partition: Partition;
}

async function resend(call: Call): Promise<ExitCode> {
  operandsOf(call, alertsResend);
  const lost = await lostAlerts(call);
  const isWanted = lost.length > 0 && (await isWantedFor(lost, call));
  if (isWanted) {
    const put = await call.context.alertQueue();
    for (const { partition, entry } of lost) await put({ partition, alertId: entry.alert.id, why });
  }
  if (isJson(call)) await call.terminal.print(asJson(lost, isWanted));
  call.terminal.note(summaryOf(lost, isWanted));
  return lost.length > 0 && !isWanted ? exitCodes.findings : exitCodes.clean;
}

async function lostAlerts({ context }: Call): Promise<readonly Lost[]> {
  const { table } = await context.ledgers();
  const since = after(context.clock.now(), -shownFor);
  const partitions = [...(await table.knownBastions()).map(partitionOf), watchdogPartition];
  const lostIn = async (partition: Partition) =>
    givenUpIn(await table.readAlerts(partition, 0))
      .filter(({ entry }) => entry.alert.at >= since)
      .map((one) => ({ ...one, partition }));
  const found = (await pMap(partitions, lostIn, { concurrency })).flat();
  return found.toSorted((a, b) => a.entry.alert.at - b.entry.alert.at);
}

async function isWantedFor(lost: readonly Lost[], { values, terminal }: Call): Promise<boolean> {
  for (const one of lost) terminal.note(lineOf(one));
  if (values["yes"] === true) return true;
  const answer = await terminal.ask(`Send ${lost.length === 1 ? "it" : `all ${lost.length}`} again? [y/N] `);
  if (answer === undefined) throw new CommandError("There is no terminal to confirm at: add --yes");
  return /^y(es)?$/i.test(answer.trim());
}

/** As many VMs are named. */
const mostNamed = 3;

const vmsOf = (links: readonly AlertLink[]): string =>
  links
    .map(({ vmId }) => visibleText(resourceName(vmId)))
    .slice(0, mostNamed)
    .join(", ");

function lineOf({ entry: { alert }, channels }: Lost): string {
  const bastion = parseBastionId(alert.bastionId ?? "")?.name;
  const about = [bastion, vmsOf(alert.links)].filter((part) => part !== undefined && part !== "").join(": ");
  return `${formatInstant(alert.at)} ${shortAlertId(alert.id)} ${kindName(alert.kind)}${about === "" ? "" : ` (${about})`}, not delivered to ${channels.join(", ")}`;
}

const asJson = (lost: readonly Lost[], sent: boolean): string => {
  const alerts = lost.map(({ entry: { alert }, channels }) => ({
    ...{ alertId: alert.id, kind: alert.kind, at: isoInstant(alert.at), bastionId: alert.bastionId ?? null },
    channels,
  }));
  return `${JSON.stringify({ alerts, sent }, null, 2)}\n`;
};

function summaryOf(lost: readonly Lost[], isSent: boolean): string {
  if (lost.length === 0) return "No delivery failed in the last seven days.";
  return isSent
    ? `${lost.length} put into the queue \`alerts\`. The app sends each once and records it in the ledger (alert-resent).`
    : "Nothing was sent.";
}
