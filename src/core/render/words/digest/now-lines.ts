import { resourceName } from "../../../domain/arm-id.ts";
import type { Alert } from "../../../domain/alerts/alert.ts";
import type { ChannelFigures, DigestFigures } from "../../../domain/alerts/digest-figures.ts";
import { isTroubled } from "../../../domain/alerts/witness-figures.ts";
import { subscriptionName } from "../../../domain/attribution/known-names.ts";
import { formatDuration, formatInstant, type Instant } from "../../../domain/time.ts";
import { reasonWords } from "../reason-words.ts";
import { usageWords } from "../usage-words.ts";
import { witnessWords } from "../witness-words.ts";
import { forPeople, overdueLines } from "./action-lines.ts";
import { namedFew, linesFor, type DigestLine } from "./digest-line.ts";

/** How it stands, most important first; the numbers of it are in the table. */
export const nowLines = (
  digest: DigestFigures,
  { at, names, links, linkCount }: Pick<Alert, "at" | "names" | "links" | "linkCount">,
): readonly DigestLine[] => [
  ...observed(digest),
  ...nextDeadlines({ at, links, linkCount }),
  ...overdueLines(digest, (why) => !forPeople(why)),
  ...more(digest.overdue.more),
  lastEvent(digest, at),
  ...linesFor(digest.extensions, "links extended", ({ vmId, until, by, why }) => ({
    head: "Extended",
    text: `${resourceName(vmId)} until ${formatInstant(until)} by ${by}: ${why}`,
  })),
  ...usageLine(digest),
  ...ages(digest),
  coverage(digest, at),
  ...digest.channels.map(channelLine),
  ...digest.witnesses.shown
    .filter((line) => !isTroubled(line))
    .map((line) => ({
      head: `Witnesses of subscription ${subscriptionName(line.subscriptionId, names)}`,
      text: witnessWords(line, at),
    })),
  ...(digest.witnesses.more > 0
    ? [{ text: `${digest.witnesses.more} more subscriptions.`, stands: digest.witnesses.more }]
    : []),
  anchorLine(digest),
];

const observed = ({ mode }: DigestFigures): readonly DigestLine[] =>
  mode === "observe"
    ? [{ head: "WATCHDOG_MODE is observe", text: "nothing is revoked.", isPinned: true }]
    : [];

/** So many links are named, forbidden ones first. */
const mostNext = 3;

function nextDeadlines({
  at,
  links,
  linkCount,
}: Pick<Alert, "at" | "links" | "linkCount">): readonly DigestLine[] {
  const ahead = links.filter(({ deadline }) => deadline > at).slice(0, mostNext);
  if (ahead.length === 0) return [];
  const named = ahead.map(
    ({ vmId, deadline, allowed }) =>
      `${resourceName(vmId)} ${allowed ? "" : "(forbidden) "}in ${formatDuration(deadline - at)}`,
  );
  const left = linkCount - ahead.length;
  return [
    { head: "Next deadlines", text: `${named.join(", ")}${left > 0 ? `, ${left} more links open` : ""}.` },
  ];
}

const more = (overdue: number): readonly DigestLine[] =>
  overdue > 0 ? [{ text: `${overdue} more links are overdue.`, stands: overdue }] : [];

const lastEvent = ({ lastEventAt }: DigestFigures, at: Instant): DigestLine => ({
  head: "Events",
  text:
    lastEventAt === undefined
      ? "none of the Activity Log has arrived so far. Sweeps find what is opened."
      : `the last one of the Activity Log arrived ${formatDuration(at - lastEventAt)} ago.`,
});

const ages = ({ links }: DigestFigures): readonly DigestLine[] =>
  links.open === 0
    ? []
    : [
        {
          head: "By age",
          text: `${links.openForLessThanADay} open for less than a day, ${links.openForLessThanAWeek} for one to seven days, ${links.openForLonger} for longer.`,
        },
      ];

function coverage({ bastions: { leastRecentlyReadAt: readAt } }: DigestFigures, at: Instant): DigestLine {
  const text =
    readAt === undefined
      ? "no bastion was checked yet."
      : `the oldest check of a bastion was ${formatDuration(at - readAt)} ago.`;
  return { head: "Coverage", text };
}

function channelLine({ name, accepted, refused, pending, lastRefusal }: ChannelFigures): DigestLine {
  const figures =
    accepted + refused + pending === 0
      ? "nothing to send"
      : `${accepted} accepted, ${refused} refused or given up, ${pending} waiting`;
  const last = lastRefusal === undefined ? "" : ` Last: ${reasonWords(lastRefusal)}`;
  return { head: `Channel "${name}"`, text: `${figures}.${last}` };
}

function usageLine({ usage, links }: DigestFigures): readonly DigestLine[] {
  if (links.open === 0) return [];
  if (!usage)
    return [
      {
        head: "Use of the open links",
        text: "not known, because no workspace with Bastion's audit log is configured.",
      },
    ];
  const used = namedFew(usage.used, (one) => `${resourceName(one.vmId)} (${usageWords(one.usage)})`);
  return usage.used.shown.length === 0 ? [] : [{ head: "Used", text: `${used}.` }];
}

/** Mail and webhook keep it as evidence. */
const anchorLine = ({ anchor }: DigestFigures): DigestLine =>
  anchor === undefined
    ? { head: "Newest anchor", text: "none so far." }
    : { head: "Newest anchor", text: anchor.name, proof: `(hash ${anchor.hash})` };
