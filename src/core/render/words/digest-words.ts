import { resourceName } from "../../domain/arm-id.ts";
import { shortAlertId, type Alert } from "../../domain/alerts/alert.ts";
import type {
  Away,
  ChannelFigures,
  DigestFigures,
  FirstOf,
  WhyOverdue,
} from "../../domain/alerts/digest-figures.ts";
import { subscriptionName } from "../../domain/attribution/known-names.ts";
import { formatDuration, formatInstant, type Instant } from "../../domain/time.ts";
import { witnessWords } from "./witness-words.ts";
import { isTroubled } from "../../domain/alerts/witness-figures.ts";
import { reasonWords } from "./reason-words.ts";
import { usageWords } from "./usage-words.ts";

/** A line of the digest: what it is about, where that stands out, and what there is to say. Strangers' names stand in it as they came. */
export interface DigestLine {
  readonly head?: string;
  readonly text: string;
  readonly proof?: string;
}

/**
 * What there is to say, most important first; what may be long comes last. `at`: when the figures were taken. A line's `proof` is for whoever keeps
 * what they read.
 */
export const digestLines = (
  digest: DigestFigures,
  { at, names }: Pick<Alert, "at" | "names">,
): readonly DigestLine[] => [
  ...digest.away.map(awayLine),
  ...openLines(digest, at),
  sinceLast(digest),
  coverage(digest, at),
  ...outOfScope(digest),
  ...troubles(digest),
  lastEvent(digest, at),
  ...some(digest.witnesses, (line) => ({
    head: `Witnesses of subscription ${subscriptionName(line.subscriptionId, names)}`,
    text: witnessWords(line, at),
  })),
  modeAndBreaker(digest),
  anchorLine(digest),
  ...digest.channels.map(channelLine),
  ...usageLine(digest),
  ...some(digest.extensions, ({ vmId, until, by, why }) => ({
    head: "Extended",
    text: `${resourceName(vmId)} until ${formatInstant(until)} by ${by}: ${why}`,
  })),
  ...some(digest.unreadable, ({ bastionId, since, why }) => ({
    head: "Not readable",
    text: `${resourceName(bastionId)} since ${formatInstant(since)}. ${why}`,
  })),
];

/** The line as one sentence. */
export const digestSentence = ({ head, text, proof }: DigestLine): string =>
  `${head === undefined ? "" : `${head}: `}${text}${proof === undefined ? "" : ` ${proof}`}`;

const anchorLine = ({ anchor }: DigestFigures): DigestLine =>
  anchor === undefined
    ? { head: "Newest anchor over all ledgers", text: "none so far." }
    : {
        head: "Newest anchor over all ledgers",
        text: anchor.name,
        proof: `(hash ${anchor.hash})`,
      };

function openLines({ links, bastions, witnesses }: DigestFigures, at: Instant): readonly DigestLine[] {
  const where = count(bastions.known, "bastion");
  if (links.oldestCreatedAt === undefined)
    return witnesses.shown.some(isTroubled)
      ? [
          {
            text: `No shareable link is open on ${where} now. Others may have been: see the witnesses below.`,
          },
        ]
      : [{ head: "All clear", text: `no shareable link is open on ${where}.` }];
  return [
    {
      text: `${count(links.open, "link")} open on ${where}, the oldest for ${formatDuration(at - links.oldestCreatedAt)}. ${links.overdue} overdue, ${links.dueWithinADay} due within a day, ${links.extended} extended.`,
    },
    {
      head: "By age",
      text: `${links.openForLessThanADay} open for less than a day, ${links.openForLessThanAWeek} for one to seven days, ${links.openForLonger} for longer.`,
    },
  ];
}

const awayLine = ({ from, to }: Away): DigestLine => ({
  head: "Not watched",
  text: `nothing was checked from ${formatInstant(from)} to ${formatInstant(to)} (${formatDuration(to - from)}).`,
});

const sinceLast = ({ closed, since }: DigestFigures): DigestLine => ({
  head: `Since ${formatInstant(since)}`,
  text: `${closed.revoked} revoked, ${closed.switchedOff > 0 ? `${closed.switchedOff} switched off with the links of their bastion, ` : ""}${closed.perhapsRevoked > 0 ? `${closed.perhapsRevoked} gone after a delete by the watchdog that Azure never answered, ` : ""}${closed.deletedByOthers} deleted by someone else, ${closed.goneWithBastion} gone with their bastion.`,
});

function coverage({ bastions }: DigestFigures, at: Instant): DigestLine {
  const { known, readable, unreadable, featureOn, featureOff, leastRecentlyReadAt } = bastions;
  const oldest =
    leastRecentlyReadAt === undefined
      ? "none was checked yet"
      : `the least recent check was ${formatDuration(at - leastRecentlyReadAt)} ago`;
  return {
    head: "Coverage",
    text: `${readable} of ${count(known, "bastion")} read, ${unreadable} not readable now; shareable links are on at ${featureOn} and off at ${featureOff}; ${oldest}.`,
  };
}

const outOfScope = ({ outOfScope: found }: DigestFigures): readonly DigestLine[] =>
  found === undefined
    ? []
    : [
        {
          head: "Outside WATCHDOG_SCOPE",
          text: `${count(found.links, "link")} open on ${count(found.bastions, "bastion")} that left the scope, neither checked nor revoked; ${count(found.events, "event")} about bastions out of scope dropped since the last digest.`,
        },
      ];

const overdueWords: Readonly<Record<WhyOverdue, string>> = {
  observed: "observed, stays open",
  held: "held by the breaker",
  refused: "Azure refuses to delete it",
  "still-listed": "Azure accepted a deletion and still lists it",
  unreadable: "its bastion cannot be read",
  busy: "being revoked",
};

const troubles = ({
  revokeFailed,
  revokeRefused,
  overdue,
  undelivered,
  unacknowledged,
  awaited,
}: DigestFigures): readonly DigestLine[] => [
  ...some(overdue, ({ vmId, deadline, why }) => ({
    head: "Overdue",
    text: `${resourceName(vmId)} since ${formatInstant(deadline)}: ${overdueWords[why]}.`,
  })),
  ...(revokeRefused > 0 ? [{ text: `Azure refuses to delete ${count(revokeRefused, "link")}.` }] : []),
  ...(revokeFailed > 0
    ? [{ text: `${count(revokeFailed, "link")} outlived a revocation that Azure accepted.` }]
    : []),
  ...(undelivered > 0 ? [{ text: `${count(undelivered, "alert")} undelivered for more than an hour.` }] : []),
  ...(unacknowledged > 0
    ? [{ text: `${count(unacknowledged, "alert")} of high severity not acknowledged yet.` }]
    : []),
  ...some(awaited, ({ alertId, of, at }) => ({
    head: "Not acknowledged",
    text: `alert ${shortAlertId(alertId)} (${of}) of ${formatInstant(at)}.`,
  })),
];

const lastEvent = ({ lastEventAt }: DigestFigures, at: Instant): DigestLine => ({
  head: "Events",
  text:
    lastEventAt === undefined
      ? "none of the Activity Log has arrived so far; what is opened is found by sweeps only."
      : `the last one of the Activity Log arrived ${formatDuration(at - lastEventAt)} ago.`,
});

function modeAndBreaker({ mode, breakerHeld }: DigestFigures): DigestLine {
  const breaker =
    breakerHeld === 0
      ? "nothing was held since the last digest"
      : `revocations were held on ${count(breakerHeld, "bastion")} since the last digest`;
  return mode === "observe"
    ? { head: "WATCHDOG_MODE is observe", text: `nothing is revoked. Breaker: ${breaker}.` }
    : { head: "Mode", text: `enforce. Breaker: ${breaker}.` };
}

function channelLine({ name, accepted, refused, pending, ...rest }: ChannelFigures): DigestLine {
  const figures =
    accepted + refused + pending === 0
      ? "nothing to send since the last digest"
      : `${accepted} accepted, ${refused} refused or given up, ${pending} not delivered yet since the last digest`;
  return { head: `Channel "${name}"`, text: `${figures}.${howItIs(rest)}` };
}

function howItIs({ lastRefusal, paused }: Pick<ChannelFigures, "lastRefusal" | "paused">): string {
  if (paused) return ` It has taken nothing since ${formatInstant(paused.since)}: ${reasonWords(paused.why)}`;
  return lastRefusal === undefined ? "" : ` Last: ${reasonWords(lastRefusal)}`;
}

function usageLine({ usage, links }: DigestFigures): readonly DigestLine[] {
  if (links.open === 0) return [];
  const head = "Use of the open links";
  if (!usage)
    return [{ head, text: "not known, because no workspace with Bastion's audit log is configured." }];
  const { shown, more } = usage.used;
  const used = shown.map((one) => `${resourceName(one.vmId)} (${usageWords(one.usage)})`);
  const named = used.length === 0 ? "" : `: ${used.join("; ")}${more > 0 ? ` and ${more} more` : ""}`;
  return [
    {
      head,
      text: `${usage.neverUsed} never used, ${usage.notKnown} not known, ${used.length + more} used${named}.`,
    },
  ];
}

const some = <Item>(
  { shown, more }: FirstOf<Item>,
  line: (item: Item) => DigestLine,
): readonly DigestLine[] => [
  ...shown.map(line),
  ...(more > 0 ? [{ text: `${more} more like the one before.` }] : []),
];

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? "" : "s"}`;
