/** What takes things away. Ids of principals are those of what has the identity. */
import type { Command, Options } from "./commands.ts";
import {
  deleteGroup,
  deleteResource,
  deleteRoleAssignments,
  deleteRoleDefinition,
  groupOf,
} from "./estate.ts";
import type { AzWorld } from "./world.ts";

/** The subscription that az is signed in to is another one than azd's, as it may be. */
const of = (options: Options, name: string): string => {
  const value = options[name]?.[0];
  if (value === undefined && name === "subscription") return "subscription-of-az";
  if (value === undefined) throw new Error(`the following arguments are required: --${name}`);
  return value;
};
const authorization = (scope: string, type: string, name: string): string =>
  `${scope}/providers/Microsoft.Authorization/${type}/${name}`;
const atSubscription =
  (type: string): Command =>
  (options, { estate }) => {
    deleteResource(
      estate,
      authorization(`/subscriptions/${of(options, "subscription")}`, type, of(options, "name")),
    );
  };

const deleteEventSubscription: Command = (options, { estate }) => {
  const group = groupOf(of(options, "subscription"), of(options, "resource-group"));
  const topic = `${group}/providers/Microsoft.EventGrid/systemTopics/${of(options, "system-topic-name")}`;
  deleteResource(estate, `${topic}/eventSubscriptions/${of(options, "name")}`);
};

function deleteApplication(options: Options, { applications }: AzWorld): void {
  const at = applications.findIndex(({ appId }) => appId === of(options, "id"));
  if (at === -1) throw new Error(`Resource '${of(options, "id")}' does not exist`);
  applications.splice(at, 1);
}

export const removalCommands: Readonly<Record<string, Command>> = {
  "group delete": (options, { estate }) => {
    deleteGroup(estate, groupOf(of(options, "subscription"), of(options, "name")));
  },
  "lock delete": (options, { estate }) => {
    deleteResource(estate, authorization(of(options, "resource"), "locks", of(options, "name")));
  },
  "role assignment delete": (options, { estate }) => {
    deleteRoleAssignments(estate, of(options, "assignee"), of(options, "scope"));
  },
  "role definition delete": (options, { estate }) => {
    deleteRoleDefinition(estate, of(options, "name"), of(options, "scope"));
  },
  "policy assignment show": (options) => ({
    identity: {
      principalId: authorization(of(options, "scope"), "policyAssignments", of(options, "name")),
    },
  }),
  "policy assignment delete": (options, { estate }) => {
    deleteResource(estate, authorization(of(options, "scope"), "policyAssignments", of(options, "name")));
  },
  "policy set-definition delete": atSubscription("policySetDefinitions"),
  "policy definition delete": atSubscription("policyDefinitions"),
  "eventgrid system-topic event-subscription delete": deleteEventSubscription,
  "monitor diagnostic-settings delete": (options, { estate }) => {
    const settings = `${of(options, "resource")}/providers/Microsoft.Insights/diagnosticSettings`;
    deleteResource(estate, `${settings}/${of(options, "name")}`);
  },
  "ad app delete": deleteApplication,
};
