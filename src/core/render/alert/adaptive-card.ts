import type { Alert } from "../../domain/alerts/alert.ts";
import { asRead } from "../../domain/alerts/as-of.ts";
import { actorRow } from "./card-actor.ts";
import {
  button,
  fitting,
  paragraph,
  plain,
  row,
  rowOfButtons,
  small,
  type AdaptiveCard,
  type CardElement,
} from "./card-elements.ts";
import { machineRows, ruleRow, timeRows } from "./card-links.ts";
import { helpPage, nameOf, placeOf, portalPage, subscriptionOf, type Pages } from "./card-places.ts";
import { consoleUrlOf } from "./console-link.ts";
import { digestRows } from "./digest-card.ts";
import { titleBar } from "./card-title.ts";
import { safeText, say } from "../text/safe-text.ts";
import { meaningOf } from "../words/alert-words.ts";
import { noteSentences } from "../words/note-words.ts";

/**
 * Teams refuses messages above about 28 KB. Each part of a card has a bound of its own, and together they
 * stay below this.
 */
export const messageBytes = 24_000;
const noteBytes = 3_000;
const noteLength = 300;

/** What a Teams Workflows flow takes: exactly this wrapper, or it posts nothing and still says 202. */
export interface WorkflowMessage {
  readonly type: "message";
  readonly attachments: readonly [
    {
      readonly contentType: "application/vnd.microsoft.card.adaptive";
      readonly contentUrl: null;
      readonly content: AdaptiveCard;
    },
  ];
}

/** The card in its wrapper; whoever sends it keeps the JSON below `messageBytes`. */
export const workflowMessage = (content: AdaptiveCard): WorkflowMessage => ({
  type: "message",
  attachments: [{ contentType: "application/vnd.microsoft.card.adaptive", contentUrl: null, content }],
});

/** One alert as a card: who opened which machine, from where, until when. Buttons only open pages. A mail also has what is to be kept as a proof. */
export function renderCard(told: Alert, pages: Pages = {}, to: "teams" | "mail" = "teams"): AdaptiveCard {
  const alert = asRead(told);
  return {
    type: "AdaptiveCard",
    version: "1.4",
    msteams: { width: "Full" },
    fallbackText: `Bastion shareable links, ${alert.severity} severity. ${meaningOf(told)}`,
    body: [
      titleBar(told),
      ...(told.digest
        ? digestRows({ ...told, digest: told.digest }, to, consoleUrlOf(alert, pages))
        : rows(told, alert)),
      ...buttons(alert, pages),
    ],
  };
}

function rows(told: Alert, alert: Alert): readonly CardElement[] {
  return [
    { type: "TextBlock", text: meaningOf(told), wrap: true },
    ...noteRow(told),
    ...machineRows(alert),
    ...actorRow(alert),
    ...timeRows(alert),
    ...bastionRow(alert),
    ...ruleRow(alert),
  ];
}

function noteRow(alert: Alert): readonly CardElement[] {
  const notes = noteSentences(alert);
  if (notes.length === 0) return [];
  const lines = notes.slice(0, 20).map((note) => paragraph([plain(safeText(note, noteLength))], "small"));
  return [
    row("Notes", fitting<CardElement>(lines, { budget: noteBytes, total: notes.length, more: moreNotes })),
  ];
}

const moreNotes = (missing: number): CardElement => paragraph([small(say`and ${missing} more`)], "small");

function bastionRow({ bastionId, links, linkCount, names }: Alert): readonly CardElement[] {
  if (bastionId === undefined) return [];
  const home = linkCount === 1 ? subscriptionOf(links[0]?.vmId) : undefined;
  return [
    row("Bastion", [
      paragraph([plain(nameOf(bastionId))]),
      paragraph([small(placeOf(bastionId, { home, names }))]),
    ]),
  ];
}

/**
 * Our own page first; a row each, because two do not fit a phone side by side. A VM's button only
 * where all links lead to the same one.
 */
function buttons(alert: Alert, pages: Pages): readonly CardElement[] {
  const { links, linkCount, bastionId } = alert;
  const machines = new Set(links.map(({ vmId }) => vmId));
  const [machine = ""] = linkCount === links.length && machines.size === 1 ? machines : [];
  return [
    ...rowOfButtons([
      ...button("Open in the watchdog", consoleUrlOf(alert, pages)),
      ...button("Help", helpPage(alert.kind, pages)),
    ]),
    ...rowOfButtons(button("Open VM in portal", portalPage(machine, pages))),
    ...rowOfButtons(button("Open bastion in portal", portalPage(bastionId ?? "", pages))),
  ];
}
