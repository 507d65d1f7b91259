import type { FactLink, LedgerFact } from "../ledger/ledger.ts";
import type { LinkId } from "../links/link.ts";
import { closedStates, linkLines, type LinkLine } from "./link-query.ts";
import { callerName } from "../attribution/signal.ts";
import type { BastionRows } from "../state/bastion-rows.ts";
import type { Instant } from "../time.ts";

/** One life as its rows and its ledger together tell it. */
export interface LinkLife extends Omit<LinkLine, "state"> {
  /** `unknown`: closed so long ago that only the ledger knows it, and it does not say how. */
  readonly state: LinkLine["state"] | "unknown";
  readonly seenAt: Instant | undefined;
}

/** The lives of a link on one bastion, first one first. What is open is as the rows say; what is closed as its facts say. */
export function livesOf(
  linkId: LinkId,
  rows: BastionRows,
  facts: readonly LedgerFact[],
): readonly LinkLife[] {
  const lines = linkLines(rows).filter((line) => line.linkId === linkId);
  const numbers = new Set([
    ...lines.map(({ life }) => life),
    ...facts.flatMap((fact) => mentions(fact, linkId).map(({ life }) => life)),
  ]);
  return [...numbers]
    .sort((a, b) => a - b)
    .flatMap((life) =>
      lifeOf({ linkId, life }, rows, { line: lines.find((line) => line.life === life), facts }),
    );
}

const mentions = ({ links }: LedgerFact, linkId: LinkId) => links.filter((link) => link.linkId === linkId);

interface Sources {
  readonly line: LinkLine | undefined;
  readonly facts: readonly LedgerFact[];
}

function lifeOf(
  of: Pick<LinkLine, "linkId" | "life">,
  { bastion }: BastionRows,
  { line, facts }: Sources,
): readonly LinkLife[] {
  const mentioned = facts.flatMap((fact) =>
    mentions(fact, of.linkId).flatMap((link) => (link.life === of.life ? [{ fact, link }] : [])),
  );
  const own = mentioned.map(({ fact }) => fact);
  const seenAt = own.find(({ kind }) => kind === "link-seen")?.at;
  if (line && line.closedAt === undefined) return [{ ...line, seenAt }];
  const last = mentioned.at(-1)?.link;
  const end = line ? closing(line) : last && { createdAt: last.createdAt, vmKey: "", ...closingIn(own) };
  const known = {
    ...pick(last),
    owner: creatorIn(own),
    demanded: own.some(({ kind }) => kind === "revoke-demanded"),
  };
  return end
    ? [
        {
          ...of,
          bastionId: bastion.id,
          seenAt,
          ...known,
          ...end,
          creator: [],
          rule: undefined,
          tightenedBy: [],
          extendedUntil: undefined,
        },
      ]
    : [];
}

const pick = (link: FactLink | undefined) => ({ vmId: link?.vmId, deadline: link?.deadline });

const closing = ({ state, closedAt, createdAt, vmKey }: LinkLine) => ({ state, closedAt, createdAt, vmKey });

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
