import type { BastionId } from "../../../core/domain/arm-id.ts";
import type { LinkId, LinkListing } from "../../../core/domain/links/link.ts";
import {
  after,
  formatDuration,
  minutes,
  seconds,
  type Instant,
  type Milliseconds,
} from "../../../core/domain/time.ts";
import type { CliContext, SignedIn } from "../../command.ts";

/**
 * How it ended. `gone`: a complete list of later shows it no more. `listed`: Azure was asked and still lists it. `unknown`: asked, and no complete
 * list came in time. `refused`: Azure does not want to.
 */
export type Ending =
  | { readonly kind: "gone"; readonly byVm: boolean }
  | { readonly kind: "listed" | "unknown" | "refused"; readonly why: string };

export interface Revocable {
  readonly bastion: BastionId;
  readonly listing: LinkListing;
  readonly linkId: LinkId;
}

interface Patience {
  readonly context: CliContext;
  readonly until: Instant;
  /** How long Azure asked us to wait. */
  readonly first?: Milliseconds;
}

const longest = minutes(2);
const between = seconds(2);

/** Asks Azure to delete one link and looks until it is gone, two minutes at most: a bastion stays busy for over a minute after a change. */
export async function takeDown(
  revocable: Revocable,
  { controlPlane }: SignedIn,
  context: CliContext,
): Promise<Ending> {
  const patience = { context, until: after(context.clock.now(), longest) };
  for (let { listing } = revocable; ;) {
    const answer = await controlPlane.revokeLinks(revocable.bastion, listing, [revocable.linkId]);
    if (answer.kind === "accepted")
      return goneOrNot(revocable, controlPlane, { ...patience, byVm: answer.byVm.length > 0 });
    const { retryAfter = 0 } = answer;
    if (answer.kind === "refused") return { kind: "refused", why: answer.why };
    if (after(context.clock.now(), retryAfter) > patience.until)
      return { kind: "refused", why: `${answer.why}. Try again in ${formatDuration(retryAfter)}` };
    const seen = await lookAgain(revocable, controlPlane, { ...patience, first: retryAfter });
    if (seen === "gone") return { kind: "gone", byVm: false };
    if ("why" in seen) return { kind: "refused", why: answer.why };
    listing = seen;
  }
}

/** Waits and lists until the list is one that can be trusted, or time is over. */
async function lookAgain(revocable: Revocable, controlPlane: SignedIn["controlPlane"], patience: Patience) {
  const { context, until, first = between } = patience;
  let why = "there was no time to look";
  for (let wait = Math.max(first, between); context.clock.now() < until; wait = between) {
    await context.wait(wait);
    const answer = await controlPlane.listLinks(revocable.bastion);
    if (answer.kind === "listed" && isListed(answer.listing, revocable.linkId)) return answer.listing;
    if (answer.kind === "listed" && answer.listing.complete) return "gone";
    if (answer.kind === "gone" || answer.kind === "feature-off") return "gone";
    why = answer.kind === "listed" ? "Azure's list was incomplete" : answer.why;
  }
  return { why };
}

async function goneOrNot(
  revocable: Revocable,
  controlPlane: SignedIn["controlPlane"],
  patience: Patience & { readonly byVm: boolean },
): Promise<Ending> {
  for (;;) {
    const seen = await lookAgain(revocable, controlPlane, patience);
    if (seen === "gone") return { kind: "gone", byVm: patience.byVm };
    if ("why" in seen) return { kind: "unknown", why: seen.why };
    if (patience.context.clock.now() >= patience.until)
      return { kind: "listed", why: "Azure took the deletion and still lists the link" };
  }
}

const isListed = ({ links }: LinkListing, linkId: LinkId): boolean =>
  links.some((link) => link.linkId === linkId);
