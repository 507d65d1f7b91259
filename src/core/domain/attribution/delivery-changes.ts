import { resourceName } from "../arm-id.ts";
import { textAt } from "../foreign.ts";
import { parseInstant, type Instant } from "../time.ts";
import { recordCaller } from "./activity-event.ts";
import type { Caller } from "./signal.ts";

/** Somebody deleted or changed what brings us Event Grid's events. */
export interface DeliveryChange {
  readonly eventId: string;
  readonly at: Instant;
  readonly what: "event subscription" | "system topic";
  readonly deed: "deleted" | "changed";
  readonly name: string;
  /** The topic that it is, or that it belongs to, lower case; undefined: it belongs to no topic of its own. */
  readonly topicId: string | undefined;
  readonly caller: Caller;
}

const operationOf =
  /^microsoft\.eventgrid\/(?:(?<topic>systemtopics)|(?:systemtopics\/)?(?<subscription>eventsubscriptions))\/(?<verb>write|delete)$/;
/** What the deployment calls them (`infra/modules/event-subscriptions.bicep`, `infra/watched-subscription.bicep`). */
const ours = { subscription: "bastion-watchdog-", topic: "evgt-bastion-watchdog" };
const topicPath = /^.*\/systemtopics\/[^/]+/;

/**
 * Changes of our event subscriptions and their topics, oldest first. A topic is ours by its name, or because one of our event subscriptions was seen on it:
 * Azure allows one topic a subscription, so ours may be somebody else's.
 */
export function deliveryChanges(
  records: readonly unknown[],
  knownTopics: readonly string[],
): { readonly changes: readonly DeliveryChange[]; readonly topics: readonly string[] } {
  const read = records.flatMap(changeIn);
  const isOurs = (one: DeliveryChange) =>
    one.what === "event subscription" && one.name.toLowerCase().startsWith(ours.subscription);
  const topics = [
    ...new Set([...read.filter(isOurs).flatMap(({ topicId }) => topicId ?? []), ...knownTopics]),
  ];
  const isOurTopic = ({ what, name, topicId }: DeliveryChange) =>
    what === "system topic" &&
    (name.toLowerCase() === ours.topic || (topicId !== undefined && topics.includes(topicId)));
  return {
    changes: read.filter((one) => isOurs(one) || isOurTopic(one)).sort((a, b) => a.at - b.at),
    topics,
  };
}

const lowerAt = (record: unknown, path: string): string => textAt(record, [path])?.toLowerCase() ?? "";

/** What every record of an operation on Event Grid says; undefined where it does not. */
function saidIn(record: unknown) {
  const resource = textAt(record, ["resourceId", "authorization.scope"]);
  const at = parseInstant(textAt(record, ["eventTimestamp"]) ?? "");
  const eventId = textAt(record, ["eventDataId"]);
  const caller = recordCaller(record);
  if (resource === undefined || at === undefined || eventId === undefined || !caller) return undefined;
  return { resource, at, eventId, caller };
}

/** Only what was done: whoever was refused changed nothing. */
function changeIn(record: unknown): readonly DeliveryChange[] {
  const { topic, verb } = operationOf.exec(lowerAt(record, "operationName"))?.groups ?? {};
  const said = saidIn(record);
  if (verb === undefined || !said || !lowerAt(record, "status").startsWith("succe")) return [];
  const { resource, ...rest } = said;
  return [
    {
      ...{ ...rest, name: resourceName(resource) },
      what: topic === undefined ? "event subscription" : "system topic",
      deed: verb === "delete" ? "deleted" : "changed",
      topicId: topicPath.exec(resource.toLowerCase())?.[0],
    },
  ];
}
