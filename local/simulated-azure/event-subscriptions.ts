import { keyOf } from "./estate.ts";
import type { ActivityRecord } from "./activity-record.ts";

/** What of a subscription's operations Event Grid brings, by the names of the operations. */
export interface EventSubscription {
  readonly id: string;
  readonly operations: readonly string[];
  /** And whatever else is done to bastions but reading links: more than a deployment asks for, which the app has to leave out. */
  readonly others?: true;
}

const bastionHosts = "Microsoft.Network/bastionHosts";
const reads = [`${bastionHosts}/getShareableLinks/action`];
const changes = [
  `${bastionHosts}/createShareableLinks/action`,
  `${bastionHosts}/deleteShareableLinks/action`,
  `${bastionHosts}/deleteShareableLinksByToken/action`,
  `${bastionHosts}/write`,
  `${bastionHosts}/delete`,
];

/** Those that a deployment makes in a subscription (`infra/watched-subscription.bicep`). */
function deployedIn(subscriptionId: string): readonly EventSubscription[] {
  const topic = `/subscriptions/${subscriptionId}/resourceGroups/rg-bastion-watchdog-events/providers/Microsoft.EventGrid/systemTopics/evgt-bastion-watchdog`;
  return [
    { id: `${topic}/eventSubscriptions/bastion-watchdog-changes`, operations: changes, others: true },
    { id: `${topic}/eventSubscriptions/bastion-watchdog-reads`, operations: reads },
  ];
}

const isOther = (operationName: string): boolean =>
  keyOf(operationName).startsWith(`${keyOf(bastionHosts)}/`) &&
  keyOf(operationName) !== keyOf(reads[0] ?? "");

/** Event Grid's event subscriptions: as deployed in every subscription, until somebody changes them. */
export class EventSubscriptions {
  readonly #byId = new Map<string, EventSubscription>();
  readonly #known = new Set<string>();

  get(id: string): EventSubscription | undefined {
    this.#deploy(id.split("/")[2] ?? "");
    return this.#byId.get(keyOf(id));
  }

  ofTopic(topicId: string): readonly EventSubscription[] {
    this.#deploy(topicId.split("/")[2] ?? "");
    return [...this.#byId.values()].filter(({ id }) => keyOf(id).startsWith(`${keyOf(topicId)}/`));
  }

  put(subscription: EventSubscription): void {
    this.#deploy(subscription.id.split("/")[2] ?? "");
    this.#byId.set(keyOf(subscription.id), subscription);
  }

  /** False: there was none. */
  remove(id: string): boolean {
    this.#deploy(id.split("/")[2] ?? "");
    return this.#byId.delete(keyOf(id));
  }

  /** Whether any of them brings this one. */
  bring({ subscriptionId, operationName }: ActivityRecord): boolean {
    this.#deploy(subscriptionId);
    const inIt = `/subscriptions/${keyOf(subscriptionId)}/`;
    const isNamed = (names: readonly string[]) => names.some((name) => keyOf(name) === keyOf(operationName));
    return [...this.#byId.values()].some(
      ({ id, operations, others }) =>
        keyOf(id).startsWith(inIt) && (isNamed(operations) || (others === true && isOther(operationName))),
    );
  }

  #deploy(subscriptionId: string): void {
    if (this.#known.has(keyOf(subscriptionId))) return;
    this.#known.add(keyOf(subscriptionId));
    for (const one of deployedIn(subscriptionId)) this.#byId.set(keyOf(one.id), one);
  }
}
