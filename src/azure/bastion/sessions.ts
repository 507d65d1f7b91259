import { disconnectActiveSessions, getActiveSessions } from "@azure/arm-network/api";
import * as z from "zod";
import { idKey, type BastionId } from "../../core/domain/arm-id.ts";
import type {
  EndAnswer,
  LiveSession,
  LiveSessions,
  SessionAnswer,
} from "../../core/domain/links/observation.ts";
import { parseInstant, seconds } from "../../core/domain/time.ts";
import type { Arm } from "../arm/pipeline.ts";
import { refusalOf } from "../arm/refusal.ts";
import { callBastion, isDone } from "./bastion-call.ts";
import { redact } from "../http/redact.ts";
import { withTimeout } from "../http/timeout.ts";

/** Listing sessions is a long-running operation: asked for, then fetched, ten seconds later where Azure says so. It is rare, and only functions of queues wait for it. */
const patienceInMs = seconds(30);
const updateIntervalInMs = 500;

const said = z.string().min(1).max(512).optional().catch(undefined);
const session = z.looseObject({
  sessionId: z.string(),
  targetResourceId: said,
  resourceType: said,
  startTime: said,
  userName: said,
  protocol: said,
});
type Session = z.output<typeof session>;

/** What `BastionAuditLogs` calls a session through a shareable link; that Azure says it here too is UNVERIFIED. */
const isLinkSession = ({ resourceType }: Session): boolean => resourceType?.toUpperCase() === "BSL";

/** Ends the link sessions to these VMs and counts the others. Never throws for what Azure answers. */
export async function endSessions(
  arm: Arm,
  bastion: BastionId,
  vmIds: readonly string[],
): Promise<SessionAnswer> {
  const all = await sessionsOf(arm, bastion);
  if (typeof all === "string") return { kind: "unknown", why: all };
  const wanted = new Set(vmIds.map(idKey));
  const sessions = all.filter(({ targetResourceId }) => wanted.has(idKey(targetResourceId ?? "")));
  const sessionIds = sessions.filter(isLinkSession).map(({ sessionId }) => sessionId);
  const isEnded = sessionIds.length === 0 || (await end(arm, bastion, sessionIds));
  return {
    kind: "done",
    sessions: sessions.map((one) => ({
      vmId: one.targetResourceId ?? "",
      wasEnded: isEnded && isLinkSession(one),
    })),
  };
}

/** What is open now. Never throws for what Azure answers. */
export async function liveSessions(arm: Arm, bastion: BastionId): Promise<LiveSessions> {
  const sessions = await sessionsOf(arm, bastion);
  return typeof sessions === "string"
    ? { kind: "unknown", why: sessions }
    : { kind: "listed", sessions: sessions.map(liveSession) };
}

const liveSession = (one: Session): LiveSession => ({
  sessionId: one.sessionId,
  vmId: one.targetResourceId,
  startedAt: one.startTime === undefined ? undefined : parseInstant(one.startTime),
  userName: one.userName,
  protocol: one.protocol,
  viaLink: isLinkSession(one),
});

const ending = z.looseObject({
  value: z.array(z.looseObject({ sessionId: z.string(), state: said })),
});

/** Ends one session, and believes only what Azure says of that one. */
export async function endOneSession(arm: Arm, bastion: BastionId, sessionId: string): Promise<EndAnswer> {
  const { client, at, exchanges } = callBastion(arm, bastion);
  await isDone(async () => {
    const states = disconnectActiveSessions(client, at.resourceGroup, at.name, { sessionIds: [sessionId] });
    for await (const page of states.byPage()) if (page.length === 0) return;
  });
  const exchange = exchanges.at(-1);
  const said =
    exchange?.kind === "answer" && exchange.status === 200 ? ending.safeParse(exchange.body).data : undefined;
  const state = said?.value.find((one) => one.sessionId === sessionId)?.state;
  if (state === undefined)
    return {
      kind: "unknown",
      why: refusalOf(exchange, { what: `Ending a session of ${at.name}`, now: arm.clock.now() }).why,
    };
  if (/^disconnected$/i.test(state)) return { kind: "ended" };
  return /not\s?found|invalid/i.test(state)
    ? { kind: "not-found" }
    : { kind: "unknown", why: `Azure calls the session ${redact(state)}` };
}

/** The sessions, or why they are not known. The SDK waits between polls whatever its signal says, so that only the next poll is given up. */
async function sessionsOf(arm: Arm, bastion: BastionId): Promise<readonly Session[] | string> {
  const { client, at, exchanges } = callBastion(arm, bastion);
  const found: unknown[] = [];
  const what = `Listing the sessions of ${at.name}`;
  const impatience = new AbortController();
  const { signal: abortSignal } = impatience;
  const listing = isDone(async () => {
    const options = { updateIntervalInMs, abortSignal };
    for await (const one of getActiveSessions(client, at.resourceGroup, at.name, options)) found.push(one);
  });
  const isRead = await withTimeout(listing, patienceInMs);
  impatience.abort();
  if (isRead === undefined) return `${what}: Azure did not finish within ${patienceInMs / 1_000} s`;
  if (!isRead) return refusalOf(exchanges.at(-1), { what, now: arm.clock.now() }).why;
  return found.flatMap((one) => session.safeParse(one).data ?? []);
}

async function end(arm: Arm, bastion: BastionId, sessionIds: string[]): Promise<boolean> {
  const { client, at } = callBastion(arm, bastion);
  return await isDone(async () => {
    const states = disconnectActiveSessions(client, at.resourceGroup, at.name, { sessionIds });
    for await (const page of states.byPage()) if (page.length === 0) return;
  });
}
