import { guid } from "../guid.ts";
import { idAlone, type Nameless } from "../attribution/known-names.ts";
import { peopleIn } from "../attribution/attribution.ts";
import type { Alert } from "./alert.ts";

/** So many names are asked for at most: nobody reads more of them in one message. */
const most = 20;

/** What stands in the alerts of a message by an id alone: subscriptions wherever they stand, and whoever did something. */
export function namelessIn(...alerts: readonly Alert[]): Nameless {
  const callers = [
    ...alerts.flatMap(({ actors }) => Object.values(actors)).flatMap(peopleIn),
    ...alerts
      .flatMap(({ notes }) => notes)
      .flatMap((note) => {
        if (note.kind === "events-missing") return note.operations.map(({ caller }) => caller);
        return note.kind === "delivery-changed" ? note.changes.map(({ caller }) => caller) : [];
      }),
  ].filter((caller) => idAlone(caller) !== undefined);
  return {
    subscriptions: [...new Set(subscriptionsIn(alerts))].slice(0, most),
    callers: [...new Map(callers.map((caller) => [idAlone(caller), caller])).values()].slice(0, most),
  };
}

/** By their key, or at the beginning of an ARM id. */
function subscriptionsIn(value: unknown, key = ""): readonly string[] {
  if (typeof value === "object" && value !== null)
    return Object.entries(value).flatMap(([name, inner]) => subscriptionsIn(inner, name));
  if (typeof value !== "string") return [];
  const [, kind = "", named = ""] = value.toLowerCase().split("/");
  const ofArmId = kind === "subscriptions" ? named : "";
  const id = key === "subscriptionId" ? value.toLowerCase() : ofArmId;
  return guid.test(id) ? [id] : [];
}
