import { resourceName } from "../../../domain/arm-id.ts";
import type { Away, DigestFigures, FirstOf } from "../../../domain/alerts/digest-figures.ts";
import type { ClosedBy } from "../../../domain/links/link.ts";
import { formatDuration, formatInstant } from "../../../domain/time.ts";
import { kindName } from "../kind-words.ts";
import { countOf, namedFew, type DigestLine } from "./digest-line.ts";

/** What is other than at the last digest, most important first. */
export const changedLines = (digest: DigestFigures): readonly DigestLine[] => [
  ...digest.away.map(awayLine),
  sinceLast(digest),
  ...opened(digest),
  ...closed(digest),
  ...held(digest),
  ...dropped(digest),
  ...decided(digest),
];

const awayLine = ({ from, to }: Away): DigestLine => ({
  head: "Not watched",
  text: `nothing was checked from ${formatInstant(from)} to ${formatInstant(to)} (${formatDuration(to - from)}).`,
});

/** How a link ended, after the number of such. */
const ways = {
  revoked: "revoked",
  deletedByOthers: "deleted by others",
  perhapsRevoked: "gone after a delete by the watchdog whose outcome is unknown",
  switchedOff: "switched off",
  goneWithBastion: "gone with their bastion",
} as const satisfies Partial<Record<keyof DigestFigures["closed"], string>>;
type Way = keyof typeof ways;
const wayNames = Object.keys(ways) as Way[];

const wayOf: Readonly<Record<ClosedBy, Way>> = {
  "revoked-by-watchdog": "revoked",
  "deleted-by-other": "deletedByOthers",
  "perhaps-by-watchdog": "perhapsRevoked",
  "switched-off": "switchedOff",
  "gone-with-bastion": "goneWithBastion",
};

function sinceLast(digest: DigestFigures): DigestLine {
  const { closed: ended, since } = digest;
  const found = openedCount(digest);
  const parts = [
    ...(found > 0 ? [`${found} opened`] : []),
    ...wayNames.flatMap((way) => (ended[way] > 0 ? [`${ended[way]} ${ways[way]}`] : [])),
  ];
  const text = parts.length === 0 ? "no link opened or closed." : `${parts.join(", ")}.`;
  return { head: `Since ${formatInstant(since)}`, text };
}

const openedCount = ({ opened: { shown, more } }: DigestFigures): number => shown.length + more;

const opened = (digest: DigestFigures): readonly DigestLine[] =>
  openedCount(digest) === 0
    ? []
    : [{ head: "Opened", text: `links to ${namedFew(digest.opened, resourceName)}.` }];

function closed({ closed: ended }: DigestFigures): readonly DigestLine[] {
  const parts = wayNames.flatMap((way) => {
    const shown = ended.named.flatMap((one) => (wayOf[one.closedBy] === way ? [one.vmId] : []));
    const links: FirstOf<string> = { shown, more: Math.max(0, ended[way] - shown.length) };
    return shown.length === 0 ? [] : [`${namedFew(links, resourceName)} ${ways[way]}`];
  });
  return parts.length === 0 ? [] : [{ head: "Closed", text: `${parts.join("; ")}.` }];
}

const held = ({ breakerHeld }: DigestFigures): readonly DigestLine[] =>
  breakerHeld === 0
    ? []
    : [{ head: "Breaker", text: `it held revocations on ${countOf(breakerHeld, "bastion")}.` }];

const dropped = ({ outOfScope }: DigestFigures): readonly DigestLine[] =>
  outOfScope === undefined || outOfScope.events === 0
    ? []
    : [{ head: "Outside WATCHDOG_SCOPE", text: `${countOf(outOfScope.events, "event")} ignored.` }];

const decided = ({ alerts }: DigestFigures): readonly DigestLine[] =>
  alerts.length === 0
    ? []
    : [{ head: "Alerts", text: `${alerts.map((one) => `${kindName(one.of)} (${one.alerts})`).join(", ")}.` }];
