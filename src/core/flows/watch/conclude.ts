import { planFor } from "../../domain/decide/plan.ts";
import type { Situation } from "../../domain/decide/situation.ts";
import type { Observation } from "../../domain/links/observation.ts";
import type { Configuration } from "../../domain/state/configuration.ts";
import type { Instant } from "../../domain/time.ts";
import { newHost, type Watched } from "../../domain/state/watched.ts";
import { commitAll } from "../store/commit-all.ts";
import { configurationInForce } from "./configuration.ts";
import { writeContextAt } from "../store/record.ts";
import { carryOut, type CommittedDecision } from "./carry-out.ts";
import { enrich } from "./enrich.ts";
import { tagsOfLinks } from "./tags-of-links.ts";
import type { Run } from "./run.ts";
import { withLives } from "./look/lives.ts";
import { wakeUpLater } from "./wake-up.ts";
import { firstListBegan } from "./first-list.ts";

interface Seen {
  readonly observation: Observation;
  readonly now: Instant;
  /** What was in force before the look. */
  readonly configuration: Configuration;
}

/** "conflict": somebody committed since the rows were read. "older": newer settings are in force by now. Either way nothing counts, and nothing was acted on. */
export type Concluded = "done" | "conflict" | "older";

/**
 * Decides on what was seen, commits, and acts on what was committed. `now` is the moment after the look: all of the decision is of that
 * moment.
 */
export async function conclude(
  run: Run,
  watched: Watched,
  { observation, now, configuration }: Seen,
): Promise<Concluded> {
  const { bastion, ports, settings } = run;
  const host = watched.host ?? newHost(bastion.id);
  const { vms, unread } = await tagsOfLinks(watched, observation, { ports, settings });
  const { policy, mode, acknowledgeWithin, principalId } = settings;
  const plain: Situation = {
    ...{ now, bastion, host, watched, observation, vms, unread },
    ...{ policy, mode, acknowledgeWithin, principalId },
    configuration: configuration.number,
    watchedSince: await firstListBegan(run, watched, observation),
  };
  const situation = await enrich(await withLives(plain, run), run.request.cause, ports);
  const written = await write(run, situation);
  if (written === "conflict" || written === "older") return written;
  await carryOut(run, observation, written);
  return "done";
}

/**
 * The decision's transactions in order, each guarded by the version the one before left. Nothing of it counts before the last. Before a delete
 * it is asked again whether the settings are still in force: a look may take a minute.
 */
async function write(
  run: Run,
  situation: Situation,
): Promise<CommittedDecision | Exclude<Concluded, "done">> {
  const { partition, bastion, ports, settings } = run;
  const { awaited } = situation.host;
  const context = writeContextAt({ partition, bastion, awaited }, ports, settings);
  const { decision, commits } = planFor(situation, context);
  if (decision.revoke.length > 0 && (await configurationInForce(run)) === "older") return "older";
  await wakeUpLater(run, situation.host, decision);
  if (decision.opening.length > 0) await ports.table.writeLives(decision.opening);
  const outbox = await commitAll(run, commits, situation.watched.version);
  return outbox === "conflict"
    ? "conflict"
    : { decision, outbox, hasWaiting: situation.watched.outbox.length > 0 };
}
