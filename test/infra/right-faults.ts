import type { PlantedFault } from "./planted-fault.ts";

/** What our own rules find about rights and events. */
export const rightFaults: readonly PlantedFault[] = [
  [
    "a wildcard",
    "modules/role-actions.bicep",
    "'Microsoft.Network/bastionHosts/read'",
    "'Microsoft.Network/bastionHosts/*'",
    [
      "modules/role-actions.bicep wildcards: 'Microsoft.Network/bastionHosts/*' grants what nobody listed",
      "modules/role-actions.bicep actions: src/azure/estate.ts calls 'microsoft.network/bastionhosts/read', which no role grants",
    ],
  ],
  [
    "a right nobody uses",
    "modules/role-actions.bicep",
    "'Microsoft.Compute/virtualMachines/read'",
    "'Microsoft.Compute/virtualMachines/read'\n    'Microsoft.Compute/disks/read'",
    ["modules/role-actions.bicep actions: no code calls 'Microsoft.Compute/disks/read'"],
  ],
  [
    "the right to create links",
    "modules/role-actions.bicep",
    "'Microsoft.Network/bastionHosts/deleteShareableLinks/action'",
    "'Microsoft.Network/bastionHosts/deleteShareableLinks/action'\n    'Microsoft.Network/bastionHosts/createShareableLinks/action'",
    [
      "modules/role-actions.bicep actions: 'Microsoft.Network/bastionHosts/createShareableLinks/action' does not belong into linkRevoker",
      "modules/role-actions.bicep actions: no code calls 'Microsoft.Network/bastionHosts/createShareableLinks/action'",
    ],
  ],
  [
    "a right that is missing",
    "modules/role-actions.bicep",
    "    'Microsoft.Network/bastionHosts/deleteShareableLinksByToken/action'\n",
    "",
    [
      "modules/role-actions.bicep actions: src/azure/revoke-links.ts calls 'microsoft.network/bastionhosts/deleteshareablelinksbytoken/action', which no role grants",
    ],
  ],
  [
    "a reader that may delete",
    "modules/role-actions.bicep",
    "    'Microsoft.Compute/virtualMachines/read'",
    "    'Microsoft.Compute/virtualMachines/read'\n    'Microsoft.Network/bastionHosts/deleteShareableLinks/action'",
    [
      "modules/role-actions.bicep actions: 'Microsoft.Network/bastionHosts/deleteShareableLinks/action' does not belong into linkSecretsReader",
    ],
  ],
  [
    "a revoker in observe mode",
    "modules/link-roles.bicep",
    "= if (mayRevoke) {",
    "= {",
    ["modules/link-roles.bicep actions: the revoker's role must depend on the mode"],
  ],
  [
    "a role under another's name",
    "modules/built-in-roles.bicep",
    "storageBlobDataOwner: 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'",
    "storageBlobDataOwner: 'ba92f5b4-2d11-453d-a403-e96b0029c9fe'",
    ["modules/built-in-roles.bicep roles: 'storageBlobDataOwner' is the role b7e6dc6d-f1e8-4753-8033-0f276bb0955b"],
  ],
  [
    "a role we do not know",
    "modules/built-in-roles.bicep",
    "storageBlobDataOwner: 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'",
    "storageBlobDataOwner: 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'\n  owner: '8e3af657-a8ff-443c-a75c-2fe8c4bcb635'",
    ["modules/built-in-roles.bicep roles: 'owner' is no built-in role we know"],
  ],
  [
    "an operation nobody handles",
    "modules/event-subscriptions.bicep",
    "'Microsoft.Network/bastionHosts/delete'\n",
    "'Microsoft.Network/bastionHosts/delete'\n            'Microsoft.Network/bastionHosts/getactivesessions/action'\n",
    ["modules/event-subscriptions.bicep events: no code handles 'Microsoft.Network/bastionHosts/getactivesessions/action'"],
  ],
  [
    "a handled operation that is filtered out",
    "modules/event-subscriptions.bicep",
    "            'Microsoft.Network/bastionHosts/createShareableLinks/action'\n",
    "",
    [
      "modules/event-subscriptions.bicep events: no filter lets 'microsoft.network/bastionhosts/createshareablelinks/action' through, which the code handles",
      "modules/event-subscriptions.bicep events: includes Microsoft.Resources.ResourceActionFailure, which none of its operations raises",
    ],
  ],
  [
    "failures that are not included",
    "modules/event-subscriptions.bicep",
    "        'Microsoft.Resources.ResourceActionFailure'\n",
    "",
    ["modules/event-subscriptions.bicep events: does not include Microsoft.Resources.ResourceActionFailure"],
  ],
  [
    "events of a type that nothing raises",
    "modules/event-subscriptions.bicep",
    "includedEventTypes: ['Microsoft.Resources.ResourceActionSuccess']",
    "includedEventTypes: ['Microsoft.Resources.ResourceActionSuccess', 'Microsoft.Resources.ResourceActionCancel']",
    ["modules/event-subscriptions.bicep events: includes Microsoft.Resources.ResourceActionCancel, which none of its operations raises"],
  ],
  [
    "our own reads",
    "modules/event-subscriptions.bicep",
    "operatorType: 'StringNotIn'",
    "operatorType: 'StringIn'",
    ["modules/event-subscriptions.bicep events: lets the watchdog's own reads through"],
  ],
  [
    "delivery into the void",
    "modules/event-subscriptions.bicep",
    "queueName: 'activity'",
    "queueName: 'activities'",
    [
      "modules/event-subscriptions.bicep events: delivers to 'activities', which no trigger reads",
      "modules/event-subscriptions.bicep events: delivers to 'activities', which no trigger reads",
    ],
  ],
  [
    "no dead letters",
    "modules/event-subscriptions.bicep",
    "    deadLetterWithResourceIdentity: { identity: { type: 'SystemAssigned' }, deadLetterDestination: deadLetterDestination }\n    retryPolicy: { maxDeliveryAttempts: 30, eventTimeToLiveInMinutes: 1440 }\n    filter: {\n      includedEventTypes: ['",
    "    retryPolicy: { maxDeliveryAttempts: 30, eventTimeToLiveInMinutes: 1440 }\n    filter: {\n      includedEventTypes: ['",
    ["modules/event-subscriptions.bicep events: has no deadLetterWithResourceIdentity"],
  ],
  [
    "a revoker without whose role nothing can be read",
    "modules/role-actions.bicep",
    "    'Microsoft.Network/bastionHosts/deleteShareableLinks/action'\n",
    "    'Microsoft.Network/bastionHosts/deleteShareableLinks/action'\n    'Microsoft.Network/bastionHosts/read'\n",
    ["modules/role-actions.bicep actions: 'Microsoft.Network/bastionHosts/read' does not belong into linkRevoker"],
  ],
];
