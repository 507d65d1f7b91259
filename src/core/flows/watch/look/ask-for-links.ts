import type { BastionId } from "../../../domain/arm-id.ts";
import type { LinkAnswer } from "../../../domain/links/observation.ts";
import { isFeatureOff, type BastionAnswer } from "../../../domain/state/estate.ts";
import type { ControlPlane } from "../../../ports.ts";

/** The list of links, or why there is none, as far as it may be believed. `feature-off`: the host itself says so. */
export type BelievedAnswer =
  | Exclude<LinkAnswer, { readonly kind: "unexplained" }>
  | { readonly kind: "feature-off"; readonly why: string };

/** What Azure answered, and the host where it was asked, too. */
export interface LinksAsked {
  readonly answer: BelievedAnswer;
  readonly host: BastionAnswer | undefined;
}

/**
 * Asks for the list; and for the host where `isHostWanted`, or where Azure refuses the list as if the bastion were gone or for a reason we do not
 * know. That a bastion is gone or its feature off is believed only from its own GET: a refusal of the list may quote names that people chose.
 */
export async function askForLinks(
  bastion: BastionId,
  { listLinks, getBastion }: Pick<ControlPlane, "listLinks" | "getBastion">,
  isHostWanted = false,
): Promise<LinksAsked> {
  const answer = await listLinks(bastion);
  if (answer.kind !== "gone" && answer.kind !== "unexplained")
    return { answer, host: isHostWanted && answer.kind === "listed" ? await getBastion(bastion) : undefined };
  const host = await getBastion(bastion);
  return { answer: believed(answer.why, host), host };
}

function believed(why: string, host: BastionAnswer): BelievedAnswer {
  if (host.kind !== "found") return host;
  return isFeatureOff(host.bastion)
    ? { kind: "feature-off", why }
    : { kind: "failed", why, retryAfter: undefined };
}
