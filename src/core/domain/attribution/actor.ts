import type { Searched } from "./attribution.ts";
import { homeName, type Caller } from "./signal.ts";

/** Who gave more time or asked for less, as rows and facts keep it. */
export interface Actor {
  /** The name people know them by. */
  readonly by: string;
  readonly objectId: string;
}

/** Who did something, as far as it is known. */
type Named =
  | { readonly kind: "known"; readonly caller: Caller }
  | { readonly kind: "ambiguous"; readonly candidates: readonly Caller[] }
  | { readonly kind: "unknown"; readonly searched?: Searched };

/** Whether this is, or may be, who made the link: by object id, or by the name they sign in with. */
export function mayBeCreator(attribution: Named, { by, objectId }: Actor): boolean {
  const isSame = ({ userPrincipalName, accountName, mail, ...caller }: Caller) =>
    same(caller.objectId, objectId) || [userPrincipalName, accountName, mail].some((name) => same(name, by));
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
  one !== undefined && homeName(one).toLowerCase() === homeName(other).toLowerCase();
