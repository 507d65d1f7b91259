import type { Instant } from "../time.ts";

/** What the Activity Log claims somebody did on a bastion. */
export type SignalOperation = "create" | "create-failed" | "delete" | "read" | "host-write" | "host-delete";

/** `user` and `guest` sign in as people; the others are software. */
export type CallerKind = "user" | "guest" | "service-principal" | "managed-identity" | "unknown";

/** Who Azure reports as the caller. Every text in it was chosen by a stranger. */
export interface Caller {
  readonly kind: CallerKind;
  readonly objectId: string | undefined;
  readonly appId: string | undefined;
  readonly userPrincipalName: string | undefined;
  readonly name: string | undefined;
  readonly ipAddress: string | undefined;
  /** `authnmethodsreferences` of the token. A missing claim is "unknown", never "no MFA". */
  readonly signInMethods: readonly string[] | "unknown";
  readonly role: string | undefined;
  readonly roleScope: string | undefined;
}

/** One Activity Log event about a bastion, as far as we use it. It names no VM and no link. */
export interface Signal {
  readonly eventId: string;
  readonly operation: SignalOperation;
  /** When the operation ended, as Azure says. */
  readonly occurredAt: Instant;
  readonly receivedAt: Instant;
  readonly correlationId: string | undefined;
  readonly caller: Caller;
}

/** What identifies a caller, strongest first; undefined when Azure reported nothing usable. */
export const callerKey = (caller: Caller): string | undefined =>
  (caller.objectId ?? caller.userPrincipalName ?? caller.appId ?? caller.name)?.toLowerCase();

/** The name people know the caller by. */
export const callerName = (caller: Caller): string =>
  caller.userPrincipalName ?? caller.name ?? caller.appId ?? caller.objectId ?? "an unnamed caller";
