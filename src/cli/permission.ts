import type { BastionId } from "../core/domain/arm-id.ts";
import type { Account } from "./command.ts";

/** What one has to be allowed, in Azure's spelling. */
export const permissions = {
  list: "Microsoft.Network/bastionHosts/getShareableLinks/action",
  revoke: "Microsoft.Network/bastionHosts/deleteShareableLinksByToken/action",
} as const;

/** Custom roles with nothing in them but what is needed: the built-in ones that hold these actions can change networks as well. */
const roles = {
  list: { name: "Bastion Shareable Link Reader", actions: ["Microsoft.Network/bastionHosts/read", permissions.list] },
  revoke: {
    name: "Bastion Shareable Link Revoker",
    actions: ["Microsoft.Network/bastionHosts/read", permissions.list, permissions.revoke],
  },
} as const;

/**
 * The commands, for whoever may grant, that let `account` do it on these bastions: on the bastion where there is one in a subscription, on the
 * subscription where there are several.
 */
export function grantCommands(may: keyof typeof roles, bastions: readonly BastionId[], account: Account): readonly string[] {
  const { name, actions } = roles[may];
  const subscriptions = [...new Set(bastions.map(({ subscriptionId }) => `/subscriptions/${subscriptionId}`))];
  const scopes = subscriptions.map((subscription) => {
    const there = bastions.filter(({ subscriptionId }) => subscription.endsWith(subscriptionId));
    return (there.length === 1 ? there[0]?.id : undefined) ?? subscription;
  });
  const definition = { Name: name, IsCustom: true, Description: name, Actions: actions, AssignableScopes: subscriptions };
  return [
    `az role definition create --role-definition '${JSON.stringify(definition)}'`,
    ...scopes.map((scope) => assignCommand(account, name, scope)),
  ];
}

/** Ids have no quotes in them: `parseBastionId` lets none through. */
export const assignCommand = ({ objectId }: Pick<Account, "objectId">, role: string, scope: string): string =>
  `az role assignment create --assignee ${/^[\da-f-]{36}$/i.test(objectId) ? objectId : "<object id>"} --role "${role}" --scope '${scope}'`;
