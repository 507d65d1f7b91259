import { localTenantId, unsignedToken } from "../local-settings.ts";
import { guidFrom } from "../simulated-azure/estate.ts";

/** Somebody, or some software, that uses Azure. The token is all that Azure ever sees of them. */
export interface Person {
  /** As the Activity Log will name them. */
  readonly name: string;
  readonly objectId: string;
  readonly token: string;
  /** Where the requests come from, if not from where the token was got. */
  readonly requestsFrom?: string;
}

const member = (
  mail: string,
  name: string,
  signIn: { readonly ipaddr: string; readonly amr: readonly string[]; readonly role: string },
) => person(mail, { oid: guidFrom(mail), upn: mail, name, ...signIn });

function person(name: string, claims: { readonly oid: string; readonly [claim: string]: unknown }): Person {
  return { name, objectId: claims.oid, token: unsignedToken({ tid: localTenantId, ...claims }) };
}

export const jane = member("jane@contoso.example", "Jane Moreau", {
  ipaddr: "203.0.113.24",
  amr: ["pwd", "mfa"],
  role: "Contributor",
});

export const omar = member("omar@contoso.example", "Omar Haddad", {
  ipaddr: "203.0.113.77",
  amr: ["pwd"],
  role: "Contributor",
});

export const priya = member("priya@contoso.example", "Priya Nair", {
  ipaddr: "198.51.100.9",
  amr: ["fido", "mfa"],
  role: "Owner",
});

/** Whoever sits in front of this machine. */
export const you = member("you@contoso.example", "You", {
  ipaddr: "198.51.100.50",
  amr: ["pwd", "mfa"],
  role: "Contributor",
});

/** A guest: the account lives in a vendor's tenant, so that Azure reports no user principal name. The token is used from elsewhere. */
export const viktor = {
  ...person("viktor@vendor.example", {
    oid: guidFrom("viktor@vendor.example"),
    name: "Viktor Lind",
    unique_name: "viktor@vendor.example",
    email: "viktor@vendor.example",
    altsecid: "5::10032000AB3DE417",
    idp: "https://sts.windows.net/88888888-0000-4000-8000-000000000001/",
    ipaddr: "192.0.2.145",
    amr: ["pwd"],
    role: "Network Contributor",
  }),
  requestsFrom: "198.51.100.99",
};

/** A guest with a personal account. */
export const lena = person("lena@outlook.example", {
  oid: guidFrom("lena@outlook.example"),
  name: "Lena Falk",
  unique_name: "live.com#lena@outlook.example",
  email: "lena@outlook.example",
  altsecid: "1:live.com:00037FFE4C1B02D9",
  idp: "live.com",
  ipaddr: "203.0.113.180",
  amr: ["pwd"],
  role: "Contributor",
});

export const pipeline = person("sp-deploy-pipeline", {
  oid: guidFrom("sp-deploy"),
  appid: guidFrom("app-deploy"),
  idtyp: "app",
  ipaddr: "20.61.4.12",
  role: "Network Contributor",
});
