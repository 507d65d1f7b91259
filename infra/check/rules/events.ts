/** What Event Grid lets through is what the code handles, and it goes where the code looks. */
import type { BicepFile, Resource } from "../bicep-file.ts";
import { itemsOf, literalOf, possibleValues, textsOf, valueOf } from "../expression.ts";
import type { Product } from "../product.ts";
import { findingAt, type Finding, type Node } from "../syntax.ts";

interface Subscription {
  readonly file: BicepFile;
  readonly resource: Resource;
  readonly properties: Node;
  readonly filter: Node | undefined;
}

export function checkEvents(files: readonly BicepFile[], product: Product): readonly Finding[] {
  const subscriptions = files.flatMap((file) =>
    file.resources
      .filter(({ type, isExisting }) => type.endsWith("/eventSubscriptions") && !isExisting)
      .flatMap((resource): readonly Subscription[] => {
        const properties = resource.body && valueOf(resource.body, "properties");
        return properties ? [{ file, resource, properties, filter: valueOf(properties, "filter") }] : [];
      }),
  );
  return [...checkOperations(subscriptions, product), ...subscriptions.flatMap((one) => checkSubscription(one, product))];
}

const say = ({ file, resource }: Pick<Subscription, "file" | "resource">, message: string, node: Node = resource.node): Finding =>
  findingAt(file.path, node, { rule: "events", message });

function checkOperations(subscriptions: readonly Subscription[], { handledOperations }: Product): readonly Finding[] {
  const filtered = subscriptions.flatMap((one) => operationsOf(one).map((operation) => ({ ...operation, one })));
  const excess = filtered.filter(({ text }) => !handledOperations.includes(text.toLowerCase()));
  const missing = handledOperations.filter((operation) => !filtered.some(({ text }) => text.toLowerCase() === operation));
  const [first] = subscriptions;
  return [
    ...excess.map(({ text, node, one }) => say(one, `no code handles '${text}'`, node)),
    ...(first ? missing.map((operation) => say(first, `no filter lets '${operation}' through, which the code handles`)) : []),
  ];
}

const conditionsOf = ({ file, filter }: Subscription): readonly Node[] => {
  const list = filter && valueOf(filter, "advancedFilters");
  return list ? possibleValues(list, file).flatMap((value) => itemsOf(value, file)) : [];
};

const operationsOf = (one: Subscription) =>
  conditionsOf(one)
    .filter((condition) => keyOf(condition) === "data.operationName" && operatorOf(condition) === "StringIn")
    .flatMap((condition) => valuesOf(condition, one));

const word = (condition: Node, name: string): string | undefined => {
  const value = valueOf(condition, name);
  return value && literalOf(value);
};
const keyOf = (condition: Node) => word(condition, "key");
const operatorOf = (condition: Node) => word(condition, "operatorType");

function valuesOf(condition: Node, { file }: Subscription) {
  const values = valueOf(condition, "values");
  return values ? textsOf(values, file) : [];
}

const kinds: Readonly<Record<string, string>> = {
  write: "ResourceWriteSuccess",
  delete: "ResourceDeleteSuccess",
  action: "ResourceActionSuccess",
};

function checkSubscription(one: Subscription, { queues }: Product): readonly Finding[] {
  const operations = operationsOf(one).map(({ text }) => text.toLowerCase());
  const listsLinks = operations.some((operation) => operation.includes("/getshareablelinks/"));
  const queue = /queueName: '([^']+)'/.exec(destinationOf(one))?.[1] ?? "";
  return [
    ...checkEventTypes(one, operations),
    ...(listsLinks && (operations.length > 1 || !leavesOutOurselves(one)) ? [say(one, "lets the watchdog's own reads through")] : []),
    ...(operations.length === 0 ? [say(one, "is not filtered by operation")] : []),
    ...(queues.includes(queue) ? [] : [say(one, `delivers to '${queue}', which no trigger reads`)]),
    ...["deliveryWithResourceIdentity", "deadLetterWithResourceIdentity"]
      .filter((name) => !valueOf(one.properties, name))
      .map((name) => say(one, `has no ${name}`)),
  ];
}

/** A failed create is news; what else failed is not. */
function checkEventTypes(one: Subscription, operations: readonly string[]): readonly Finding[] {
  const list = one.filter && valueOf(one.filter, "includedEventTypes");
  const included = list ? textsOf(list, one.file).map(({ text }) => text) : [];
  const wanted = new Set(operations.map((operation) => `Microsoft.Resources.${kinds[operation.split("/").at(-1) ?? ""] ?? ""}`));
  if (operations.some((operation) => operation.includes("/create"))) wanted.add("Microsoft.Resources.ResourceActionFailure");
  return [
    ...[...wanted].filter((type) => !included.includes(type)).map((type) => say(one, `does not include ${type}`)),
    ...included.filter((type) => !wanted.has(type)).map((type) => say(one, `includes ${type}, which none of its operations raises`)),
  ];
}

const leavesOutOurselves = (one: Subscription): boolean =>
  conditionsOf(one).some(
    (condition) => keyOf(condition) === "data.authorization.evidence.principalId" && operatorOf(condition) === "StringNotIn",
  );

function destinationOf({ file, properties }: Subscription): string {
  const delivery = valueOf(properties, "deliveryWithResourceIdentity");
  const destination = delivery && valueOf(delivery, "destination");
  return destination
    ? possibleValues(destination, file)
        .map(({ text }) => text)
        .join(" ")
    : "";
}
