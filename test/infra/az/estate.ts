/** What a deployment made, and how Azure lets it go: groups with what is in them, locks, roles, policies. */
import type { Variant } from "../../../infra/check/deployment.ts";

export interface Estate {
  resources: EstateResource[];
  /** Names of the groups that the last deployment made, in the order in which azd happens to take them. */
  deployedGroups: readonly string[];
  /** Vaults under purge protection, by id. */
  softDeleted: string[];
}

interface EstateResource {
  readonly id: string;
  readonly type: string;
  /** Of a role definition. */
  readonly roleName?: string | undefined;
  /** Of a role assignment: whose it is, as the id of what has the identity, or an object id; and the role's id. */
  readonly principal?: string | undefined;
  readonly role?: string | undefined;
  /** Of a policy assignment or an initiative: what it needs. */
  readonly needs?: readonly string[] | undefined;
}

export const noEstate = (): Estate => ({ resources: [], deployedGroups: [], softDeleted: [] });

export const groupOf = (subscription: string, name: string): string =>
  `/subscriptions/${subscription}/resourceGroups/${name}`;

const isWithin = (id: string, scope: string): boolean => id === scope || id.startsWith(`${scope}/`);
const scopeOf = (id: string): string => /^(.*)\/providers\/Microsoft\.Authorization\//.exec(id)?.[1] ?? "";

/** All that several variants make, each thing once. */
export function estateOf(variants: readonly Variant[]): Estate {
  const all = variants.flatMap(({ resources }) => resources.map(resourceOf));
  const resources = [...new Map(all.map((one) => [one.id, one])).values()];
  const groups = resources
    .filter(({ type }) => type === "Microsoft.Resources/resourceGroups")
    .map(({ id }) => id.split("/").at(-1) ?? "");
  return { resources, deployedGroups: [...new Set(groups)], softDeleted: [] };
}

interface Properties {
  readonly principalId?: string;
  readonly roleDefinitionId?: string;
  readonly roleName?: string;
  readonly policyDefinitionId?: string;
  readonly policyDefinitions?: readonly { readonly policyDefinitionId: string }[];
}

function resourceOf({ id, type, properties }: Variant["resources"][number]): EstateResource {
  const has = (properties ?? {}) as Properties;
  const role = has.roleDefinitionId?.split("/").at(-1);
  const sets = has.policyDefinitions?.map(({ policyDefinitionId }) => policyDefinitionId);
  return {
    id: idFrom(id, `${type}/${role ?? ""}`),
    type,
    roleName: has.roleName,
    principal: /^\[reference\('([^']+)'/.exec(has.principalId ?? "")?.[1] ?? has.principalId,
    role,
    needs: has.policyDefinitionId === undefined ? sets : [has.policyDefinitionId],
  };
}

/** Where only Azure could compute the name, it is called by its role: one role is assigned to one principal at a place. */
function idFrom(id: string, otherwise: string): string {
  const [, call, scope = ""] = /^\[(extension|subscription)ResourceId\('([^']+)'/.exec(id) ?? [];
  if (call === undefined) return id;
  return `${call === "subscription" ? `/subscriptions/${scope}` : scope}/providers/${otherwise}`;
}

/** Takes away what fits, and fails as the Azure CLI does where nothing does. */
function take(estate: Estate, what: string, fits: (resource: EstateResource) => boolean): void {
  const gone = estate.resources.filter(fits);
  if (gone.length === 0) throw new Error(`${what} was not found`);
  const needed = gone.find(({ id }) => estate.resources.some(({ needs }) => needs?.includes(id)));
  if (needed) throw new Error(`(PolicyDefinitionInUse) ${needed.id} is still used`);
  estate.resources = estate.resources.filter((resource) => !gone.includes(resource));
}

/**
 * Everything in a group, assignments of roles and settings on it included; a lock anywhere in it keeps all of it. A role that was defined for it is the
 * tenant's, and nobody says that it goes.
 */
export function deleteGroup(estate: Estate, group: string): void {
  const inside = estate.resources.filter(({ id }) => isWithin(id, group));
  const lock = inside.find(({ type }) => type === "Microsoft.Authorization/locks");
  if (lock) throw new Error(`(ScopeLocked) ${group} cannot be deleted: ${lock.id}`);
  const vaults = inside.filter(({ type }) => type === "Microsoft.KeyVault/vaults");
  take(estate, `Resource group '${group}'`, ({ id, type }) => isWithin(id, group) && type !== roleDefinition);
  estate.softDeleted.push(...vaults.map(({ id }) => id));
}

const roleDefinition = "Microsoft.Authorization/roleDefinitions";

/** One resource and what is below it. */
export const deleteResource = (estate: Estate, resource: string): void => {
  take(estate, `Resource '${resource}'`, ({ id }) => isWithin(id, resource));
};

/** At exactly this scope. Whose identity is gone is no longer found in Graph, and the CLI refuses to guess. */
export function deleteRoleAssignments(estate: Estate, principal: string, scope: string): void {
  if (!estate.resources.some(({ id }) => id === principal))
    throw new Error(`Cannot find user or service principal in graph database for '${principal}'.`);
  take(
    estate,
    "A matched assignment",
    (one) =>
      one.type === "Microsoft.Authorization/roleAssignments" &&
      one.principal === principal &&
      scopeOf(one.id) === scope,
  );
}

export function deleteRoleDefinition(estate: Estate, name: string, scope: string): void {
  const isMeant = ({ id, roleName }: EstateResource) => roleName === name && scopeOf(id) === scope;
  const ids = estate.resources.filter(isMeant).map(({ id }) => id.split("/").at(-1) ?? "");
  if (estate.resources.some(({ role }) => role !== undefined && ids.includes(role)))
    throw new Error("(RoleDefinitionHasAssignments) There are existing role assignments referencing role");
  take(estate, `Role '${name}'`, isMeant);
}
