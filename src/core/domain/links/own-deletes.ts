import type { BastionId } from "../arm-id.ts";
import { guidOf } from "../guid.ts";
import { sha256 } from "../hash.ts";
import { clockTolerance } from "../attribution/attribution.ts";
import type { Signal } from "../attribution/signal.ts";
import { after, days, hours, minutes, type Instant, type Milliseconds } from "../time.ts";

/** A delete that the watchdog was about to ask Azure for. It is written before Azure is asked. */
export interface OwnDelete {
  /** Sent with the request; that Azure's event carries it is not documented. */
  readonly correlationId: string;
  readonly at: Instant;
  /** Why Azure refused it, by code. */
  readonly refusal?: Refusal | undefined;
  /** What Azure said to it; undefined: that is not known, and it may have been done. */
  readonly answer: "accepted" | "refused" | undefined;
  /** Keys of the VMs that it was accepted by, so that all links went which Azure had been asked to delete there. */
  readonly vmKeys: readonly string[];
}

/** A delete that Azure would not do. */
export interface Refusal {
  /** Its status and code, as in `403 AuthorizationFailed`. */
  readonly code: string;
  /** For want of a right, or by a lock, trying again does not help. */
  readonly because: "right" | "lock" | "disabled" | "other";
}

/** The newest of these deletes whose answer is known: while one is under way, what was said to the one before holds. */
export const lastAnswered = (
  correlationIds: readonly string[],
  ownDeletes: readonly OwnDelete[] = [],
): OwnDelete | undefined =>
  ownDeletes.find(
    ({ correlationId, answer }) => answer !== undefined && correlationIds.includes(correlationId),
  );

/** Whether it was Azure that refused it: what would take other links of the VM along is not even asked for. */
export const isRefusedByAzure = (one: OwnDelete | undefined): boolean =>
  one?.answer === "refused" && one.refusal?.code !== "";

/** What tells our own deletes from those that somebody else makes with our identity. */
export interface OwnDeletes {
  /** Newest first, up to 30 days old. */
  readonly ownDeletes: readonly OwnDelete[];
  /** An event carried the id of one of them: from then on an event without such an id is not ours. */
  readonly keepsIds: boolean;
}

/** So many fit the host row; the event of the oldest is a day late by then at the breaker's pace. */
const mostKept = 500;
const kept = days(30);
/** A delete whose operation ended later than this was asked for later: by what its event's id names, and by the time alone. */
const window = { id: hours(1), time: minutes(5) } as const;

/** A GUID of its own for what one commit has deleted: no other commit of this bastion follows the same fact. */
export function correlationIdOf(
  bastion: BastionId,
  { seq, chainHead }: { readonly seq: number; readonly chainHead: string },
  now: Instant,
): string {
  const hex = sha256(JSON.stringify(["delete", bastion.id, seq, chainHead, now]));
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join("-");
}

/** With one more delete, and without those that no late event can be about. */
export const withDelete = (
  { ownDeletes }: OwnDeletes,
  correlationId: string | undefined,
  now: Instant,
): readonly OwnDelete[] =>
  [
    ...(correlationId === undefined ? [] : [{ correlationId, at: now, answer: undefined, vmKeys: [] }]),
    ...ownDeletes,
  ]
    .filter(({ at }) => at > now - kept)
    .slice(0, mostKept);

/** The same, with what Azure said to one of them. */
export const withAnswer = (
  { ownDeletes }: OwnDeletes,
  correlationId: string | undefined,
  answer: Pick<OwnDelete, "answer" | "vmKeys" | "refusal">,
): readonly OwnDelete[] =>
  ownDeletes.map((one) => (one.correlationId === correlationId ? { ...one, ...answer } : one));

/** Whether a delete by this VM was under way at that moment or began later: whichever link it was meant for, the others went along. */
export const wentByVm = ({ ownDeletes }: OwnDeletes, vmKey: string, moment: Instant): boolean =>
  ownDeletes.some(({ at, vmKeys }) => vmKeys.includes(vmKey) && after(at, window.time) > moment);

/** How an event by our identity is known to be ours; `time`: only because a delete of ours was under way then. */
export type Explained = { readonly by: "id" | "time"; readonly deletes: readonly OwnDelete[] } | undefined;

/**
 * Which of our deletes an event by our identity reports. Undefined: none, so somebody else has our identity. As long as no event ever carried an
 * id of ours, the time has to do.
 */
export function whichOfOurs({ correlationId, occurredAt }: Signal, own: OwnDeletes): Explained {
  const within = (length: Milliseconds) =>
    own.ownDeletes.filter(({ at }) => occurredAt >= at - clockTolerance && occurredAt <= after(at, length));
  const named = within(window.id).filter(
    (one) => one.correlationId === guidOf(correlationId ?? "").toLowerCase(),
  );
  if (named.length > 0) return { by: "id", deletes: named };
  const fitting = own.keepsIds ? [] : within(window.time);
  return fitting.length === 0 ? undefined : { by: "time", deletes: fitting };
}
