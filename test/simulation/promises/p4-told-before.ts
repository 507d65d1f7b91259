import type { Alert, AlertLink } from "../../../src/core/domain/alerts/alert.ts";
import { traitsOf } from "../../../src/core/domain/alerts/alert-kinds.ts";
import { watchdogPartition } from "../../../src/core/domain/partition.ts";
import type { Policy } from "../../../src/core/domain/policy/policy.ts";
import { hours, type Instant } from "../../../src/core/domain/time.ts";
import type { Outcome } from "../histories.ts";
import type { CommitRecord } from "../truth.ts";
import { broken, idsOf, short, wasToldOfTags, when, type Check } from "./violation.ts";

/** Nothing is revoked but what people were told will be, and nothing is judged by settings that a younger process has replaced. */
export const toldBefore: Check = (outcome) =>
  broken("P4", [...untoldRevocations(outcome), ...judgedByOlder(outcome)]);

function untoldRevocations({ truth: { commits } }: Outcome): readonly string[] {
  return commits.flatMap((record, index) =>
    record.commit.facts
      .filter(({ kind, data }) => kind === "revoke-requested" && data["demandedBy"] === undefined)
      .flatMap(({ links, at }) =>
        links.flatMap(({ linkId }) => {
          const ids = idsOf(linkId, { commits });
          const told = lastTold(ids, record, commits.slice(0, index));
          const row = record.commit.put.find((link) => ids.includes(link.linkId));
          const isForbidden = row?.allowed === false;
          const isKnown = row?.attribution.kind !== "unknown" && isForbidden;
          const isByTags = () => wasToldOfTags(ids, record.run.settings, commits.slice(0, index));
          return (told && isNoticeOf(told, at, isKnown)) || (isForbidden && isByTags())
            ? []
            : [`${short(linkId)} is asked to go at ${when(at)}; people were last told ${wordsOf(told)}`];
        }),
      ),
  );
}

const isNoticeOf = ({ enforced, deadline, byCreator }: Told, at: Instant, isKnown: boolean): boolean =>
  enforced && (deadline <= at || (byCreator && isKnown));

interface Told extends AlertLink {
  /** People were told that it may end as soon as its creator is known. */
  readonly byCreator: boolean;
}

const wordsOf = (told: AlertLink | undefined): string =>
  told === undefined
    ? "nothing of its end"
    : `that it ${told.enforced ? "ends" : "stays open after"} ${when(told.deadline)}`;

/** Whether the rules that a link was told under warn of it from its first minute on. */
function isWarnedOfAlways({ rule, tightenedBy }: AlertLink, { rules }: Policy): boolean {
  const named = rules.filter(({ name }) => [rule, ...tightenedBy].includes(name));
  const lives = named.map(({ ttl = hours(8), maxLifetime = ttl }) => Math.min(ttl, maxLifetime));
  const warns = named.flatMap(({ warnBefore }) => warnBefore ?? []);
  return warns.length > 0 && Math.min(...warns) >= Math.min(...lives);
}

/** What the last alert that says when it ends said of it; the opening of a link that is allowed is no warning, unless there is no time before that. */
function lastTold(
  ids: readonly string[],
  { partition }: CommitRecord,
  before: readonly CommitRecord[],
): Told | undefined {
  const isWarning = ({ kind, severity }: Alert, link: AlertLink, policy: Policy) =>
    kind === "expiring" ||
    kind === "would-revoke" ||
    (traitsOf(kind).links === "found" && isWarnedOfAlways(link, policy)) ||
    (!link.allowed &&
      (traitsOf(kind).links === "found" || (kind === "creator-reported" && severity === "high")));
  return before
    .filter((record) => record.partition === partition)
    .flatMap(({ run, commit }) => commit.outbox.map(({ alert }) => ({ run, alert })))
    .flatMap(({ run, alert }) =>
      alert.links.flatMap((link) =>
        ids.includes(link.linkId) && isWarning(alert, link, run.settings.policy)
          ? [
              {
                ...link,
                byCreator: alert.notes.some(({ kind }) => kind === "creator-decides"),
                enforced: link.enforced && alert.kind !== "would-revoke" && run.settings.mode === "enforce",
              },
            ]
          : [],
      ),
    )
    .at(-1);
}

/** From the reading of the rows to the commit others were in force. */
function judgedByOlder({ truth: { commits } }: Outcome): readonly string[] {
  const changes = commits
    .filter(({ partition }) => partition === watchdogPartition)
    .flatMap(({ at, commit }) =>
      commit.facts.flatMap(({ kind, data }) => (kind === "configuration-changed" ? [{ at, data }] : [])),
    );
  return commits.flatMap(({ run, partition, at, readAt, commit }) => {
    if (partition === watchdogPartition || run.kind === "console" || !isJudgement(commit)) return [];
    const since = readAt ?? at;
    const before = changes.findLast((change) => change.at < since);
    const inForce = changes.filter((change) => change === before || (change.at >= since && change.at <= at));
    const { policy, mode } = run.settings;
    const isOwn = ({ data }: (typeof changes)[number]) =>
      data["policyHash"] === policy.hash && data["mode"] === mode;
    return inForce.some(isOwn)
      ? []
      : [`run ${run.id} judges at ${when(at)} by settings that were replaced at ${when(before?.at)}`];
  });
}

/** Links are judged; what was sent, or what Azure refused, is noted by whoever did it. */
const isJudgement = ({ put, close }: CommitRecord["commit"]): boolean => put.length + close.length > 0;
