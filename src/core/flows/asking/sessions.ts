import { idKey, parseBastionId, type BastionId } from "../../domain/arm-id.ts";
import type { KeptSessions, LiveSessions } from "../../domain/links/observation.ts";
import { partitionOf } from "../../domain/partition.ts";
import { askedAgainAfter, isAnsweredBy } from "../../domain/state/asking.ts";
import type { SessionsRequest } from "../../domain/state/messages.ts";
import type { Watched } from "../../domain/state/watched.ts";
import { after } from "../../domain/time.ts";
import type { Ports } from "../../ports.ts";

/**
 * What is known of a bastion's sessions. Where that is older than half a minute they are asked for, once, by a message: a page never waits for
 * Azure.
 */
export async function knownSessions(
  bastion: BastionId,
  { table, asker, queues, clock }: Pick<Ports, "table" | "asker" | "queues" | "clock">,
): Promise<KeptSessions | undefined> {
  const kept = await table.readSessions(partitionOf(bastion));
  const since = clock.now();
  if (!isAnsweredBy(kept?.askedAt, since) && (await asker.mayAsk(bastion, "sessions")))
    await queues.sessions({ bastionId: bastion.id, since });
  return kept;
}

/** Nobody waits as long in front of a page. */
const patience = 2 * askedAgainAfter;

/**
 * Asks for the sessions that a page wants to show, for up to thirty seconds, and keeps those to VMs with links. Safe to repeat: a message that was
 * answered already, or comes too late, asks nothing. Throws what storage throws.
 */
export async function listSessions(
  { bastionId, since }: SessionsRequest,
  { table, controlPlane, clock }: Pick<Ports, "table" | "controlPlane" | "clock">,
): Promise<"kept" | "answered already" | "too late"> {
  const bastion = parseBastionId(bastionId);
  if (!bastion) throw new Error(`"${bastionId}" is not the id of a bastion host`);
  const askedAt = clock.now();
  if (askedAt > after(since, patience)) return "too late";
  const partition = partitionOf(bastion);
  const kept = await table.readSessions(partition);
  if (kept && kept.askedAt >= since) return "answered already";
  const [answer, watched] = await Promise.all([controlPlane.liveSessions(bastion), table.read(partition)]);
  await table.keepSessions(partition, { askedAt, answer: toLinks(answer, watched) });
  return "kept";
}

/** As many as a row holds, whatever Azure writes into them. */
const mostKept = 150;

function toLinks(answer: LiveSessions, { links }: Watched): LiveSessions {
  if (answer.kind === "unknown") return answer;
  const vmKeys = new Set(links.map(({ vmId }) => idKey(vmId)));
  const wanted = answer.sessions.filter(({ vmId = "" }) => vmKeys.has(idKey(vmId)));
  return { kind: "listed", sessions: wanted.slice(0, mostKept) };
}

/** One that was ended is shown no more, whoever looks before Azure is asked again. */
export async function forgetSession(
  bastion: BastionId,
  sessionId: string,
  { table }: Pick<Ports, "table">,
): Promise<void> {
  const kept = await table.readSessions(partitionOf(bastion));
  if (kept?.answer.kind !== "listed") return;
  const sessions = kept.answer.sessions.filter((session) => session.sessionId !== sessionId);
  await table.keepSessions(partitionOf(bastion), { ...kept, answer: { kind: "listed", sessions } });
}
