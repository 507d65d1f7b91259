import pMap from "p-map";
import { idKey, isSameId, type BastionId } from "../../domain/arm-id.ts";
import { errorOf } from "../../domain/foreign.ts";
import type { Milliseconds } from "../../domain/time.ts";
import { watchdogPartition } from "../../domain/partition.ts";
import type { Ports } from "../../ports.ts";
import { resend } from "../alerts/deliver-alert.ts";
import { reportAway } from "../scheduled/report-away.ts";
import { reportClock } from "./report-clock.ts";
import { reportCorrected } from "../alerts/report-corrected.ts";
import { configurationInForce } from "./configuration.ts";
import { recordIf, type Entry } from "../store/record.ts";
import type { HostState } from "../../domain/state/watched.ts";
import { reportUnacknowledged } from "./report-unacknowledged.ts";
import type { FlowSettings } from "../settings.ts";
import { tendScope } from "./scope/tend-scope.ts";

/**
 * Sends one reconcile message for every bastion that exists or was ever seen: what Resource Graph names, and what it may have
 * stopped naming. Finds whatever no event announced. Throws if the estate could not be enumerated or a message not be sent,
 * so that the platform shows a failed sweep; the bastions already enqueued are looked at all the same. Answers how many there are.
 */
export async function sweep(
  ports: Ports,
  settings: FlowSettings,
  spread: Spread = together,
): Promise<number> {
  const own = await attempt(() => tendOwnPartition(ports, settings));
  const [named, known, index] = await Promise.all([
    attempt(() => ports.estate.bastions()),
    ports.table.knownBastions(),
    attempt(() => mendIndex(ports)),
  ]);
  const fromGraph = named.value?.map(({ bastion }) => bastion) ?? [];
  const scope = await attempt(() => tendScope(known, ports, settings));
  const all = distinct([...fromGraph, ...known]);
  const isNew = (bastion: BastionId) => !known.some((other) => isSameId(other.id, bastion.id));
  const newOnes = fromGraph.filter(isNew);
  if (newOnes.length > 0) await ports.table.rememberBastions(newOnes);
  const since = ports.clock.now();
  const enqueue = ({ bastion, wait }: Paced) =>
    attempt(() => ports.queues.reconcile({ bastionId: bastion.id, cause: "sweep", since }, wait));
  const enqueued = await pMap(paced(all, spread), enqueue, { concurrency });
  const failures = [...enqueued, own, index, named, scope].flatMap(({ failure }) => failure ?? []);
  if (failures.length > 0)
    throw new AggregateError(failures, `The sweep is incomplete: ${failures.map(message).join("; ")}`);
  await noteEnd(all.length, ports, settings);
  ports.log.info("Sweep enqueued", { bastions: all.length });
  return all.length;
}

/** No reconcile ever looks at the watchdog's own partition: what a crash left unsent there is handed to the queue here. */
async function tendOwnPartition(ports: Ports, settings: FlowSettings): Promise<void> {
  await reportAway(ports, settings);
  const own = await ports.table.read(watchdogPartition);
  await resend(watchdogPartition, own.outbox, ports);
  await reportUnacknowledged(own, ports, settings);
  await configurationInForce({ ports, settings });
  await reportClock(ports, settings);
  if (own.host && own.host.corrected.length > 0) await reportCorrected(ports, settings);
}

/** A row of the index of which nothing can be told costs its own bastion, and a sweep that ends well. */
async function mendIndex({ table }: Ports): Promise<void> {
  const damaged = await table.mendIndex();
  if (damaged.length > 0)
    throw new Error(
      `Delete these rows; the next sweep writes them again from what Azure has: ${damaged.join("; ")}`,
    );
}

/** What health goes by: a sweep that failed has not ended. */
async function noteEnd(bastions: number, ports: Ports, settings: FlowSettings): Promise<void> {
  const finishedAt = ports.clock.now();
  const entryFor = ({ sweep: before }: HostState): Entry => {
    const every = before && finishedAt - before.finishedAt;
    const host = { sweep: { finishedAt, bastions, every } };
    return { partition: watchdogPartition, facts: [], alerts: [], host };
  };
  await recordIf(watchdogPartition, entryFor, { ports, settings });
}

interface Paced {
  readonly bastion: BastionId;
  readonly wait: Milliseconds;
}

/** ARM's write bucket is 200 requests a subscription, refilled with 10 a second ("Request limits and throttling"). A sweep takes half of either. */
const burst = 100;
const perSecond = 5;

/** Over how long looks are spread by chance, so that nobody can tell when a bastion is not looked at. `chance`: from 0 up to 1, and never 1. */
export interface Spread {
  readonly within: Milliseconds;
  readonly chance: () => number;
}

const together: Spread = { within: 0, chance: () => 0 };

/** The first hundred of a subscription at once, the others five a second; where they are spread, each at a moment of that time, or of a longer one. */
function paced(bastions: readonly BastionId[], { within, chance }: Spread): readonly Paced[] {
  const pace = (count: number) => Math.max(0, Math.ceil((count - burst) / perSecond)) * 1_000;
  const groups = Map.groupBy(bastions, ({ subscriptionId }) => subscriptionId);
  return [...groups.values()].flatMap((ofOne) =>
    ofOne.map((bastion, place) => ({
      bastion,
      wait: within === 0 ? pace(place + 1) : Math.floor(chance() * Math.max(within, pace(ofOne.length))),
    })),
  );
}

interface Attempt<Value> {
  readonly value?: Value;
  readonly failure?: Error;
}

async function attempt<Value>(action: () => Promise<Value>): Promise<Attempt<Value>> {
  try {
    return { value: await action() };
  } catch (error) {
    return { failure: errorOf(error) };
  }
}

/** So many messages are written to the queue at once. */
const concurrency = 16;

const message = (error: Error): string => error.message;

const distinct = (bastions: readonly BastionId[]): readonly BastionId[] => [
  ...new Map(bastions.map((bastion) => [idKey(bastion.id), bastion])).values(),
];
