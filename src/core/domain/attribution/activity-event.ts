import { parseBastionId, type BastionId } from "../arm-id.ts";
import { sha256 } from "../hash.ts";
import { parseInstant, type Instant } from "../time.ts";
import { fromActivityLog } from "./from-activity-log.ts";
import { closestEnvelope, envelopeNames, type Envelope } from "./envelopes.ts";
import { reportedCaller } from "./event-caller.ts";
import { fieldAt, kindOfThing, objectIn, textAt, textIn } from "../foreign.ts";
import type { Caller, Signal, SignalOperation } from "./signal.ts";

/** What an entry of the Activity Log is to us, in whatever envelope it comes. `ignored`: well-formed, but about something else. */
export type ActivityEvent =
  | {
      readonly kind: "signal";
      readonly bastion: BastionId;
      readonly signal: Signal;
      /** Of a record that Event Grid had not brought: how many of its events alike tell of others. */
      readonly alike?: number | undefined;
    }
  | { readonly kind: "ignored"; readonly why: string }
  | { readonly kind: "invalid"; readonly why: string };

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

/**
 * Reads one event in any envelope. Names compare case-insensitively; ids pass one strict parser. What is not ours is ignored before anything
 * is asked of it; an optional field that is odd costs that field. Why it is `invalid` says what was found, without a word of it.
 */
export function readActivityEvent(event: unknown, receivedAt: Instant): ActivityEvent {
  if (!objectIn(event)) return invalid(`expected an event, found ${kindOfThing(event)}`);
  const envelope = closestEnvelope(event);
  if (!envelope) return invalid(`found an object that is none of these: ${envelopeNames.join("; ")}`);
  const operation = operationIn(envelope, event);
  if (operation === "not ours") return ignored("not a bastion operation the watchdog reacts to");
  if (operation === "under way") return ignored("the operation has not ended");
  if (operation === undefined) return missing(envelope, { event, paths: envelope.operation });
  const bastion = bastionIn(envelope, event);
  if (!bastion)
    return missing(envelope, { event, paths: envelope.resource, wanted: "the id of a bastion host" });
  const occurredAt = momentIn(envelope, event);
  if (occurredAt === undefined) return missing(envelope, { event, paths: envelope.time, wanted: "a date" });
  const told = { operation, occurredAt, correlationId: textAt(event, envelope.correlationId) };
  const eventId = idIn(envelope, event, [bastion.id.toLowerCase(), told]);
  if (eventId === undefined) return missing(envelope, { event, paths: envelope.id });
  const began = beganIn(envelope, event, occurredAt);
  return {
    kind: "signal",
    bastion,
    signal: { eventId, ...told, ...began, receivedAt, caller: callerIn(envelope, event) },
    ...alikeIn(envelope, event),
  };
}

/** Event Grid says no such thing. */
function alikeIn({ isLogEntry }: Envelope, event: unknown): { readonly alike?: number } {
  const alike = fieldAt(event, "alike");
  return isLogEntry && typeof alike === "number" ? { alike } : {};
}

/** No operation begins after its end. */
function beganIn({ began }: Envelope, event: unknown, ended: Instant): Pick<Signal, "beganAt"> {
  const beganAt = parseInstant(textAt(event, began) ?? "");
  return beganAt !== undefined && beganAt <= ended ? { beganAt } : {};
}

/** Who is behind a record of any operation. */
export function recordCaller(record: unknown): Caller | undefined {
  const envelope = closestEnvelope(record);
  return envelope && callerIn(envelope, record);
}

const ignored = (why: string): ActivityEvent => ({ kind: "ignored", why });
const invalid = (why: string): ActivityEvent => ({ kind: "invalid", why });

interface Missing {
  readonly event: unknown;
  readonly paths: readonly string[];
  readonly wanted?: string;
}

/** What came closest, which field fails it, and what stands there instead. */
function missing({ name }: Envelope, { event, paths, wanted = "a text" }: Missing): ActivityEvent {
  const path = paths.find((one) => fieldAt(event, one) !== undefined) ?? paths[0] ?? "";
  const found = kindOfThing(fieldAt(event, path));
  // Cards take a dot between words for a host's name.
  const field = path.split(".").reverse().join(" of ");
  return invalid(`closest to ${name}: expected ${wanted} in ${field}, found ${found}`);
}

function operationIn(
  envelope: Envelope,
  event: unknown,
): SignalOperation | "not ours" | "under way" | undefined {
  const name = textAt(event, envelope.operation)?.toLowerCase();
  if (name === undefined) return isAboutOthers(envelope, event) ? "not ours" : undefined;
  const operation = name.startsWith(prefix) ? operations.get(name.slice(prefix.length)) : undefined;
  const outcome = outcomeIn(envelope, event);
  if (operation === undefined || outcome === "done") return operation ?? "not ours";
  if (outcome === "under way") return outcome;
  return operation === "create" ? "create-failed" : "not ours";
}

/** An event that does not say what happened may still say that it did not happen to a bastion. */
function isAboutOthers(envelope: Envelope, event: unknown): boolean {
  const type = textAt(event, envelope.type);
  const resource = textAt(event, envelope.resource);
  return (
    (type !== undefined && !/^microsoft\.resources\./i.test(type)) ||
    (resource !== undefined &&
      /^\/subscriptions\//i.test(resource) &&
      !/\/bastionHosts(\/|$)/i.test(resource))
  );
}

/** Without a word on the outcome it counts as done: to look in vain costs little. */
function outcomeIn({ type, status }: Envelope, event: unknown): "done" | "failed" | "under way" {
  const said = [textAt(event, type), textAt(event, status)].find((text) => outcome.test(text ?? "")) ?? "";
  if (/(?:fail|cancel)\w*$/i.test(said)) return "failed";
  return /(?:start|accept)\w*$/i.test(said) ? "under way" : "done";
}

const outcome = /(?:succe|fail|cancel|start|accept)\w*$/i;

const bastionIn = ({ resource }: Envelope, event: unknown): BastionId | undefined =>
  resource
    .map((path) => parseBastionId(textIn(fieldAt(event, path)) ?? ""))
    .find((bastion) => bastion !== undefined);

const momentIn = ({ time }: Envelope, event: unknown): Instant | undefined =>
  parseInstant(textAt(event, time) ?? "");

/** A diagnostic export leaves the id out: what the entry says stands for it, so that a second copy is the same event. */
function idIn({ id, isLogEntry }: Envelope, event: unknown, content: readonly unknown[]): string | undefined {
  const given = textAt(event, id);
  if (!isLogEntry || given?.startsWith(fromActivityLog)) return given;
  return fromActivityLog + (given ?? sha256(JSON.stringify(content)));
}

const callerIn = (envelope: Envelope, event: unknown) =>
  reportedCaller({
    claims: anyAt(event, envelope.claims),
    authorization: anyAt(event, envelope.authorization),
    requestAddress: textAt(event, envelope.requestAddress),
    caller: textAt(event, envelope.caller),
    tenant: textAt(event, envelope.tenant),
  });

const anyAt = (event: unknown, paths: readonly string[]): unknown =>
  paths.map((path) => fieldAt(event, path)).find((value) => objectIn(value) !== undefined);
