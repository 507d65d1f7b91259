import type { LinkPage, Scene } from "../../domain/console/console-view.ts";
import { isSameId } from "../../domain/arm-id.ts";
import type { KeptSessions, LiveSession } from "../../domain/links/observation.ts";
import { askedAgainAfter } from "../../domain/state/asking.ts";
import { formatDuration, formatInstant } from "../../domain/time.ts";
import type { Session, Usage } from "../../domain/links/usage.ts";
import { markup, type Html } from "../text/safe-html.ts";
import { gapWords } from "../words/usage-words.ts";
import { endSessionForm } from "./forms.ts";
import { count, moment, nothing, shown } from "./parts.ts";

type Used = Usage & { readonly kind: "used" };

/** Was it used, in a table's cell; the reason why nobody knows stands in its title. */
export function usageCell(usage: Usage | undefined): Html {
  switch (usage?.kind) {
    case undefined:
      return nothing;
    case "used":
      return markup`${sessionCount(usage)}${usage.failedSignIns > 0 ? markup` <span class="tag bad">${count(usage.failedSignIns, "failed sign-in")}</span>` : nothing}`;
    case "never used":
      return markup`<span title="until ${formatInstant(usage.through)}">never used</span>`;
    case "not known":
      return markup`<span class="quiet" title="${shown(gapWords(usage.gap))}">not known</span>`;
  }
}

const sessionCount = ({ sessions, whole }: Used): string =>
  `${whole ? "" : "at least "}${count(sessions.length, "session")}`;

const figures = (usage: Used): string =>
  usage.failedSignIns > 0
    ? `${sessionCount(usage)}, ${count(usage.failedSignIns, "failed sign-in")}`
    : sessionCount(usage);

/** What Bastion's audit log says of the machine while the link was open. */
export function usageSection({ usage }: LinkPage): Html {
  return usage === undefined
    ? nothing
    : markup`<section aria-labelledby="used"><h2 id="used">Usage</h2>${usageWords(usage)}</section>`;
}

function usageWords(usage: Usage): Html {
  switch (usage.kind) {
    case "used":
      return markup`<p>${figures(usage)} to this VM through this bastion while the link was open.</p>${usage.sessions.length === 0 ? nothing : sessionTable(usage.sessions)}`;
    case "never used":
      return markup`<p>Never, as far as Bastion's audit log had arrived: until ${moment(usage.through)}.</p>`;
    case "not known":
      return markup`<p class="quiet">Not known: ${shown(gapWords(usage.gap))}.</p>`;
  }
}

const sessionsShown = 50;

const sessionTable = (sessions: readonly Session[]): Html =>
  markup`<table><caption>${sessions.length > sessionsShown ? `The newest ${sessionsShown} sessions` : "Sessions"}, oldest first. The log names no link: it says which VM, and when.</caption>
<thead><tr><th scope="col">Began</th><th scope="col">Lasted</th><th scope="col">User on the VM</th><th scope="col">From</th><th scope="col">How</th></tr></thead>
<tbody>${sessions.slice(-sessionsShown).map(sessionRow)}</tbody></table>`;

const sessionRow = ({ startedAt, endedAt, userName, ipAddress, protocol, viaLink }: Session): Html =>
  markup`<tr><td data-label="Began">${moment(startedAt)}</td><td data-label="Lasted">${endedAt === undefined ? "not known" : formatDuration(Math.max(0, endedAt - startedAt))}</td><td data-label="User on the VM">${shown(userName ?? "not known")}</td><td data-label="From">${shown(ipAddress ?? "not known")}</td><td data-label="How">${howOf(protocol, viaLink)}</td></tr>\n`;

const howOf = (protocol: string | undefined, viaLink: boolean | undefined): Html =>
  markup`${shown((protocol ?? "").toUpperCase())}${viaLink === true ? markup` <span class="tag">over a link</span>` : nothing}`;

/** The sessions of the VM as they were last listed, each with its end for an operator. */
export function liveSection(page: LinkPage, scene: Scene): Html {
  if (!page.open) return nothing;
  const words = page.live === undefined ? notListedYet : liveWords(page.live, page, scene);
  return markup`<section aria-labelledby="live"><h2 id="live">Live sessions</h2>${words}</section>`;
}

const notListedYet = markup`<p class="quiet">Not known yet: Azure takes some seconds to list them. Reload this page to see them.</p>`;

function liveWords({ askedAt, answer }: KeptSessions, page: LinkPage, scene: Scene): Html {
  const age = markup`<p class="quiet small">As of ${moment(askedAt)}, ${formatDuration(Math.max(0, scene.now - askedAt))} ago. Azure is asked at most every ${formatDuration(askedAgainAfter)}: reload this page for a newer list.</p>`;
  return answer.kind === "unknown"
    ? markup`<p class="quiet">Not known: ${shown(answer.why)}.</p>${age}`
    : markup`${liveTable(answer.sessions.filter(isTo(page)), page, scene)}${age}`;
}

const isTo =
  ({ open }: LinkPage) =>
  ({ vmId }: LiveSession): boolean =>
    open !== undefined && isSameId(vmId ?? "", open.link.vmId);

function liveTable(
  sessions: readonly LiveSession[],
  { bastionId, linkId, hostVersion = "" }: LinkPage,
  scene: Scene,
): Html {
  if (sessions.length === 0) return markup`<p class="quiet">None to this VM through this bastion.</p>`;
  const canEnd = scene.token !== undefined;
  const form = (sessionId: string) =>
    endSessionForm(scene, { bastionId, linkId, version: hostVersion }, sessionId);
  const row = (session: LiveSession) =>
    liveRow(session, canEnd ? markup`<td data-label="Action">${form(session.sessionId)}</td>` : nothing);
  return markup`<table><caption>${count(sessions.length, "session")} to this VM through this bastion</caption>
<thead><tr><th scope="col">Since</th><th scope="col">User on the VM</th><th scope="col">How</th>${canEnd ? markup`<th scope="col">Action</th>` : nothing}</tr></thead>
<tbody>${sessions.map(row)}</tbody></table>`;
}

const liveRow = ({ startedAt, userName, protocol, viaLink }: LiveSession, end: Html): Html =>
  markup`<tr><td data-label="Since">${startedAt === undefined ? "not known" : moment(startedAt)}</td><td data-label="User on the VM">${shown(userName ?? "not known")}</td><td data-label="How">${howOf(protocol, viaLink)}</td>${end}</tr>\n`;
