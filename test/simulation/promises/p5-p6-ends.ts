import type { Policy } from "../../../src/core/domain/policy/policy.ts";
import type { Rule } from "../../../src/core/domain/policy/policy-schema.ts";
import type { ClosedLink, LinkId } from "../../../src/core/domain/links/link.ts";
import { after, hours, instant, minutes, seconds, type Instant } from "../../../src/core/domain/time.ts";
import type { Outcome } from "../histories.ts";
import type { FactLink } from "../../../src/core/domain/ledger/ledger.ts";
import type { CommitRecord, ListRecord, Truth } from "../truth.ts";
import { bastionIn, broken, idsOf, short, when, type Check } from "./violation.ts";

/** What is past its deadline is asked to go, nothing stays pending, and "gone" is said only after a complete list without it. */
export const endsAreKept: Check = (outcome) =>
  broken("P5", [
    ...outcome.truth.overdue,
    ...lateAsks(outcome),
    ...unprovenEnds(outcome),
    ...deadlinesTooFar(outcome),
  ]);

/** Once all is calm, a delete follows its deadline within a minute and a half, unless the breaker holds it. */
function lateAsks({ truth, sweepInterval }: Outcome): readonly string[] {
  const calmSince = truth.calmSince ?? Infinity;
  return truth.commits.flatMap(({ commit, at, partition }) =>
    commit.facts
      .filter(({ kind, data }) => kind === "revoke-requested" && data["attempt"] === 1)
      .flatMap(({ links }) =>
        links.flatMap(({ linkId, deadline }) => {
          if (deadline < calmSince + 3 * sweepInterval || at <= deadline + seconds(90)) return [];
          if (wasHeld(partition, at, truth.commits) || isDisturbed(truth, deadline, at)) return [];
          return [
            `the delete of ${short(linkId)} was due ${when(deadline)} and asked for only at ${when(at)}`,
          ];
        }),
      ),
  );
}

/** A run may be made to die or to stand still also once all is calm. */
const isDisturbed = ({ disturbances }: Truth, from: Instant, until: Instant): boolean =>
  disturbances.some((one) => one.until >= from - minutes(5) && one.from <= until);

const wasHeld = (partition: string, at: Instant, commits: readonly CommitRecord[]): boolean =>
  commits.some(
    (one) =>
      one.partition === partition &&
      one.at <= at &&
      one.at > at - hours(3) &&
      one.commit.outbox.some(({ alert }) => alert.kind === "revocations-held"),
  );

function unprovenEnds({ truth }: Outcome): readonly string[] {
  return truth.commits.flatMap((record) =>
    record.commit.close.flatMap((closed) => {
      const wrong = closed.closedBy === "gone-with-bastion" ? undefined : unproven(closed, record, truth);
      return wrong === undefined
        ? []
        : [
            `link ${short(closed.link.linkId)} is closed as ${closed.closedBy} at ${when(record.at)} ${wrong}`,
          ];
    }),
  );
}

function unproven(
  { link: { linkId }, closedBy, actor }: ClosedLink,
  record: CommitRecord,
  truth: Truth,
): string | undefined {
  const own = truth.lists.findLast(({ run, at }) => run === record.run && at <= record.at);
  if (!own || !isWithout(own, linkId)) return "without a complete list that lacks it";
  if (own.at < (record.readAt ?? 0)) return "by a list that is older than the rows it was compared with";
  return wronglyExplained({ closedBy, actor }, linkId, { own, record, truth });
}

interface Closing {
  readonly own: ListRecord;
  readonly record: CommitRecord;
  readonly truth: Truth;
}

/** Who is said to have ended it must be able to have. */
function wronglyExplained(
  { closedBy, actor }: Pick<ClosedLink, "closedBy" | "actor">,
  linkId: LinkId,
  { own, record, truth }: Closing,
): string | undefined {
  if (own.kind === "feature-off" || closedBy === "switched-off") return wronglySwitched(own.kind, closedBy);
  if (closedBy === "revoked-by-watchdog")
    return wasAskedFor(linkId, record, truth) ? undefined : "but nobody ever asked for it";
  return actor.kind !== "unknown" || wasMissedTwice(linkId, own, truth.lists)
    ? undefined
    : "after one look only";
}

const wronglySwitched = (list: string, closedBy: ClosedLink["closedBy"]): string | undefined =>
  list === "feature-off" && closedBy === "switched-off" ? undefined : `by a list of ${list}`;

/** An intent that was committed is as far as one can tell: whether the delete or somebody else was faster, Azure does not say. */
function wasAskedFor(linkId: LinkId, { at, partition }: CommitRecord, { commits }: Truth): boolean {
  const ids = idsOf(linkId, { commits });
  return commits.some(
    (before) =>
      before.partition === partition &&
      before.at <= at &&
      before.commit.facts.some(
        ({ kind, links }) => kind === "revoke-requested" && links.some((link) => ids.includes(link.linkId)),
      ),
  );
}

/** When an operator gave its VM more time. */
const timeGivenAt = (linkId: LinkId, { commits }: Outcome["truth"]): Instant =>
  commits.findLast(({ commit }) =>
    commit.facts.some(
      ({ kind, links }) => kind === "time-given" && links.some((link) => link.linkId === linkId),
    ),
  )?.at ?? instant(0);

const isWithout = (list: ListRecord, linkId: LinkId): boolean => list.complete && !shows(list, linkId);

const shows = ({ linkIds, holeIds }: ListRecord, linkId: LinkId): boolean =>
  linkIds.has(linkId) || holeIds.has(linkId);

const wasMissedTwice = (linkId: LinkId, last: ListRecord, lists: readonly ListRecord[]): boolean =>
  lists.some(
    (list) => list.bastion === last.bastion && isWithout(list, linkId) && list.at <= last.at - seconds(8),
  );

/** No deadline lies farther away than the longest time any policy gives, counted from when Azure first showed the link. */
function deadlinesTooFar({ truth, remains }: Outcome): readonly string[] {
  const longest = (
    read: (policy: Outcome["truth"]["settings"][number]["settings"]["policy"]) => readonly number[],
  ) => Math.max(...truth.settings.flatMap(({ settings }) => read(settings.policy)));
  const isForAll = ({ match, validUntil }: Rule) => match === undefined && validUntil === undefined;
  const ttl = longest(({ rules }) => [
    ...rules.map((rule) => rule.ttl ?? hours(8)),
    ...(rules.some(isForAll) ? [] : [hours(8)]),
  ]);
  const grace = longest(({ preexistingGrace }) => [preexistingGrace]);
  return [...remains.partitions].flatMap(([name, { links }]) =>
    links.flatMap((link) => {
      const first = truth.lists.find(
        (list) => list.bastion === bastionIn(name) && shows(list, link.linkId),
      )?.at;
      if (first === undefined) return [`link ${short(link.linkId)} is remembered, but Azure never listed it`];
      const limit = Math.max(
        after(link.firstSeenAt, ttl),
        link.preexisting ? after(link.firstSeenAt, grace) : 0,
        after(timeGivenAt(link.linkId, truth), ttl),
        (truth.endedAt ?? 0) + minutes(15),
      );
      const isTooFar = link.deadline > limit && link.extension === undefined;
      return isTooFar
        ? [
            `link ${short(link.linkId)} first seen ${when(link.firstSeenAt)} may live until ${new Date(link.deadline).toISOString()}`,
          ]
        : [];
    }),
  );
}

/** A link that follows another is a life of its own, told as what it is. */
export const newLivesAreTold: Check = (outcome) =>
  broken("P6", [...quietReturns(outcome), ...quietAlerts(outcome), ...livesNobodyLived(outcome)]);

/** An id that was closed is listed again: the old life goes on, with a number of its own and with the old end, unless the configuration is newer. */
function quietReturns({ truth }: Outcome): readonly string[] {
  return seenIn(truth).flatMap(({ link: { linkId, life, deadline }, record, index }) => {
    const closings = truth.commits
      .slice(0, index)
      .flatMap((before) => (before.partition === record.partition ? before.commit.close : []))
      .filter((closed) => closed.link.linkId === linkId);
    const last = closings.at(-1)?.link;
    if (!last) return [];
    const name = `link ${short(linkId)} seen at ${when(record.at)} came back`;
    const row = record.commit.put.find((put) => put.linkId === linkId);
    const isNewer = (row?.basis.configuration ?? 0) > last.basis.configuration;
    return [
      ...(life > last.life ? [] : [`${name} and counts as a first life`]),
      ...(!isNewer && last.announced && deadline > last.deadline
        ? [`${name} until ${when(deadline)} instead of ${when(last.deadline)}`]
        : []),
    ];
  });
}

const seenIn = ({ commits }: Truth) =>
  commits.flatMap((record, index) =>
    record.commit.facts
      .filter(({ kind }) => kind === "link-seen")
      .flatMap(({ links }) => links.map((link) => ({ link, record, index }))),
  );

/** Right after the watchdog took a link of its VM down, on whichever bastion, an opening is told high. */
/** A rule's own severity is what its links are told with. */
const saysHowLoud = (names: readonly string[], { rules }: Policy): boolean =>
  rules.some(({ name, severity }) => severity !== undefined && names.includes(name));

function quietAlerts({ truth }: Outcome): readonly string[] {
  return truth.commits.flatMap(({ commit, at, run }) => [
    ...commit.facts
      .filter(({ kind, data }) => kind === "link-announced" && data["as"] !== "re-created")
      .flatMap(({ links }) => links.filter((link) => isRightAfter(link, at, truth)))
      .map(
        ({ linkId }) =>
          `link ${short(linkId)}, made right after a revocation, is told as ordinary at ${when(at)}`,
      ),
    ...commit.outbox.flatMap(({ alert }) =>
      alert.kind === "re-created" &&
      alert.severity !== "high" &&
      !alert.links.some(({ rule, tightenedBy }) => saysHowLoud([rule, ...tightenedBy], run.settings.policy))
        ? [`alert ${alert.id} of a re-created link is only ${alert.severity}`]
        : [],
    ),
  ]);
}

/** The run that closed it lived on, and half a minute later at the earliest this one was made; within 50 minutes. */
const isRightAfter = (
  { linkId, vmId, createdAt }: FactLink,
  announcedAt: Instant,
  { commits }: Truth,
): boolean =>
  commits.some(
    ({ commit, at, run }) =>
      run.ended === "done" &&
      run.faults.length === 0 &&
      (run.endedAt ?? Infinity) < createdAt &&
      at < announcedAt &&
      commit.close.some(
        ({ link, closedBy }) =>
          closedBy === "revoked-by-watchdog" &&
          link.linkId !== linkId &&
          link.vmId.toLowerCase() === vmId.toLowerCase() &&
          createdAt - at > 0 &&
          createdAt - at < minutes(50),
      ),
  );

/** A life after a closed one needs a link that Azure really had open since. */
function livesNobodyLived({ truth }: Outcome): readonly string[] {
  return truth.commits.flatMap(({ commit, at, partition }, index) =>
    commit.facts
      .filter(({ kind }) => kind === "link-seen")
      .flatMap(({ links }) =>
        links.flatMap(({ linkId, life }) => {
          const closing = truth.commits
            .slice(0, index)
            .findLast(
              (before) =>
                before.partition === partition &&
                before.commit.close.some(({ link }) => link.linkId === linkId),
            );
          if (!closing) return [];
          const spans = truth.links.filter(({ ids }) => ids.includes(linkId)).flatMap((link) => link.spans);
          const isReal = spans.some(
            ({ from, until }) => from <= at && (until === undefined || until > closing.at),
          );
          return isReal
            ? []
            : [
                `life ${life} of link ${short(linkId)}, seen at ${when(at)}, never was: it was gone before ${when(closing.at)}`,
              ];
        }),
      ),
  );
}
