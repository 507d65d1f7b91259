import { overdue, wantsAcknowledgement, type EndOf } from "../../alerts/acknowledgement.ts";
import { after, latest, seconds } from "../../time.ts";
import type { HostState } from "../../state/watched.ts";
import { noStep, type Situation, type Step } from "../situation.ts";

/**
 * Tells what nobody acknowledged within `acknowledgeWithin`, and comes back when the next alert will have waited that long. `awaited` are those
 * that still wait.
 */
export function unacknowledged(
  { host, now, acknowledgeWithin: within }: Situation,
  endOf: EndOf,
): Step & Pick<HostState, "awaited"> {
  const { awaited: before, unreadable } = host;
  const waiting = { awaited: before, within, endOf, isUnreadable: unreadable !== undefined };
  const { alerts, facts, awaited, next } = overdue(waiting, now);
  return {
    ...noStep,
    alerts,
    facts,
    awaited,
    looks: next === undefined ? [] : [latest(next, after(now, seconds(1)))],
  };
}

/** The step, and a look when one of its own alerts will have waited `acknowledgeWithin`. The very same step where none waits. */
export function comingBackFor(step: Step, { now, acknowledgeWithin }: Situation): Step {
  if (acknowledgeWithin === undefined || !step.alerts.some(wantsAcknowledgement)) return step;
  return { ...step, looks: [...step.looks, after(now, acknowledgeWithin)] };
}
