import { coverageOf, type CoverageLine } from "../../domain/reports/coverage.ts";
import type { LedgerFact } from "../../domain/ledger/ledger.ts";
import type { LinkId } from "../../domain/links/link.ts";
import { livesOf, type LinkLife } from "../../domain/reports/link-lives.ts";
import {
  asksForClosed,
  linkLines,
  selectLinks,
  type LinkLines,
  type LinkQuery,
} from "../../domain/reports/link-query.ts";
import type { BastionRows } from "../../domain/state/bastion-rows.ts";
import { after, type Instant } from "../../domain/time.ts";
import { partitionOf } from "../../domain/partition.ts";
import type { AlertsTable, WatchTable } from "../../ports.ts";
import { linkFacts } from "./console-view.ts";
import { readEstate, viewEstate, withClosed } from "../store/read-estate.ts";
import { findLedger, type LedgerPorts } from "../store/read-ledger.ts";

/**
 * A page of the links that fit, open and closed, as the watchdog remembers them. Asks Azure nothing;
 * throws `UnreadableRow` rather than leave out a bastion.
 */
export async function linksView(query: LinkQuery, now: Instant, table: AlertsTable): Promise<LinkLines> {
  const estate = await readEstate(table);
  const since = after(now, -query.closedWithin);
  const known = asksForClosed(query)
    ? await withClosed(estate, { since }, table)
    : estate.map((rows) => ({ ...rows, closed: [] }));
  return selectLinks(known.flatMap(linkLines), query, now);
}

/** How well every bastion ever seen is watched: a line each, in the order of their keys, also where rows cannot be read. */
export const bastionsView = async (now: Instant, table: WatchTable): Promise<readonly CoverageLine[]> =>
  coverageOf(await viewEstate(table, now), now);

/** What rows and ledgers tell of one link id: a life for each time it was listed, and the facts of all of them by time. */
export interface LinkStory {
  readonly linkId: LinkId;
  readonly lives: readonly LinkLife[];
  readonly facts: readonly (LedgerFact & { readonly bastionId: string })[];
}

/**
 * The lives of one link. The rows know a closed link for thirteen months; an older one only its ledger knows, and for that the bastion has to be named:
 * nobody can read every ledger for one answer. Undefined: neither knows it.
 */
export async function linkStory(
  linkId: LinkId,
  bastion: string | undefined,
  ports: LedgerPorts,
): Promise<LinkStory | undefined> {
  const estate = await readEstate(ports.table);
  const named = bastion === undefined ? undefined : await findLedger(bastion, ports);
  const isNamed = (rows: BastionRows) =>
    named?.kind === "found" && partitionOf(rows.bastion) === named.partition;
  const where = await withClosed(
    bastion === undefined ? estate : estate.filter(isNamed),
    { linkId },
    ports.table,
  );
  const told = await Promise.all(
    where
      .filter((rows) => bastion !== undefined || linkLines(rows).some((line) => line.linkId === linkId))
      .map(async (rows) => ({ rows, facts: await linkFacts(rows, linkId, ports) })),
  );
  const lives = told.flatMap(({ rows, facts }) => livesOf(linkId, rows, facts));
  if (lives.length === 0) return undefined;
  const facts = told.flatMap(({ rows, facts: some }) =>
    some.map((fact) => ({ ...fact, bastionId: rows.bastion.id })),
  );
  return { linkId, lives, facts: facts.sort((a, b) => a.at - b.at) };
}
