import { commitOf } from "../../domain/decide/plan.ts";
import { reasonOf } from "../../domain/foreign.ts";
import type { Fact } from "../../domain/ledger/ledger.ts";
import { sha256 } from "../../domain/hash.ts";
import { watchdogPartition, type Version } from "../../domain/partition.ts";
import { isAbandoned, standingOf, type Configuration } from "../../domain/state/configuration.ts";
import { newHost, UnreadableRow, type HostState } from "../../domain/state/watched.ts";
import { after, isoInstant, minutes, type Instant } from "../../domain/time.ts";
import { sendInPassing } from "../alerts/deliver-alert.ts";
import type { FlowContext } from "../settings.ts";
import { configurationAlerts } from "../store/compare-configuration.ts";
import { keepPolicy } from "../store/keep-policy.ts";
import { plainFact, troubleAlert, writeContextAt } from "../store/record.ts";

const attempts = 8;
const nothing = { put: [], close: [], spent: [] };

/**
 * The configuration to judge by, asked for before anything is judged. A process that is newer than the newest fact writes its own first.
 * "older": somebody newer judges, and this process leaves everything alone; `waitingSince`: since when it has done so with this message.
 */
export async function configurationInForce(
  context: FlowContext,
  waitingSince?: Instant,
): Promise<Configuration | "older"> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const own = await ownRow(context);
    if (own === "unreadable") return unnumbered(context);
    const { host = newHost(""), version } = own;
    const next = nextConfiguration(host, context, waitingSince);
    if (next === "older" || next === host.configuration) return next;
    const written = await write({ host, version, next }, context);
    if (written) return next;
  }
  throw new Error(`Recording configuration-changed lost ${attempts} races for the watchdog's own partition`);
}

/** A damaged row of the watchdog's own is a failing sweep, and must not end enforcement on every bastion. */
async function ownRow({ ports: { table, log } }: FlowContext) {
  try {
    return await table.readHost(watchdogPartition);
  } catch (error) {
    if (!(error instanceof UnreadableRow)) throw error;
    log.error("Which settings are the newest cannot be read: every process applies its own", {
      why: reasonOf(error),
    });
    return "unreadable";
  }
}

/** Newer than nothing: no end moves later by it. */
const unnumbered = ({ ports, settings }: FlowContext): Configuration => ({
  ...{ number: 0, policyHash: settings.policy.hash, mode: settings.mode, startedAt: settings.startedAt },
  judgedAt: ports.clock.now(),
  reach: { hash: "", startedAt: settings.startedAt },
});

/** Notes that a bastion was judged by it, once a minute at most. Judgement counts without it. */
export async function noteJudged(
  { number, judgedAt }: Configuration,
  { ports: { table, clock, log } }: FlowContext,
): Promise<void> {
  const now = clock.now();
  if (judgedAt !== undefined && now < after(judgedAt, minutes(1))) return;
  try {
    const { host, version } = await table.readHost(watchdogPartition);
    if (host?.configuration?.number !== number) return;
    const configuration = { ...host.configuration, judgedAt: now };
    const commit = { ...nothing, facts: [], outbox: [], host: { ...host, configuration } };
    await table.commit(watchdogPartition, { ...commit, expected: version });
  } catch (error) {
    log.warn("The time of a judgement was not noted", { why: reasonOf(error) });
  }
}

/** The very same object where nothing is to be written. */
function nextConfiguration(
  { configuration: newest, seq }: HostState,
  { ports, settings }: FlowContext,
  waitingSince: Instant | undefined,
): Configuration | "older" {
  const { policy, mode, startedAt } = settings;
  const own = { policyHash: policy.hash, mode, startedAt };
  const reached = reachOf({ ports, settings });
  const reach = { hash: sha256(JSON.stringify(reached)), startedAt, ...reached };
  const standing = standingOf(own, newest);
  if (newest && standing === "in-force")
    return reach.hash !== newest.reach.hash && startedAt > newest.reach.startedAt
      ? { ...newest, reach }
      : newest;
  if (newest && standing === "older" && !isAbandoned(newest, waitingSince, ports.clock.now())) return "older";
  return { ...own, number: seq + 1, judgedAt: undefined, reach };
}

const reachOf = ({ ports, settings }: FlowContext) => ({
  scope: [...settings.subscriptions, ...settings.managementGroups].join(","),
  channels: ports.channels.map(({ name }) => name).join(","),
});

interface Change {
  readonly host: HostState;
  readonly version: Version | undefined;
  readonly next: Configuration;
}

/** What policy, mode, scope and channels were in force when is evidence too: a change is a fact. False: somebody was faster. */
async function write({ host, version, next }: Change, context: FlowContext): Promise<boolean> {
  const { ports, settings } = context;
  const { policy, mode, startedAt } = settings;
  const now = ports.clock.now();
  const data = {
    ...{ policyHash: policy.hash, mode, ...reachOf(context), startedAt: isoInstant(startedAt) },
    ...(await textToCarry(context)),
  };
  const decision = {
    ...nothing,
    host: { ...host, configuration: next },
    facts: [plainFact(now, "configuration-changed", data)],
    alerts: [
      ...conflictAlert(host.configuration, next, now),
      ...(await configurationAlerts(host.configuration, next, { context, now })),
    ],
  };
  const commit = commitOf(
    decision,
    writeContextAt(
      { partition: watchdogPartition, bastion: undefined, awaited: host.awaited },
      ports,
      settings,
    ),
  );
  const committed = await ports.table.commit(watchdogPartition, { ...commit, expected: version });
  if (committed === "conflict") return false;
  await sendInPassing(watchdogPartition, committed.outbox, context);
  return true;
}

/** Nothing, for the text lies with the evidence. While that takes none the fact itself carries it, so that enforcement need not wait for it. */
async function textToCarry({
  ports: { evidence, log },
  settings: { policy },
}: FlowContext): Promise<Fact["data"]> {
  try {
    await keepPolicy(policy, evidence);
    return {};
  } catch (error) {
    log.error("The policy could not be kept with the evidence: its fact carries the text", {
      policyHash: policy.hash,
      why: reasonOf(error),
    });
    return { policyText: policy.text };
  }
}

/** A process that started earlier judges after all: nobody newer did. */
function conflictAlert(
  newest: Configuration | undefined,
  { number, startedAt }: Configuration,
  now: Instant,
) {
  const isConflict = newest && newest.number !== number && startedAt <= newest.startedAt;
  return isConflict
    ? [troubleAlert(now, { kind: "settings-conflict", startedAt, newest: newest.startedAt })]
    : [];
}
