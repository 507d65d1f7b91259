import { firstEnd, spellsOf } from "../../../src/core/domain/policy/ahead.ts";
import type { Verdict } from "../../../src/core/domain/policy/policy.ts";
import { after, type Instant, type Milliseconds } from "../../../src/core/domain/time.ts";
import type { Outcome } from "../histories.ts";
import { isOrdinary } from "../places.ts";
import type { AskRecord, TrueLink } from "../truth.ts";
import { possibleAttributions } from "../who.ts";
import { broken, demandedBefore, firstShown, short, when, type Check } from "./violation.ts";

/**
 * Whose machine has no tags and stays where it is, and whose links nobody forbids, keeps them for as long as the policy says, whatever goes on beside
 * them: by its true creator or, where others may have made it, by what the policy says of that; and by what its own machine has used.
 */
export const ordinaryPeopleKeepTheirs: Check = (outcome) =>
  broken(
    "P4",
    outcome.truth.asks.flatMap((ask) =>
      outcome.truth.links
        .filter((link) => isOrdinary(link.machine) && isAsked(link, ask))
        .flatMap((link) => takenEarly(link, ask, outcome)),
    ),
  );

const isAsked = (link: TrueLink, { bastion, linkIds, byVm }: AskRecord): boolean =>
  link.bastion === bastion && (linkIds.includes(link.linkId) || byVm.includes(link));

function takenEarly(link: TrueLink, ask: AskRecord, outcome: Outcome): readonly string[] {
  const first = firstShown(link, outcome.truth) ?? ask.at;
  if (demandedBefore(link, ask.at, outcome.truth)) return [];
  const subject = { bastionId: link.bastion, vmId: link.vmId, tags: {} };
  const { policy } = ask.run.settings;
  const ends = possibleAttributions(link, ask.at, outcome.truth).map((attribution) => {
    const spells = spellsOf({ ...subject, attribution }, policy, { now: first });
    return firstEnd(spells, (verdict) => endBy(verdict, { link, first }, outcome)).at;
  });
  const earliest = Math.min(...ends) as Instant;
  return ask.at < earliest
    ? [
        `the link ${short(link.linkId)} of somebody ordinary is asked to go at ${when(ask.at)}, before ${when(earliest)}`,
      ]
    : [];
}

interface Seen {
  readonly link: TrueLink;
  readonly first: Instant;
}

function endBy(verdict: Verdict, { link, first }: Seen, { truth }: Outcome): Instant {
  const { allowed, creatorDecides, ttl, warnBefore, maxLifetime } = verdict;
  if (!allowed) return creatorDecides ? after(first, warnBefore) : first;
  const made = Math.min(link.datedAt ?? first, first) as Instant;
  const left = maxLifetime - mostUsed(link, ttl, truth);
  if (left <= 0) return first;
  const most = Math.min(after(made, Math.min(ttl, left)), link.nativeExpiry ?? Infinity) as Instant;
  return Math.max(most, after(first, warnBefore)) as Instant;
}

/** At most: what nobody saw end counts until its deadline. An id that was listed again goes on with its old clock. */
function mostUsed(link: TrueLink, ttl: Milliseconds, { links }: Outcome["truth"]): Milliseconds {
  const [since = 0] = link.spans.map(({ from }) => from);
  return links
    .filter((other) => other !== link && other.machine === link.machine)
    .flatMap(({ spans }) => spans)
    .filter(({ from }) => from < since)
    .reduce((sum, { from, until }) => sum + Math.min(until ?? since, since) - from + ttl, 0);
}
