/** The app gets the settings that it reads, and the storage that it expects. */
import type { BicepFile } from "../bicep-file.ts";
import { literalOf, propertiesOf, textsOf, valueOf } from "../expression.ts";
import type { Product } from "../product.ts";
import { everyNode, findingAt, type Finding, type Node } from "../syntax.ts";

/** Settings that no deployment gives, and why. */
export const notDeployed: Readonly<Record<string, string>> = {
  AzureWebJobsStorage: "a connection string, for the local stack and tests; deployed, the identity reaches storage",
  WATCHDOG_ARM_ENDPOINT: "Azure's public cloud is the default, and storage addresses know no other",
  WATCHDOG_GRAPH_ENDPOINT: "the same",
  WATCHDOG_LOGS_ENDPOINT: "the same",
  WATCHDOG_LOCAL_TOKEN: "refused outside of the local stack",
};

/** Settings of the platform, which the code does not read. */
const platform = [
  "AzureWebJobs.activity-event.Disabled",
  "APPLICATIONINSIGHTS_CONNECTION_STRING",
  "APPLICATIONINSIGHTS_AUTHENTICATION_STRING",
];

/** A setting is a key like this in any object: they are put together from several. */
const settingName = /^(WATCHDOG_|AzureWebJobs|APPLICATIONINSIGHTS_|FUNCTIONS_|WEBSITE_)/;

export function checkSettings(files: readonly BicepFile[], { settingNames }: Product): readonly Finding[] {
  const given = files.flatMap((file) => settingsIn(file.root).map(({ key, keyNode }) => ({ file, key, keyNode })));
  const names = new Set(given.map(({ key }) => key));
  const wanted = settingNames.filter((name) => !Object.hasOwn(notDeployed, name));
  const home = given[0]?.file ?? files[0];
  return [
    ...given
      .filter(({ key }) => !wanted.includes(key) && !platform.includes(key))
      .map(({ file, key, keyNode }) => say(file, keyNode, `the app does not know the setting ${key}, or it is not for deployments`)),
    ...(home ? [...wanted, ...platform].filter((name) => !names.has(name)).map((name) => say(home, home.root, `${name} is not set`)) : []),
    ...files.flatMap(pushedEvents),
  ];
}

const say = (file: BicepFile, node: Node, message: string): Finding => findingAt(file.path, node, { rule: "settings", message });

const settingsIn = (root: Node) =>
  [...everyNode(root)]
    .filter(({ type }) => type === "object")
    .flatMap((object) => propertiesOf(object))
    .flatMap(({ key, keyNode, value }) => (key !== undefined && settingName.test(key) ? [{ key, keyNode, value }] : []));

/** Events come through the queue: pushed ones are lost while the app is stopped. */
const pushedEvents = (file: BicepFile): readonly Finding[] =>
  settingsIn(file.root)
    .filter(({ key, value }) => key === "AzureWebJobs.activity-event.Disabled" && literalOf(value) !== "true")
    .map(({ keyNode }) => say(file, keyNode, "activity-event must be disabled"));

const storageTypes = {
  queues: "Microsoft.Storage/storageAccounts/queueServices/queues",
  tables: "Microsoft.Storage/storageAccounts/tableServices/tables",
  containers: "Microsoft.Storage/storageAccounts/blobServices/containers",
} as const;

/** Each queue with its poison queue, the table, and the container for evidence, which is immutable. */
export function checkStorage(files: readonly BicepFile[], { queues }: Product): readonly Finding[] {
  const file = files.find(({ resources }) => resources.some(({ type, isExisting }) => type === storageTypes.queues && !isExisting));
  const home = file ?? files[0];
  if (!home) return [];
  const list = home.variables.get("queueNames");
  const made = list ? textsOf(list, home).map(({ text }) => text) : [];
  const poison = home.variables.get("poisonQueueNames")?.text ?? "";
  const named = (type: string, name: string) =>
    home.resources.some((one) => one.type === type && one.body && literalOf(valueOf(one.body, "name") ?? one.body) === name);
  const messages = [
    ...queues.filter((name) => !made.includes(name)).map((name) => `there is no queue '${name}', which has a trigger`),
    ...made.filter((name) => !queues.includes(name)).map((name) => `the queue '${name}' has no trigger`),
    ...(/for (\w+) in queueNames: '\$\{\1\}-poison'/.test(poison) ? [] : ["not every queue has its poison queue"]),
    ...(named(storageTypes.tables, "watchdog") ? [] : ["there is no table 'watchdog'"]),
    ...(named(storageTypes.containers, "evidence") ? [] : ["there is no container 'evidence'"]),
    ...(home.resources.some(({ type }) => type.endsWith("/immutabilityPolicies")) ? [] : ["the evidence is not immutable"]),
  ];
  return messages.map((message) => findingAt(home.path, list ?? home.root, { rule: "queues", message }));
}
