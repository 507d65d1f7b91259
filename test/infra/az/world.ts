import { noEstate, type Estate } from "./estate.ts";

/** What lies in Azure, as far as the scripts of `infra/` ask for it: the fake `az` reads it, and remembers there what it was told to make. */
export interface AzWorld {
  readonly cloud: {
    readonly name: string;
    readonly endpoints: { readonly resourceManager: string; readonly microsoftGraphResourceId: string };
  };
  readonly applications: { appId: string; displayName: string }[];
  readonly servicePrincipals: ServicePrincipal[];
  /** By the id of the service principal that has them, or that they are roles of. */
  readonly roleAssignments: RoleAssignment[];
  readonly functionApps: readonly { readonly name: string; readonly hostName: string }[];
  /** By vault and name. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Outputs by the deployment's name. */
  readonly deployments: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Of the management group. */
  readonly subscriptions: readonly string[];
  readonly topics: readonly Topic[];
  /** What the platform says of the app's Key Vault references, before and after each refresh. */
  readonly references: Readonly<Record<string, string>>[];
  /** What a deployment made, and nothing else that is there. */
  readonly estate: Estate;
  /** A call with these words fails, whatever it asks. */
  readonly fails: readonly string[];
}

interface ServicePrincipal {
  readonly id: string;
  readonly appId: string;
  readonly appRoles?: readonly { id: string; value: string; allowedMemberTypes: readonly string[] }[];
}

export interface RoleAssignment {
  readonly id?: string;
  readonly principalId: string;
  readonly resourceId: string;
  readonly appRoleId: string;
}

export interface Topic {
  readonly subscription: string;
  readonly name: string;
  readonly resourceGroup: string;
  readonly topicType: string;
  readonly identity: { readonly type: string } | null;
}

const publicCloud = {
  name: "AzureCloud",
  endpoints: {
    resourceManager: "https://management.azure.com/",
    microsoftGraphResourceId: "https://graph.microsoft.com/",
  },
};

/** An Azure with nothing in it but what is given. */
export const azWorld = (given: Partial<AzWorld> = {}): AzWorld => ({
  cloud: publicCloud,
  applications: [],
  servicePrincipals: [],
  roleAssignments: [],
  functionApps: [],
  secrets: {},
  deployments: {},
  subscriptions: [],
  topics: [],
  references: [],
  estate: noEstate(),
  fails: [],
  ...given,
});
