import { parseBastionId } from "../../domain/arm-id.ts";
import { rollBackOf } from "../../domain/decide/plan.ts";
import { after, seconds, type Instant } from "../../domain/time.ts";
import { partitionOf } from "../../domain/partition.ts";
import type { Configuration } from "../../domain/state/configuration.ts";
import type { ReconcileRequest } from "../../domain/state/messages.ts";
import { reach } from "../../domain/state/reach.ts";
import { newHost, type Watched } from "../../domain/state/watched.ts";
import type { Ports } from "../../ports.ts";
import { resend } from "../alerts/deliver-alert.ts";
import type { FlowSettings } from "../settings.ts";
import { commitAll } from "../store/commit-all.ts";
import { configurationInForce, noteJudged } from "./configuration.ts";
import { calmAfter, isByEvent, mustLook, shortWait } from "./look/look-due.ts";
import { observe } from "./look/observe.ts";
import type { Run } from "./run.ts";
import { conclude, type Concluded } from "./conclude.ts";
import { leaveAlone } from "./scope/leave-alone.ts";
import { isOutOfScope } from "./scope/scope.ts";

const restarts = 4;

/**
 * What became of one reconcile, for the log. Where somebody else holds the claim, or four attempts met somebody else's commit, the same
 * request was enqueued again as "busy"; where newer settings are in force, as it was.
 */
export type Reconciled =
  | "nothing to do"
  | "done"
  | "another process is checking it"
  | "gave way after conflicts"
  | "newer settings are in force";

/**
 * The one operation that changes state: read the rows, look at Azure, decide, commit, act. Events, timers, people and retries
 * only decide when it runs. Safe to run twice, concurrently, late, or never announced. (docs/architecture.md has the order and why.)
 */
export async function reconcile(
  request: ReconcileRequest,
  ports: Ports,
  settings: FlowSettings,
): Promise<Reconciled> {
  const bastion = parseBastionId(request.bastionId);
  if (!bastion) throw new Error(`"${request.bastionId}" is not the id of a bastion host`);
  for (let attempt = 0; attempt < restarts; attempt += 1) {
    const outcome = await once({ bastion, partition: partitionOf(bastion), request, ports, settings });
    if (outcome !== "conflict") return outcome;
  }
  await ports.queues.reconcile({ ...request, cause: "busy" }, seconds(3));
  return "gave way after conflicts";
}

async function once(run: Run): Promise<Reconciled | "conflict"> {
  const { partition, request, ports } = run;
  const watched = await ports.table.read(partition);
  const now = ports.clock.now();
  await resend(partition, watched.outbox, ports);
  if (!isAnythingToDo(watched, request, now)) return "nothing to do";
  const configuration = await configurationInForce(run, request.waitingSince);
  if (configuration === "older") return await leaveToNewer(run);
  if (watched.host?.openBatch !== undefined) return await takeBack(run, watched);
  const outcome = await judge(run, watched, { now, configuration });
  if (outcome === "older") return await leaveToNewer(run);
  if (outcome === "done") await noteJudged(configuration, run);
  return outcome;
}

const isAnythingToDo = (watched: Watched, request: ReconcileRequest, now: Instant): boolean =>
  watched.host?.openBatch !== undefined || watched.signals.length > 0 || mustLook(watched, request, now);

async function judge(
  run: Run,
  watched: Watched,
  { now, configuration }: { readonly now: Instant; readonly configuration: Configuration },
): Promise<Reconciled | Concluded> {
  const { request } = run;
  if (await isOutOfScope(run.bastion, run.ports, run.settings)) return await leaveAlone(run, watched);
  const isLookDue = mustLook(watched, request, now);
  const wait =
    Math.max(watched.host?.claimUntil ?? now, isLookDue ? calmAfter(watched, request, now) : now) - now;
  if (wait > 0) return await stepBack(run, wait);
  return isLookDue
    ? await lookAndConclude(run, watched, configuration)
    : await conclude(run, watched, { observation: { kind: "not-looked" }, now, configuration });
}

/** How soon an older process looks again whether somebody newer is still there. */
const nextTurn = seconds(30);

/** The message goes back as it is: to whoever is newer, who takes it the sooner the more of them there are. */
async function leaveToNewer({ request, ports }: Run): Promise<Reconciled> {
  const waitingSince = request.waitingSince ?? ports.clock.now();
  await ports.queues.reconcile({ ...request, waitingSince }, nextTurn);
  return "newer settings are in force";
}

/** A writer died between two chunks, unless it is still at it: its claim says so. Nothing it wrote counts; then all begins anew. */
async function takeBack(run: Run, watched: Watched): Promise<Reconciled | "conflict"> {
  const now = run.ports.clock.now();
  const claimedUntil = watched.host?.claimUntil ?? now;
  if (claimedUntil > now) return await stepBack(run, claimedUntil - now);
  await commitAll(run, rollBackOf(watched), watched.version);
  return "conflict";
}

async function lookAndConclude(
  run: Run,
  watched: Watched,
  configuration: Configuration,
): Promise<Reconciled | Concluded> {
  const { bastion, partition, ports } = run;
  if (watched.version === undefined) await ports.table.rememberBastions([bastion]);
  const now = ports.clock.now();
  const until = after(now, reach.claim);
  const host = {
    ...(watched.host ?? newHost(bastion.id)),
    claimUntil: until,
    lookedAt: now,
    ...(isByEvent(run.request) ? { eventLookAt: now } : {}),
  };
  const version = await ports.table.claim(partition, { ...watched, host }, until);
  if (version === "lost") return await stepBack(run, seconds(1));
  const observation = await observe(bastion, watched, ports);
  const seen = { observation, now: ports.clock.now(), configuration };
  const outcome = await conclude(run, { ...watched, host, version }, seen);
  if (outcome !== "done") await giveBack(run, until);
  return outcome;
}

/** What came to nothing keeps nobody waiting until its claim is over: neither its own next attempt nor newer settings. */
async function giveBack({ partition, ports: { table, clock } }: Run, until: Instant): Promise<void> {
  const watched = await table.read(partition);
  if (watched.host?.claimUntil === until) await table.claim(partition, watched, clock.now());
}

async function stepBack({ request, ports }: Run, wait: number): Promise<Reconciled> {
  await ports.queues.reconcile({ ...request, cause: "busy" }, Math.min(wait, shortWait));
  return "another process is checking it";
}
