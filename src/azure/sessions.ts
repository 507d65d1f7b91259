import { disconnectActiveSessions, getActiveSessions } from "@azure/arm-network/api";
import * as z from "zod";
import { idKey, type BastionId } from "../core/domain/arm-id.ts";
import type { SessionAnswer } from "../core/domain/look.ts";
import type { Arm } from "./arm-pipeline.ts";
import { refusalOf } from "./arm-refusal.ts";
import { callBastion, isDone } from "./bastion-call.ts";

/** Listing sessions is a long-running operation: asked for, then fetched. It is rare, and waiting for it is bounded. */
const patienceInMs = 10_000;
const updateIntervalInMs = 500;

const session = z.looseObject({ sessionId: z.string(), targetResourceId: z.string().optional(), resourceType: z.string().optional() });
type Session = z.output<typeof session>;

/** What `BastionAuditLogs` calls a session through a shareable link; that Azure says it here too is UNVERIFIED (facts/azure.md §8). */
const isLinkSession = ({ resourceType }: Session): boolean => resourceType?.toUpperCase() === "BSL";

/** Ends the link sessions to these VMs and counts the others. Never throws for what Azure answers. */
export async function endSessions(arm: Arm, bastion: BastionId, vmIds: readonly string[]): Promise<SessionAnswer> {
  const sessions = await sessionsTo(arm, bastion, vmIds);
  if (typeof sessions === "string") return { kind: "unknown", why: sessions };
  const sessionIds = sessions.filter(isLinkSession).map(({ sessionId }) => sessionId);
  const isEnded = sessionIds.length === 0 || (await end(arm, bastion, sessionIds));
  return {
    kind: "done",
    sessions: sessions.map((one) => ({ vmId: one.targetResourceId ?? "", wasEnded: isEnded && isLinkSession(one) })),
  };
}

/** The sessions, or why they are not known. */
async function sessionsTo(arm: Arm, bastion: BastionId, vmIds: readonly string[]): Promise<readonly Session[] | string> {
  const { client, at, exchanges } = callBastion(arm, bastion);
  const found: unknown[] = [];
  const isRead = await isDone(async () => {
    const abortSignal = AbortSignal.timeout(patienceInMs);
    for await (const one of getActiveSessions(client, at.resourceGroup, at.name, { updateIntervalInMs, abortSignal })) found.push(one);
  });
  if (!isRead) return refusalOf(exchanges.at(-1), { what: `Listing the sessions of ${at.name}`, now: arm.clock.now() }).why;
  const wanted = new Set(vmIds.map(idKey));
  const sessions = found.flatMap((one) => session.safeParse(one).data ?? []);
  return sessions.filter(({ targetResourceId }) => wanted.has(idKey(targetResourceId ?? "")));
}

async function end(arm: Arm, bastion: BastionId, sessionIds: string[]): Promise<boolean> {
  const { client, at } = callBastion(arm, bastion);
  return await isDone(async () => {
    const states = disconnectActiveSessions(client, at.resourceGroup, at.name, { sessionIds });
    for await (const page of states.byPage()) if (page.length === 0) return;
  });
}
