import { planFor } from "../../domain/decide/plan.ts";
import type { Situation } from "../../domain/decide/situation.ts";
import type { Observation } from "../../domain/links/observation.ts";
import type { Instant } from "../../domain/time.ts";
import { newHost, type Watched } from "../../domain/state/watched.ts";
import { commitAll } from "../store/commit-all.ts";
import { writeContextAt } from "../store/record.ts";
import { carryOut, type CommittedDecision } from "./carry-out.ts";
import { enrich, tagsOf } from "./enrich.ts";
import type { Run } from "./run.ts";
import { wakeUpLater } from "./wake-up.ts";

interface Seen {
  readonly observation: Observation;
  readonly now: Instant;
}

/**
 * Decides on what was seen, commits, and acts on what was committed. `now` is the moment after the look: all of the decision is of that
 * moment. "conflict": somebody committed since the rows were read; nothing of this counts, and nothing was acted on.
 */
export async function conclude(
  run: Run,
  watched: Watched,
  { observation, now }: Seen,
): Promise<"done" | "conflict"> {
  const { bastion, ports, settings } = run;
  const host = watched.host ?? newHost(bastion.id);
  const vms = await tagsOf(watched, observation, { ports, settings });
  const { policy, mode, acknowledgeWithin } = settings;
  const plain: Situation = { now, bastion, host, watched, observation, vms, policy, mode, acknowledgeWithin };
  const situation = await enrich(plain, run.request.cause, ports);
  const written = await write(run, situation);
  if (written === "conflict") return "conflict";
  await carryOut(run, observation, written);
  return "done";
}

/** The decision's transactions in order, each guarded by the version the one before left. Nothing of it counts before the last. */
async function write(run: Run, situation: Situation): Promise<CommittedDecision | "conflict"> {
  const { partition, bastion, ports, settings } = run;
  const { decision, commits } = planFor(situation, writeContextAt({ partition, bastion }, ports, settings));
  await wakeUpLater(run, situation.host, decision);
  const outbox = await commitAll(run, commits, situation.watched.version);
  return outbox === "conflict" ? "conflict" : { decision, outbox };
}
