import type { BastionId } from "../../../core/domain/arm-id.ts";
import { sameLink } from "../../../core/domain/links/entries.ts";
import type { LinkListing, ListedLink } from "../../../core/domain/links/link.ts";
import type { RevokeAnswer, Revocation } from "../../../core/domain/links/observation.ts";
import {
  after,
  formatDuration,
  minutes,
  seconds,
  type Instant,
  type Milliseconds,
} from "../../../core/domain/time.ts";
import { askForLinks } from "../../../core/flows/watch/look/ask-for-links.ts";
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
  readonly link: ListedLink;
}

interface Patience {
  readonly context: CliContext;
  readonly until: Instant;
  /** How long Azure asked us to wait. */
  readonly first?: Milliseconds;
}

const longest = minutes(2);
const between = seconds(2);
/** How long a delete that Azure took may need before it counts as one that came to nothing. */
const patienceWithOne = seconds(40);
/** After so many of those by token, the link is deleted by its VM. */
const triesByToken = 2;

/**
 * Asks Azure to delete one link and looks until it is gone, two minutes at most: a bastion stays busy for over a minute after a change. A delete that
 * came to nothing is asked for again.
 */
export async function takeDown(
  revocable: Revocable,
  { controlPlane }: SignedIn,
  context: CliContext,
): Promise<Ending> {
  const patience = { context, until: after(context.clock.now(), longest) };
  let inVain = 0;
  for (let { listing } = revocable; ;) {
    const isByToken = inVain < triesByToken;
    const way = revocationOf(revocable.link, listing, { isByToken, now: context.clock.now() });
    const answer = await controlPlane.revokeLinks(revocable.bastion, listing, way);
    if (answer.kind === "refused") return { kind: "refused", why: answer.why };
    const seen =
      answer.kind === "accepted"
        ? await goneOrNot(revocable, controlPlane, { ...patience, byVm: answer.byVm.length > 0 })
        : await afterBusy(answer, revocable, { controlPlane, patience });
    if ("kind" in seen) return seen;
    if (answer.kind === "accepted") inVain += 1;
    listing = seen;
  }
}

/** The list after the wait that Azure asks for, or the end. */
async function afterBusy(
  { why, retryAfter = 0 }: Exclude<RevokeAnswer, { readonly kind: "accepted" }>,
  revocable: Revocable,
  {
    controlPlane,
    patience,
  }: { readonly controlPlane: SignedIn["controlPlane"]; readonly patience: Patience },
): Promise<LinkListing | Ending> {
  if (after(patience.context.clock.now(), retryAfter) > patience.until)
    return { kind: "refused", why: `${why}. Try again in ${formatDuration(retryAfter)}` };
  const seen = await lookAgain(revocable, controlPlane, { ...patience, first: retryAfter });
  if (seen === "gone") return { kind: "gone", byVm: false };
  return "why" in seen ? { kind: "refused", why } : seen;
}

/** By token while that may work and the list has one; by VM only where no other entry is the VM's. */
const revocationOf = (
  link: ListedLink,
  { links }: LinkListing,
  { isByToken, now }: { readonly isByToken: boolean; readonly now: Instant },
): Revocation => ({
  ...(isByToken && links.some((entry) => entry.linkId === link.linkId)
    ? { byToken: [link.linkId], byVm: [] }
    : { byToken: [], byVm: [link] }),
  mayGo: (entry) => sameLink(entry, link, now) === "certain",
});

/** Waits and lists until the list is one that can be trusted, or time is over. */
async function lookAgain(
  { bastion, link }: Revocable,
  controlPlane: SignedIn["controlPlane"],
  patience: Patience,
) {
  const { context, until, first = between } = patience;
  let why = "there was no time to check";
  for (let wait = Math.max(first, between); context.clock.now() < until; wait = between) {
    await context.wait(wait);
    const { answer } = await askForLinks(bastion, controlPlane);
    if (answer.kind === "listed" && isListed(answer.listing, link, context.clock.now()))
      return answer.listing;
    if (answer.kind === "listed" && answer.listing.complete) return "gone";
    if (answer.kind === "gone" || answer.kind === "feature-off") return "gone";
    why = answer.kind === "listed" ? "Azure's list was incomplete" : answer.why;
  }
  return { why };
}

/** The end; or the list, if the link is still in it long after Azure took its delete, and there is time to ask again. */
async function goneOrNot(
  revocable: Revocable,
  controlPlane: SignedIn["controlPlane"],
  patience: Patience & { readonly byVm: boolean },
): Promise<LinkListing | Ending> {
  const { clock } = patience.context;
  const again = after(clock.now(), patienceWithOne);
  for (;;) {
    const seen = await lookAgain(revocable, controlPlane, patience);
    if (seen === "gone") return { kind: "gone", byVm: patience.byVm };
    if ("why" in seen) return { kind: "unknown", why: seen.why };
    if (clock.now() >= patience.until)
      return { kind: "listed", why: "Azure accepted the deletion and still lists the link" };
    if (clock.now() >= again) return seen;
  }
}

/** An entry without a URL may be the link, if its VM and its date do not say otherwise. */
const isListed = ({ links, holes }: LinkListing, link: ListedLink, now: Instant): boolean =>
  [...links, ...holes].some((entry) => sameLink(entry, link, now) !== "no");
