/** No key opens anything: storage, telemetry, publishing and vault are reached by identity, and secrets are parameters that nobody logs. */
import { everyTemplate, valueAt, type Program, type Resource, type Variant } from "../deployment.ts";
import { findings, type Finding } from "../finding.ts";

/** What resources of a type must say under `properties`. */
const musts: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  "Microsoft.Storage/storageAccounts": {
    allowSharedKeyAccess: false,
    allowBlobPublicAccess: false,
    isLocalUserEnabled: false,
    supportsHttpsTrafficOnly: true,
    minimumTlsVersion: "TLS1_2",
    // Queues and tables can only ever get a key of one's own if the account was made for it.
    "encryption.services.queue.keyType": "Account",
    "encryption.services.table.keyType": "Account",
  },
  "Microsoft.Storage/storageAccounts/blobServices/containers": { publicAccess: "None" },
  "Microsoft.Insights/components": { DisableLocalAuth: true },
  "Microsoft.OperationalInsights/workspaces": { "features.disableLocalAuth": true },
  "Microsoft.KeyVault/vaults": { enableRbacAuthorization: true, enablePurgeProtection: true },
  "Microsoft.Web/sites": { httpsOnly: true },
  "Microsoft.Web/sites/basicPublishingCredentialsPolicies": { allow: false },
};

export const checkKeys = ({ path, resources }: Variant): readonly Finding[] =>
  findings(
    path,
    "keys",
  )(resources.flatMap((resource) => [...checkMusts(resource), ...keysIn(JSON.stringify(resource))]));

const checkMusts = ({ type, properties }: Resource): readonly string[] =>
  Object.entries(musts[type] ?? {})
    .filter(([path, wanted]) => valueAt(properties, path) !== wanted)
    .map(([path, wanted]) => `${path} of ${type} must be ${String(wanted)}`);

const keyWords =
  /\blist\w*(Keys?|Sas|Secrets|Credentials)\w*\(|AccountKey=|SharedAccessKey|DefaultEndpointsProtocol|StorageAccountConnectionString|InstrumentationKey/i;

const keysIn = (text: string): readonly string[] => {
  const [found] = keyWords.exec(text) ?? [];
  return found === undefined ? [] : [`uses a key where an identity should be: ${found}`];
};

/** Names that say their value is a secret. */
const secretName = /(secret|password|webhookUrl|formKey|token)$/i;
/** A webhook of one's own is no secret: its messages are signed. */
const noSecrets = ["webhookUrl"];

/** What only the template shows: how parameters are declared, and what outputs nobody takes. */
export function checkSecrets({ text, template }: Program): readonly Finding[] {
  const messages = everyTemplate(template).flatMap(({ parameters = {}, outputs = {} }) => {
    const secure = Object.keys(parameters).filter((name) => parameters[name]?.type?.startsWith("secure"));
    const open = Object.keys(parameters).filter(
      (name) => parameters[name]?.type === "string" && secretName.test(name) && !noSecrets.includes(name),
    );
    const shown = secure.filter((name) => JSON.stringify(outputs).includes(`parameters('${name}')`));
    return [
      ...open.map((name) => `'${name}' holds a secret and is not @secure()`),
      ...shown.map((name) => `an output shows '${name}', which is @secure()`),
    ];
  });
  return findings("azuredeploy.json", "keys")([...messages, ...keysIn(text)]);
}
