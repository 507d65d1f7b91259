import type { Attribution } from "./attribution.ts";
import type { Caller } from "./signal.ts";

/** Who gave more time or asked for less, as rows and facts keep it. */
export interface Actor {
  /** The name people know them by. */
  readonly by: string;
  readonly objectId: string;
}

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

const same = (one: string | undefined, other: string): boolean =>
  one !== undefined && homeName(one) === homeName(other);

/** A guest is `jane_partner.example#EXT#@contoso.example` in the tenant's log, and signs in as `jane@partner.example`. */
const homeName = (name: string): string => name.toLowerCase().replace(/_([^_@]+)#ext#@.*$/, "@$1");
