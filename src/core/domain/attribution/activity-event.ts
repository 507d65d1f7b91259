import * as z from "zod";
import { parseBastionId, type BastionId } from "../arm-id.ts";
import type { Caller, CallerKind, Signal, SignalOperation } from "./signal.ts";
import { parseInstant, type Instant } from "../time.ts";

/** What an Activity Log event, as Event Grid delivers it, is to us. `ignored`: well-formed, but about something else. */
export type ActivityEvent =
  | { readonly kind: "signal"; readonly bastion: BastionId; readonly signal: Signal }
  | { readonly kind: "ignored"; readonly why: string }
  | { readonly kind: "invalid"; readonly why: string };

/** Half of a surrogate pair is no character, and no ledger can hash it. */
const wellFormed = (value: string): string => value.replace(/\p{Surrogate}/gu, "\ufffd");

const text = z.string().max(4096).transform(wellFormed);
/** Azure leaves fields out, writes null, or writes nothing into them: all the same to us. */
const said = text.nullish().transform((value) => (value === null || value === "" ? undefined : value));
const orNothing = <Schema extends z.ZodType>(schema: Schema) =>
  schema.nullish().transform((value) => value ?? undefined);

const evidence = z.object({ role: said, roleAssignmentScope: said, principalId: said, principalType: said });
const dataSchema = z.object({
  operationName: text,
  resourceUri: said,
  correlationId: said,
  claims: orNothing(z.record(z.string(), z.unknown())),
  authorization: orNothing(z.object({ evidence: orNothing(evidence) })),
  httpRequest: orNothing(z.object({ clientIpAddress: said })),
});

const eventId = z.string().min(1).max(4096).transform(wellFormed);

/** Event Grid's own schema and CloudEvents 1.0 differ in the envelope only. */
const envelopeSchema = z.union([
  z
    .object({ id: eventId, eventType: text, eventTime: text, subject: text, data: dataSchema })
    .transform(({ eventType, eventTime, ...rest }) => ({ ...rest, type: eventType, time: eventTime })),
  z.object({
    id: eventId,
    type: text,
    time: text,
    subject: text,
    specversion: z.literal("1.0"),
    data: dataSchema,
  }),
]);
type Envelope = z.output<typeof envelopeSchema>;

const prefix = "microsoft.network/bastionhosts/";
const operations: ReadonlyMap<string, SignalOperation> = new Map([
  ["createshareablelinks/action", "create"],
  ["deleteshareablelinks/action", "delete"],
  ["deleteshareablelinksbytoken/action", "delete"],
  ["getshareablelinks/action", "read"],
  ["write", "host-write"],
  ["delete", "host-delete"],
]);

/** The operations that make us look, in the Activity Log's spelling; Azure's own casing differs from call to call. */
export const handledOperations: readonly string[] = [...operations.keys()].map((name) => prefix + name);

/** Reads one event of either schema. Names compare case-insensitively; ids pass one strict parser. */
export function readActivityEvent(event: unknown, receivedAt: Instant): ActivityEvent {
  const parsed = envelopeSchema.safeParse(event);
  if (!parsed.success)
    return {
      kind: "invalid",
      why: `neither an Event Grid nor a CloudEvents Activity Log event: ${shortReason(parsed.error)}`,
    };
  const { data, subject, type, time, id } = parsed.data;
  const operation = operationOf(data.operationName.toLowerCase(), type.toLowerCase());
  if (!operation) return { kind: "ignored", why: "not a bastion operation the watchdog reacts to" };
  const bastion = parseBastionId(data.resourceUri ?? subject) ?? parseBastionId(subject);
  if (!bastion)
    return { kind: "invalid", why: "a bastion operation whose resource id is no bastion host's id" };
  const occurredAt = parseInstant(time);
  if (occurredAt === undefined) return { kind: "invalid", why: "a bastion event without a readable time" };
  const correlationId = data.correlationId;
  return {
    kind: "signal",
    bastion,
    signal: { eventId: id, operation, occurredAt, receivedAt, correlationId, caller: callerOf(data) },
  };
}

function operationOf(name: string, type: string): SignalOperation | undefined {
  const operation = name.startsWith(prefix) ? operations.get(name.slice(prefix.length)) : undefined;
  if (type.endsWith("success")) return operation;
  return operation === "create" ? "create-failed" : undefined;
}

const shortReason = (error: z.ZodError): string => z.prettifyError(error).replaceAll("\n", " ").slice(0, 300);

const claimNames = {
  objectId: ["http://schemas.microsoft.com/identity/claims/objectidentifier", "oid"],
  userPrincipalName: ["http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn", "upn"],
  displayName: ["name", "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name"],
  appId: ["appid", "azp"],
  ipAddress: ["ipaddr"],
  signInMethods: [
    "http://schemas.microsoft.com/claims/authnmethodsreferences",
    "http://schemas.microsoft.com/ws/2008/06/identity/claims/authnmethodsreferences",
    "amr",
  ],
  managedIdentity: ["xms_mirid"],
} as const;

type Claim = (name: keyof typeof claimNames) => string | undefined;

function callerOf({ claims, authorization, httpRequest }: Envelope["data"]): Caller {
  const claim = claimReader(claims ?? {});
  const { role, roleAssignmentScope, principalId, principalType = "" } = authorization?.evidence ?? {};
  return {
    kind: kindOf(claim, principalType.toLowerCase()),
    objectId: claim("objectId") ?? principalId,
    appId: claim("appId"),
    userPrincipalName: claim("userPrincipalName"),
    name: claim("displayName"),
    ipAddress: claim("ipAddress") ?? httpRequest?.clientIpAddress,
    signInMethods: methodsIn(claim("signInMethods")),
    role,
    roleScope: roleAssignmentScope,
  };
}

/** A claim that names none is as good as missing. */
function methodsIn(claim = ""): Caller["signInMethods"] {
  const methods = claim.split(/[\s,]+/).filter((method) => method !== "");
  return methods.length === 0 ? "unknown" : methods;
}

function claimReader(claims: Readonly<Record<string, unknown>>): Claim {
  const lowerCase = new Map(Object.entries(claims).map(([name, value]) => [name.toLowerCase(), value]));
  return (name) => {
    const values = claimNames[name].map((spelling) => lowerCase.get(spelling));
    const found = values.find((value): value is string => typeof value === "string" && value !== "");
    return found === undefined ? undefined : wellFormed(found.slice(0, 1024));
  };
}

function kindOf(claim: Claim, principalType: string): CallerKind {
  const userPrincipalName = claim("userPrincipalName");
  if (userPrincipalName?.toUpperCase().includes("#EXT#")) return "guest";
  if (userPrincipalName !== undefined || principalType === "user") return "user";
  if (claim("managedIdentity") !== undefined) return "managed-identity";
  return principalType === "serviceprincipal" || claim("appId") !== undefined
    ? "service-principal"
    : "unknown";
}
