import type { TrackedLink } from "../../../src/core/domain/links/link.ts";
import { callerKey, type Caller, type Signal } from "../../../src/core/domain/attribution/signal.ts";
import { minutes, seconds } from "../../../src/core/domain/time.ts";
import type { Outcome } from "../histories.ts";
import type { CommitRecord, TrueEvent } from "../truth.ts";
import { bastionIn, broken, short, when, type Check } from "./violation.ts";

/** A creator is named only if a delivered create event names them, fits the time, and no other caller's fits as well. */
export const namesAreReported: Check = (outcome) =>
  broken(
    "P7",
    outcome.truth.commits.flatMap((record) =>
      record.commit.put.flatMap((link) => misnamed(link, record, outcome)),
    ),
  );

function misnamed(link: TrackedLink, record: CommitRecord, { truth }: Outcome): readonly string[] {
  const { attribution } = link;
  if (attribution.kind !== "known") return [];
  const name = `link ${short(link.linkId)} is attributed to ${attribution.eventId} at ${when(record.at)}`;
  const event = truth.events.find(({ eventId }) => eventId === attribution.eventId);
  if (!event) return [`${name}, which is no event at all`];
  const wrong = unfit(link, attribution.caller, event, record);
  if (wrong !== undefined) return [`${name}, ${wrong}`];
  const before = record.read?.links.find(({ linkId }) => linkId === link.linkId)?.attribution;
  if (before?.kind === "known") return [];
  const rivals = (record.read?.signals ?? []).filter((signal) => isRival(signal, link, event.caller));
  return rivals.map((signal) => `${name}, though ${signal.eventId} of another caller fits as well`);
}

function unfit(
  link: TrackedLink,
  caller: Caller,
  event: TrueEvent,
  { partition, at }: CommitRecord,
): string | undefined {
  if (event.bastion !== bastionIn(partition) || event.operation !== "create")
    return "which is no create event here";
  if (event.acceptedAt === undefined || event.acceptedAt > at) return "which had not arrived";
  if ((caller.objectId ?? caller.appId ?? event.eventId) !== event.caller)
    return "but to another caller than it reports";
  return fitsInTime(link, event.occurredAt)
    ? undefined
    : `which does not fit: created ${when(link.createdAt)}, seen ${when(link.firstSeenAt)}`;
}

const isRival = (signal: Signal, link: TrackedLink, caller: string): boolean =>
  signal.operation === "create" &&
  (callerKey(signal.caller) ?? signal.eventId) !== caller &&
  fitsInTime(link, signal.occurredAt);

/** Written out: an operation ends at most 90 s after it made a link, clocks agree within 2 s; without a date, 15 minutes before first sight. */
function fitsInTime({ createdAt, createdAtSource, firstSeenAt }: TrackedLink, occurredAt: number): boolean {
  if (occurredAt > firstSeenAt + seconds(15)) return false;
  if (createdAtSource === "first-seen") return firstSeenAt - occurredAt <= minutes(15);
  return createdAt <= occurredAt + seconds(2) && createdAt >= occurredAt - seconds(90);
}
