/** Who may do what, where: known roles at their places, no wildcards, and exactly the actions that the code calls. */
import * as z from "zod";
import type { Resource, Variant } from "../deployment.ts";
import { findings, type Finding } from "../finding.ts";
import type { Product } from "../product.ts";

/** Azure's built-in roles by id (learn.microsoft.com/azure/role-based-access-control/built-in-roles). */
const builtIn: Readonly<Record<string, string>> = {
  "4633458b-17de-408a-b874-0445c86b69e6": "Key Vault Secrets User",
  "92aaf0da-9dab-42b6-94a3-d43ce8d16293": "Log Analytics Contributor",
  "73c42c96-874c-492b-b04d-ab87d138a893": "Log Analytics Reader",
  "3913510d-42f4-4e42-8a64-420c390055eb": "Monitoring Metrics Publisher",
  "ba92f5b4-2d11-453d-a403-e96b0029c9fe": "Storage Blob Data Contributor",
  "b7e6dc6d-f1e8-4753-8033-0f276bb0955b": "Storage Blob Data Owner",
  "974c5e8b-45b9-4653-ba55-5f855dd0fb88": "Storage Queue Data Contributor",
  "c6a89b2d-59bc-44d0-9896-0f6e12d7b80a": "Storage Queue Data Message Sender",
  "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3": "Storage Table Data Contributor",
};

/** What is granted, by what it is granted on. */
const grants: readonly (readonly [scope: string, role: string])[] = [
  ["Microsoft.Storage/storageAccounts", "Storage Blob Data Owner"],
  ["Microsoft.Storage/storageAccounts", "Storage Queue Data Contributor"],
  ["Microsoft.Storage/storageAccounts", "Storage Table Data Contributor"],
  ["Microsoft.Storage/storageAccounts/queueServices/queues", "Storage Queue Data Message Sender"],
  ["Microsoft.Storage/storageAccounts/blobServices/containers", "Storage Blob Data Contributor"],
  ["Microsoft.Storage/storageAccounts/blobServices/containers", "Bastion Evidence Writer"],
  ["Microsoft.Insights/components", "Monitoring Metrics Publisher"],
  ["Microsoft.KeyVault/vaults", "Key Vault Secrets User"],
  ["Microsoft.OperationalInsights/workspaces", "Log Analytics Reader"],
  // The identity of the policy that switches audit logs on.
  ["subscription", "Log Analytics Contributor"],
  ...["subscription", "management group"].flatMap((scope) =>
    ["Bastion Link Secrets Reader", "Bastion Link Revoker"].map((role) => [scope, role] as const),
  ),
];

/** Which actions belong into which role: where nothing is enforced, only the reader's exists, and it must do. */
const belongs: Readonly<Record<string, RegExp>> = {
  "Bastion Link Secrets Reader": /\/read$|\/get\w+\/action$/i,
  "Bastion Link Revoker": /\/(delete|disconnect)\w+\/action$/i,
  // What is there can be neither written over nor deleted.
  "Bastion Evidence Writer": /\/containers\/blobs\/(read|add\/action)$/,
};

const definitionSchema = z.object({
  roleName: z.string(),
  permissions: z.array(z.object({ actions: z.array(z.string()), dataActions: z.array(z.string()) })),
});
const assignmentSchema = z.object({ roleDefinitionId: z.string() });

interface Role {
  readonly id: string;
  readonly name: string;
  readonly actions: readonly string[];
}

const rolesIn = ({ resources }: Variant): readonly Role[] =>
  resources
    .filter(({ type }) => type === "Microsoft.Authorization/roleDefinitions")
    .map(({ name: id, properties }) => {
      const { roleName, permissions } = definitionSchema.parse(properties);
      return {
        id,
        name: roleName,
        actions: permissions.flatMap(({ actions, dataActions }) => [...actions, ...dataActions]),
      };
    });

export function checkRoles(variants: readonly Variant[], product: Product): readonly Finding[] {
  const given = new Set(variants.flatMap((variant) => assignmentsIn(variant).map(String)));
  const nobody = grants
    .filter((grant) => !given.has(String(grant)))
    .map(([scope, role]) => `nobody gets ${role} on a ${scope}`);
  return [
    ...variants.flatMap((variant) => [...checkAssignments(variant), ...checkDefinitions(variant)]),
    ...findings("variants", "roles")(nobody),
    ...checkActions(variants.flatMap(rolesIn), product),
  ];
}

function assignmentsIn(variant: Variant): readonly (readonly [scope: string, role: string])[] {
  const own = Object.fromEntries(rolesIn(variant).map(({ id, name }) => [id, name]));
  return variant.resources
    .filter(({ type }) => type === "Microsoft.Authorization/roleAssignments")
    .map((assignment) => {
      const { roleDefinitionId } = assignmentSchema.parse(assignment.properties);
      const id = roleDefinitionId.split("/").at(-1) ?? "";
      return [scopeOf(assignment), own[id] ?? builtIn[id] ?? id] as const;
    });
}

/** The type of what an assignment is for. Its id is an expression where it holds what only Azure knows. */
function scopeOf({ id }: Resource): string {
  if (id.startsWith("[subscriptionResourceId(")) return "subscription";
  const scope =
    /^\[extensionResourceId\('([^']+)'/.exec(id)?.[1] ??
    id.split("/providers/Microsoft.Authorization/")[0] ??
    "";
  if (scope.startsWith("/providers/Microsoft.Management/managementGroups/")) return "management group";
  const [, provider] = scope.split("/providers/");
  if (provider === undefined) return scope.includes("/resourceGroups/") ? "resource group" : "subscription";
  const [namespace = "", ...segments] = provider.split("/");
  return [namespace, ...segments.filter((_, index) => index % 2 === 0)].join("/");
}

function checkAssignments(variant: Variant): readonly Finding[] {
  const allowed = new Set(grants.map(String));
  const wrong = assignmentsIn(variant).filter((grant) => !allowed.has(String(grant)));
  return findings(variant.path, "roles")(wrong.map(([scope, role]) => `somebody gets ${role} on a ${scope}`));
}

function checkDefinitions(variant: Variant): readonly Finding[] {
  const granted = rolesIn(variant).flatMap(({ name, actions }) =>
    actions.map((action) => ({ name, action })),
  );
  const wild = granted.filter(({ action }) => action.includes("*"));
  const misplaced = granted.filter(
    ({ name, action }) => !action.includes("*") && !belongs[name]?.test(action),
  );
  const observing =
    variant.mode === "observe" && rolesIn(variant).some(({ name }) => name === "Bastion Link Revoker");
  return [
    ...findings(variant.path, "wildcards")(wild.map(({ action }) => `'${action}' grants what nobody listed`)),
    ...findings(
      variant.path,
      "actions",
    )([
      ...misplaced.map(({ name, action }) => `'${action}' does not belong into ${name}`),
      ...(observing ? ["the revoker's role must depend on the mode"] : []),
    ]),
  ];
}

/** Each of the roles' actions is called, and each call is granted. */
function checkActions(roles: readonly Role[], { actions }: Product): readonly Finding[] {
  const granted = new Set(roles.flatMap((role) => role.actions));
  const lower = new Set([...granted].map((action) => action.toLowerCase()));
  return findings(
    "variants",
    "actions",
  )([
    ...[...granted]
      .filter((action) => !action.includes("*") && !actions.has(action.toLowerCase()))
      .map((name) => `no code calls '${name}'`),
    ...[...actions]
      .filter(([action]) => !lower.has(action))
      .map(([action, path]) => `${path} calls '${action}', which no role grants`),
  ]);
}
