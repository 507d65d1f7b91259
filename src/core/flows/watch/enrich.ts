import { logQuestions } from "../../domain/decide/signals/log-questions.ts";
import type { LogsHeard, Situation } from "../../domain/decide/situation.ts";
import type { Ports } from "../../ports.ts";
import type { ReconcileRequest } from "../../domain/state/messages.ts";
import { endSessionsOfRevoked } from "./end-sessions.ts";

/**
 * Adds to a situation what a decision wants to know beside rows and list: sessions that ended with their link (up to ten seconds), and what
 * Azure's logs say (up to two). Whether somebody tries passwords is asked once a sweep, which `cause` tells. What could not be learnt is part of the answer.
 */
export async function enrich(
  plain: Situation,
  cause: ReconcileRequest["cause"],
  ports: Ports,
): Promise<Situation> {
  const [sessions, logs] = await Promise.all([
    endSessionsOfRevoked(plain, ports),
    hearLogs(plain, cause, ports),
  ]);
  return { ...plain, sessions, logs };
}

/** Two seconds at most, and only where a workspace is configured: an alert without it is better than a late one. */
async function hearLogs(
  situation: Situation,
  cause: ReconcileRequest["cause"],
  { logs }: Ports,
): Promise<LogsHeard | undefined> {
  if (!logs) return undefined;
  const questions = logQuestions(situation, cause === "sweep");
  return { signIns: questions.signIns && (await logs.signIns(questions.signIns)) };
}
