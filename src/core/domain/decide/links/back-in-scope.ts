import type { TrackedLink } from "../../links/link.ts";
import type { HostState } from "../../state/watched.ts";
import type { Situation } from "../situation.ts";

/** The bastion is listed for the first time since it was out of scope, where people read that it is not watched. */
const isBack = ({ host, observation }: Situation): boolean =>
  host.outOfScope !== undefined && observation.kind === "listed";

/** A link of a bastion that is back in scope: what was said of its end counts no more. Its notice can move that end once a configuration, as any can. */
export function backInScope(link: TrackedLink, situation: Situation): TrackedLink {
  if (!isBack(situation) || !link.announced || link.demanded) return link;
  return { ...link, status: "open", intent: undefined, notice: undefined, wouldRevokeToldAt: undefined };
}

/** What the host row says of it from then on. */
export const scopeAfter = (situation: Situation): Pick<HostState, "outOfScope"> => ({
  outOfScope: isBack(situation) ? undefined : situation.host.outOfScope,
});
