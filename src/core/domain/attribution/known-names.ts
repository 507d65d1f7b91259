import { guid } from "../guid.ts";
import type { Instant } from "../time.ts";
import { callerName, isPerson, type Caller } from "./signal.ts";

/** What something is called that Azure names by a GUID, and when Azure last said so. For people to read, and never to judge by: whoever owns it chose it. */
export interface KnownName {
  readonly name: string;
  readonly asOf: Instant;
}

/** By lower-case GUID: subscriptions, and software by the id that the Activity Log names it by. */
export type KnownNames = ReadonlyMap<string, KnownName>;

/** What wants a name. */
export interface Nameless {
  readonly subscriptions: readonly string[];
  readonly callers: readonly Caller[];
}

/** The id, lower case, where the Activity Log names software by nothing else. */
export function idAlone(caller: Caller): string | undefined {
  if (isPerson(caller)) return undefined;
  const name = callerName(caller);
  return guid.test(name) ? name.toLowerCase() : undefined;
}

/** What an app is called, marked in front, where no cut takes it away: it may be called like a person. */
export const appName = ({ name }: Pick<KnownName, "name">): string => `app ${name}`;

/** The name people know the caller by. */
export function knownAs(caller: Caller, names?: KnownNames): string {
  const called = names?.get(idAlone(caller) ?? "");
  return called === undefined ? callerName(caller) : appName(called);
}

/** What a subscription is called; its id where nobody knows. */
export const subscriptionName = (subscriptionId: string, names?: KnownNames): string =>
  names?.get(subscriptionId.toLowerCase())?.name ?? subscriptionId;

/** The same, with its id for whoever has to do something there. */
export function subscriptionWithId(subscriptionId: string, names?: KnownNames): string {
  const called = names?.get(subscriptionId.toLowerCase());
  return called === undefined ? subscriptionId : `${called.name} (${subscriptionId})`;
}
