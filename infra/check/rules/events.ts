/** What Event Grid lets through is what the code handles, and it goes where the code looks. */
import * as z from "zod";
import type { Variant } from "../deployment.ts";
import { findings, type Finding } from "../finding.ts";
import type { Product } from "../product.ts";

const conditionSchema = z.object({
  operatorType: z.string(),
  key: z.string(),
  values: z.array(z.string()).default([]),
});

const subscriptionSchema = z.object({
  deliveryWithResourceIdentity: z
    .object({ destination: z.object({ properties: z.object({ queueName: z.string() }) }) })
    .optional(),
  deadLetterWithResourceIdentity: z.object({}).optional(),
  filter: z.object({
    includedEventTypes: z.array(z.string()).default([]),
    advancedFilters: z.array(conditionSchema).default([]),
  }),
});

interface Subscription extends z.infer<typeof subscriptionSchema> {
  readonly name: string;
  readonly topic: string;
  readonly operations: readonly string[];
}

export function checkEvents({ path, resources }: Variant, product: Product): readonly Finding[] {
  const subscriptions = resources
    .filter(({ type }) => type === "Microsoft.EventGrid/systemTopics/eventSubscriptions")
    .map(({ name, properties }) => subscriptionOf(name, properties));
  const topics = Map.groupBy(subscriptions, ({ topic }) => topic);
  return findings(
    path,
    "events",
  )([
    ...[...topics.values()].flatMap((ofTopic) => checkOperations(ofTopic, product)),
    ...subscriptions.flatMap((one) => checkSubscription(one, product)),
  ]);
}

function subscriptionOf(fullName: string, properties: unknown): Subscription {
  const [topic = "", name = ""] = fullName.split("/");
  const subscription = subscriptionSchema.parse(properties);
  const operations = subscription.filter.advancedFilters
    .filter(({ key, operatorType }) => key === "data.operationName" && operatorType === "StringIn")
    .flatMap(({ values }) => values);
  return { ...subscription, name, topic, operations };
}

function checkOperations(
  subscriptions: readonly Subscription[],
  { handledOperations }: Product,
): readonly string[] {
  const allowed = subscriptions.flatMap(({ operations }) => operations);
  const lower = allowed.map((operation) => operation.toLowerCase());
  return [
    ...allowed
      .filter((operation) => !handledOperations.includes(operation.toLowerCase()))
      .map((name) => `no code handles '${name}'`),
    ...handledOperations
      .filter((operation) => !lower.includes(operation))
      .map((operation) => `no filter lets '${operation}' through, which the code handles`),
  ];
}

const kinds: Readonly<Record<string, string>> = {
  write: "ResourceWriteSuccess",
  delete: "ResourceDeleteSuccess",
  action: "ResourceActionSuccess",
};

function checkSubscription(one: Subscription, product: Product): readonly string[] {
  const { name, operations } = one;
  const listsLinks = operations.some((operation) => /\/getshareablelinks\//i.test(operation));
  return [
    ...checkEventTypes(one),
    ...checkDelivery(one, product),
    ...(listsLinks && (operations.length > 1 || !leavesOutOurselves(one))
      ? [`${name} lets the watchdog's own reads through`]
      : []),
    ...(operations.length === 0 ? [`${name} is not filtered by operation`] : []),
  ];
}

function checkDelivery({ name, ...subscription }: Subscription, { queues }: Product): readonly string[] {
  const queue = subscription.deliveryWithResourceIdentity?.destination.properties.queueName;
  return [
    ...(queue === undefined ? [`${name} has no deliveryWithResourceIdentity`] : []),
    ...(queue === undefined || queues.includes(queue)
      ? []
      : [`${name} delivers to '${queue}', which no trigger reads`]),
    ...(subscription.deadLetterWithResourceIdentity ? [] : [`${name} has no deadLetterWithResourceIdentity`]),
  ];
}

/** A failed create is news; what else failed is not. */
function checkEventTypes({
  name,
  operations,
  filter: { includedEventTypes: included },
}: Subscription): readonly string[] {
  const wanted = new Set(
    operations.map((operation) => `Microsoft.Resources.${kinds[operation.split("/").at(-1) ?? ""] ?? ""}`),
  );
  if (operations.some((operation) => operation.includes("/create")))
    wanted.add("Microsoft.Resources.ResourceActionFailure");
  return [
    ...[...wanted]
      .filter((type) => !included.includes(type))
      .map((type) => `${name} does not include ${type}`),
    ...included
      .filter((type) => !wanted.has(type))
      .map((type) => `${name} includes ${type}, which none of its operations raises`),
  ];
}

/** By client id, and by object id as claims write it and as recorded events do: without hyphens. */
const leavesOutOurselves = ({ filter }: Subscription): boolean => {
  const left = (key: string) =>
    filter.advancedFilters
      .filter((condition) => condition.key === key && condition.operatorType === "StringNotIn")
      .flatMap(({ values }) => values);
  const principals = left("data.authorization.evidence.principalId");
  const withoutHyphens = principals.map((id) => id.replace(/^\[(.*)\]$/, "[replace($1, '-', '')]"));
  return left("data.claims.appid").length > 0 && withoutHyphens.some((id) => principals.includes(id));
};
