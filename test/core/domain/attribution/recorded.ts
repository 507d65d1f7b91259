/** Events as Azure was seen to write them, with people of our own: claims by their long names, ids without hyphens, addresses apart. */
const identity = "http://schemas.microsoft.com/identity/claims/";
const soap = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/";
const home = "99999999-0000-4000-8000-0000000000f1";
const portal = "c44b4083-3bb0-49c1-b47d-974e53cbdf3c";

export const bastionId =
  "/subscriptions/11111111-0000-4000-8000-0000000000f1/resourceGroups/rg-Net/providers/Microsoft.Network/bastionHosts/bas-West";

const token = (objectId: string, more: object): Record<string, unknown> => ({
  aud: "https://management.core.windows.net/",
  iss: `https://sts.windows.net/${home}/`,
  [`${identity}tenantid`]: home,
  [`${identity}objectidentifier`]: objectId,
  appid: portal,
  appidacr: "2",
  ver: "1.0",
  ...more,
});

const person = (objectId: string, more: object) =>
  token(objectId, {
    [`${identity}scope`]: "user_impersonation",
    "http://schemas.microsoft.com/claims/authnmethodsreferences": "pwd,mfa",
    ipaddr: "203.0.113.80",
    ...more,
  });

export const objectIds = {
  mia: "22222222-0000-4000-8000-0000000000f1",
  viktor: "22222222-0000-4000-8000-0000000000f2",
  pipeline: "44444444-0000-4000-8000-0000000000f3",
  identity: "44444444-0000-4000-8000-0000000000f4",
} as const;

/** The claims of a member, guests of three kinds, software of two. */
export const claims = {
  member: person(objectIds.mia, {
    name: "Mia Maier",
    puid: "10032000AAAAAAAA",
    [`${soap}upn`]: "mia@contoso.example",
    [`${soap}name`]: "mia@contoso.example",
  }),
  partner: person(objectIds.viktor, {
    name: "Viktor Vendor",
    altsecid: "5::10032000BBBBBBBB",
    [`${identity}identityprovider`]: "https://sts.windows.net/88888888-0000-4000-8000-0000000000f1/",
    [`${soap}emailaddress`]: "viktor.v@vendor.example",
    [`${soap}name`]: "viktor@vendor.example",
  }),
  personalAccount: person(objectIds.viktor, {
    name: "Viktor Vendor",
    altsecid: "1:live.com:00037FFE0000000F",
    [`${identity}identityprovider`]: "live.com",
    [`${soap}emailaddress`]: "viktor@mailbox.example",
    [`${soap}name`]: "live.com#viktor@mailbox.example",
  }),
  pipeline: token(objectIds.pipeline, {
    appid: "44444444-0000-4000-8000-0000000000e3",
    idtyp: "app",
    [`${identity}identityprovider`]: `https://sts.windows.net/${home}/`,
  }),
  managedIdentity: token(objectIds.identity, {
    appid: "44444444-0000-4000-8000-0000000000e4",
    idtyp: "app",
    xms_mirid:
      "/subscriptions/11111111-0000-4000-8000-0000000000f1/resourcegroups/rg-ci/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-runner",
  }),
} as const;

export const evidence = (principalId: string, principalType: string): object => ({
  role: "Owner",
  roleAssignmentScope: "/subscriptions/11111111-0000-4000-8000-0000000000f1",
  principalId: principalId.replaceAll("-", ""),
  principalType,
});

const operation = "Microsoft.Network/bastionHosts/createShareableLinks/action";
const moment = "2026-11-23T09:30:05.1234567Z";

/** What Event Grid says of one creation. */
export const dataOf = (changes: object = {}): Record<string, unknown> => ({
  operationName: operation,
  resourceUri: bastionId,
  status: "Succeeded",
  correlationId: "00000000-0000-4000-8000-0000000000c9",
  claims: claims.member,
  authorization: { scope: bastionId, action: operation, evidence: evidence(objectIds.mia, "User") },
  httpRequest: { clientIpAddress: "198.51.100.80", method: "POST" },
  ...changes,
});

export const gridEvent = (data: object = {}, changes: object = {}): Record<string, unknown> => ({
  id: "00000000-0000-4000-8000-0000000000e9",
  topic: "/subscriptions/11111111-0000-4000-8000-0000000000f1",
  subject: bastionId,
  eventType: "Microsoft.Resources.ResourceActionSuccess",
  eventTime: moment,
  data: dataOf(data),
  dataVersion: "2",
  metadataVersion: "1",
  ...changes,
});

export const cloudEvent = (data: object = {}): Record<string, unknown> => ({
  id: "00000000-0000-4000-8000-0000000000e9",
  source: "/subscriptions/11111111-0000-4000-8000-0000000000f1",
  subject: bastionId,
  type: "Microsoft.Resources.ResourceActionSuccess",
  time: moment,
  specversion: "1.0",
  data: dataOf(data),
});

const both = (value: string) => ({ value, localizedValue: `${value}, in words` });

/** The same as ARM's Activity Log and `az monitor activity-log list` tell it. */
export const logRecord = (changes: object = {}): Record<string, unknown> => ({
  authorization: { action: operation, role: "Owner", scope: bastionId },
  caller: "mia@contoso.example",
  claims: claims.member,
  correlationId: "00000000-0000-4000-8000-0000000000c9",
  eventDataId: "00000000-0000-4000-8000-0000000000e9",
  eventName: both("EndRequest"),
  httpRequest: { clientIpAddress: "198.51.100.80", method: "POST" },
  id: `${bastionId}/events/00000000-0000-4000-8000-0000000000e9/ticks/639000000000000000`,
  operationName: both("Microsoft.Network/bastionHosts/createshareablelinks/action"),
  resourceId: bastionId,
  status: both("Succeeded"),
  subStatus: both(""),
  eventTimestamp: moment,
  submissionTimestamp: "2026-11-23T09:33:00Z",
  ...changes,
});

/** The same as a diagnostic setting of the subscription sends it to an event hub or a blob: in capitals, and without an id. */
export const exported = (changes: object = {}): Record<string, unknown> => ({
  time: moment,
  resourceId: bastionId.toUpperCase(),
  operationName: operation.toUpperCase(),
  category: "Administrative",
  resultType: "Success",
  resultSignature: "Succeeded.OK",
  callerIpAddress: "198.51.100.80",
  correlationId: "00000000-0000-4000-8000-0000000000c9",
  identity: {
    authorization: { scope: bastionId, action: operation, evidence: evidence(objectIds.mia, "User") },
    claims: claims.member,
  },
  level: "Information",
  properties: { eventCategory: "Administrative", entity: bastionId },
  ...changes,
});

/** The same as the table AzureActivity has it: objects as JSON in texts. */
export const tableRow = (changes: object = {}): Record<string, unknown> => ({
  TimeGenerated: moment,
  OperationName: "Creates shareable urls",
  OperationNameValue: operation.toUpperCase(),
  ActivityStatusValue: "Success",
  Authorization: JSON.stringify({ scope: bastionId, evidence: evidence(objectIds.mia, "User") }),
  Caller: "mia@contoso.example",
  CallerIpAddress: "198.51.100.80",
  Claims: JSON.stringify(claims.member),
  CorrelationId: "00000000-0000-4000-8000-0000000000c9",
  EventDataId: "00000000-0000-4000-8000-0000000000e9",
  HTTPRequest: "",
  Type: "AzureActivity",
  _ResourceId: bastionId.toLowerCase(),
  ...changes,
});
