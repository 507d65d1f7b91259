import { judge, longestWarning } from "../../../src/core/domain/policy/policy.ts";
import { after, hours, minutes, type Instant } from "../../../src/core/domain/time.ts";
import type { Outcome } from "../histories.ts";
import type { TrueLink, Truth } from "../truth.ts";
import { anyAttribution } from "../who.ts";
import { bastionIn, broken, isInScope, short, when, type Check } from "./violation.ts";

/** What a rule forbids whoever made it is asked to go, whatever its owner does with tags, names, other links, events or the rows about it. */
export const forbiddenGoes: Check = (outcome) =>
  broken(
    "P13",
    outcome.truth.links.flatMap((link) => {
      const [span] = link.spans;
      const limit = span && limitFor(link, span.from, outcome);
      if (!span || limit === undefined || (span.until ?? Infinity) <= limit) return [];
      return isAsked(link, limit, outcome.truth) || !isForbidden(link, span.from, limit, outcome.truth)
        ? []
        : [
            `the forbidden link ${short(link.linkId)}, open since ${when(span.from)}, is not asked to go by ${when(limit)}`,
          ];
    }),
  );

/** First sight, one and a half intervals at most, and one more; one notice more for what is older than the watchdog. Undefined: Azure kept it, or nobody can say. */
function limitFor(
  link: TrueLink,
  from: Instant,
  { history, truth, sweepInterval }: Outcome,
): Instant | undefined {
  const listedAt = truth.commits.find(({ commit }) => commit.host.checkedAt !== undefined)?.at ?? Infinity;
  const policy = truth.settings.findLast((one) => one.from <= from)?.settings.policy;
  const notice = policy && from <= listedAt ? longestWarning(policy) : 0;
  const limit = after(from, 2.5 * sweepInterval + minutes(2) + notice);
  const isHeld = truth.commits.some(
    ({ partition, commit, at }) =>
      bastionIn(partition) === link.bastion &&
      at > limit - hours(2) &&
      at <= limit + minutes(2) &&
      commit.outbox.some(({ alert }) => alert.kind === "revocations-held"),
  );
  const isCertain = !history.slow && !isHeld && isCalm(link, from, limit, truth);
  return isCertain ? limit : undefined;
}

/** What Azure may do without keeping a link from being listed with its URL, or from being deleted. */
const bearable = ["casing", "tags fail", "deletes late"];

function isCalm({ bastion }: TrueLink, from: Instant, limit: Instant, truth: Truth): boolean {
  const isInTheWay = ({ what, ...one }: Truth["disturbances"][number]) =>
    (one.bastion ?? bastion) === bastion && !bearable.includes(what) && !what.startsWith("channel ");
  return (
    isInScope(truth, from, limit) &&
    truth.disturbances.every((one) => !isInTheWay(one) || one.until < from - minutes(8) || one.from > limit)
  );
}

/** By one configuration all the time, wherever its machine was, with the tags that it had all the time, for whoever may have made it. */
function isForbidden(link: TrueLink, from: Instant, limit: Instant, { settings, tagged }: Truth): boolean {
  const inForce = settings.findLast((one) => one.from <= from);
  const isSettled = settings.every((one) => one.from <= from - minutes(12) || one.from > limit);
  const isFirst = inForce === settings[0] && settings.every((one) => one === inForce || one.from > limit);
  if (!inForce || !(isSettled || isFirst) || inForce.settings.mode !== "enforce") return false;
  const changes = tagged.filter(({ machine, at }) => machine === link.machine && at <= limit);
  const before = changes.findLast(({ at }) => at <= from)?.tags ?? {};
  const all = [before, ...changes.filter(({ at }) => at > from).map(({ tags }) => tags)];
  const { policy } = inForce.settings;
  return link.vmIds.every((vmId) =>
    all.every((tags) =>
      anyAttribution.every((attribution) => {
        const verdict = judge({ bastionId: link.bastion, vmId, tags, attribution }, policy, from);
        return !verdict.allowed && !verdict.creatorDecides && verdict.mode === "enforce";
      }),
    ),
  );
}

const isAsked = (link: TrueLink, limit: Instant, { asks }: Truth): boolean =>
  asks.some(
    ({ bastion, at, linkIds, byVm }) =>
      bastion === link.bastion && at <= limit && (linkIds.includes(link.linkId) || byVm.includes(link)),
  );
