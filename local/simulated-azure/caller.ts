import * as z from "zod";

const claimsSchema = z
  .looseObject({
    oid: z.string(),
    tid: z.string().optional(),
    appid: z.string().optional(),
    upn: z.string().optional(),
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

/** Applications have no user principal name; `idtyp` settles it when the token carries it. */
export function isApplication(caller: Caller): boolean {
  return caller.idtyp ? caller.idtyp === "app" : caller.upn === undefined;
}

export function displayName(caller: Caller): string {
  return caller.name ?? caller.upn ?? caller.appid ?? caller.oid;
}
