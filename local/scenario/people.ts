import { localTenantId, unsignedToken } from "../local-settings.ts";
import { guidFrom } from "../simulated-azure/estate.ts";

/** Somebody, or some software, that uses Azure. The token is all that Azure ever sees of them. */
export interface Person {
  /** As the Activity Log will name them. */
  readonly name: string;
  readonly objectId: string;
  readonly token: string;
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

/** A guest: the account lives in a vendor's tenant. */
export const viktor = person("viktor_vendor.example#EXT#@contoso.example", {
  oid: guidFrom("viktor@contoso.example"),
  upn: "viktor_vendor.example#EXT#@contoso.example",
  name: "Viktor Lind",
  ipaddr: "192.0.2.145",
  amr: ["pwd"],
  role: "Network Contributor",
});

export const pipeline = person("sp-deploy-pipeline", {
  oid: guidFrom("sp-deploy"),
  appid: guidFrom("app-deploy"),
  idtyp: "app",
  ipaddr: "20.61.4.12",
  role: "Network Contributor",
});
