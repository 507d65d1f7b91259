import { logQuestions } from "../../domain/decide/signals/log-questions.ts";
import type { LogsHeard, Situation } from "../../domain/decide/situation.ts";
import type { VirtualMachineFacts } from "../../domain/state/estate.ts";
import { reasonOf } from "../../domain/foreign.ts";
import type { Observation } from "../../domain/links/observation.ts";
import { matchesByTag } from "../../domain/policy/policy.ts";
import type { Watched } from "../../domain/state/watched.ts";
import type { Ports } from "../../ports.ts";
import type { ReconcileRequest } from "../../domain/state/messages.ts";
import type { FlowSettings } from "../settings.ts";
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
  const [signIns, creations] = await Promise.all([
    questions.signIns && logs.signIns(questions.signIns),
    questions.createdSince === undefined
      ? undefined
      : logs.creations(situation.bastion, questions.createdSince),
  ]);
  return { signIns, creations };
}

/**
 * The facts of the links' machines, by lower-case VM id, from Resource Graph; asked for only where a rule matches by tag, empty otherwise and
 * after a failure, which is logged. Without them the rules that match by tag do not apply; they could only be stricter.
 */
export async function tagsOf(
  watched: Watched,
  observation: Observation,
  { ports, settings }: { readonly ports: Ports; readonly settings: FlowSettings },
): Promise<ReadonlyMap<string, VirtualMachineFacts>> {
  const listed = observation.kind === "listed" ? observation.listing.links : [];
  const vmIds = [...new Set([...watched.links, ...listed].map(({ vmId }) => vmId))];
  if (vmIds.length === 0 || !matchesByTag(settings.policy)) return new Map();
  try {
    return await ports.estate.virtualMachines(vmIds);
  } catch (error) {
    ports.log.warn("Tags of virtual machines could not be read", { why: reasonOf(error) });
    return new Map();
  }
}
