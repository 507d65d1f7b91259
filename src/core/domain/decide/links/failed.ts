import type { TrackedLink } from "../../links/link.ts";
import { lastAnswered, type Refusal } from "../../links/own-deletes.ts";
import type { Situation } from "../situation.ts";
import { isRevokable } from "./enforce.ts";

/** After so many tries that came to nothing, revoking has failed: Azure was seen to need more than a minute. */
const triesInVain = 2;

/**
 * Why revoking has failed, by Azure's code: refused for want of a right or by a lock, which waiting does not mend, or still listed after a second try,
 * whose code is empty. Undefined: it has not failed, as far as anybody knows.
 */
export function lastingRefusal(link: TrackedLink, situation: Situation): Refusal | undefined {
  const { intent } = link;
  if (!intent || !isRevokable(link, situation)) return undefined;
  const refusal = lastAnswered(intent.correlationIds, situation.host.ownDeletes)?.refusal;
  if (refusal && refusal.because !== "other") return refusal;
  const tries = intent.leaseUntil <= situation.now ? intent.attempts : intent.attempts - 1;
  return tries >= triesInVain ? (refusal ?? { code: "", because: "other" }) : undefined;
}
