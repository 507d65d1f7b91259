import type { FactLink, LedgerFact } from "../ledger/ledger.ts";
import type { LinkId } from "../links/link.ts";
import { closedStates, linkLines, type LinkLine } from "./link-query.ts";
import { callerName } from "../attribution/signal.ts";
import type { BastionHistory } from "../state/bastion-rows.ts";
import type { Instant } from "../time.ts";

/** One life as its rows and its ledger together tell it. */
export interface LinkLife extends Omit<LinkLine, "state"> {
  /** `unknown`: closed so long ago that only the ledger knows it, and it does not say how. */
  readonly state: LinkLine["state"] | "unknown";
  readonly seenAt: Instant | undefined;
}

/** The lives of a link on one bastion, first one first: as the rows say, or, where they no longer know one, as its facts do. */
export function livesOf(
  linkId: LinkId,
  rows: BastionHistory,
  facts: readonly LedgerFact[],
): readonly LinkLife[] {
  const lines = linkLines(rows).filter((line) => line.linkId === linkId);
  const mentioned = facts.flatMap((fact) =>
    fact.links.filter((link) => link.linkId === linkId).map((link) => ({ fact, link })),
  );
  const numbers = new Set([...lines, ...mentioned.map(({ link }) => link)].map(({ life }) => life));
  return [...numbers]
    .sort((a, b) => a - b)
    .flatMap((life) => {
      const own = mentioned.filter(({ link }) => link.life === life);
      const line = lines.find((known) => known.life === life) ?? lineIn(rows.bastion.id, own);
      const seenAt = own.find(({ fact }) => fact.kind === "link-seen")?.fact.at;
      return line ? [{ ...line, seenAt }] : [];
    });
}

interface Mention {
  readonly fact: LedgerFact;
  readonly link: FactLink;
}

function lineIn(bastionId: string, mentions: readonly Mention[]): Omit<LinkLife, "seenAt"> | undefined {
  const last = mentions.at(-1)?.link;
  const facts = mentions.map(({ fact }) => fact);
  return (
    last && {
      ...last,
      tightenedBy: last.tightenedBy ?? [],
      bastionId,
      owner: creatorIn(facts),
      creator: [],
      extendedUntil: undefined,
      demanded: facts.some(({ kind }) => kind === "revoke-demanded"),
      ...closingIn(facts),
    }
  );
}

function closingIn(facts: readonly LedgerFact[]): Pick<LinkLife, "state" | "closedAt"> {
  const fact = facts.findLast(({ kind }) => kind === "link-closed");
  const closedBy = fact?.data["closedBy"];
  return { state: closedStates.find((state) => state === closedBy) ?? "unknown", closedAt: fact?.at };
}

function creatorIn(facts: readonly LedgerFact[]): string | undefined {
  const actor = facts.findLast(
    ({ kind, actor }) => (kind === "link-announced" || kind === "creator-reported") && actor,
  )?.actor;
  return actor && callerName(actor);
}
