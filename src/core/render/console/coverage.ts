import type { BastionLine } from "../../domain/console/console-view.ts";
import { isStale } from "../../domain/reports/coverage.ts";
import { lastHour, linksIn } from "../../domain/state/counted-revocations.ts";
import { isTroubled, type WitnessLine } from "../../domain/alerts/witness-figures.ts";
import { witnessWords } from "../words/witness-words.ts";
import { formatDuration, hours, type Instant } from "../../domain/time.ts";
import type { HostState } from "../../domain/state/watched.ts";
import { markup, type Html } from "../text/safe-html.ts";
import { bastionHref, hrefTo, moment, shortName, nothing, placeText, shown } from "./parts.ts";

/** Whether and when a bastion was read. */
export function readWords(host: HostState | undefined, now: Instant): Html {
  if (host?.unreadable) {
    const { why, since, gone, partly } = host.unreadable;
    const state = gone
      ? markup`<span class="tag">deleted</span>`
      : markup`<span class="tag bad">${partly ? "read in part" : "not readable"}</span>`;
    return markup`${state} since ${moment(since)}<div class="small quiet">${shown(why)}</div>`;
  }
  if (host?.checkedAt === undefined) return markup`<span class="tag bad">never read</span>`;
  const ago = markup`${formatDuration(Math.max(0, now - host.checkedAt))} ago`;
  return isStale({ host }, now)
    ? markup`<span class="tag bad">stale</span> ${ago}`
    : markup`<span class="tag good">read</span> ${ago}`;
}

/** `enableShareableLink` as last seen; a bastion that was never read is "not known", not "off". */
export const featureWords = (host: HostState | undefined): string => {
  if (host?.featureOn === undefined) return "not known";
  return host.featureOn ? "on" : "off";
};

/** How many links the watchdog took down on its own within the hour, and whether the breaker is open. */
export function breakerWords(host: HostState | undefined, now: Instant): Html {
  const recent = linksIn(lastHour(host?.recentRevocations ?? [], now));
  const released = host?.breakerReleasedUntil;
  const open =
    released !== undefined && released > now
      ? markup` <span class="tag bad">released until ${moment(released)}</span>`
      : nothing;
  const held =
    host?.heldToldAt !== undefined && host.heldToldAt > now - hours(1)
      ? markup` <span class="tag bad">holding back</span>`
      : nothing;
  return markup`${recent} within the hour${held}${open}`;
}

/** A table with one row per bastion, in the order given, or a sentence if there is none. */
export const bastionRows = (lines: readonly BastionLine[], now: Instant): Html =>
  lines.length === 0
    ? markup`<p class="quiet">No bastion was ever seen. The first sweep finds them.</p>`
    : markup`<table><caption>Every bastion ever seen in scope</caption>
<thead><tr><th scope="col">Bastion</th><th scope="col">Open links</th><th scope="col">Last complete list</th><th scope="col">Shareable links</th><th scope="col">Revoked</th><th scope="col">Ledger</th></tr></thead>
<tbody>${lines.map((line) => bastionRow(line, now))}</tbody></table>`;

/** For each subscription, when each of its two witnesses last spoke. */
export const witnessRows = (lines: readonly WitnessLine[], now: Instant): Html =>
  lines.length === 0
    ? nothing
    : markup`<table><caption>Who reports link operations, by subscription</caption>
<thead><tr><th scope="col">Subscription</th><th scope="col">State</th><th scope="col">Last reports</th></tr></thead>
<tbody>${lines.map((line) => witnessRow(line, now))}</tbody></table>`;

const witnessRow = (line: WitnessLine, now: Instant): Html =>
  markup`<tr><td data-label="Subscription">${line.subscriptionId}</td><td data-label="State">${isTroubled(line) ? markup`<span class="tag bad">check</span>` : markup`<span class="tag good">fine</span>`}</td><td data-label="Last reports">${shown(witnessWords(line, now))}</td></tr>\n`;

const bastionRow = ({ bastionId, host, open }: BastionLine, now: Instant): Html =>
  markup`<tr><td data-label="Bastion"><a href="${bastionHref(bastionId)}"><b>${shortName(bastionId)}</b></a><div class="small quiet">${placeText(bastionId)}</div></td><td data-label="Open links">${open}</td><td data-label="Last complete list">${readWords(host, now)}</td><td data-label="Shareable links">${featureWords(host)}</td><td data-label="Revoked">${breakerWords(host, now)}</td><td data-label="Ledger"><a href="${hrefTo("/console/ledger", { bastion: bastionId })}">facts</a> · <a href="${hrefTo("/console/alerts", { bastion: bastionId })}">alerts</a></td></tr>\n`;
