import { shortAlertId } from "../../domain/alerts/alert.ts";
import {
  isUnreadable,
  type FactKind,
  type LedgerFact,
  type LedgerRecord,
} from "../../domain/ledger/ledger.ts";
import { callerName } from "../../domain/attribution/signal.ts";
import type { LinkId } from "../../domain/links/link.ts";
import { actorDeeds, factName, fieldText } from "../words/fact-words.ts";
import { ruleWords } from "../words/rule-words.ts";
import { markup, type Html } from "../text/safe-html.ts";
import { linkHref, moment, shortName, nothing, shown } from "./parts.ts";

const loud: ReadonlySet<FactKind> = new Set<FactKind>([
  "revoke-demanded",
  "revoke-refused",
  "ledger-broken",
  "revocations-held",
  "breaker-released",
]);

/** The sentences that end with whom they are about. */
const naming: ReadonlySet<FactKind> = new Set<FactKind>(["creator-reported"]);

function leadTo(kind: FactKind): string {
  if (naming.has(kind)) return ":";
  const deed = actorDeeds[kind];
  return deed === undefined ? " by" : `, ${deed}`;
}

const actorOf = ({ actor, kind }: LedgerFact): Html =>
  actor ? markup`${leadTo(kind)} <b>${shown(callerName(actor))}</b>` : nothing;

/** Everything else a fact says, as it is kept; of an alert what people know it by. */
function detailsOf(data: LedgerFact["data"]): Html {
  const entries = Object.entries(data).filter(([, value]) => value !== undefined && value !== "");
  if (entries.length === 0) return nothing;
  return markup`<div class="small quiet">${entries.map(([name, value], index) => markup`${index > 0 ? " · " : ""}${shown(fieldText(name, name === "alert" ? shortAlertId(String(value)) : value))}`)}</div>`;
}

/** What happened to one link, oldest first, and the rule it was judged by at that moment. */
export const timeLine = (facts: readonly LedgerFact[], linkId: LinkId): Html =>
  markup`<ol class="line">${facts.map(
    (fact) =>
      markup`<li${loud.has(fact.kind) ? markup` class="mark"` : nothing}>${moment(fact.at)}${shown(factName(fact.kind))}${actorOf(fact)}${detailsOf({ rule: ruleIn(fact, linkId), ...fact.data })}</li>\n`,
  )}</ol>`;

const ruleIn = ({ links }: LedgerFact, linkId: LinkId): string | undefined =>
  links.flatMap((link) => (link.linkId === linkId ? [ruleWords(link)] : []))[0];

/** The facts of a ledger as rows; `bad` marks the first that does not hold. */
export const factRows = (
  records: readonly LedgerRecord[],
  bastionId: string | undefined,
  bad: number | undefined,
): Html =>
  markup`<table><caption>Facts, oldest first. Numbers are shared with alerts, so some are missing here.</caption>
<thead><tr><th scope="col">No.</th><th scope="col">When</th><th scope="col">What</th><th scope="col">Links</th><th scope="col">Hash</th></tr></thead>
<tbody>${records.map((record) => factRow(record, bastionId, record.seq === bad))}</tbody></table>`;

function factRow(record: LedgerRecord, bastionId: string | undefined, isBad: boolean): Html {
  const mark = isBad ? markup` <span class="tag bad">does not hold</span>` : nothing;
  if (isUnreadable(record))
    return markup`<tr><td data-label="No.">${record.seq}${mark}</td><td colspan="4">${shown(record.unreadable)}</td></tr>\n`;
  return markup`<tr><td data-label="No.">${record.seq}${mark}</td><td data-label="When">${moment(record.at)}</td><td data-label="What">${shown(factName(record.kind))}${actorOf(record)}${detailsOf(record.data)}</td><td data-label="Links">${linksOf(record, bastionId)}</td><td data-label="Hash"><code>${shown(record.hash.slice(0, 12))}</code></td></tr>\n`;
}

const linksShown = 10;

function linksOf({ links }: LedgerFact, bastionId: string | undefined): Html {
  const more = links.length > linksShown ? markup` and ${links.length - linksShown} more` : nothing;
  const some = links.slice(0, linksShown).map(({ linkId, vmId }, index) => {
    const name =
      bastionId === undefined
        ? markup`${shortName(vmId)}`
        : markup`<a href="${linkHref(bastionId, linkId)}">${shortName(vmId)}</a>`;
    return markup`${index > 0 ? ", " : ""}${name}`;
  });
  return markup`${some}${more}`;
}
