import { parseBastionId, type BastionId } from "../../domain/arm-id.ts";
import type { Decision } from "../../domain/decide/decide.ts";
import { planFor, rollBackOf } from "../../domain/decide/plan.ts";
import type { Situation } from "../../domain/decide/situation.ts";
import type { LinkId, LinkListing } from "../../domain/links/link.ts";
import type { Observation } from "../../domain/links/observation.ts";
import { sendLease, type OutboxEntry } from "../../domain/alerts/outbox.ts";
import { after, instant, seconds, type Instant } from "../../domain/time.ts";
import { newHost, type Commit, type HostState, type Watched } from "../../domain/state/watched.ts";
import { partitionOf, type Partition, type Version } from "../../domain/partition.ts";
import type { Committed, Ports } from "../../ports.ts";
import type { ReconcileRequest } from "../../domain/state/messages.ts";
import { resend, sendCommitted } from "../alerts/deliver-alert.ts";
import { enrich, tagsOf } from "./enrich.ts";
import { observe } from "./observe.ts";
import { plainFact, record, writeContextAt } from "../store/record.ts";
import type { FlowSettings } from "../settings.ts";

/**
 * How long one worker may be busy with a bastion before another takes over: longer than the longest listing, or two workers would
 * take the bastion from each other for as long as Azure is slow, and neither ever commit.
 */
const claimLength = seconds(90);
/** A wake-up may be seen a little before its time: queues count in whole seconds. */
const wakeTolerance = seconds(1);
const restarts = 4;

/** What became of one reconcile, for the log. */
export type Reconciled = "nothing to do" | "done" | "somebody else is at it" | "gave way after conflicts";

/**
 * The one operation that changes state: read the rows, look at Azure, decide, commit, act. Events, timers, people and retries
 * only decide when it runs. Safe to run twice, concurrently, late, or never announced. (DESIGN §5 has the order and why.)
 */
export async function reconcile(request: ReconcileRequest, ports: Ports, settings: FlowSettings): Promise<Reconciled> {
  const bastion = parseBastionId(request.bastionId);
  if (!bastion) throw new Error(`"${request.bastionId}" is not the id of a bastion host`);
  for (let attempt = 0; attempt < restarts; attempt += 1) {
    const outcome = await once({ bastion, partition: partitionOf(bastion), request, ports, settings });
    if (outcome !== "conflict") return outcome;
  }
  await ports.queues.reconcile({ ...request, cause: "busy" }, seconds(3));
  return "gave way after conflicts";
}

interface Run {
  readonly bastion: BastionId;
  readonly partition: Partition;
  readonly request: ReconcileRequest;
  readonly ports: Ports;
  readonly settings: FlowSettings;
}

async function once(run: Run): Promise<Reconciled | "conflict"> {
  const { partition, request, ports } = run;
  const watched = await ports.table.read(partition);
  const now = ports.clock.now();
  await resend(partition, watched.outbox, ports);
  if (watched.host?.openBatch !== undefined) return await takeBack(run, watched);
  const isLookDue = mustLook(watched, request, now);
  if (!isLookDue && watched.signals.length === 0) return "nothing to do";
  const wait = Math.max(watched.host?.claimUntil ?? now, isLookDue ? calmAfter(watched, request, now) : now) - now;
  if (wait > 0) return await stepBack(run, wait);
  return isLookDue ? await lookAndSettle(run, watched) : await settle(run, watched, { observation: { kind: "not-looked" }, now });
}

/** A writer died between two chunks, unless it is still at it: its claim says so. Nothing it wrote counts; then all begins anew. */
async function takeBack(run: Run, watched: Watched): Promise<Reconciled | "conflict"> {
  const now = run.ports.clock.now();
  const claimedUntil = watched.host?.claimUntil ?? now;
  if (claimedUntil > now) return await stepBack(run, claimedUntil - now);
  await commitAll(run, rollBackOf(watched), watched.version);
  return "conflict";
}

async function lookAndSettle(run: Run, watched: Watched): Promise<Reconciled | "conflict"> {
  const { bastion, partition, ports } = run;
  if (watched.version === undefined) await ports.table.rememberBastions([bastion]);
  const now = ports.clock.now();
  const until = after(now, claimLength);
  const host = { ...(watched.host ?? newHost(bastion.id)), claimUntil: until, ...(isByEvent(run.request) ? { eventLookAt: now } : {}) };
  const version = await ports.table.claim(partition, { ...watched, host }, until);
  if (version === "lost") return await stepBack(run, seconds(1));
  const observation = await observe(bastion, watched, ports);
  return await settle(run, { ...watched, host, version }, { observation, now: ports.clock.now() });
}

/** A complete listing that began after the cause already answers it, so that a burst of events costs few lists. */
function mustLook({ host }: Watched, { since }: ReconcileRequest, now: Instant): boolean {
  return host?.checkedAt === undefined || host.checkedAt <= since || isDue(host, now);
}

const isDue = ({ wakeAt }: HostState, now: Instant): boolean => wakeAt !== undefined && wakeAt <= after(now, wakeTolerance);

/** An event right after another's look is one of a burst: it waits a moment, and the one look after that answers them all. What is due does not. */
function calmAfter({ host }: Watched, request: ReconcileRequest, now: Instant): Instant {
  if (host?.eventLookAt === undefined || !isByEvent(request)) return now;
  return isDue(host, now) ? now : after(host.eventLookAt, shortWait);
}

/** "busy" is mostly an event that had to step back. */
const isByEvent = ({ cause }: ReconcileRequest): boolean => cause === "event" || cause === "busy";

/** Whoever holds the claim is mostly done in a moment; only one that died keeps it to the end. */
const shortWait = seconds(2);

async function stepBack({ request, ports }: Run, wait: number): Promise<Reconciled> {
  await ports.queues.reconcile({ ...request, cause: "busy" }, Math.min(wait, shortWait));
  return "somebody else is at it";
}

interface Seen {
  readonly observation: Observation;
  readonly now: Instant;
}

/** Decides, commits, and acts on what was committed. */
async function settle(run: Run, watched: Watched, { observation, now }: Seen): Promise<"done" | "conflict"> {
  const { bastion, ports, settings } = run;
  const host = watched.host ?? newHost(bastion.id);
  const vms = await tagsOf(watched, observation, { ports, settings });
  const { policy, mode, acknowledgeWithin } = settings;
  const plain: Situation = { now, bastion, host, watched, observation, vms, policy, mode, acknowledgeWithin };
  const situation = await enrich(plain, run.request.cause, ports);
  const written = await write(run, situation);
  if (written === "conflict") return "conflict";
  await act(run, observation, written);
  return "done";
}

interface Written {
  readonly decision: Decision;
  readonly outbox: readonly OutboxEntry[];
}

/** The decision's transactions in order, each guarded by the version the one before left. Nothing of it counts before the last. */
async function write(run: Run, situation: Situation): Promise<Written | "conflict"> {
  const { partition, bastion, ports, settings } = run;
  const { decision, commits } = planFor(situation, writeContextAt({ partition, bastion }, ports, settings));
  await wakeUpLater(run, situation.host, decision);
  const outbox = await commitAll(run, commits, situation.watched.version);
  return outbox === "conflict" ? "conflict" : { decision, outbox };
}

type Commits = readonly Omit<Commit, "expected">[];

async function commitAll(
  { partition, ports }: Run,
  commits: Commits,
  version: Version | undefined,
): Promise<readonly OutboxEntry[] | "conflict"> {
  let expected = version;
  let outbox: readonly OutboxEntry[] = [];
  for (const commit of commits) {
    const committed: Committed | "conflict" = await ports.table.commit(partition, { ...commit, expected });
    if (committed === "conflict") return "conflict";
    expected = committed.version;
    outbox = committed.outbox;
  }
  return outbox;
}

/**
 * Enqueued before the commit, so that a crash right after it is noticed. What the commit says is due later gets a message that
 * becomes visible then; one a change of `wakeAt`, not one a look.
 */
async function wakeUpLater({ request, ports }: Run, before: HostState, decision: Decision): Promise<void> {
  const now = ports.clock.now();
  const { wakeAt } = decision.host;
  const isNews = wakeAt !== undefined && (wakeAt !== before.wakeAt || isDue(before, now));
  const isCrashRisk = decision.alerts.length > 0 || decision.revoke.length > 0;
  const moments = [...(isNews ? [wakeAt] : []), ...(isCrashRisk ? [after(now, sendLease)] : [])];
  const wakeUp = { bastionId: request.bastionId, cause: "wake-up" as const, since: instant(0) };
  await Promise.all([...new Set(moments)].map((moment) => ports.queues.reconcile(wakeUp, moment - now)));
}

/** After the commit: submit the deletes it speaks of, and try the alerts it wrote. Azure's answer proves nothing; the next look does. */
async function act(run: Run, observation: Observation, { decision, outbox }: Written): Promise<void> {
  const { partition, ports, settings } = run;
  const isRevoking = decision.revoke.length > 0 && observation.kind === "listed";
  await Promise.all([
    ...(isRevoking ? [revoke(run, observation.listing, decision.revoke)] : []),
    sendCommitted(partition, outbox, { ports, settings }),
  ]);
}

/** What Azure did not simply accept is a fact: it explains why a link outlives its deadline, or went by VM instead of by token. */
async function revoke({ bastion, partition, ports, settings }: Run, listing: LinkListing, linkIds: readonly LinkId[]): Promise<void> {
  const answer = await ports.controlPlane.revokeLinks(bastion, listing, linkIds);
  const now = ports.clock.now();
  if (answer.kind === "accepted" && answer.byVm.length === 0) {
    ports.log.info("Revocation asked for", { bastion: bastion.id, links: linkIds.length });
    return;
  }
  const fact =
    answer.kind === "accepted"
      ? plainFact(now, "revoked-by-vm", { links: answer.byVm.join(" "), why: "Azure called the listed token unknown" })
      : plainFact(now, "revoke-refused", { links: linkIds.join(" "), answer: answer.kind, why: answer.why });
  ports.log.warn("Revocation not simply accepted", { bastion: bastion.id, kind: fact.kind });
  await record({ partition, facts: [fact], alerts: [] }, ports, settings);
}
