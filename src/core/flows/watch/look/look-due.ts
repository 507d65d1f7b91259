import { after, seconds, type Instant } from "../../../domain/time.ts";
import type { HostState, Watched } from "../../../domain/state/watched.ts";
import type { ReconcileRequest } from "../../../domain/state/messages.ts";

/** A wake-up may be seen a little before its time: queues count in whole seconds. */
const wakeTolerance = seconds(1);
/** How long to wait before trying again: whoever holds the claim is mostly done in a moment; only one that died keeps it to the end. */
export const shortWait = seconds(2);

/**
 * Whether Azure is to be asked. A complete listing that began after the cause already answers it, so that a burst of events costs few lists;
 * a bastion that was never listed, or whose wake-up is due, is always asked about.
 */
export function mustLook({ host }: Watched, { since }: ReconcileRequest, now: Instant): boolean {
  return host?.checkedAt === undefined || host.checkedAt <= since || isDue(host, now);
}

/** Whether the last decision's wake-up has come: its moment is over, or at most a second away. */
export const isDue = ({ wakeAt }: HostState, now: Instant): boolean =>
  wakeAt !== undefined && wakeAt <= after(now, wakeTolerance);

/**
 * From when on this cause may look. An event right after another's look is one of a burst: it waits a moment, and the one look after that
 * answers them all. What is due does not wait, nor does anything but an event.
 */
export function calmAfter({ host }: Watched, request: ReconcileRequest, now: Instant): Instant {
  if (host?.eventLookAt === undefined || !isByEvent(request)) return now;
  return isDue(host, now) ? now : after(host.eventLookAt, shortWait);
}

/** Whether an event asked for the look, now or before it had to step back, which most of the "busy" did. */
export const isByEvent = ({ cause }: ReconcileRequest): boolean => cause === "event" || cause === "busy";
