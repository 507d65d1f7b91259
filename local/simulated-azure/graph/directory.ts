import { watchdogObjectId } from "../../local-settings.ts";
import { guidFrom } from "../estate.ts";
import { refuseOnBadDays } from "./graph-habits.ts";
import type { Reply, Silence } from "../http/reply.ts";
import { ok, ServiceError } from "../http/reply.ts";
import type { IdentifiedCall } from "../http/routes.ts";
import { tokenRoutes } from "../http/routes.ts";
import type { World } from "../world.ts";

interface Person {
  readonly id: string;
  readonly displayName: string;
  readonly userPrincipalName: string;
  readonly mail: string;
  readonly jobTitle: string;
  readonly department: string;
  readonly userType: "Member" | "Guest";
  readonly accountEnabled: boolean;
}

const person = (name: string, jobTitle: string, more: Partial<Person> = {}): Person => {
  const { mail = `${name.toLowerCase().split(" ")[0] ?? ""}@contoso.example` } = more;
  const standing = { department: "Platform", userType: "Member", accountEnabled: true } as const;
  return {
    id: guidFrom(mail),
    displayName: name,
    userPrincipalName: mail,
    mail,
    jobTitle,
    ...standing,
    ...more,
  };
};

const manager = person("Grace Osei", "Head of Platform");

const people: readonly Person[] = [
  manager,
  person("Jane Moreau", "Cloud engineer"),
  person("Omar Haddad", "Database administrator", { department: "Data" }),
  person("Priya Nair", "Security analyst", { department: "Security" }),
  person("Viktor Lind", "Contractor", {
    department: "Vendor X",
    userType: "Guest",
    mail: "viktor@vendor.example",
    userPrincipalName: "viktor_vendor.example#EXT#@contoso.example",
  }),
  person("Lena Falk", "Contractor", {
    department: "Events",
    userType: "Guest",
    mail: "lena@outlook.example",
    userPrincipalName: "lena_outlook.example#EXT#@contoso.example",
  }),
];

const applications = [
  {
    id: watchdogObjectId,
    appId: "aaaaaaaa-0000-4000-8000-0000000000a9",
    displayName: "id-bastion-watchdog",
    servicePrincipalType: "ManagedIdentity",
  },
  {
    id: guidFrom("sp-deploy"),
    appId: guidFrom("app-deploy"),
    displayName: "sp-deploy-pipeline",
    servicePrincipalType: "Application",
  },
].map((application) => ({ ...application, accountEnabled: true, tags: [] as string[] }));

/** The pipeline has an owner; a managed identity never has one. */
const ownersOf = (id: string): readonly object[] =>
  people
    .filter(({ mail }) => id === guidFrom("sp-deploy") && mail.startsWith("omar@"))
    .map((owner) => ({ "@odata.type": "#microsoft.graph.user", ...owner }));

/** Whose mailboxes there are: the people's, and one that alerts are sent from. */
export const mailboxes: readonly string[] = ["alerts@contoso.example", ...people.map(({ mail }) => mail)];

export const directoryRoutes = tokenRoutes("token", {
  "GET /v1.0/users/{id}": getUser,
  "GET /v1.0/servicePrincipals(appId='{appId}')": (call, world) => getApplication(call, world),
  "GET /v1.0/servicePrincipals/{id}": (call, world) => getApplication(call, world),
});

function getUser(call: IdentifiedCall, world: World): Reply | Silence {
  refuseOnBadDays(world);
  const found = personNamed(call.parameters["id"] ?? "");
  const { searchParams } = call.url;
  const shown = selected(found, searchParams.get("$select"));
  const isExpanded = /\bmanager\b/.test(searchParams.get("$expand") ?? "") && found !== manager;
  const context = { "@odata.context": `${call.url.origin}/v1.0/$metadata#users/$entity` };
  if (world.faults.strikes("graphAnswersLost")) return "reset";
  return ok({
    ...context,
    ...shown,
    ...(isExpanded && { manager: { "@odata.type": "#microsoft.graph.user", ...manager } }),
  });
}

function getApplication(call: IdentifiedCall, world: World): Reply | Silence {
  refuseOnBadDays(world);
  const { id, appId } = call.parameters;
  const found = applications.find((application) => application.id === id || application.appId === appId);
  if (!found) throw notFound(id ?? appId ?? "");
  if (world.faults.strikes("graphAnswersLost")) return "reset";
  const { searchParams } = call.url;
  const isExpanded = /\bowners\b/.test(searchParams.get("$expand") ?? "");
  return ok({
    ...selected(found, searchParams.get("$select")),
    ...(isExpanded && { owners: ownersOf(found.id) }),
  });
}

function personNamed(id: string): Person {
  const found = people.find(
    ({ id: objectId, userPrincipalName }) =>
      objectId === id || userPrincipalName.toLowerCase() === id.toLowerCase(),
  );
  if (!found) throw notFound(id);
  return found;
}

function selected(resource: object, select: string | null): object {
  if (!select) return resource;
  const names = new Set(select.split(",").map((name) => name.trim()));
  return Object.fromEntries(Object.entries(resource).filter(([name]) => names.has(name)));
}

function notFound(id: string): ServiceError {
  return new ServiceError(
    { status: 404, code: "Request_ResourceNotFound" },
    `Resource '${id}' does not exist or one of its queried reference-property objects are not present.`,
  );
}
