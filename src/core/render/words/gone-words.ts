import { goneSince, listedAgain } from "../../domain/alerts/as-of.ts";
import type { Alert, AlertLink, GoneLink } from "../../domain/alerts/alert.ts";
import { resourceName } from "../../domain/arm-id.ts";
import { callerName } from "../../domain/attribution/signal.ts";
import type { ClosedBy } from "../../domain/links/link.ts";
import { formatDuration, formatInstant, instant, minutes } from "../../domain/time.ts";
import { safeText, say } from "../text/safe-text.ts";

const nameInTitle = 64;

const ways: Readonly<Record<ClosedBy, string>> = {
  "revoked-by-watchdog": "revoked by the watchdog",
  "perhaps-by-watchdog": "after a delete by the watchdog whose outcome is unknown",
  "deleted-by-other": "deleted by someone else",
  "switched-off": "switched off with the links of its bastion",
  "gone-with-bastion": "gone with its bastion",
};

/** How one link ended, and who did it. Harmless in a title. */
const wayOf = ({ closedBy, deleter }: GoneLink): string => {
  if (closedBy !== "deleted-by-other" || deleter === undefined) return ways[closedBy];
  if (deleter.kind === "known") return say`deleted by ${safeText(callerName(deleter.caller), nameInTitle)}`;
  return deleter.kind === "ambiguous"
    ? say`deleted by one of ${deleter.candidates.length} callers`
    : ways[closedBy];
};

/** Since when they are all gone, and how, where that was the same way. */
export function goneWords(gone: readonly GoneLink[]): string {
  if (gone.length === 0) return "";
  const last = gone.reduce((latest, link) => (link.at > latest.at ? link : latest));
  const [way, ...others] = new Set(gone.map(wayOf));
  const how = way === undefined || others.length > 0 ? "" : `, ${way}`;
  return `gone since ${formatInstant(last.at)}${how}`;
}

/** When the last of these links ended by itself. */
export const expiredWords = (links: readonly Pick<AlertLink, "nativeExpiry">[]): string =>
  `expired in Azure since ${formatInstant(instant(Math.max(...links.map(({ nativeExpiry = 0 }) => nativeExpiry))))}`;

/** So many are named; the rest is a count. */
const mostNamed = 10;

/** What became of the links of an alert by the time it is sent, and how late that is. */
export const sinceThen = (alert: Alert): readonly string[] => [
  ...lateness(alert),
  ...some(goneSince(alert), (link) => `${resourceName(link.vmId)}: ${goneWords([link])}.`),
  ...some(listedAgain(alert), ({ vmId }) => `${resourceName(vmId)}: Azure lists the link again since.`),
  ...(alert.asOf?.holds === false ? ["This is no longer so."] : []),
];

function some<Item>(items: readonly Item[], sentence: (item: Item) => string): readonly string[] {
  const more = items.length - mostNamed;
  return [
    ...items.slice(0, mostNamed).map(sentence),
    ...(more > 0 ? [`${more} more like the one before.`] : []),
  ];
}

/** Sooner than this a message is on time. */
const late = minutes(1);

function lateness({ at, asOf }: Alert): readonly string[] {
  if (asOf === undefined) return [];
  const isLate = asOf.at - at >= late;
  return [
    ...(isLate ? [`Sent ${formatDuration(asOf.at - at)} late.`] : []),
    ...(asOf.isUnread ? [`All of this is as of ${formatInstant(at)}.`] : []),
  ];
}
