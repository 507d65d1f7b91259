import type { Attribution } from "../attribution/attribution.ts";
import type { Caller } from "../attribution/signal.ts";

/** Somebody who signed in and may see the console. */
export interface Person {
  /** Lower case. */
  readonly objectId: string;
  readonly userPrincipalName: string | undefined;
  readonly name: string | undefined;
  /** Whether they may act, too. */
  readonly isOperator: boolean;
}

/** Who gave more time or asked for less, as rows and facts keep it. */
export interface Actor {
  /** The name people know them by. */
  readonly by: string;
  readonly objectId: string;
}

export const actorOf = ({ objectId, userPrincipalName, name }: Person): Actor => ({ by: userPrincipalName ?? name ?? objectId, objectId });

/** The person as a fact names who did it. */
export const callerOf = ({ objectId, userPrincipalName, name }: Person): Caller => ({
  kind: "user",
  objectId,
  appId: undefined,
  userPrincipalName,
  name,
  ipAddress: undefined,
  signInMethods: "unknown",
  role: undefined,
  roleScope: undefined,
});

/** Whether this is, or may be, who made the link: by object id, or by the name they sign in with. */
export function mayBeCreator(attribution: Attribution, { by, objectId }: Actor): boolean {
  const isSame = (caller: Caller) => same(caller.objectId, objectId) || same(caller.userPrincipalName, by);
  switch (attribution.kind) {
    case "known":
      return isSame(attribution.caller);
    case "ambiguous":
      return attribution.candidates.some(isSame);
    case "unknown":
      return false;
  }
}

const same = (one: string | undefined, other: string): boolean => one !== undefined && homeName(one) === homeName(other);

/** A guest is `jane_partner.example#EXT#@contoso.example` in the tenant's log, and signs in as `jane@partner.example`. */
const homeName = (name: string): string => name.toLowerCase().replace(/_([^_@]+)#ext#@.*$/, "@$1");
