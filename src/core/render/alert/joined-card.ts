import { messageIdOf } from "../../domain/alerts/lane/message-id.ts";
import { tellingOnes } from "../../domain/alerts/lane/overtaken.ts";
import { bastionsIn, mergedAlert, sharesOf, type Share } from "../../domain/alerts/lane/merged.ts";
import { traitsOf } from "../../domain/alerts/alert-kinds.ts";
import { newsOf, shortAlertId, type Alert, type AlertLink } from "../../domain/alerts/alert.ts";
import { asRead, isOver, momentOf } from "../../domain/alerts/as-of.ts";
import { resourceName } from "../../domain/arm-id.ts";
import { callerName } from "../../domain/attribution/signal.ts";
import { formatDuration, formatInstant, instant, latest, type Instant } from "../../domain/time.ts";
import { joined, safeText, say, type SafeText } from "../text/safe-text.ts";
import { actorLabel, meaningOf, titleOfMany } from "../words/alert-words.ts";
import { sinceThen } from "../words/gone-words.ts";
import { noteSentences } from "../words/note-words.ts";
import {
  bold,
  button,
  fitting,
  paragraph,
  plain,
  row,
  rowOfButtons,
  small,
  type AdaptiveCard,
  type CardElement,
  type RichTextBlock,
} from "./card-elements.ts";
import { helpPage, nameOf, tagWords, type Pages } from "./card-places.ts";
import { barOf } from "./card-title.ts";
import { messageUrlOf } from "./console-link.ts";

type Several = readonly [Alert, ...Alert[]];

/** With the other rows it stays below what Teams takes, which is about 28 KB. */
const machineBytes = 19_000;
const noteBytes = 2_500;
const noteLength = 300;
/** So many people are named, the rest is a count. */
const mostPeople = 20;

/** The first line of a joined message. */
const titleOf = (alerts: Several): SafeText =>
  titleOfMany(alerts, mergedAlert(alerts), {
    bastions: bastionsIn(tellingOnes(alerts)).length,
    callers: sharesOf(tellingOnes(alerts)).length,
  });

/** What a mail with it is called: repeats have another id, because they may hold other alerts. */
export const joinedSubject = (alerts: Several): SafeText =>
  say`${titleOf(alerts)} [${shortAlertId(messageIdOf(alerts))}]`;

/** Many alerts of one kind as one card: how many links, where, by whom, since when, until when. */
export function joinedCard(carried: Several, pages: Pages = {}): AdaptiveCard {
  const alerts = tellingOnes(carried);
  const told = mergedAlert(carried);
  const alert = asRead(told);
  const id = messageIdOf(carried);
  return {
    type: "AdaptiveCard",
    version: "1.4",
    msteams: { width: "Full" },
    fallbackText: `Bastion shareable links, ${alert.severity} severity. ${meaningOf(told)}`,
    body: [
      barOf(told, titleOf(carried), say`${carried.length} alerts, message ${shortAlertId(id)}`),
      { type: "TextBlock", text: meaningOf(told), wrap: true },
      ...noteRow(alerts, told),
      ...machineRow(alerts, alert),
      ...peopleRow(alerts),
      ...timeRows(alert, isOver(told)),
      ...buttons(id, told, pages),
    ],
  };
}

/** What holds of all of them; and of each bastion what holds of it alone. */
function noteRow(alerts: Several, told: Alert): readonly CardElement[] {
  const own = alerts.map((alert) => noteSentences({ ...asRead(alert), links: [], asOf: undefined }));
  const shared = own.reduce((all, sentences) => all.filter((text) => sentences.includes(text)));
  const single = alerts.flatMap(({ bastionId = "" }, index) =>
    (own[index] ?? [])
      .filter((text) => !shared.includes(text))
      .map((text) => `${resourceName(bastionId)}: ${text}`),
  );
  const sentences = [...noteSentences(told), ...alerts.flatMap(backAgain), ...shared, ...new Set(single)];
  if (sentences.length === 0) return [];
  const lines = sentences.map((text) => paragraph([plain(safeText(text, noteLength))], "small"));
  const more = (missing: number) => paragraph([small(say`and ${missing} more`)], "small");
  return [row("Notes", fitting<CardElement>(lines, { budget: noteBytes, total: lines.length, more }))];
}

/** Of what an alert says is gone, what is listed again by now. */
const backAgain = (alert: Alert): readonly string[] =>
  alert.asOf && traitsOf(newsOf(alert)).links === "gone"
    ? sinceThen({ ...alert, asOf: { ...alert.asOf, at: alert.at, isUnread: undefined } })
    : [];

type OfBastion = readonly [bastionId: string, links: readonly AlertLink[]];

/** A line, and of how many links it tells. */
interface Line {
  readonly line: RichTextBlock;
  readonly links: number;
}

/** As many as there is room for. */
function fittingLines(lines: readonly Line[]): readonly Line[] {
  const shown = fitting(
    lines.map(({ line }) => line),
    { budget: machineBytes, total: lines.length, more: () => paragraph([], "small") },
  );
  const isCut = shown.length !== lines.length || shown.at(-1)?.inlines.length === 0;
  return lines.slice(0, isCut ? shown.length - 1 : undefined);
}

/** In the form that names the most links. */
function named(bastions: readonly OfBastion[], by: Pick<Alert, "tags">): readonly Line[] {
  const forms = [linesOf(bastions, by), linesOf(bastions, {}), dense(bastions)].map(fittingLines);
  return forms.reduce((best, one) => (countIn(one) > countIn(best) ? one : best));
}

const countIn = (lines: readonly Line[]): number => lines.reduce((sum, one) => sum + one.links, 0);

const linesOf = (bastions: readonly OfBastion[], by: Pick<Alert, "tags">): readonly Line[] =>
  bastions.map(([bastion, links]) => ({ line: lineOf(bastion, links, by), links: links.length }));

/** So many bastions share a line where there are too many for one each: what a line costs is its frame. */
const mostInLine = 10;

const dense = (bastions: readonly OfBastion[]): readonly Line[] =>
  Array.from({ length: Math.ceil(bastions.length / mostInLine) }, (_, index) => {
    const some = bastions.slice(index * mostInLine, (index + 1) * mostInLine);
    const texts = some.map(([bastion, links]) => {
      const [first, ...others] = links.map(({ vmId }) => nameOf(vmId));
      return joined([say`${resourceName(bastion)}: ${first ?? ""}`, ...others], ", ");
    });
    return {
      line: paragraph([plain(joined(texts, " · "))], "small"),
      links: some.reduce((sum, [, links]) => sum + links.length, 0),
    };
  });

/** Every machine by name, the most important first: a line a bastion, with their tags where there is room for all of them, or ten bastions a line. */
function machineRow(alerts: Several, alert: Alert): readonly CardElement[] {
  const { links, linkCount } = alert;
  const place = new Map(
    alerts.flatMap((alert) => alert.links.map(({ linkId }) => [linkId as string, alert.bastionId ?? ""])),
  );
  const byBastion = new Map<string, AlertLink[]>();
  for (const link of links) {
    const bastion = place.get(link.linkId) ?? "";
    byBastion.set(bastion, [...(byBastion.get(bastion) ?? []), link]);
  }
  const lines = named([...byBastion], alert);
  const missing = linkCount - countIn(lines);
  const more = say`and ${missing} more links: the list is in the watchdog`;
  return [
    row("VMs", [
      ...forbiddenLine(links),
      ...lines.map(({ line }) => line),
      ...(missing > 0 ? [paragraph([plain(more)], "small")] : []),
    ]),
  ];
}

const forbiddenLine = (links: readonly AlertLink[]): readonly RichTextBlock[] => {
  const forbidden = links.filter(({ allowed }) => !allowed).length;
  return forbidden === 0 || forbidden === links.length
    ? []
    : [paragraph([plain(say`${forbidden} of ${links.length} are forbidden; those come first`)], "small")];
};

const lineOf = (bastionId: string, links: readonly AlertLink[], by: Pick<Alert, "tags">): RichTextBlock =>
  paragraph(
    [
      small(say`${resourceName(bastionId)}: `),
      bold(
        joined(
          links.map(({ vmId }) => taggedName(vmId, by)),
          ", ",
        ),
      ),
    ],
    "small",
  );

function taggedName(vmId: string, by: Pick<Alert, "tags">): SafeText {
  const tags = tagWords(vmId, by);
  return tags.length === 0 ? nameOf(vmId) : say`${nameOf(vmId)} (${joined(tags, ", ")})`;
}

/** By whom, each with a count. */
function peopleRow(alerts: Several): readonly CardElement[] {
  const shares = sharesOf(alerts);
  const others = shares.slice(mostPeople);
  const links = others.reduce((sum, share) => sum + share.links, 0);
  const lines = shares
    .slice(0, mostPeople)
    .map((share) => paragraph([bold(whoIs(share)), plain(say` · ${linksIn(share.links)}`)], "small"));
  const rest = paragraph([plain(say`and ${others.length} more callers · ${linksIn(links)}`)], "small");
  return [row(actorLabel(newsOf(alerts[0])), [...lines, ...(others.length > 0 ? [rest] : [])])];
}

const linksIn = (count: number): string => (count === 1 ? "1 link" : `${count} links`);

function whoIs({ actor }: Share): SafeText {
  if (actor?.kind === "known") return safeText(callerName(actor.caller));
  if (actor?.kind !== "ambiguous") return say`Not known`;
  const names = actor.candidates.slice(0, 3).map(callerName).join(", ");
  return say`One of ${actor.candidates.length} callers: ${names}`;
}

/** Since when, and which of them ends first. */
function timeRows(alert: Alert, isPast: boolean): readonly CardElement[] {
  const { links } = alert;
  const kind = traitsOf(newsOf(alert)).links;
  const [first] = links;
  if (!first || isPast || kind === "gone") return [];
  const at = momentOf(alert);
  const opened = links.map(({ createdAt }) => createdAt);
  const [from, to] = [instant(Math.min(...opened)), latest(...opened)];
  const since =
    from === to ? say`${formatInstant(from)}` : say`${formatInstant(from)} to ${formatInstant(to)}`;
  const soonest = instant(Math.min(...links.map(({ deadline }) => deadline)));
  return [
    row("Open since", [paragraph([plain(since)])]),
    row("Until", [paragraph([bold(when(soonest, at)), plain(say` at the earliest`)])]),
  ];
}

const when = (moment: Instant, at: Instant): SafeText =>
  moment > at
    ? say`${formatInstant(moment)} (in ${formatDuration(moment - at)})`
    : say`${formatInstant(moment)} (due)`;

const buttons = (id: string, { kind }: Alert, pages: Pages): readonly CardElement[] =>
  rowOfButtons([
    ...button("Open in the watchdog", messageUrlOf(id, pages)),
    ...button("Help", helpPage(kind, pages)),
  ]);
