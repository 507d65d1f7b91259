import type { Caller } from "../attribution/signal.ts";
import type { Actor } from "../attribution/actor.ts";

/** Somebody who signed in and may see the console. */
export interface Person {
  /** Lower case. */
  readonly objectId: string;
  readonly userPrincipalName: string | undefined;
  readonly name: string | undefined;
  /** Where their request came from, as the platform says. */
  readonly ipAddress?: string | undefined;
  /** Whether they may act, too. */
  readonly isOperator: boolean;
}

/** Named by user principal name, else by display name, else by object ID. */
export const actorOf = ({ objectId, userPrincipalName, name }: Person): Actor => ({
  by: userPrincipalName ?? name ?? objectId,
  objectId,
});

/** The person as a fact names who did it. */
export const callerOf = ({ objectId, userPrincipalName, name, ipAddress }: Person): Caller => ({
  kind: "user",
  objectId,
  appId: undefined,
  userPrincipalName,
  name,
  ipAddress,
  signInMethods: "unknown",
  role: undefined,
  roleScope: undefined,
});
