import type { LinkId, LinkListing } from "./link.ts";
import type { Instant, Milliseconds } from "../time.ts";

/**
 * `busy`: ask again after `retryAfter`. `forbidden`: we lack the right. `gone`: no such bastion. `failed`:
 * anything else, worth a retry.
 */
export type Unreadable =
  | { readonly kind: "busy" | "failed"; readonly why: string; readonly retryAfter: Milliseconds | undefined }
  | { readonly kind: "forbidden" | "gone"; readonly why: string };

/** `feature-off`: Azure lists nothing, because shareable links are switched off on this bastion. */
export type LinkAnswer =
  | { readonly kind: "listed"; readonly listing: LinkListing }
  | { readonly kind: "feature-off"; readonly why: string }
  | Unreadable;

/**
 * What Azure made of a delete. `byVm`: links whose token Azure did not know, so that all links of their VM, which were these only, are
 * deleted. `busy`: ask again after a fresh list, not before `retryAfter`. `refused`: Azure will not, and `why` says why. `mayBeDone`: some of it
 * may have been deleted all the same.
 */
export type RevokeAnswer =
  | { readonly kind: "accepted"; readonly byVm: readonly LinkId[] }
  | {
      readonly kind: "busy" | "refused";
      readonly why: string;
      readonly retryAfter: Milliseconds | undefined;
      readonly mayBeDone?: true;
    };

/** Sessions through a bastion to the VMs whose links were just taken down. */
export type SessionAnswer =
  | {
      readonly kind: "done";
      readonly sessions: readonly { readonly vmId: string; readonly wasEnded: boolean }[];
    }
  | { readonly kind: "unknown"; readonly why: string };

/** A session through a bastion that is open now. */
export interface LiveSession {
  readonly sessionId: string;
  readonly startedAt: Instant | undefined;
  readonly userName: string | undefined;
  readonly protocol: string | undefined;
  /** Whether Azure marks it as come over a shareable link. */
  readonly viaLink: boolean;
}

/** `unknown`: Azure did not list them in time or refused; there may be sessions all the same. */
export type LiveSessions =
  | { readonly kind: "listed"; readonly sessions: readonly LiveSession[] }
  | { readonly kind: "unknown"; readonly why: string };

/** `not-found`: Azure has no such session any more. `unknown`: it may still be open. */
export type EndAnswer =
  { readonly kind: "ended" | "not-found" } | { readonly kind: "unknown"; readonly why: string };

/**
 * What a reconcile saw when it looked at Azure; `not-looked`: an earlier complete listing already answers.
 */
export type Observation =
  | {
      readonly kind: "listed";
      readonly listing: LinkListing;
      readonly startedAt: Instant;
      readonly featureOn: boolean | undefined;
    }
  | { readonly kind: "not-looked" }
  | { readonly kind: "unreadable"; readonly answer: Unreadable };
