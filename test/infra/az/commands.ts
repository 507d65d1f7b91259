/** What each command of the fake `az` answers, before `--query`. */
import { removalCommands } from "./removal-commands.ts";
import type { AzWorld, RoleAssignment } from "./world.ts";

/** What followed an option, by its name. */
export type Options = Readonly<Record<string, readonly string[]>>;
export type Command = (options: Options, world: AzWorld) => unknown;

const one = (options: Options, name: string): string => {
  const value = options[name]?.[0];
  if (value === undefined) throw new Error(`the following arguments are required: --${name}`);
  return value;
};

function found<T>(what: T | undefined, name: string): T {
  if (what === undefined) throw new Error(`(ResourceNotFound) The Resource '${name}' was not found.`);
  return what;
}

/** OData as Graph takes it: text is compared without case, and a quote in it is doubled. */
function filtered<T extends object>(items: readonly T[], filter: string): readonly T[] {
  const [, property = "", quoted] = /^(\w+) eq '((?:[^']|'')*)'$/.exec(filter) ?? [];
  if (quoted === undefined) throw new Error(`Bad Request: Invalid filter clause: ${filter}`);
  const wanted = quoted.replaceAll("''", "'").toLowerCase();
  return items.filter((item) => String((item as Record<string, unknown>)[property]).toLowerCase() === wanted);
}

function listApplications(options: Options, { applications }: AzWorld): unknown {
  if (options["filter"]) return filtered(applications, one(options, "filter"));
  const prefix = one(options, "display-name").toLowerCase();
  return applications.filter(({ displayName }) => displayName.toLowerCase().startsWith(prefix));
}

/** For Flex Consumption the CLI prints what ARM answered, without flattening it. */
function showFunctionApp(options: Options, { functionApps }: AzWorld): unknown {
  const name = one(options, "name");
  const app = found(
    functionApps.find((each) => each.name === name),
    name,
  );
  const id = `/subscriptions/s/resourceGroups/${one(options, "resource-group")}/providers/Microsoft.Web/sites/${name}`;
  return {
    id,
    name,
    type: "Microsoft.Web/sites",
    kind: "functionapp,linux",
    location: "West Europe",
    properties: { name, state: "Running", defaultHostName: app.hostName, enabledHostNames: [app.hostName] },
  };
}

const deploy: Command = () => ({ properties: { provisioningState: "Succeeded" } });

function showDeployment(options: Options, { deployments }: AzWorld): unknown {
  const name = one(options, "name");
  const outputs = Object.entries(found(deployments[name], name));
  return {
    name,
    location: "westeurope",
    properties: {
      outputs: Object.fromEntries(outputs.map(([output, value]) => [output, { type: "String", value }])),
    },
  };
}

/** `az rest` puts ARM's endpoint before an address that begins with a slash. */
function rest(options: Options, world: AzWorld): unknown {
  const method = one(options, "method");
  const url = one(options, "url");
  const { resourceManager, microsoftGraphResourceId: graph } = world.cloud.endpoints;
  const address = new URL(url.startsWith("/") ? resourceManager.replace(/\/$/, "") + url : url);
  if (address.origin === new URL(graph).origin) return askGraph(address, { method, options, world });
  if (address.origin === new URL(resourceManager).origin) return askArm(address, { method, world });
  throw new Error(`Could not resolve host: ${address.host}`);
}

interface Call {
  readonly method: string;
  readonly world: AzWorld;
}

function askGraph(
  { pathname }: URL,
  { method, options, world: { roleAssignments } }: Call & { readonly options: Options },
): unknown {
  const [, id = "", collection = ""] =
    /^\/v1\.0\/servicePrincipals\/([\w-]+)\/(appRoleAssignments|appRoleAssignedTo)$/.exec(pathname) ?? [];
  const of = collection === "appRoleAssignments" ? "principalId" : "resourceId";
  if (method === "get") return { value: roleAssignments.filter((assignment) => assignment[of] === id) };
  const asked = JSON.parse(one(options, "body")) as RoleAssignment;
  const made = { ...asked, id: `assignment-${roleAssignments.length + 1}` };
  roleAssignments.push(made);
  return made;
}

function askArm({ pathname, searchParams }: URL, { method, world: { references } }: Call): unknown {
  if (!searchParams.has("api-version")) throw new Error("(MissingApiVersionParameter)");
  if (!/\/config\/configreferences\/appsettings(\/refresh)?$/.test(pathname)) throw new Error("(NotFound)");
  if (pathname.endsWith("/refresh") && method !== "post") throw new Error("(MethodNotAllowed)");
  if (method === "post" && references.length > 1) references.shift();
  return {
    value: Object.entries(references[0] ?? {}).map(([name, status]) => ({
      name,
      type: "Microsoft.Web/sites/config/configreferences",
      properties: { reference: "@Microsoft.KeyVault(…)", secretName: name, status, source: "KeyVault" },
    })),
  };
}

export const commands: Readonly<Record<string, Command>> = {
  "cloud show": (_, { cloud }) => cloud,
  "account get-access-token": () => ({ accessToken: "token", tokenType: "Bearer" }),
  "account show": () => ({ id: "subscription-of-az", tenantId: "00000000-0000-4000-8000-0000000000ff" }),
  "functionapp show": showFunctionApp,
  "functionapp keys list": () => ({
    functionKeys: { default: "function-key" },
    masterKey: "m",
    systemKeys: {},
  }),
  "functionapp restart": () => null,
  "keyvault secret show": (options, { secrets }) => {
    const name = `${one(options, "vault-name")}/${one(options, "name")}`;
    return { value: found(secrets[name], name) };
  },
  "deployment sub show": showDeployment,
  "deployment sub create": deploy,
  "deployment sub what-if": deploy,
  "deployment mg create": deploy,
  "deployment mg what-if": deploy,
  "graph query": (_, { subscriptions }) => ({
    data: subscriptions.map((subscriptionId) => ({ subscriptionId })),
  }),
  "eventgrid system-topic list": (options, { topics }) =>
    topics.filter(({ subscription }) => subscription === one(options, "subscription")),
  "ad app list": listApplications,
  "ad app create": (options, { applications }) => {
    const made = { appId: "made-client-id", displayName: one(options, "display-name") };
    applications.push(made);
    return made;
  },
  "ad app update": (options, { applications }) =>
    void found(
      applications.find(({ appId }) => appId === one(options, "id")),
      one(options, "id"),
    ),
  "ad sp list": (options, { servicePrincipals }) => filtered(servicePrincipals, one(options, "filter")),
  "ad sp create": (options, { servicePrincipals }) => {
    const made = { id: `service-of-${one(options, "id")}`, appId: one(options, "id") };
    servicePrincipals.push(made);
    return made;
  },
  "ad sp update": () => null,
  "ad sp show": (options, { servicePrincipals }) =>
    found(
      servicePrincipals.find(({ id, appId }) => [id, appId].includes(one(options, "id"))),
      one(options, "id"),
    ),
  rest,
  ...removalCommands,
};
