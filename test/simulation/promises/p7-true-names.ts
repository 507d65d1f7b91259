import type { TrackedLink } from "../../../src/core/domain/links/link.ts";
import { callerKey, type Caller, type Signal } from "../../../src/core/domain/attribution/signal.ts";
import { minutes, seconds, type Instant } from "../../../src/core/domain/time.ts";
import type { Outcome } from "../histories.ts";
import type { CommitRecord, TrueEvent, TrueLink } from "../truth.ts";
import { bastionIn, broken, short, when, type Check, worldId } from "./violation.ts";

/** A creator is named only if a delivered create event names them, fits the time, and no other caller's fits as well, whenever it is heard of. */
export const namesAreReported: Check = (outcome) =>
  broken("P7", [
    ...outcome.truth.commits.flatMap((record) =>
      record.commit.put.flatMap((link) => misnamed(link, record, outcome)),
    ),
    ...outcome.truth.commits.flatMap((record) => toldGone(record, outcome)),
    ...outcome.truth.commits.flatMap((record) => misnamedInTheEnd(record, outcome)),
  ]);

/** Of those who may have made links that are told as created and gone, somebody made some of which none is listed. */
function toldGone({ partition, commit, at }: CommitRecord, { truth }: Outcome): readonly string[] {
  const isHidden = truth.disturbances.some(
    ({ what, from, until }) =>
      ["hiding", "feature off"].includes(what) && from <= at && until + minutes(5) >= at,
  );
  if (isHidden) return [];
  /** What is listed again keeps its date, which does not fit; nor does an operation before a complete list without what it made, if that has no date. */
  const isListed = (linkId: string) =>
    truth.links.some((link) => {
      const [{ until = Infinity } = { until: 0 }, ...more] = link.spans;
      return (
        link.linkId === linkId &&
        until >= at &&
        more.length === 0 &&
        !wasDenied(link, at) &&
        !isTwin(link, truth.links)
      );
    });
  const wasDenied = ({ bastion, linkId, datedAt, spans }: TrueLink, before: Instant) =>
    datedAt === undefined &&
    truth.lists.some(
      (list) =>
        list.bastion === bastion &&
        list.complete &&
        (spans[0]?.from ?? Infinity) < list.at &&
        list.at < before &&
        !list.linkIds.has(linkId) &&
        !list.holeIds.has(linkId),
    );
  return commit.outbox.flatMap(({ alert: { id, kind, links, actors } }) => {
    if (kind !== "created-and-gone" || links.length > 0 || !actors.creator) return [];
    const { creator } = actors;
    const people =
      creator.kind === "known" ? [creator.caller] : "candidates" in creator ? creator.candidates : [];
    const isTheirs = ({ caller, eventId, acceptedAt, bastion, operation }: TrueEvent) =>
      operation === "create" &&
      bastion === bastionIn(partition) &&
      (acceptedAt ?? Infinity) <= at &&
      people.some(({ objectId, appId }) => (objectId ?? appId ?? eventId) === caller);
    const isGone = (event: TrueEvent) => isTheirs(event) && !event.links.some(isListed);
    return truth.events.some(isGone) || ("others" in creator && creator.others)
      ? []
      : [`alert ${id} at ${when(at)} tells links as gone that are listed`];
  });
}

/** Two links of a machine from the same second are one entry without their URLs. */
const isTwin = ({ linkId, bastion, ids }: TrueLink, links: readonly TrueLink[]): boolean =>
  links.some((one) => one.linkId !== linkId && one.bastion === bastion && one.ids[1] === ids[1]);

function misnamed(link: TrackedLink, record: CommitRecord, { truth }: Outcome): readonly string[] {
  const { attribution } = link;
  // A person's order changes no names.
  if (attribution.kind !== "known" || record.run.kind === "console") return [];
  const name = `link ${short(link.linkId)} is attributed to ${attribution.eventId} at ${when(record.at)}`;
  const event = truth.events.find(({ eventId }) => eventId === worldId(attribution.eventId));
  if (!event) return [`${name}, which is no event at all`];
  const wrong = unfit(attribution.caller, event, record);
  if (wrong !== undefined) return [`${name}, ${wrong}`];
  const { caller, bastion } = event;
  /** An operation that lasted long may have it for its own, where another of the same caller names them. */
  const isTheirs = truth.events.some(
    (other) =>
      other.operation === "create" &&
      other.caller === caller &&
      other.bastion === bastion &&
      (other.acceptedAt ?? Infinity) <= record.at &&
      fitsInTime(link, other.occurredAt),
  );
  if (!isTheirs) return [`${name}, which does not fit: ${when(link.createdAt)}, ${when(link.firstSeenAt)}`];
  const rivals = (record.read?.signals ?? []).filter((signal) => isRival(signal, link, event.caller));
  return rivals.map((signal) => `${name}, though ${signal.eventId} of another caller fits as well`);
}

/** When it closes, a link is nobody's for whom another's event had come as well, however late. */
function misnamedInTheEnd(
  { commit, partition, readAt, at }: CommitRecord,
  { truth }: Outcome,
): readonly string[] {
  return commit.close.flatMap(({ link }) => {
    const { attribution, linkId } = link;
    if (attribution.kind !== "known") return [];
    const { caller, eventId } = attribution;
    const rivals = truth.events.filter(
      (event) =>
        event.operation === "create" &&
        event.bastion === bastionIn(partition) &&
        event.caller !== (caller.objectId ?? caller.appId ?? worldId(eventId)) &&
        (event.acceptedAt ?? Infinity) < (readAt ?? 0) &&
        fitsInTime(link, event.occurredAt),
    );
    return rivals.map(
      (event) => `link ${short(linkId)} closes at ${when(at)} as ${eventId}'s, though ${event.eventId} fits`,
    );
  });
}

function unfit(caller: Caller, event: TrueEvent, { partition, at }: CommitRecord): string | undefined {
  if (event.bastion !== bastionIn(partition) || event.operation !== "create")
    return "which is no create event here";
  if (event.acceptedAt === undefined || event.acceptedAt > at) return "which had not arrived";
  if ((caller.objectId ?? caller.appId ?? event.eventId) !== event.caller)
    return "but to another caller than it reports";
  return undefined;
}

const isRival = (signal: Signal, link: TrackedLink, caller: string): boolean =>
  signal.operation === "create" &&
  (callerKey(signal.caller) ?? worldId(signal.eventId)) !== caller &&
  fitsInTime(link, signal.occurredAt);

/** Written out: an operation is taken to last 15 s, dates agree within 3 s; without a date, it was made after the last list without it, and did not begin after one with it. */
function fitsInTime(link: TrackedLink, occurredAt: number): boolean {
  const { createdAt, createdAtSource, firstSeenAt, absentAt = 0 } = link;
  if (createdAtSource === "azure")
    return createdAt <= occurredAt + seconds(3) && createdAt >= occurredAt - seconds(18);
  return absentAt <= occurredAt + seconds(8) && firstSeenAt >= occurredAt - seconds(20);
}
