import { shortAlertId } from "../../domain/alerts/alert.ts";
import { givenUpIn } from "../../domain/alerts/given-up.ts";
import type { OutboxEntry } from "../../domain/alerts/outbox.ts";
import { acknowledgementOf, careVersion } from "../../domain/alerts/taken-care-of.ts";
import type { AlertsPage, MessagePage, Scene } from "../../domain/console/console-view.ts";
import { versionOfHost } from "../../domain/console/target.ts";
import { markup, type Html } from "../text/safe-html.ts";
import { kindName } from "../words/kind-words.ts";
import { alertSentences } from "../words/alert-sentences.ts";
import { acknowledgeAllForm, acknowledgeForm, resendForm } from "./forms.ts";
import { document } from "./layout.ts";
import { all, count, hrefTo, linkHref, moment, nothing, shortName, shown } from "./parts.ts";

/** `/console/alerts`: what people were told, how far it got, and who took care of it. */
export function alertsHtml({ bastionId, host, alerts }: AlertsPage, scene: Scene): string {
  const title =
    bastionId === undefined ? "Alerts of the watchdog itself" : `Alerts about ${shortName(bastionId)}`;
  const lost = new Set(givenUpIn(alerts).map(({ entry }) => entry.seq));
  const body = markup`<h1>${title}</h1>${bastionId === undefined ? markup`<p class="quiet">The alerts about a bastion are on <a href="/console#bastions">its own page</a>.</p>` : nothing}
<section aria-label="Alerts">${alerts.length === 0 ? markup`<p class="quiet">None.</p>` : markup`<table><caption>The newest hundred, newest first</caption>${heads}<tbody>${alerts.map((entry) => row(entry, { bastionId, host, lost }, scene))}</tbody></table>`}</section>`;
  return document(title, body, scene);
}

/** `/console/alerts?message=…`: what one message carried, all of which can be taken care of at once. */
export function messageHtml({ messageId, at, parts, version }: MessagePage, scene: Scene): string {
  const alerts = parts.reduce((sum, part) => sum + part.alerts.length, 0);
  const title = `${alerts} alerts in one message`;
  const rows = parts.flatMap((part) => part.alerts.map((entry) => row(entry, part, scene)));
  const body = markup`<h1>${title}</h1><p class="quiet">Message <code>${shown(shortAlertId(messageId))}</code>, sent ${moment(at)}.</p>
${acknowledgeAllForm(scene, { messageId, alerts, version })}
<section aria-label="Alerts"><table><caption>What it carried, a bastion after the other</caption>${heads}<tbody>${rows}</tbody></table></section>`;
  return document(title, body, scene);
}

interface Part extends Pick<AlertsPage, "bastionId" | "host"> {
  /** The numbers of those that channels gave up, where they can be sent again. */
  readonly lost?: ReadonlySet<number>;
}

const heads = markup`<thead><tr><th scope="col">Alert</th><th scope="col">When</th><th scope="col">What</th><th scope="col">Channels</th><th scope="col">Acknowledged</th></tr></thead>`;

function row(
  { seq, alert, deliveries, quiet }: OutboxEntry,
  { bastionId, host, lost }: Part,
  scene: Scene,
): Html {
  const again =
    lost?.has(seq) === true && host
      ? resendForm(scene, { bastionId, alertId: alert.id, version: versionOfHost({ host }) })
      : nothing;
  const care = careOf(alert, { bastionId, host }, scene);
  return markup`<tr><td data-label="Alert"><code>${shown(shortAlertId(alert.id))}</code> <span class="tag${alert.severity === "high" ? " bad" : ""}">${alert.severity}</span></td><td data-label="When">${moment(alert.at)}</td><td data-label="What"><b>${kindName(alert.kind)}</b>${machines(bastionId, alert)}<div class="small quiet">${shown(alertSentences(alert).join(" "))}</div></td><td data-label="Channels">${quiet ? quietWords[quiet] : nothing}${statesOf(deliveries)}${again}</td><td data-label="Acknowledged">${care}</td></tr>\n`;
}

function careOf(
  { id, links }: OutboxEntry["alert"],
  { bastionId, host }: Pick<AlertsPage, "bastionId" | "host">,
  scene: Scene,
): Html {
  const by = host && acknowledgementOf(host, id);
  const form = acknowledgeForm(scene, {
    bastionId,
    alertId: id,
    version: host ? careVersion(host, id) : "open",
  });
  if (!by) return form;
  const done = markup`${moment(by.at)} by ${shown(by.by)}`;
  if (by.stays.length === 0) return done;
  const left = links.filter(({ linkId }) => by.stays.includes(linkId));
  return markup`${done}, except for ${count(by.stays.length, "link").toLowerCase()} that ${shown(by.by)} may have created:${machines(bastionId, { links: left, linkCount: left.length })}${form}`;
}

/** Why people got no card of it. */
const quietWords = { digest: markup`<div>in the digest</div>`, off: markup`<div>off, by the policy</div>` };

const deliveryWords: Readonly<Record<OutboxEntry["deliveries"][string]["state"], string>> = {
  accepted: "accepted by",
  pending: "not yet delivered to",
  "gave-up": "delivery failed to",
};

/** How far it is with each channel, one line a state; where it left with others, the message that carried it. */
const statesOf = (deliveries: OutboxEntry["deliveries"]): Html =>
  all(
    Object.entries(deliveryWords).map(([state, words]) => {
      const channels = Object.entries(deliveries).filter(([, delivery]) => delivery.state === state);
      return channels.length === 0 ? nothing : markup`<div>${words} ${channels.map(channelOf)}</div>`;
    }),
  );

const channelOf = ([channel, delivery]: [string, OutboxEntry["deliveries"][string]], index: number): Html =>
  markup`${index > 0 ? ", " : ""}${shown(channel)}${carriedBy(delivery)}`;

const carriedBy = (delivery: OutboxEntry["deliveries"][string]): Html =>
  delivery.state === "accepted" && delivery.message !== undefined
    ? markup` with <a href="${hrefTo("/console/alerts", { message: delivery.message })}">message ${shown(shortAlertId(delivery.message))}</a>`
    : nothing;

const machines = (
  bastionId: string | undefined,
  { links, linkCount }: Pick<OutboxEntry["alert"], "links" | "linkCount">,
): Html =>
  linkCount === 0
    ? nothing
    : markup` <span class="small">${links.slice(0, 5).map(({ linkId, vmId }, index) => markup`${index > 0 ? ", " : ""}${bastionId === undefined ? shortName(vmId) : markup`<a href="${linkHref(bastionId, linkId)}">${shortName(vmId)}</a>`}`)}${linkCount > 5 ? ` and ${linkCount - 5} more` : ""}</span>`;
