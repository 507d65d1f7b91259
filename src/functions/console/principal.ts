import * as z from "zod";
import { jsonIn } from "../../core/domain/foreign.ts";

/** Who the platform says is signed in. */
export interface Principal {
  /** How they signed in; `aad` is Microsoft Entra ID. */
  readonly provider: string;
  readonly tenantId: string | undefined;
  readonly objectId: string | undefined;
  readonly userPrincipalName: string | undefined;
  readonly name: string | undefined;
  readonly roles: readonly string[];
}

const headerSchema = z.object({
  auth_typ: z.string(),
  claims: z.array(z.object({ typ: z.string(), val: z.string() })).max(1_000),
  role_typ: z.string().nullish(),
});

/** App Service passes claims on under their short names or under the long ones of WS-Federation, by provider and version. */
const claimTypes = {
  tenantId: ["tid", "http://schemas.microsoft.com/identity/claims/tenantid"],
  objectId: ["oid", "http://schemas.microsoft.com/identity/claims/objectidentifier"],
  userPrincipalName: [
    "upn",
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn",
    "preferred_username",
  ],
  name: ["name"],
  roles: ["roles", "http://schemas.microsoft.com/ws/2008/06/identity/claims/role"],
} as const;

const longest = 64_000;

/**
 * Reads `X-MS-CLIENT-PRINCIPAL`. Anybody can send that header to an app whose platform does not take it away first, so it means
 * nothing unless the platform's authentication is on: asking that is the caller's part. Undefined for what is no principal.
 */
export function parsePrincipal(header: string): Principal | undefined {
  const parsed =
    header.length > longest
      ? undefined
      : headerSchema.safeParse(jsonIn(Buffer.from(header, "base64").toString("utf8")));
  if (!parsed?.success) return undefined;
  const { auth_typ: provider, claims, role_typ } = parsed.data;
  const all = (types: readonly string[]) =>
    claims.filter(({ typ }) => types.includes(typ)).map(({ val }) => val);
  /** Two claims that disagree are no claim: nobody is to pick the one they like. */
  const one = (types: readonly string[]) => {
    const values = [...new Set(all(types))];
    return values.length === 1 ? values[0] : undefined;
  };
  return {
    provider,
    tenantId: one(claimTypes.tenantId)?.toLowerCase(),
    objectId: one(claimTypes.objectId)?.toLowerCase(),
    userPrincipalName: all(claimTypes.userPrincipalName)[0],
    name: all(claimTypes.name)[0],
    roles: all([...claimTypes.roles, ...(role_typ ? [role_typ] : [])]),
  };
}
