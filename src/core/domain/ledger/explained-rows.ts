import type { TrackedLink } from "../links/link.ts";
import { isoInstant, type Instant } from "../time.ts";
import type { LedgerFact } from "./ledger.ts";

/** What the facts of one ledger say of the links that are open, by link ID. */
interface ToldLink {
  readonly life: number;
  readonly deadline: Instant;
  /** The moment to which a person last extended it, as the fact has it. */
  readonly extendedTo: string | undefined;
  readonly isWarned: boolean;
  readonly isAsked: boolean;
}

/** By link ID. */
export type ToldLinks = ReadonlyMap<string, ToldLink>;

/** What is known once one more fact is. */
export function withFact(told: ToldLinks, { kind, links, data }: LedgerFact): ToldLinks {
  if (links.length === 0) return told;
  const next = new Map(told);
  for (const { linkId, life, deadline } of links) {
    const before = next.get(kind === "link-renamed" ? String(data["links"]) : linkId);
    const until = data["until"];
    next.set(linkId, {
      life,
      deadline,
      extendedTo: kind === "link-extended" && typeof until === "string" ? until : before?.extendedTo,
      isWarned: kind === "link-warned" || (before?.isWarned ?? false),
      isAsked: asking.has(kind) || (before?.isAsked ?? false),
    });
  }
  return next;
}

const asking: ReadonlySet<string> = new Set(["revoke-requested", "revoke-refused", "revoked-by-vm"]);

/** A field of an open link's row that no fact explains; `row`: no fact knows the link at all. */
export type UnexplainedField = "deadline" | "extension" | "status" | "row";

/** What of a link's row somebody else wrote, as far as facts tell. */
export function unexplainedIn(link: TrackedLink, told: ToldLink | undefined): readonly UnexplainedField[] {
  if (told?.life !== link.life) return ["row"];
  const isExtended = link.extension !== undefined && isoInstant(link.extension.until) !== told.extendedTo;
  const isFurther =
    (link.status === "warned" && !told.isWarned) ||
    ((link.status === "revoking" || link.status === "revoke-failed") && !told.isAsked);
  return [
    ...(link.deadline === told.deadline ? [] : (["deadline"] as const)),
    ...(isExtended ? (["extension"] as const) : []),
    ...(isFurther ? (["status"] as const) : []),
  ];
}

/** The link as the facts tell it, to be judged by them. */
export const asTold = (
  link: TrackedLink,
  told: ToldLink | undefined,
  fields: readonly UnexplainedField[],
): TrackedLink => ({
  ...link,
  deadline: told && fields.includes("deadline") ? told.deadline : link.deadline,
  extension: fields.includes("extension") ? undefined : link.extension,
  status: fields.includes("status") ? "open" : link.status,
});
