import type { BastionPage, LedgerPageView, LinkPage, Scene } from "../../domain/console/console-view.ts";
import { versionOfLinks } from "../../domain/console/target.ts";
import { ownerOf } from "../../domain/attribution/attribution.ts";
import type { OpenLink } from "../../domain/state/bastion-rows.ts";
import { latest } from "../../domain/time.ts";
import { markup, type Html } from "../text/safe-html.ts";
import { searchedWords } from "../words/actor-words.ts";
import { ruleWords } from "../words/rule-words.ts";
import { breakerWords, featureWords, readWords } from "./coverage.ts";
import { factRows, timeLine } from "./facts.ts";
import { bastionForms, extendForm, giveTimeForm, revokeForms } from "./forms.ts";
import { document } from "./layout.ts";
import { linkTable } from "./overview-page.ts";
import { liveSection, usageSection } from "./usage.ts";
import {
  bastionHref,
  count,
  hrefTo,
  moment,
  shortName,
  nothing,
  placeText,
  shown,
  statusOf,
  timeLeft,
} from "./parts.ts";

/** `/console/link`: one link, its time line, and what can be done about it. */
export function linkHtml(page: LinkPage, scene: Scene): string {
  const { open, last, facts, bastionId, linkId } = page;
  const name = shortName(open?.link.vmId ?? last?.vmId ?? "");
  const body = markup`<h1>Link to ${name}</h1>
<section aria-label="The link">${open ? openFacts(open, scene) : markup`<p>This link is no longer open, as far as the watchdog can see.</p>`}
<dl><dt>Bastion</dt><dd><a href="${bastionHref(bastionId)}">${shortName(bastionId)}</a> <span class="small quiet">${placeText(bastionId)}</span></dd><dt>Link ID</dt><dd><code>${shown(linkId)}</code> <span class="small quiet">stands for the URL, which is a password and is stored nowhere</span></dd></dl></section>
${usageSection(page)}${liveSection(page, scene)}
${open ? actions(page, open, scene) : nothing}${giving(page, scene)}
<section aria-labelledby="line"><h2 id="line">Timeline</h2>${facts.length === 0 ? markup`<p class="quiet">The ledger holds nothing about it yet.</p>` : timeLine(facts, linkId)}</section>`;
  return document(`Link to ${name}`, body, scene);
}

function openFacts({ link }: OpenLink, { now }: Scene): Html {
  const { extension, demanded } = link;
  const source =
    link.createdAtSource === "azure" ? "Azure's own date" : "first seen then: Azure gave no usable date";
  return markup`${timeLeft(link, now)}<dl><dt>Status</dt><dd>${statusOf(link)}</dd><dt>VM</dt><dd>${shortName(link.vmId)} <span class="small quiet">${placeText(link.vmId)}</span></dd><dt>Created by</dt><dd>${shown(ownerOf(link.attribution))}${link.attribution.kind === "unknown" ? markup` <span class="small quiet">${searchedWords[link.attribution.searched]}</span>` : nothing}</dd><dt>Open since</dt><dd>${moment(link.createdAt)} <span class="small quiet">${source}${link.life > 1 ? `, life ${link.life}` : ""}</span></dd><dt>Rule</dt><dd>${shown(ruleWords(link))}</dd>${extension ? markup`<dt>Extended</dt><dd>until ${moment(extension.until)}, given by ${shown(extension.by)}: ${shown(extension.why)}</dd>` : nothing}${demanded ? markup`<dt>Revocation requested</dt><dd>${moment(demanded.at)}, by ${shown(demanded.by)}: ${shown(demanded.why)}</dd>` : nothing}</dl>`;
}

function actions(
  { forms, extendableUntil, bastionId, linkId }: LinkPage,
  open: OpenLink,
  scene: Scene,
): Html {
  if (!scene.token) return nothing;
  const { link } = open;
  const isFree = !link.intent && !link.demanded;
  const most = extendableUntil;
  const extend =
    isFree && most !== undefined && most > latest(link.deadline, scene.now)
      ? extendForm(scene, {
          bastionId,
          linkId,
          version: versionOfLinks([open]),
          deadline: link.deadline,
          most,
        })
      : nothing;
  return markup`<section class="noprint" aria-labelledby="act"><h2 id="act">Actions</h2>${revokeForms(scene, forms)}${extend}</section>`;
}

function giving({ givableUntil, bastionId, linkId, hostVersion = "" }: LinkPage, scene: Scene): Html {
  if (!scene.token || givableUntil === undefined) return nothing;
  const form = giveTimeForm(scene, { bastionId, linkId, version: hostVersion, until: givableUntil });
  return markup`<section class="noprint" aria-labelledby="give"><h2 id="give">Lifetime spent</h2>${form}</section>`;
}

/** `/console/bastion`: how it is watched, what is open on it, and what can be asked of it. */
export function bastionHtml({ rows, links, forms, hostVersion }: BastionPage, scene: Scene): string {
  const { bastion, watched } = rows;
  const { host } = watched;
  const body = markup`<h1>${shortName(bastion.id)}</h1>
<section aria-label="The bastion"><dl><dt>Place</dt><dd>${placeText(bastion.id)}</dd><dt>Last complete list</dt><dd>${readWords(host, scene.now)}</dd><dt>Shareable links</dt><dd>${featureWords(host)}</dd><dt>Revoked by the watchdog</dt><dd>${breakerWords(host, scene.now)}</dd><dt>Evidence</dt><dd><a href="${hrefTo("/console/ledger", { bastion: bastion.id })}">Ledger</a> · <a href="${hrefTo("/console/alerts", { bastion: bastion.id })}">Alerts</a></dd></dl></section>
<section aria-labelledby="open"><h2 id="open">Open links</h2>${links.length === 0 ? markup`<p class="quiet">None.</p>` : linkTable(links, scene.now, { caption: `${count(links.length, "link")}, most urgent first` })}</section>
${scene.token ? markup`<section class="noprint" aria-labelledby="act"><h2 id="act">Actions</h2>${bastionForms(scene, bastion.id, hostVersion)}${revokeForms(scene, forms)}</section>` : nothing}`;
  return document(bastion.name, body, scene);
}

/** `/console/ledger`: the facts, and whether they hold. */
export function ledgerHtml(page: LedgerPageView, scene: Scene): string {
  const { name, records, verification, whole, from, next } = page;
  const isOwn = name === "watchdog";
  const title = isOwn ? "The watchdog's own ledger" : `Ledger of ${shortName(name)}`;
  const here = (query: Readonly<Record<string, string>>) =>
    hrefTo("/console/ledger", { bastion: name, ...query });
  const older =
    from > 0 ? markup`<a href="${here({ from: String(Math.max(0, from - 200)) })}">Older</a>` : nothing;
  const newer = next === undefined ? nothing : markup`<a href="${here({ from: String(next) })}">Newer</a>`;
  const all = whole
    ? nothing
    : markup`<p class="noprint"><a href="${here({ verify: "all" })}">Verify the whole ledger</a></p>`;
  const bad = verification.ok ? undefined : verification.seq;
  const body = markup`<h1>${title}</h1>${verdict(page)}${all}
<section aria-label="Facts">${records.length === 0 ? markup`<p class="quiet">No facts here.</p>` : factRows(records, isOwn ? undefined : name, bad)}<nav class="pages" aria-label="Pages of the ledger">${older}${newer}</nav></section>`;
  return document(title, body, scene);
}

function verdict({ verification, whole, records }: LedgerPageView): Html {
  const what = whole
    ? `The whole ledger of ${count(verification.count, "fact").toLowerCase()}`
    : `What this page shows (${count(records.length, "fact").toLowerCase()})`;
  if (verification.ok)
    return markup`<div class="banner" role="status"><p><b>Verified.</b> ${what} holds: every fact follows the one before it and is as it was written.</p></div>`;
  return markup`<div class="banner bad" role="alert"><p><b>Broken at number ${verification.seq}.</b> ${shown(verification.why)}</p></div>`;
}
