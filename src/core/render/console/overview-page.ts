import type { ClosedLine, LinkFilter, OverviewPage, Scene } from "../../domain/console/console-view.ts";
import { ownerOf } from "../../domain/attribution/attribution.ts";
import { isUnseen } from "../../domain/reports/coverage.ts";
import type { ClosedBy } from "../../domain/links/link.ts";
import type { OpenLink } from "../../domain/state/bastion-rows.ts";
import { formatDuration, hours, type Instant } from "../../domain/time.ts";
import { markup, type Html } from "../text/safe-html.ts";
import { reasonWords } from "../words/reason-words.ts";
import { ruleWords } from "../words/rule-words.ts";
import { statusWords } from "../words/status-words.ts";
import { bastionRows, witnessRows } from "./coverage.ts";
import { document } from "./layout.ts";
import { usageCell } from "./usage.ts";
import {
  bastionHref,
  count,
  hrefTo,
  linkHref,
  moment,
  shortName,
  nothing,
  placeText,
  shown,
  statusOf,
  timeLeft,
} from "./parts.ts";

/** `/console`: what is open now and until when, what was closed, and how well it is watched. */
export function overviewHtml(page: OverviewPage, scene: Scene): string {
  const body = markup`<h1>${headline(page)}</h1>
${figures(page, scene.now)}${pausedChannels(page)}
<section aria-labelledby="open"><h2 id="open">Open links</h2>
${filterForm(page)}${page.shown.length === 0 ? empty(page) : linkTable(page.shown, scene.now, { caption: `${count(page.found, "link")}, most urgent first`, usage: page.usage })}${pager(page)}</section>
<section aria-labelledby="closed"><h2 id="closed">Recently closed</h2>${closedTable(page.closed)}</section>
<section aria-labelledby="bastions"><h2 id="bastions">Bastions and coverage</h2>${bastionRows(page.bastions, scene.now)}${witnessRows(page.witnesses, scene.now)}</section>`;
  return document("Open links", body, scene);
}

const pausedChannels = ({ pauses }: OverviewPage): readonly Html[] =>
  pauses.map(
    ({ channel, since, why }) =>
      markup`<p><span class="tag bad">channel paused</span> ${channel} has taken no alert since ${moment(since)}. <span class="quiet">${shown(reasonWords(why))}</span></p>\n`,
  );

const headline = ({ open, bastions }: OverviewPage): string =>
  open === 0
    ? `No link is open on ${count(bastions.length, "bastion").toLowerCase()}`
    : `${count(open, "link")} open on ${count(bastions.filter((line) => line.open > 0).length, "bastion")}`;

function figures({ shown: links, bastions, pages }: OverviewPage, now: Instant): Html {
  const soon = links.filter(({ link }) => link.deadline > now && link.deadline <= now + hours(1)).length;
  const due = links.filter(({ link }) => link.deadline <= now).length;
  const unread = bastions.filter(({ host }) => isUnseen(host, now)).length;
  const where = pages > 1 ? " on this page" : "";
  return markup`<ul class="figures"><li><b>${soon}</b>expire within an hour${where}</li><li${due > 0 ? markup` class="bad"` : nothing}><b>${due}</b>past their deadline${where}</li><li${unread > 0 ? markup` class="bad"` : nothing}><b>${unread}</b>bastions not read for an hour</li></ul>`;
}

const statuses = Object.entries(statusWords);

function filterForm({ filter }: OverviewPage): Html {
  const option = ([value, words]: readonly [string, string]) =>
    markup`<option value="${value}"${value === filter.status ? markup` selected` : nothing}>${words}</option>`;
  const field = (name: "bastion" | "owner", words: string) =>
    markup`<label>${words}<input name="${name}" value="${filter[name]}" maxlength="200"></label>`;
  return markup`<form class="filter" method="get" action="/console" role="search">
<label>Search<input type="search" name="q" value="${filter.text}" maxlength="200" placeholder="VM, resource group, rule, link ID"></label>
${field("bastion", "Bastion")}${field("owner", "Created by")}
<label>Status<select name="status">${[["", "any"] as const, ...statuses].map(option)}</select></label>
<button>Filter</button>${isNarrowed(filter) ? markup` <a href="/console">Show all</a>` : nothing}</form>`;
}

const isNarrowed = ({ text, bastion, owner, status }: LinkFilter): boolean =>
  [text, bastion, owner, status].some((part) => part !== "");

const empty = ({ filter }: OverviewPage): Html =>
  isNarrowed(filter)
    ? markup`<p class="quiet">No open link matches the filter.</p>`
    : markup`<p class="quiet">Nothing is reachable through a shareable link, as far as the watchdog can see.</p>`;

interface LinkTable {
  readonly caption: string;
  /** Adds a column; undefined where nobody was asked. */
  readonly usage?: OverviewPage["usage"];
}

/** Links as rows; also on a bastion's own page. */
export const linkTable = (links: readonly OpenLink[], now: Instant, { caption, usage }: LinkTable): Html =>
  markup`<table><caption>${caption}</caption>
<thead><tr><th scope="col">VM</th><th scope="col">Time left</th><th scope="col">Created by</th><th scope="col">Bastion</th>${usage ? markup`<th scope="col">Used</th>` : nothing}<th scope="col">Rule</th><th scope="col">Status</th></tr></thead>
<tbody>${links.map((open) => linkRow(open, now, usage ? markup`<td data-label="Used">${usageCell(usage.get(open.link.linkId))}</td>` : nothing))}</tbody></table>`;

const linkRow = ({ bastionId, link }: OpenLink, now: Instant, usage: Html): Html =>
  markup`<tr><td data-label="VM"><a href="${linkHref(bastionId, link.linkId)}"><b>${shortName(link.vmId)}</b></a><div class="small quiet">${placeText(link.vmId)}</div></td><td class="time" data-label="Time left">${timeLeft(link, now)}</td><td data-label="Created by">${shown(ownerOf(link.attribution))}<div class="small quiet">${moment(link.createdAt)}</div></td><td data-label="Bastion"><a href="${bastionHref(bastionId)}">${shortName(bastionId)}</a></td>${usage}<td data-label="Rule">${shown(ruleWords(link))}</td><td data-label="Status">${statusOf(link)}${link.extension ? markup` <span class="tag">extended</span>` : nothing}</td></tr>\n`;

function pager({ filter, pages }: OverviewPage): Html {
  if (pages === 1) return nothing;
  const { text, bastion, owner, status, page } = filter;
  const to = (number: number, words: string) =>
    markup`<a href="${hrefTo("/console", { q: text, bastion, owner, status, page: String(number) })}">${words}</a>`;
  return markup`<nav class="pages" aria-label="Pages of the list">${page > 1 ? to(page - 1, "Previous") : nothing}<span>Page ${page} of ${pages}</span>${page < pages ? to(page + 1, "Next") : nothing}</nav>`;
}

const closedWords: Readonly<Record<ClosedBy, string>> = {
  "revoked-by-watchdog": "revoked by the watchdog",
  "perhaps-by-watchdog": "gone, perhaps by the watchdog's delete",
  "deleted-by-other": "deleted by someone else",
  "switched-off": "switched off with its bastion's links",
  "gone-with-bastion": "gone with its bastion",
};

const closedTable = (lines: readonly ClosedLine[]): Html =>
  lines.length === 0
    ? markup`<p class="quiet">None within the last seven days.</p>`
    : markup`<table><caption>The last seven days, newest first, 25 at most</caption>
<thead><tr><th scope="col">VM</th><th scope="col">Closed</th><th scope="col">How</th><th scope="col">Was open</th><th scope="col">Created by</th><th scope="col">Bastion</th><th scope="col">Rule</th></tr></thead>
<tbody>${lines.map(closedRow)}</tbody></table>`;

const closedRow = ({
  bastionId,
  linkId,
  vmId,
  openedAt,
  closedAt,
  closedBy,
  owner = "",
  rule = "",
}: ClosedLine): Html =>
  markup`<tr><td data-label="VM"><a href="${linkHref(bastionId, linkId)}">${vmId === undefined ? markup`<code>${linkId}</code>` : shortName(vmId)}</a></td><td data-label="Closed">${moment(closedAt)}</td><td data-label="How">${closedWords[closedBy]}</td><td data-label="Was open">${formatDuration(Math.max(0, closedAt - openedAt))}</td><td data-label="Created by">${shown(owner)}</td><td data-label="Bastion"><a href="${bastionHref(bastionId)}">${shortName(bastionId)}</a></td><td data-label="Rule">${shown(rule)}</td></tr>\n`;
