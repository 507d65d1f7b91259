import type { BastionId } from "../domain/arm-id.ts";
import type { Instant, Milliseconds } from "../domain/time.ts";
import type { Policy } from "../domain/policy/policy.ts";
import type { Ports } from "../ports.ts";

/** `WATCHDOG_SCOPE`: whose bastions are watched. */
export interface ScopeSettings {
  /** Subscription ids, lower case, whose bastions are watched. */
  readonly subscriptions: readonly string[];
  /** Management groups; which subscriptions are in them only Resource Graph knows. */
  readonly managementGroups: readonly string[];
}

/** What every flow needs to know of the configuration, read once at start (`config/config.ts`). */
export interface FlowSettings extends ScopeSettings {
  readonly policy: Policy;
  /** When this process began to run by them: of two processes with different ones, the younger judges. */
  readonly startedAt: Instant;
  /** `observe` pauses all enforcement. */
  readonly mode: "enforce" | "observe";
  /** How long an alert of high severity may wait for an acknowledgement; undefined: nobody can give one. */
  readonly acknowledgeWithin?: Milliseconds | undefined;
  /** Our own object id, lower case: our reads are no news, and of our deletes each has its id. */
  readonly principalId: string | undefined;
}

/** What a step of a flow works with: the outside world, and how it is configured. */
export interface FlowContext {
  readonly ports: Ports;
  readonly settings: FlowSettings;
}

/** Whether a bastion surely lies in scope. In a management group it may lie in scope without our knowing here. */
export const isInSubscriptions = (bastion: BastionId, { subscriptions }: ScopeSettings): boolean =>
  subscriptions.includes(bastion.subscriptionId);

/** When the digest is due: at this hour of the day, in this time zone. The timer itself is UTC and comes every hour. */
export interface DigestSettings {
  /** An IANA name, like `Europe/Berlin`. */
  readonly timeZone: string;
  /** 0 to 23. */
  readonly hour: number;
}
