import * as z from "zod";

const claimsSchema = z
  .looseObject({
    oid: z.string(),
    tid: z.string().optional(),
    appid: z.string().optional(),
    /** Only members have one: a guest's token names the account where it is at home. */
    upn: z.string().optional(),
    unique_name: z.string().optional(),
    email: z.string().optional(),
    /** Only guests: whose account it is elsewhere, and who signed them in. */
    altsecid: z.string().optional(),
    idp: z.string().optional(),
    puid: z.string().optional(),
    /** What an application may do for somebody. */
    scp: z.string().optional(),
    name: z.string().optional(),
    ipaddr: z.string().optional(),
    amr: z.union([z.string(), z.array(z.string())]).optional(),
    idtyp: z.string().optional(),
    role: z.string().optional(),
    exp: z.number().optional(),
  })
  .readonly();

/** What a bearer token says about who is calling. Nobody checks a signature here. */
export type Caller = z.infer<typeof claimsSchema>;

export function callerFrom(authorization: string | undefined): Caller | undefined {
  const [, payload] = /^Bearer\s+[^.\s]+\.([^.\s]+)\.[^.\s]*$/i.exec(authorization ?? "") ?? [];
  if (!payload) return undefined;
  try {
    return claimsSchema.safeParse(JSON.parse(Buffer.from(payload, "base64url").toString())).data;
  } catch {
    return undefined;
  }
}

/** `idtyp` settles it where the token carries it; else people are who acts through an application, or has an account of a person's kind. */
export function isApplication({ idtyp, scp, upn, altsecid, puid }: Caller): boolean {
  return idtyp ? idtyp === "app" : [scp, upn, altsecid, puid].every((claim) => claim === undefined);
}

/** How a person signed in: `jane@contoso.example`, `viktor@vendor.example`, `live.com#lena@outlook.example`. */
export const signInName = ({ unique_name, upn, email }: Caller): string | undefined =>
  unique_name ?? upn ?? email;

export function displayName(caller: Caller): string {
  return caller.name ?? signInName(caller) ?? caller.appid ?? caller.oid;
}
