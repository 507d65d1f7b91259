import type { Refusal } from "./own-deletes.ts";
import type { LinkId, LinkListing, ListedLink } from "./link.ts";
import type { Instant, Milliseconds } from "../time.ts";

/**
 * `busy`: ask again after `retryAfter`. `forbidden`: we lack the right. `gone`: no such bastion. `failed`:
 * anything else, worth a retry.
 */
export type Unreadable =
  | { readonly kind: "busy" | "failed"; readonly why: string; readonly retryAfter: Milliseconds | undefined }
  | { readonly kind: "forbidden" | "gone"; readonly why: string };

/**
 * `unexplained`: Azure refuses for a reason we do not know. Whether the bastion is gone or its feature off, the host itself has to say.
 */
export type LinkAnswer =
  | { readonly kind: "listed"; readonly listing: LinkListing }
  | { readonly kind: "unexplained"; readonly why: string }
  | Unreadable;

/** Which links are to be deleted, and how. */
export interface Revocation {
  readonly byToken: readonly LinkId[];
  /** Those that no token can delete: listed without a URL, or still listed after deletes by token that Azure took. */
  readonly byVm: readonly Pick<ListedLink, "linkId" | "vmId">[];
  /** Whether nothing is lost if this entry goes with its VM: each link of it is due, and was announced. */
  readonly mayGo: (entry: ListedLink) => boolean;
  /** Sent with the deletes, so that Azure's event about them may carry it. */
  readonly correlationId?: string | undefined;
}

/**
 * What Azure made of a delete. `byVm`: links that no token deletes, so that all links of their VM, each of which may go, are
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
      readonly refusal?: Refusal | undefined;
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
  /** As Azure spells it; undefined where it names none. */
  readonly vmId: string | undefined;
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

/** What Azure answered when somebody last asked for the sessions of a bastion, and when it was asked. */
export interface KeptSessions {
  readonly askedAt: Instant;
  readonly answer: LiveSessions;
}

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
