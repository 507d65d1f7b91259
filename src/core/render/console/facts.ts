import { shortAlertId } from "../../domain/alerts/alert.ts";
import { isUnreadable, type FactKind, type LedgerFact, type LedgerRecord } from "../../domain/ledger/ledger.ts";
import { callerName } from "../../domain/attribution/signal.ts";
import { markup, type Html } from "../text/safe-html.ts";
import { linkHref, moment, shortName, nothing, shown } from "./parts.ts";

/** What a fact is called wherever people read it. */
export const names: Readonly<Record<FactKind, string>> = {
  "link-seen": "First seen in Azure's list",
  "link-announced": "Told to the channels",
  "creator-reported": "The Activity Log named the creator",
  "creator-confirmed": "The Activity Log confirmed the creator",
  "link-warned": "Told that it ends soon",
  "revoke-requested": "Azure was asked to delete it",
  "revoke-refused": "Azure did not accept the deletion",
  "would-revoke": "Past its deadline, and left open by policy or mode",
  "link-closed": "Gone from Azure's list",
  "links-gone-before-seen": "Created and gone before it was seen",
  "links-read-by-other": "List of links read",
  "create-failed": "A link could not be created",
  "sign-ins-failed": "Many sign-ins failed while it was open",
  "delete-reported": "The Activity Log reported a deletion",
  "bastion-unreadable": "The bastion could not be read",
  "bastion-readable": "The bastion could be read again",
  "feature-changed": "Shareable links were switched on or off",
  "bastion-deleted": "The bastion is gone",
  "revocations-held": "The breaker held revocations back",
  "message-poisoned": "A message was given up",
  "message-rejected": "A message was rejected",
  "alert-undelivered": "An alert did not get through",
  "revoked-by-vm": "Deleted by machine, not by token",
  "configuration-changed": "The configuration changed",
  "digest-sent": "The digest was sent",
  "bastions-stale": "Bastions were not looked at for more than an hour",
  anchored: "All ledgers were anchored",
  "ledger-archived": "Old facts moved to the archive",
  "ledger-broken": "A ledger does not verify",
  "revoke-demanded": "Revocation asked for",
  "link-extended": "More time given",
  "look-demanded": "A look asked for",
  "breaker-released": "Breaker released",
  "session-end-demanded": "End of a session asked for",
  "session-end-refused": "A session was not ended",
  "alert-acknowledged": "Alert acknowledged",
  "alert-unacknowledged": "Nobody acknowledged an alert in time",
};

const loud: ReadonlySet<FactKind> = new Set<FactKind>([
  "revoke-demanded",
  "revoke-refused",
  "ledger-broken",
  "revocations-held",
  "breaker-released",
]);

const nameOfFact = (kind: FactKind): string => (names as Readonly<Record<string, string | undefined>>)[kind] ?? shown(kind);

/** What the one a fact names has to do with it, where that is not doing it. */
export const actorWords: Partial<Readonly<Record<FactKind, string>>> = {
  "link-announced": ", opened by",
  "creator-reported": ":",
  "creator-confirmed": ":",
  "link-closed": ", deleted by",
};

const actorOf = ({ actor, kind }: LedgerFact): Html =>
  actor ? markup`${actorWords[kind] ?? " by"} <b>${shown(callerName(actor))}</b>` : nothing;

/** What a page calls a field of a fact; others keep their name. */
export const fieldWords: ReadonlyMap<string, string> = new Map([
  ["why", "reason"],
  ["as", "told as"],
  ["demandedBy", "asked for by"],
  ["closedBy", "how"],
  ["createdAtSource", "its date is from"],
  ["preexisting", "older than the watchdog"],
]);

/** Everything else a fact says, as it is kept; of an alert what people know it by. */
function detailsOf({ data }: LedgerFact): Html {
  const entries = Object.entries(data).filter(([, value]) => value !== undefined && value !== "");
  if (entries.length === 0) return nothing;
  return markup`<div class="small quiet">${entries.map(([name, value], index) => markup`${index > 0 ? " · " : ""}${fieldWords.get(name) ?? shown(name)}: ${shown(name === "alert" ? shortAlertId(String(value)) : String(value))}`)}</div>`;
}

/** What happened to one link, oldest first. */
export const timeLine = (facts: readonly LedgerFact[]): Html =>
  markup`<ol class="line">${facts.map(
    (fact) =>
      markup`<li${loud.has(fact.kind) ? markup` class="mark"` : nothing}>${moment(fact.at)}${nameOfFact(fact.kind)}${actorOf(fact)}${detailsOf(fact)}</li>\n`,
  )}</ol>`;

/** The facts of a ledger as rows; `bad` marks the first that does not hold. */
export const factRows = (records: readonly LedgerRecord[], bastionId: string | undefined, bad: number | undefined): Html =>
  markup`<table><caption>Facts, oldest first. Numbers are shared with alerts, so some are missing here.</caption>
<thead><tr><th scope="col">No.</th><th scope="col">When</th><th scope="col">What</th><th scope="col">Links</th><th scope="col">Hash</th></tr></thead>
<tbody>${records.map((record) => factRow(record, bastionId, record.seq === bad))}</tbody></table>`;

function factRow(record: LedgerRecord, bastionId: string | undefined, isBad: boolean): Html {
  const mark = isBad ? markup` <span class="tag bad">does not hold</span>` : nothing;
  if (isUnreadable(record))
    return markup`<tr><td data-label="No.">${record.seq}${mark}</td><td colspan="4">${shown(record.unreadable)}</td></tr>\n`;
  return markup`<tr><td data-label="No.">${record.seq}${mark}</td><td data-label="When">${moment(record.at)}</td><td data-label="What">${nameOfFact(record.kind)}${actorOf(record)}${detailsOf(record)}</td><td data-label="Links">${linksOf(record, bastionId)}</td><td data-label="Hash"><code>${shown(record.hash.slice(0, 12))}</code></td></tr>\n`;
}

const linksShown = 10;

function linksOf({ links }: LedgerFact, bastionId: string | undefined): Html {
  const more = links.length > linksShown ? markup` and ${links.length - linksShown} more` : nothing;
  const some = links.slice(0, linksShown).map(({ linkId, vmId }, index) => {
    const name =
      bastionId === undefined ? markup`${shortName(vmId)}` : markup`<a href="${linkHref(bastionId, linkId)}">${shortName(vmId)}</a>`;
    return markup`${index > 0 ? ", " : ""}${name}`;
  });
  return markup`${some}${more}`;
}
