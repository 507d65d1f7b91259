import type { BastionId } from "../../core/domain/arm-id.ts";
import type { Account } from "../command.ts";

/** What one has to be allowed, in Azure's spelling. */
export const permissions = {
  list: "Microsoft.Network/bastionHosts/getShareableLinks/action",
  revoke: "Microsoft.Network/bastionHosts/deleteShareableLinksByToken/action",
  activityLog: "Microsoft.Insights/eventtypes/values/read",
} as const;

/** What a person at a terminal needs and no more, by names that no deployment of ours takes: built-in roles can change networks as well. */
const reader = {
  name: "Bastion Link Scanner",
  actions: ["Microsoft.Network/bastionHosts/read", permissions.list, permissions.activityLog],
};
const revoker = {
  name: "Bastion Link Remover",
  actions: [permissions.revoke, "Microsoft.Network/bastionHosts/deleteShareableLinks/action"],
};
const rolesTo = { list: [reader], activityLog: [reader], revoke: [reader, revoker] } as const;

/**
 * The commands, for whoever may grant, that let `account` do it on these bastions: on the bastion where there is one in a subscription, on the
 * subscription where there are several.
 */
export function grantCommands(
  may: keyof typeof rolesTo,
  bastions: readonly BastionId[],
  account: Account,
): readonly string[] {
  const subscriptions = [
    ...new Set(bastions.map(({ subscriptionId }) => `/subscriptions/${subscriptionId}`)),
  ];
  const scopes = subscriptions.map((subscription) => {
    const there = bastions.filter(({ subscriptionId }) => subscription.endsWith(subscriptionId));
    return (there.length === 1 ? there[0]?.id : undefined) ?? subscription;
  });
  return rolesTo[may].flatMap(({ name, actions }) => [
    unlessThere(name, {
      Name: name,
      IsCustom: true,
      Description: name,
      Actions: actions,
      AssignableScopes: subscriptions,
    }),
    ...scopes.map((scope) => assignCommand(account, name, `'${scope}'`)),
  ]);
}

/** Somebody may have made it before. */
const unlessThere = (name: string, definition: object): string =>
  `[ -n "$(az role definition list --name '${name}' --output tsv)" ] || az role definition create --role-definition '${JSON.stringify(definition)}'`;

/** `scope` is a word of the shell. Ids have no quotes in them: `parseBastionId` lets none through. */
export const assignCommand = ({ objectId }: Pick<Account, "objectId">, role: string, scope: string): string =>
  `az role assignment create --assignee ${/^[\da-f-]{36}$/i.test(objectId) ? objectId : "<object id>"} --role '${role}' --scope ${scope}`;
