import { resourceName } from "../../domain/arm-id.ts";
import type { FactLink, LedgerFact } from "../../domain/ledger/ledger.ts";
import type { LinkId } from "../../domain/links/link.ts";
import { callerName } from "../../domain/attribution/signal.ts";
import { formatInstant, isoInstant } from "../../domain/time.ts";
import type { Partition } from "../../domain/partition.ts";
import { visibleText } from "../text/safe-text.ts";
import { textTable } from "../text/text-table.ts";
import { ruleWords } from "../words/rule-words.ts";
import { actorDeeds, candidatesText, factName, fieldText } from "../words/fact-words.ts";

/** Everything one ledger holds about one link, oldest first; at least one fact. */
export interface LinkTrace {
  readonly linkId: LinkId;
  readonly partition: Partition;
  readonly facts: readonly LedgerFact[];
}

const linkIn = ({ links }: LedgerFact, linkId: LinkId): FactLink | undefined =>
  links.find((link) => link.linkId === linkId);

/** What the newest fact says of the link, and whether it was told gone since it was last seen. */
function standing({ facts, linkId }: LinkTrace): {
  readonly link: FactLink | undefined;
  readonly isClosed: boolean;
} {
  const last = facts.findLast(({ kind }) => kind === "link-closed" || kind === "link-seen");
  return {
    link: facts.map((fact) => linkIn(fact, linkId)).findLast((link) => link !== undefined),
    isClosed: last?.kind === "link-closed",
  };
}

/** The time line as a person at a terminal reads it. */
export function traceTable(trace: LinkTrace): string {
  const { link, isClosed } = standing(trace);
  const vm = link === undefined ? "" : ` to ${visibleText(resourceName(link.vmId))}`;
  const bastion = trace.partition.split("|").at(-1) ?? "";
  const end =
    isClosed || link === undefined
      ? ""
      : `\nAs far as the ledger knows it is open, until ${formatInstant(link.deadline)}.\n`;
  return `Link ${trace.linkId}${vm} on ${visibleText(bastion)}\n\n${textTable(
    ["WHEN", "WHAT", "WHO", "MORE", "FACT"],
    trace.facts.map((fact) => row(fact, linkIn(fact, trace.linkId))),
  )}\n${end}`;
}

const row = (fact: LedgerFact, link: FactLink | undefined): readonly string[] => [
  formatInstant(fact.at),
  factName(fact.kind),
  who(fact),
  Object.entries({ rule: link && ruleWords(link), ...fact.data })
    .filter(([, value]) => value !== undefined && value !== "")
    .map(([name, value]) => fieldText(name, value))
    .join(" · "),
  String(fact.seq),
];

function who(fact: LedgerFact): string {
  const { actor, kind, candidates = [], others } = fact;
  const deed = actorDeeds[kind] ?? "";
  if (actor) return `${deed} ${callerName(actor)}`;
  return candidates.length > 0 || others ? `${deed} one of: ${candidatesText(fact)}` : "";
}

/** The same for programs; moments as ISO 8601 text. */
export function traceJson(trace: LinkTrace): object {
  const { link, isClosed } = standing(trace);
  return {
    linkId: trace.linkId,
    partition: trace.partition,
    vmId: link?.vmId ?? null,
    open: !isClosed,
    deadline: link === undefined ? null : isoInstant(link.deadline),
    facts: trace.facts.map((fact) => ({
      seq: fact.seq,
      at: isoInstant(fact.at),
      kind: fact.kind,
      what: factName(fact.kind),
      actor: fact.actor ?? null,
      candidates: fact.candidates ?? [],
      others: fact.others ?? false,
      rule: linkIn(fact, trace.linkId)?.rule ?? null,
      tightenedBy: linkIn(fact, trace.linkId)?.tightenedBy ?? [],
      data: fact.data,
      policyHash: fact.policyHash,
      hash: fact.hash,
    })),
  };
}
