import { after, hours, latest, minutes, type Instant } from "../../../src/core/domain/time.ts";
import type { Outcome } from "../histories.ts";
import type { Span, TrueLink, Truth } from "../truth.ts";
import { bastionIn, broken, firstShown, isInScope, short, when, type Check } from "./violation.ts";

/** A link that nobody saw, of a create that arrived, is told of when its delete arrives, also beside other links of the same call. */
export const unseenLinksAreTold: Check = (outcome) =>
  broken(
    "P1",
    outcome.truth.links.flatMap((link) => hiddenByDecoy(link, outcome)),
  );

/** As long as a delete may wait for a list that explains it, and for a sweep that makes one. */
const patience = minutes(20);

function hiddenByDecoy(link: TrueLink, outcome: Outcome): readonly string[] {
  const { truth } = outcome;
  const span = unseen(link, truth);
  const at = heardOf(link, truth);
  if (!span || at === undefined || !isNews(link, { from: span.from, at }, truth)) return [];
  const isTold = truth.commits.some(
    (one) =>
      bastionIn(one.partition) === link.bastion &&
      one.at > at - hours(1) &&
      one.commit.outbox.some(({ alert }) => ["deleted-unseen", "created-and-gone"].includes(alert.kind)),
  );
  return isTold
    ? []
    : [
        `link ${short(link.linkId)}, open from ${when(span.from)} to ${when(span.until)} and never listed, is told to nobody`,
      ];
}

/** The time in which it was open, if that is one that somebody ended, and no list showed it. */
function unseen(link: TrueLink, truth: Truth): Span | undefined {
  const [span, ...again] = link.spans;
  const isHole = truth.lists.some(({ holeIds }) => link.ids.some((id) => holeIds.has(id)));
  const isShown = isHole || firstShown(link, truth) !== undefined || link.datedAt === undefined;
  return span?.by === "somebody" && again.length === 0 && !isShown ? span : undefined;
}

/** When both its events were there. */
function heardOf(link: TrueLink, truth: Truth): Instant | undefined {
  const [made, gone] = [acceptedAt(link, "create", truth), acceptedAt(link, "delete", truth)];
  return made === undefined || gone === undefined ? undefined : latest(made, gone);
}

const isNews = (
  link: TrueLink,
  { from, at }: { readonly from: Instant; readonly at: Instant },
  truth: Truth,
): boolean =>
  at <= (truth.calmSince ?? 0) &&
  isListedBefore(link, from, truth) &&
  isInScope(truth, from, after(at, patience));

const acceptedAt = ({ linkId }: TrueLink, operation: "create" | "delete", { events }: Truth) =>
  events.find((event) => event.operation === operation && event.links.includes(linkId))?.acceptedAt;

/** What is older than the watchdog is no news. */
const isListedBefore = ({ bastion }: TrueLink, at: number, { commits }: Truth): boolean =>
  commits.some((one) => bastionIn(one.partition) === bastion && (one.commit.host.checkedAt ?? Infinity) < at);
