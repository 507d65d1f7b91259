import { sha256 } from "../hash.ts";
import { isoInstant, type Instant } from "../time.ts";

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
  /** The display name; of a managed identity its resource's name. */
  readonly name: string | undefined;
  /** What a person without a user principal name, a guest, signs in with, where it is another. Entra may not have verified it. */
  readonly accountName?: string | undefined;
  /** The mail address, where it is none of the names above. Entra may not have verified it. */
  readonly mail?: string | undefined;
  /** Where the request came from; where Azure does not say, where the token was got. */
  readonly ipAddress: string | undefined;
  /** Where the token was got, only if the request came from elsewhere: somebody else may have used it. */
  readonly tokenIpAddress?: string | undefined;
  /** `authnmethodsreferences` of the token. A missing claim is "unknown", never "no MFA". */
  readonly signInMethods: readonly string[] | "unknown";
  readonly role: string | undefined;
  readonly roleScope: string | undefined;
}

/** One Activity Log event about a bastion, as far as we use it. It names no VM and no link. */
export interface Signal {
  readonly eventId: string;
  readonly operation: SignalOperation;
  /** Undefined where no record tells when the operation began; an event tells its end only. */
  readonly beganAt?: Instant | undefined;
  /** When the operation ended, as Azure says. */
  readonly occurredAt: Instant;
  readonly receivedAt: Instant;
  readonly correlationId: string | undefined;
  readonly caller: Caller;
  /** The row that it has in common with others alike, so that any rate of them is one row; undefined: one of its own. */
  readonly shares?: string | undefined;
}

/** Up to which character a moment names the time in which signals alike are one: an hour, a minute. */
const ration: Partial<Readonly<Record<SignalOperation, number>>> = {
  read: "2026-11-21T08".length,
  "create-failed": "2026-11-21T08".length,
  "host-write": "2026-11-21T08:00".length,
};

/** What a signal shares its row with: those of its operation and caller in that hour, or minute; undefined: every one of its kind counts. */
export function sharedRow({ operation, occurredAt, caller }: Signal): string | undefined {
  const length = ration[operation];
  if (length === undefined) return undefined;
  const who = sha256(callerKey(caller) ?? "").slice(0, 32);
  return `${isoInstant(occurredAt).slice(0, length)}:${operation}:${who}`;
}

/** People come through the app id of the portal or of a command line: it says nothing of who they are. */
export const isPerson = ({ kind }: Pick<Caller, "kind">): boolean => kind === "user" || kind === "guest";

/** A guest is `jane_partner.example#EXT#@contoso.example` in the tenant's log, and signs in as `jane@partner.example`. */
export const homeName = (name: string): string => name.replace(/_([^_@]+)#ext#@.*$/i, "@$1");

/** Names that Entra or Azure vouches for, and those that a caller may have chosen: mail, display name, the app a person comes through. */
export function namesOf(caller: Caller): {
  readonly verified: readonly string[];
  readonly claimed: readonly string[];
} {
  const { userPrincipalName, objectId, appId, accountName, mail, name } = caller;
  const home = userPrincipalName === undefined ? undefined : homeName(userPrincipalName);
  const said = (names: readonly (string | undefined)[]) => names.filter((one) => one !== undefined);
  const verified = said([userPrincipalName, objectId, isPerson(caller) ? undefined : appId]);
  const claimed = said([home, accountName, mail, name, appId]);
  return { verified, claimed: [...new Set(claimed)].filter((one) => !verified.includes(one)) };
}

/** What identifies a caller, strongest first; undefined when Azure reported nothing usable. */
export const callerKey = (caller: Caller): string | undefined =>
  (
    caller.objectId ??
    caller.userPrincipalName ??
    (isPerson(caller) ? undefined : caller.appId) ??
    caller.accountName ??
    caller.mail ??
    caller.name
  )?.toLowerCase();

/** Tells callers apart, for comparing: one whom nothing identifies is nobody but who `eventId` is about. */
export const callerId = (caller: Caller, eventId: string): string => callerKey(caller) ?? `event ${eventId}`;

/** Whether both are one and the same for certain: two whom nothing identifies are not. */
export const isSameCaller = (one: Caller, other: Caller): boolean =>
  callerKey(one) !== undefined && callerKey(one) === callerKey(other);

/** Equal for the same callers, in whatever order; those whom nothing identifies are alike. */
export const peopleKey = (callers: readonly Caller[]): string =>
  [...new Set(callers.map((caller) => callerKey(caller) ?? "unnamed"))].sort().join(" ");

/** The name people know the caller by. */
export const callerName = (caller: Caller): string =>
  caller.userPrincipalName ??
  caller.accountName ??
  caller.mail ??
  caller.name ??
  (isPerson(caller) ? undefined : caller.appId) ??
  caller.objectId ??
  "an unnamed caller";
