import { resourceName } from "../../../domain/arm-id.ts";
import { shortAlertId, type Alert } from "../../../domain/alerts/alert.ts";
import type {
  ChannelFigures,
  DigestFigures,
  GivenUpFigures,
  WhyOverdue,
} from "../../../domain/alerts/digest-figures.ts";
import { isTroubled } from "../../../domain/alerts/witness-figures.ts";
import { subscriptionName } from "../../../domain/attribution/known-names.ts";
import { formatInstant } from "../../../domain/time.ts";
import { kindName } from "../kind-words.ts";
import { reasonWords } from "../reason-words.ts";
import { witnessWords } from "../witness-words.ts";
import { countOf, namedFew, linesFor, type DigestLine } from "./digest-line.ts";

/** What somebody has to do, most important first. */
export const actionLines = (
  digest: DigestFigures,
  { at, names }: Pick<Alert, "at" | "names">,
): readonly DigestLine[] => [
  ...overdueLines(digest, forPeople),
  ...linesFor(digest.unreadable, "bastions cannot be read", ({ bastionId, since, why }) => ({
    head: "Not readable",
    text: `${resourceName(bastionId)} since ${formatInstant(since)}. ${why}`,
  })),
  ...digest.witnesses.shown.filter(isTroubled).map((line) => ({
    head: `Witnesses of subscription ${subscriptionName(line.subscriptionId, names)}`,
    text: witnessWords(line, at),
  })),
  ...digest.givenUp.map(givenUpLine),
  ...digest.channels.flatMap(pausedLine),
  ...undelivered(digest),
  ...linesFor(digest.awaited, "alerts to acknowledge", ({ alertId, of, at: since }) => ({
    head: "Acknowledge",
    text: `alert ${shortAlertId(alertId)} (${kindName(of)}) of ${formatInstant(since)}.`,
  })),
  ...outOfScope(digest),
];

const overdueWords: Readonly<Record<WhyOverdue, string>> = {
  observed: "observed, stays open",
  held: "held by the breaker",
  refused: "Azure refuses to delete it",
  "still-listed": "Azure accepted a deletion and still lists it",
  unreadable: "its bastion cannot be read",
  busy: "being revoked",
};

/** What no waiting mends. */
export const forPeople = (why: WhyOverdue): boolean => why !== "observed" && why !== "busy";

/** Those that are overdue for such a reason. How many more there are, the last of the two lists says. */
export const overdueLines = (
  { overdue }: DigestFigures,
  isWanted: (why: WhyOverdue) => boolean,
): readonly DigestLine[] =>
  overdue.shown
    .filter(({ why }) => isWanted(why))
    .map(({ vmId, deadline, why }) => ({
      head: "Overdue",
      text: `${resourceName(vmId)} since ${formatInstant(deadline)}: ${overdueWords[why]}.`,
    }));

function givenUpLine({ channel, alerts, links, vmIds, creators }: GivenUpFigures): DigestLine {
  const to = links === 0 ? "" : ` about ${countOf(links, "link")} to ${namedFew(vmIds, resourceName)}`;
  const by = creators.shown.length === 0 ? "" : `, opened by ${namedFew(creators, (name) => name)}`;
  return {
    head: `Given up by channel "${channel}"`,
    text: `${countOf(alerts, "alert")}${to}${by}. Send again: bastion-watchdog alerts resend`,
  };
}

const pausedLine = ({ name, paused }: ChannelFigures): readonly DigestLine[] =>
  paused === undefined
    ? []
    : [
        {
          head: `Channel "${name}"`,
          text: `It has taken nothing since ${formatInstant(paused.since)}: ${reasonWords(paused.why)}`,
        },
      ];

const undelivered = ({ undelivered: waiting }: DigestFigures): readonly DigestLine[] =>
  waiting === 0 ? [] : [{ text: `${countOf(waiting, "alert")} undelivered for more than an hour.` }];

const outOfScope = ({ outOfScope: found }: DigestFigures): readonly DigestLine[] =>
  found === undefined || found.links === 0
    ? []
    : [
        {
          head: "Outside WATCHDOG_SCOPE",
          text: `${countOf(found.links, "link")} open on ${countOf(found.bastions, "bastion")}, neither checked nor revoked.`,
        },
      ];
