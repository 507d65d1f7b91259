import { traitsOf } from "../../domain/alerts/alert-kinds.ts";
import { areExpired, goneSince, isExpired, isOver, momentOf } from "../../domain/alerts/as-of.ts";
import { newsOf, type Alert, type AlertLink } from "../../domain/alerts/alert.ts";
import { formatDuration, formatInstant, type Instant } from "../../domain/time.ts";
import {
  bold,
  fitting,
  paragraph,
  plain,
  row,
  small,
  type CardElement,
  type RichTextBlock,
  type TextRun,
} from "./card-elements.ts";
import { nameOf, placeOf, subscriptionOf, tagWords } from "./card-places.ts";
import { joined, safeText, say, type SafeText } from "../text/safe-text.ts";
import { lengthInAzure } from "../words/note-words.ts";
import { ruleWords } from "../words/rule-words.ts";

const linkBytes = 8_000;
const ruleLength = 100;

const areGone = (alert: Alert): boolean => traitsOf(newsOf(alert)).links === "gone" || isOver(alert);

/** When a link of an alert about links that are gone had ended. */
const endOf = ({ linkId, life }: AlertLink, alert: Alert): Instant =>
  goneSince(alert).find((one) => one.linkId === linkId && one.life === life)?.at ??
  alert.about?.at ??
  alert.at;

/** Nothing happens to them at their deadline. */
const areUnwatched = (alert: Alert): boolean => traitsOf(newsOf(alert)).links === "unwatched";

/** `2026-11-21 16:00:05 UTC (in 8 h)`. The words are as of the moment it was sent. */
const when = (moment: Instant, at: Instant): SafeText =>
  say`${formatInstant(moment)} (${relative(moment, at)})`;

function relative(moment: Instant, at: Instant): string {
  if (Math.abs(moment - at) < 1_000) return "now";
  return moment > at ? `in ${formatDuration(moment - at)}` : `${formatDuration(at - moment)} ago`;
}

/** Which machines. */
export function machineRows(alert: Alert): readonly CardElement[] {
  const [only] = alert.links;
  if (only === undefined) return [];
  if (alert.linkCount === 1)
    return [
      row("VM", [
        paragraph([bold(nameOf(only.vmId))]),
        paragraph([small(placeOf(only.vmId, alert))]),
        ...tagLine(only.vmId, alert),
      ]),
    ];
  const lines = alert.links.map((link) => lineOf(link, alert));
  const more = (missing: number): RichTextBlock =>
    paragraph([plain(say`and ${missing} more (${order(alert)})`)], "small");
  return [row("VMs", fitting(lines, { budget: linkBytes, total: alert.linkCount, more }))];
}

function tagLine(vmId: string, alert: Alert): readonly RichTextBlock[] {
  const tags = tagWords(vmId, alert);
  return tags.length === 0 ? [] : [paragraph([small(joined(tags, " · "))])];
}

function lineOf(link: AlertLink, alert: Alert): RichTextBlock {
  const place = placeOf(link.vmId, { home: subscriptionOf(alert.bastionId), names: alert.names });
  const where = joined([place, ...tagWords(link.vmId, alert)], " · ");
  return paragraph(
    [bold(nameOf(link.vmId)), plain(say` · `), plain(timesOf(link, alert)), plain(say` · `), small(where)],
    "small",
  );
}

/** By what the links are ordered, so that it shows what was cut off. */
const order = ({ links }: Alert): SafeText =>
  new Set(links.map(({ allowed }) => allowed)).size > 1
    ? say`sorted: forbidden ones first, then by deadline`
    : say`sorted by deadline`;

/** What of a link may differ from the others: times, expiry, and whether it is allowed and revoked. */
function timesOf(link: AlertLink, alert: Alert): SafeText {
  const { createdAt, deadline } = link;
  const { links } = alert;
  const at = momentOf(alert);
  if (areGone(alert))
    return joined([say`was open for ${openFor(link, alert)}`, ...verdictOf(link, alert)], ", ");
  const until =
    sharedDeadline(links) === undefined && !areUnwatched(alert)
      ? [say`${deadline <= at ? "due since" : "until"} ${when(deadline, at)}`]
      : [];
  return joined(
    [say`opened ${relative(createdAt, at)}`, ...until, ...expiryOf(link, alert), ...verdictOf(link, alert)],
    ", ",
  );
}

function expiryOf(link: AlertLink, alert: Alert): readonly SafeText[] {
  const at = momentOf(alert);
  if (isExpired(link, at)) return [say`expired in Azure ${relative(link.nativeExpiry ?? at, at)}`];
  const length = traitsOf(alert.kind).links === "found" ? lengthInAzure(link) : undefined;
  return length === undefined ? [] : [say`expires in Azure ${length} after creation`];
}

/** Said of each where the links of an alert differ in it. */
function verdictOf(link: AlertLink, { links }: Alert): readonly SafeText[] {
  const { allowed, enforced } = link;
  const isMixed = (of: (link: AlertLink) => boolean | string) => new Set(links.map(of)).size > 1;
  return [
    ...(isMixed(ruleWords) ? [say`rule ${safeText(ruleWords(link), ruleLength)}`] : []),
    ...(!allowed && isMixed((link) => link.allowed) ? [say`forbidden`] : []),
    ...(!enforced && isMixed((link) => link.enforced) ? [say`not revoked (observe mode)`] : []),
  ];
}

const openFor = (link: AlertLink, alert: Alert): string =>
  formatDuration(Math.max(0, endOf(link, alert) - link.createdAt));

const sharedDeadline = ([first, ...rest]: readonly AlertLink[]): Instant | undefined =>
  first !== undefined && rest.every(({ deadline }) => deadline === first.deadline)
    ? first.deadline
    : undefined;

/** Since when, until when, and what happens then. */
export function timeRows(alert: Alert): readonly CardElement[] {
  const [first] = alert.links;
  if (first === undefined) return [];
  if (areUnwatched(alert)) return alert.linkCount > 1 ? [] : [creationRow(first, alert)];
  const isGone = areGone(alert);
  if (alert.linkCount > 1) return isGone ? [] : [deadlineRow(alert)];
  return isGone ? [pastRow(first, alert)] : [creationRow(first, alert), deadlineRow(alert)];
}

const pastRow = (link: AlertLink, alert: Alert): CardElement =>
  row("Was open", [
    paragraph([plain(say`for ${openFor(link, alert)}, since ${formatInstant(link.createdAt)}`)]),
    paragraph([small(dateSource(link))]),
  ]);

const creationRow = (link: AlertLink, alert: Alert): CardElement =>
  row(areExpired(alert) ? "Opened" : "Open since", [
    paragraph([plain(when(link.createdAt, momentOf(alert)))]),
    paragraph([small(dateSource(link))]),
  ]);

const dateSource = ({ createdAtSource }: AlertLink): SafeText =>
  createdAtSource === "azure"
    ? say`Azure's own date`
    : say`first seen then: Azure gave no usable date, so it may be older`;

function deadlineRow(alert: Alert): CardElement {
  const { links, linkCount } = alert;
  const at = momentOf(alert);
  const deadline = sharedDeadline(links);
  const isDue = links.every((link) => link.deadline <= at);
  const listed = listedOnly(links, linkCount);
  const date = deadline === undefined ? [] : [paragraph([bold(when(deadline, at)), ...listed])];
  const lead = listed.length > 0 ? [plain(say`Of those listed: `)] : [];
  return row(isDue ? "Due since" : "Until", [...date, paragraph([...lead, plain(outcome(alert, isDue))])]);
}

/** What becomes of links whose time is over. */
function outcome(alert: Alert, isDue: boolean): SafeText {
  const { links, linkCount } = alert;
  const kind = newsOf(alert);
  const them = linkCount === 1 ? "it" : "them";
  const enforced = links.filter((link) => link.enforced).length;
  if (enforced === 0) return say`Observe mode: nothing will be revoked.`;
  if (kind === "revoke-failed") return say`The watchdog keeps trying to revoke ${them}.`;
  if (kind === "revocations-held") return say`Held back: the watchdog does not revoke ${them} for now.`;
  if (enforced < links.length)
    return say`The watchdog revokes each of them at its deadline, except those marked "observe mode".`;
  if (isDue) return say`The watchdog revokes ${them} now.`;
  return linkCount === 1
    ? say`Then the watchdog revokes it.`
    : say`The watchdog revokes each of them at its deadline.`;
}

/** The rules that decided, where they are the same for all; else each link says its own. */
export function ruleRow({ links, linkCount }: Alert): readonly CardElement[] {
  const [rule, ...others] = new Set(links.map(ruleWords));
  if (rule === undefined || others.length > 0) return [];
  return [row("Rule", [paragraph([plain(safeText(rule, ruleLength)), ...listedOnly(links, linkCount)])])];
}

/** What is said of the links that are named holds of those, where they are not all. */
const listedOnly = (links: readonly AlertLink[], linkCount: number): readonly TextRun[] =>
  linkCount > links.length ? [plain(say` for those listed`)] : [];
