import type { TrackedLink } from "../links/link.ts";
import { instant, isoInstant, type Instant } from "../time.ts";
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
  for (const link of links) {
    const before = next.get(kind === "link-renamed" ? String(data["links"]) : link.linkId);
    next.set(link.linkId, toldBy({ kind, data }, link, before));
  }
  return next;
}

function toldBy(
  { kind, data: { until } }: Pick<LedgerFact, "kind" | "data">,
  { life, deadline }: LedgerFact["links"][number],
  { extendedTo, isWarned, isAsked }: ToldLink = nothing,
): ToldLink {
  return {
    life,
    deadline,
    extendedTo: kind === "link-extended" ? String(until) : extendedTo,
    isWarned: isWarned || kind === "link-warned",
    isAsked: isAsked || asking.has(kind),
  };
}

const nothing: ToldLink = {
  life: 0,
  deadline: instant(0),
  extendedTo: undefined,
  isWarned: false,
  isAsked: false,
};

const asking: ReadonlySet<string> = new Set(["revoke-requested", "revoke-refused", "revoked-by-vm"]);

/** A field of an open link's row that no fact explains; `row`: no fact knows the link at all. */
export type UnexplainedField = "deadline" | "extension" | "status" | "row";

/** What of a link's row somebody else wrote, as far as facts tell. */
export function unexplainedIn(link: TrackedLink, told: ToldLink | undefined): readonly UnexplainedField[] {
  if (told?.life !== link.life) return ["row"];
  const isExtended = link.extension !== undefined && isoInstant(link.extension.until) !== told.extendedTo;
  return [
    ...(link.deadline === told.deadline ? [] : (["deadline"] as const)),
    ...(isExtended ? (["extension"] as const) : []),
    ...(isFurther(link, told) ? (["status"] as const) : []),
  ];
}

/** What the row says was done, and no fact. */
function isFurther({ status }: TrackedLink, { isWarned, isAsked }: ToldLink): boolean {
  if (status === "warned") return !isWarned;
  return status !== "open" && !isAsked;
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
