import { after, seconds, type Instant } from "../../domain/time.ts";
import type { HostState, Watched } from "../../domain/state/watched.ts";
import type { ReconcileRequest } from "../../domain/state/messages.ts";

/** A wake-up may be seen a little before its time: queues count in whole seconds. */
const wakeTolerance = seconds(1);
/** Whoever holds the claim is mostly done in a moment; only one that died keeps it to the end. */
export const shortWait = seconds(2);

/** A complete listing that began after the cause already answers it, so that a burst of events costs few lists. */
export function mustLook({ host }: Watched, { since }: ReconcileRequest, now: Instant): boolean {
  return host?.checkedAt === undefined || host.checkedAt <= since || isDue(host, now);
}

export const isDue = ({ wakeAt }: HostState, now: Instant): boolean => wakeAt !== undefined && wakeAt <= after(now, wakeTolerance);

/** An event right after another's look is one of a burst: it waits a moment, and the one look after that answers them all. What is due does not. */
export function calmAfter({ host }: Watched, request: ReconcileRequest, now: Instant): Instant {
  if (host?.eventLookAt === undefined || !isByEvent(request)) return now;
  return isDue(host, now) ? now : after(host.eventLookAt, shortWait);
}

/** "busy" is mostly an event that had to step back. */
export const isByEvent = ({ cause }: ReconcileRequest): boolean => cause === "event" || cause === "busy";
