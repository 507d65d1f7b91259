import { alertId, alertOf } from "../alert.ts";
import { chain, type LedgerFact } from "../ledger.ts";
import { newOutboxEntry } from "../outbox.ts";
import type { Commit, Partition, Version } from "../watched.ts";
import type { BastionId } from "../arm-id.ts";
import { decide, type Decision } from "./decide.ts";
import type { Situation } from "./situation.ts";

/** A table transaction takes a hundred rows; one is the host's. */
const mostRows = 100;
/** Each link may bring its own row, a closed row and two facts. */
const linksPerSlice = 20;

/** Where a decision is written, and under which policy it was made. */
export interface Desk {
  readonly partition: Partition;
  readonly expected: Version | undefined;
  readonly bastion: BastionId | undefined;
  readonly policyHash: string;
  /** Every channel that is configured: where an alert goes whose rule names none of them. */
  readonly channels: readonly string[];
}

export type Writable = Omit<Decision, "revoke">;

/** Gives facts their place in the chain and alerts their number: what one transaction writes. */
export function commitOf(decision: Writable, desk: Desk): Commit {
  let { seq, chainHead: prevHash } = decision.host;
  const facts = decision.facts.map((fact): LedgerFact => {
    const chained = chain(fact, { seq: (seq += 1), policyHash: desk.policyHash, prevHash });
    prevHash = chained.hash;
    return chained;
  });
  const outbox = decision.alerts.map((draft) => {
    seq += 1;
    const wanted = draft.channels.filter((name) => desk.channels.includes(name));
    const alert = alertOf(draft, alertId(desk.partition, seq), desk.bastion);
    return newOutboxEntry(seq, alert, wanted.length > 0 ? wanted : desk.channels);
  });
  const { host, put, close, spent } = decision;
  return { expected: desk.expected, host: { ...host, seq, chainHead: prevHash }, put, close, spent, facts, outbox };
}

export const rowsOf = ({ put, close, spent, facts, outbox }: Commit): number =>
  1 + put.length + 2 * close.length + spent.length + facts.length + outbox.length;

export const fitsOneTransaction = (commit: Commit): boolean => rowsOf(commit) <= mostRows;

/**
 * The same situation cut by links, for decisions too large for one transaction. Each slice is decided and committed on its own,
 * with the ETag of the one before. Signals are spent, and the bastion counts as checked, only with the last.
 */
export function decideSlice(situation: Situation, index: number): { readonly decision: Decision; readonly isLast: boolean } {
  const { watched, look } = situation;
  const listed = look.kind === "listed" ? look.listing.links.map((link) => link.linkId) : [];
  const all = [...new Set([...watched.links.map((link) => link.linkId), ...listed])].sort();
  const slice = new Set(all.slice(index * linksPerSlice, (index + 1) * linksPerSlice));
  const isLast = (index + 1) * linksPerSlice >= all.length;
  const decision = decide({
    ...situation,
    watched: { ...watched, links: watched.links.filter((link) => slice.has(link.linkId)) },
    look:
      look.kind === "listed"
        ? { ...look, listing: { ...look.listing, links: look.listing.links.filter((link) => slice.has(link.linkId)) } }
        : look,
  });
  return isLast ? { decision, isLast } : { decision: unfinished(decision, situation), isLast };
}

/** Not the last slice: what is said about the whole bastion waits, and a crash here makes the next look start over. */
const unfinished = (decision: Decision, { host }: Situation): Decision => ({
  ...decision,
  spent: [],
  host: { ...host, recentRevocations: decision.host.recentRevocations, heldToldAt: decision.host.heldToldAt },
});
