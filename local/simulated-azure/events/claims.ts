import type { Caller } from "../caller.ts";
import { guidFrom } from "../estate.ts";
import { isApplication, signInName } from "../caller.ts";
import { localTenantId } from "../../local-settings.ts";

const microsoft = "http://schemas.microsoft.com";
const xmlsoap = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims";

/** What the Activity Log calls a token's claims. A claim that is not here keeps its name. */
const longNames: Readonly<Record<string, readonly string[]>> = {
  oid: [`${microsoft}/identity/claims/objectidentifier`],
  tid: [`${microsoft}/identity/claims/tenantid`],
  idp: [`${microsoft}/identity/claims/identityprovider`],
  scp: [`${microsoft}/identity/claims/scope`],
  amr: [`${microsoft}/claims/authnmethodsreferences`],
  acr: [`${microsoft}/claims/authnclassreference`],
  sub: [`${xmlsoap}/nameidentifier`],
  upn: [`${xmlsoap}/upn`],
  unique_name: [`${xmlsoap}/name`],
  email: [`${xmlsoap}/emailaddress`],
  given_name: [`${xmlsoap}/givenname`],
  family_name: [`${xmlsoap}/surname`],
};

/** People come through an application, too: the portal unless the token says otherwise. */
const azurePortal = "c44b4083-3bb0-49c1-b47d-974e53cbdf3c";

const personalClaims = new Set(["upn", "unique_name", "name", "ipaddr", "given_name", "family_name"]);
/** Only steers the simulation: the role the caller is said to have. */
const notInTokens = new Set(["role"]);

/** The claims of an event: long names, and every value a string. An application has no upn, no name and no sign-in methods. */
export function eventClaims(caller: Caller, atInMs: number): Record<string, string> {
  const tenant = caller.tid ?? localTenantId;
  const issuer = `https://sts.windows.net/${tenant}/`;
  const signedInAt = Math.floor(atInMs / 1000) - 300;
  const token = withoutClaims(caller, notInTokens);
  const always = {
    aud: "https://management.core.windows.net/",
    iss: issuer,
    iat: signedInAt,
    nbf: signedInAt,
    exp: signedInAt + 5400,
    aio: "k2RgYPi",
    appidacr: isApplication(caller) ? "2" : "0",
    sub: caller.oid,
    tid: tenant,
    uti: guidFrom(caller.oid).replaceAll("-", "").slice(0, 22),
    ver: "1.0",
  };
  const own = isApplication(caller)
    ? { idp: issuer, ...withoutClaims(token, personalClaims) }
    : { ...personal(caller), ...token, amr: caller.amr && [caller.amr].flat().join(",") };
  return renamed({ ...always, ...own });
}

/** What every person's token has, unless theirs says otherwise. */
const personal = (caller: Caller) => ({
  appid: azurePortal,
  acr: "1",
  scp: "user_impersonation",
  puid: `1003${guidFrom(caller.oid).replaceAll("-", "").slice(0, 12).toUpperCase()}`,
  unique_name: signInName(caller),
});

function withoutClaims<T extends object>(token: T, names: ReadonlySet<string>): Partial<T> {
  return Object.fromEntries(Object.entries(token).filter(([name]) => !names.has(name))) as Partial<T>;
}

function renamed(claims: Record<string, unknown>): Record<string, string> {
  const present = Object.entries(claims).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    present.flatMap(([name, value]) => (longNames[name] ?? [name]).map((long) => [long, asText(value)])),
  );
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
