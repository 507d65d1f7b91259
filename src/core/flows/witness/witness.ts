import pMap from "p-map";
import { deliveryChanges } from "../../domain/attribution/delivery-changes.ts";
import { loggedOperations, type LoggedOperation } from "../../domain/attribution/logged-operations.ts";
import { patience } from "../../domain/attribution/unheard.ts";
import { errorOf } from "../../domain/foreign.ts";
import { watchdogPartition } from "../../domain/partition.ts";
import { lostWitness, newWitness, type KeptWitness, type WitnessState } from "../../domain/state/witness.ts";
import { after, instant, minutes, type Instant } from "../../domain/time.ts";
import type { ActivityLog, Ports } from "../../ports.ts";
import { sendCommitted } from "../alerts/deliver-alert.ts";
import { isInSubscriptions, type FlowContext, type FlowSettings } from "../settings.ts";
import { record } from "../store/record.ts";
import { isOutside } from "../watch/scope/scope.ts";
import { compare, namingOnly } from "./compare.ts";
import { readAgain, readDelivery, readOn, type Reading } from "./read-log.ts";
import { tellChanges } from "./tell-changes.ts";
import { tellUnread } from "./tell-unread.ts";
import { tellUnheard, type WitnessStep } from "./tell.ts";

/** What a second witness reaches beside what every flow does. */
export interface WitnessPorts extends Ports {
  readonly activityLog: ActivityLog;
}

interface WitnessContext extends FlowContext {
  readonly ports: WitnessPorts;
}

const concurrency = 8;
/** No subscription is begun later in a run: the next one begins with it. */
const longestRun = minutes(8);

/**
 * Reads the Activity Log of every watched subscription by Resource Manager, where Event Grid may be deaf: whatever it has not brought ten minutes after its
 * time is taken like an event, and told. Least recently read first. One that fails holds up no other; what failed throws at the end, so that the platform
 * shows it. Answers how many were read.
 */
export async function witness(ports: WitnessPorts, settings: FlowSettings): Promise<number> {
  const startedAt = ports.clock.now();
  const kept = new Map((await ports.table.witnesses()).map((row) => [row.subscriptionId, row]));
  const triedAt = (id: string) => kept.get(id)?.witness?.triedAt ?? 0;
  const all = [...(await watchedSubscriptions(ports, settings))].sort((a, b) => triedAt(a) - triedAt(b));
  const failures: Error[] = [];
  let read = 0;
  const readOne = async (subscriptionId: string) => {
    if (ports.clock.now() > after(startedAt, longestRun)) return;
    try {
      await witnessOf(subscriptionId, kept.get(subscriptionId), { ports, settings });
      read += 1;
    } catch (error) {
      failures.push(errorOf(error));
    }
  };
  await pMap(all, readOne, { concurrency });
  if (failures.length > 0)
    throw new AggregateError(failures, failures.map(({ message }) => message).join("; "));
  ports.log.info("Activity Log read", { subscriptions: read, of: all.length });
  return read;
}

/** Those that the settings name, and those of bastions that are known and not out of scope. */
async function watchedSubscriptions(
  { table }: WitnessPorts,
  settings: FlowSettings,
): Promise<ReadonlySet<string>> {
  const [known, { host }] = await Promise.all([table.knownBastions(), table.readHost(watchdogPartition)]);
  const others = known.filter(
    (bastion) => !isInSubscriptions(bastion, settings) && !isOutside(bastion, host?.outside ?? [], settings),
  );
  return new Set([...settings.subscriptions, ...others.map(({ subscriptionId }) => subscriptionId)]);
}

async function witnessOf(
  subscriptionId: string,
  kept: KeptWitness | undefined,
  context: WitnessContext,
): Promise<void> {
  const { ports } = context;
  const now = ports.clock.now();
  const before = kept ? (kept.witness ?? lostWitness(now)) : newWitness(now);
  if (before.notBefore !== undefined && now < before.notBefore) return;
  const reading: Reading = { subscriptionId, now, log: ports.activityLog };
  const fresh = await readOn(before, reading);
  const late = await readAgain(fresh, reading);
  const delivery = await readDelivery(late.witness, reading);
  const operations = loggedOperations([...fresh.records, ...late.records], now);
  const heard = await hear(operations, kept === undefined ? now : undefined, { before, now, context });
  const spoken = { ...delivery.witness, ...spokenBy(operations, heard.eventsSpokeAt, before) };
  const about = { subscriptionId, now };
  const told = [
    (witness: WitnessState) => tellUnheard(witness, heard.unheard, about),
    (witness: WitnessState) => tellChanges(witness, deliveryChanges(delivery.records, witness.topics), about),
    (witness: WitnessState) => tellUnread(witness, before, about),
  ].reduce<WitnessStep>(
    (sum, tell) => {
      const next = tell(sum.witness);
      return {
        witness: next.witness,
        facts: [...sum.facts, ...next.facts],
        alerts: [...sum.alerts, ...next.alerts],
      };
    },
    { witness: spoken, facts: [], alerts: [] },
  );
  const row = { subscriptionId, version: kept?.version };
  const version = await tell(row, { ...told, witness: asUnread(told.witness, before) }, context);
  for (const { record: entry } of heard.wanted) await ports.queues.activity(entry);
  if ((await ports.table.writeWitness({ ...row, version, witness: told.witness })) === "lost")
    throw new Error(`Another process read the Activity Log of subscription ${subscriptionId}`);
}

/** With what was told, and as if nothing had been read: whoever dies before it is handed over reads it again. */
const asUnread = (
  witness: WitnessState,
  { readTo, readAgainTo, deliveryReadTo }: WitnessState,
): WitnessState => ({ ...witness, readTo, readAgainTo, deliveryReadTo });

interface Hearing {
  readonly before: WitnessState;
  readonly now: Instant;
  readonly context: WitnessContext;
}

/** What nobody heard of, to be taken like an event. At the first read that names creators, and nothing else. */
async function hear(
  operations: readonly LoggedOperation[],
  first: Instant | undefined,
  { before, now, context }: Hearing,
) {
  const isDue = ({ signal: { occurredAt } }: LoggedOperation) =>
    occurredAt <= after(now, -patience) &&
    (first !== undefined || occurredAt > after(before.since, -patience));
  const due = operations.filter(isDue);
  const compared = await compare(due, context);
  const wanted = first === undefined ? compared.unheard : await namingOnly(compared.unheard, context);
  return { wanted, eventsSpokeAt: compared.eventsSpokeAt, unheard: first === undefined ? wanted : [] };
}

/** When either was last heard to speak. */
function spokenBy(
  operations: readonly LoggedOperation[],
  events: Instant | undefined,
  { logSpokeAt, eventsSpokeAt }: WitnessState,
): Pick<WitnessState, "logSpokeAt" | "eventsSpokeAt"> {
  const newest = (moments: readonly (Instant | undefined)[]) => {
    const given = moments.filter((moment) => moment !== undefined);
    return given.length === 0 ? undefined : instant(Math.max(...given));
  };
  return {
    logSpokeAt: newest([logSpokeAt, operations.at(-1)?.signal.occurredAt]),
    eventsSpokeAt: newest([eventsSpokeAt, events]),
  };
}

/** Commits what is told along with the row that says so, and sends it. Answers the row's version by then. */
async function tell(
  row: { readonly subscriptionId: string; readonly version: KeptWitness["version"] | undefined },
  { witness: state, facts, alerts }: WitnessStep,
  { ports, settings }: WitnessContext,
): Promise<KeptWitness["version"] | undefined> {
  if (alerts.length === 0) return row.version;
  const entry = { partition: watchdogPartition, facts, alerts, witness: { ...row, witness: state } };
  const { outbox } = await record(entry, ports, settings);
  await sendCommitted(watchdogPartition, outbox, { ports, settings });
  return (await ports.table.readWitness(row.subscriptionId))?.version;
}
