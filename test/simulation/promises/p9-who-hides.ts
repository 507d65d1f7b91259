import { callerKey } from "../../../src/core/domain/attribution/signal.ts";
import { hours, minutes, type Instant } from "../../../src/core/domain/time.ts";
import type { CommitRecord, TrueEvent, TrueLink, Truth } from "../truth.ts";
import { bastionIn, broken, short, when, type Check, worldId } from "./violation.ts";

/** An unreadable bastion that keeps open what has to go is told as loud as that; and whoever reads the URLs of others is told. */
export const nobodyHides: Check = ({ truth }) =>
  broken("P9", [...quietTrouble(truth), ...unheardReaders(truth)]);

function quietTrouble({ commits, lists }: Truth): readonly string[] {
  return commits.flatMap((record) => {
    const { partition, commit, at, run, read, readAt } = record;
    const trouble = commit.host.unreadable;
    if (!trouble || readAt === undefined || !isLasting(trouble, readAt)) return [];
    const isJudged = lists.some((list) => list.run === run && list.at >= readAt && list.kind !== "listed");
    const kept = keptBy(isJudged ? read : undefined, readAt);
    const isLoud = (other: CommitRecord) =>
      other.partition === partition &&
      other.at <= at &&
      other.commit.outbox.some(
        ({ alert }) => alert.kind === "unreadable" && alert.severity === "high" && alert.at >= trouble.since,
      );
    return kept.length === 0 || commits.some(isLoud)
      ? []
      : [
          `${bastionIn(partition).slice(-8)} cannot be read since ${when(trouble.since)}, which keeps ${short(kept[0]?.linkId ?? "")} open, and at ${when(at)} nobody has heard it loudly`,
        ];
  });
}

/** What has to go, and had when it was read. */
const keptBy = (read: CommitRecord["read"], at: Instant) =>
  (read?.links ?? []).filter(({ allowed, deadline }) => !allowed || deadline <= at);

const isLasting = (
  { gone, partly, since }: NonNullable<CommitRecord["commit"]["host"]["unreadable"]>,
  at: number,
): boolean => !gone && !partly && at >= since + minutes(10);

function unheardReaders(truth: Truth): readonly string[] {
  return truth.events.flatMap((event) => {
    if (event.operation !== "read" || event.acceptedAt === undefined) return [];
    const isHere = ({ partition }: CommitRecord) => bastionIn(partition) === event.bastion;
    const isAboutIt = ({ commit }: CommitRecord) =>
      commit.spent.some(({ eventId }) => worldId(eventId) === event.eventId);
    const explained = truth.commits.find((record) => isHere(record) && isAboutIt(record));
    if (!explained) return [];
    const others = truth.links.filter((link) => isOpenToOthers(link, event, { explained, truth }));
    const isTold = (record: CommitRecord) =>
      isHere(record) &&
      record.at > explained.at - hours(1) &&
      record.at <= explained.at &&
      record.commit.outbox.some(({ alert }) => alert.kind === "links-read");
    return others.length === 0 || truth.commits.some(isTold)
      ? []
      : [
          `${event.caller} reads the URL of ${short(others[0]?.linkId ?? "")} at ${when(event.occurredAt)}, which is somebody else's, and nobody is told`,
        ];
  });
}

/** Somebody else's, listed before, and there the whole time. */
function isOpenToOthers(
  link: TrueLink,
  event: TrueEvent,
  { explained, truth }: { readonly explained: CommitRecord; readonly truth: Truth },
): boolean {
  const isHidden = truth.disturbances.some(({ what }) => what === "hiding" || what === "blind");
  const isTheirs = truth.events.some(
    ({ caller, operation, links }) =>
      operation === "create" && caller === event.caller && links.includes(link.linkId),
  );
  const isThere = link.spans.some(
    ({ from, until }) => from < event.occurredAt && (until === undefined || until > explained.at),
  );
  const row = explained.read?.links.find(({ linkId }) => linkId === link.linkId);
  const isTakenForTheirs = [row, explained.commit.put.find(({ linkId }) => linkId === link.linkId)].some(
    (one) =>
      one?.attribution.kind === "known" && callerKey(one.attribution.caller) === event.caller.toLowerCase(),
  );
  return (
    link.bastion === event.bastion &&
    !isHidden &&
    !isTheirs &&
    isThere &&
    row !== undefined &&
    !isTakenForTheirs
  );
}
