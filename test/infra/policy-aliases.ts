/** Every field alias that our policies may use: where it points in the resource, and who else uses it. An alias that does not exist makes a definition invalid. */
export const aliases: Readonly<Record<string, { readonly path: string; readonly source: string }>> = {
  "Microsoft.Network/bastionHosts/enableShareableLink": {
    path: "properties.enableShareableLink",
    source:
      "Azure/Community-Policy, Network/deny-bastion-shared-links. Whether it is modifiable is UNVERIFIED: nothing here modifies it",
  },
  "Microsoft.Insights/diagnosticSettings/logs[*]": {
    path: "properties.logs",
    source: "the built-in definitions 'Enable logging by category group for … to Log Analytics'",
  },
  "Microsoft.Insights/diagnosticSettings/logs[*].enabled": {
    path: "properties.logs.enabled",
    source: "the same built-in definitions",
  },
  "Microsoft.Insights/diagnosticSettings/logs[*].category": {
    path: "properties.logs.category",
    source: "Azure/Enterprise-Scale, the definitions Deploy-Diagnostics-*",
  },
  "Microsoft.Insights/diagnosticSettings/logs[*].categoryGroup": {
    path: "properties.logs.categoryGroup",
    source: "the same built-in definitions",
  },
  "Microsoft.Insights/diagnosticSettings/workspaceId": {
    path: "properties.workspaceId",
    source: "the same built-in definitions",
  },
};
