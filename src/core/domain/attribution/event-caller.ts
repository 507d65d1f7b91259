import { resourceName } from "../arm-id.ts";
import { anyGuid, guidOf } from "../guid.ts";
import type { Caller, CallerKind } from "./signal.ts";
import { fieldAt, objectIn, textAt, textIn } from "../foreign.ts";

/** Where one event says who was behind it. Nothing in it was checked. */
export interface CallerReport {
  /** The claims of the token, by name; an object, or JSON in a text. */
  readonly claims: unknown;
  /** What allowed it, `evidence` inside. */
  readonly authorization: unknown;
  /** Where the request came from. */
  readonly requestAddress: string | undefined;
  /** One text for all kinds of callers: a person's name, or software's object id. */
  readonly caller: string | undefined;
  /** The tenant of the subscription. */
  readonly tenant: string | undefined;
}

const identity = "http://schemas.microsoft.com/identity/claims/";
const soap = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/";
const claimNames = {
  objectId: [`${identity}objectidentifier`, "oid"],
  userPrincipalName: [`${soap}upn`, "upn"],
  accountName: [`${soap}name`, "unique_name"],
  mail: [`${soap}emailaddress`, "email"],
  displayName: ["name"],
  appId: ["appid", "azp"],
  ipAddress: ["ipaddr"],
  signInMethods: [
    "http://schemas.microsoft.com/claims/authnmethodsreferences",
    "http://schemas.microsoft.com/ws/2008/06/identity/claims/authnmethodsreferences",
    "amr",
  ],
  managedIdentity: ["xms_mirid"],
  tokenType: ["idtyp"],
  delegatedScope: [`${identity}scope`, "scp"],
  passportId: ["puid"],
  otherSecurityId: ["altsecid"],
  identityProvider: [`${identity}identityprovider`, "idp"],
  tenant: [`${identity}tenantid`, "tid"],
  issuer: ["iss"],
} as const;

type Claim = (name: keyof typeof claimNames) => string | undefined;

/** Who it was, from claims as Azure was seen to write them. What they do not say is taken from the role assignment and from `caller`. */
export function reportedCaller(report: CallerReport): Caller {
  const claim = claimReader(report);
  const evidence = fieldAt(report.authorization, "evidence");
  const assignee = assigneeIn(evidence);
  const kind = kindOf(claim, assignee, report.tenant);
  const objectId = claim("objectId") ?? assignee.id;
  return {
    kind,
    objectId: objectId === undefined ? undefined : guidOf(objectId),
    appId: claim("appId"),
    ...namesIn(claim),
    ...addressesIn(claim("ipAddress"), report.requestAddress),
    signInMethods: methodsIn(claim("signInMethods")),
    role: textAt(evidence, ["role"]) ?? textAt(report.authorization, ["role"]),
    roleScope: textAt(evidence, ["roleAssignmentScope"]),
  };
}

/** Claims by name, without case; what the column says stands in for claims that are not there. */
function claimReader({ claims, caller }: CallerReport): Claim {
  const values = new Map(
    Object.entries(objectIn(claims) ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const column = columnClaim(caller);
  return (name) => {
    const texts = claimNames[name].map((spelling) => textIn(values.get(spelling)));
    return texts.find((text) => text !== undefined) ?? (column?.name === name ? caller : undefined);
  };
}

/** A name in the column is a mail address as well as a user principal name: nobody says which. */
const columnClaim = (caller: string | undefined): { readonly name: keyof typeof claimNames } | undefined =>
  caller === undefined ? undefined : { name: caller.includes("@") ? "accountName" : "objectId" };

interface Assignee {
  readonly id: string | undefined;
  readonly kind: string;
}

/** The role may be a group's: a group is no caller, and two of its members are not one person. */
function assigneeIn(evidence: unknown): Assignee {
  const kind = textAt(evidence, ["principalType"])?.toLowerCase() ?? "";
  const isCaller = kind === "user" || kind === "serviceprincipal";
  return { kind, id: isCaller ? textAt(evidence, ["principalId"]) : undefined };
}

function kindOf(claim: Claim, assignee: Assignee, tenant: string | undefined): CallerKind {
  if (isPerson(claim, assignee, tenant)) return isFromOutside(claim, tenant) ? "guest" : "user";
  if (claim("managedIdentity") !== undefined) return "managed-identity";
  return assignee.kind === "serviceprincipal" || claim("appId") !== undefined || isApp(claim)
    ? "service-principal"
    : "unknown";
}

/** What only a person's token has. An app id is no sign of software: people come through the portal's or the CLI's. */
const personal = [
  "delegatedScope",
  "passportId",
  "otherSecurityId",
  "userPrincipalName",
  "accountName",
  "mail",
] as const;

function isPerson(claim: Claim, assignee: Assignee, tenant: string | undefined): boolean {
  if (isApp(claim)) return false;
  if (claim("tokenType")?.toLowerCase() === "user") return true;
  return (
    personal.some((name) => claim(name) !== undefined) ||
    isForeignProvider(claim, tenant) ||
    assignee.kind === "user"
  );
}

const isApp = (claim: Claim): boolean => claim("tokenType")?.toLowerCase() === "app";

/** `5:` is an account of another tenant, `1:` one of a provider such as `live.com`; members have neither. */
const outside = /^[15]:/;

const isFromOutside = (claim: Claim, tenant: string | undefined): boolean =>
  outside.test(claim("otherSecurityId") ?? "") ||
  isForeignProvider(claim, tenant) ||
  providerPrefix.test(claim("accountName") ?? "") ||
  [claim("userPrincipalName"), claim("accountName")].some((name) => /#EXT#/i.test(name ?? ""));

/** A personal account is `live.com#jane@outlook.example` in its token. */
const providerPrefix = /^[a-z\d.-]+#(?=[^#]+@)/i;

/** Another tenant than the one that issued the token, or no tenant at all: `live.com`, `google.com`, a one-time code by `mail`. */
function isForeignProvider(claim: Claim, tenant: string | undefined): boolean {
  const provider = claim("identityProvider")?.toLowerCase() ?? "";
  if (provider === claim("issuer")?.toLowerCase()) return false;
  const theirs = anyGuid.exec(provider)?.[0];
  if (theirs === undefined) return /^mail$|^(?:https?:\/\/)?[\w-]+\.[\w-]/.test(provider);
  const home = [claim("tenant"), claim("issuer"), tenant].map((text) => anyGuid.exec(text ?? "")?.[0]);
  return !home.some((one) => one?.toLowerCase() === theirs) && home.some((one) => one !== undefined);
}

function namesIn(claim: Claim): Pick<Caller, "userPrincipalName" | "name" | "accountName" | "mail"> {
  const userPrincipalName = claim("userPrincipalName");
  const accountName = claim("accountName")?.replace(providerPrefix, "");
  const mail = claim("mail");
  const identityId = claim("managedIdentity");
  return {
    userPrincipalName,
    name: claim("displayName") ?? (identityId === undefined ? undefined : resourceName(identityId)),
    ...(accountName !== undefined && accountName !== userPrincipalName && { accountName }),
    ...(mail !== undefined && mail !== userPrincipalName && mail !== accountName && { mail }),
  };
}

/** Where the request came from says more than where the token was got; that they differ says most. */
function addressesIn(
  token: string | undefined,
  request: string | undefined,
): Pick<Caller, "ipAddress" | "tokenIpAddress"> {
  const [from, got] = [withoutPort(request), withoutPort(token)];
  return {
    ipAddress: from ?? got,
    ...(from !== undefined &&
      got !== undefined &&
      spelling(from) !== spelling(got) && { tokenIpAddress: got }),
  };
}

/** An address as a proxy writes it, without the port. */
export const withoutPort = (address: string | undefined): string | undefined =>
  address?.trim().replace(/^(\d{1,3}(?:\.\d{1,3}){3}):\d+$|^\[([^\]]+)\](?::\d+)?$/, "$1$2");

/** IPv6 has many spellings of one address. */
function spelling(address: string): string {
  const url = `http://[${address}]`;
  return URL.canParse(url) ? new URL(url).hostname : address.toLowerCase();
}

/** A claim that names none is as good as missing. */
function methodsIn(claim = ""): Caller["signInMethods"] {
  const methods = claim.split(/[\s,]/).filter((method) => method !== "");
  return methods.length === 0 ? "unknown" : methods;
}
