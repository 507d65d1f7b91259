/** No key opens anything: storage, telemetry, publishing and vault are reached by identity, and secrets are parameters that nobody logs. */
import type { BicepFile, Resource } from "../bicep-file.ts";
import { literalOf, valueOf } from "../expression.ts";
import { everyNode, findingAt, type Finding, type Node } from "../syntax.ts";

/** What must be written out in resources of a type, under `properties`; a dot goes one deeper. */
const musts: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "Microsoft.Storage/storageAccounts": {
    allowSharedKeyAccess: "false",
    allowBlobPublicAccess: "false",
    isLocalUserEnabled: "false",
    supportsHttpsTrafficOnly: "true",
    minimumTlsVersion: "TLS1_2",
  },
  "Microsoft.Storage/storageAccounts/blobServices/containers": { publicAccess: "None" },
  "Microsoft.Insights/components": { DisableLocalAuth: "true" },
  "Microsoft.OperationalInsights/workspaces": { "features.disableLocalAuth": "true" },
  "Microsoft.KeyVault/vaults": { enableRbacAuthorization: "true", enablePurgeProtection: "true" },
  "Microsoft.Web/sites": { httpsOnly: "true", "siteConfig.ftpsState": "Disabled" },
  "Microsoft.Web/sites/basicPublishingCredentialsPolicies": { allow: "false" },
};

export const checkKeys = (file: BicepFile): readonly Finding[] => [
  ...file.resources.filter(({ isExisting }) => !isExisting).flatMap((resource) => checkMusts(resource, file)),
  ...keysIn(file),
  ...openSecrets(file),
];

const say = (file: BicepFile, node: Node, message: string): Finding => findingAt(file.path, node, { rule: "keys", message });

function checkMusts({ type, body, node }: Resource, file: BicepFile): readonly Finding[] {
  return Object.entries(musts[type] ?? {}).flatMap(([path, wanted]) => {
    const found = ["properties", ...path.split(".")].reduce<Node | undefined>((at, key) => at && valueOf(at, key), body);
    const text = found && (literalOf(found) ?? found.text);
    return text === wanted ? [] : [say(file, found ?? node, `${path} of ${type} must be ${wanted}`)];
  });
}

const keyCalls = /^(\w+\.)*list\w*(Keys?|Sas|Secrets|Credentials)\w*\(/i;
const keyWords = /AccountKey=|SharedAccessKey|DefaultEndpointsProtocol|StorageAccountConnectionString|InstrumentationKey/i;

const keysIn = (file: BicepFile): readonly Finding[] =>
  [...everyNode(file.root)]
    .filter(({ type, text }) => (type === "call_expression" && keyCalls.test(text)) || (type === "string" && keyWords.test(text)))
    .map((node) => say(file, node, "uses a key where an identity should be"));

/** Names that say their value is a secret. */
const secretName = /(secret|password|webhookUrl|formKey|token)$/i;
/** A webhook of one's own is no secret: its messages are signed. */
const noSecrets = ["webhookUrl"];

const openSecrets = (file: BicepFile): readonly Finding[] => [
  ...file.parameters
    .filter(({ name, type, isSecure }) => type === "string" && secretName.test(name) && !isSecure && !noSecrets.includes(name))
    .map(({ name, node }) => say(file, node, `'${name}' holds a secret and is not @secure()`)),
  ...shownSecrets(file),
];

function shownSecrets(file: BicepFile): readonly Finding[] {
  const secrets = new Set(file.parameters.filter(({ isSecure }) => isSecure).map(({ name }) => name));
  return [...everyNode(file.root)]
    .filter(({ type }) => type === "output_declaration")
    .flatMap((output) => [...everyNode(output)].filter(({ type, text }) => type === "identifier" && secrets.has(text)))
    .map((node) => say(file, node, `an output shows '${node.text}', which is @secure()`));
}
