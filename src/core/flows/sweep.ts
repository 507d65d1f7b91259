import { idKey, type BastionId } from "../domain/arm-id.ts";
import type { Ports } from "../ports.ts";

/**
 * Sends one reconcile message for every bastion that exists or was ever seen: what Resource Graph names, and what it may have
 * stopped naming. Finds whatever no event announced. Throws if the estate could not be enumerated or a message not be sent,
 * so that the platform shows a failed sweep; the bastions already enqueued are looked at all the same.
 */
export async function sweep(ports: Ports): Promise<number> {
  const [named, known] = await Promise.all([attempt(() => ports.estate.bastions()), ports.table.knownBastions()]);
  const fromGraph = named.value?.map(({ bastion }) => bastion) ?? [];
  const all = distinct([...fromGraph, ...known]);
  const isNew = (bastion: BastionId) => !known.some((other) => idKey(other.id) === idKey(bastion.id));
  const newOnes = fromGraph.filter(isNew);
  if (newOnes.length > 0) await ports.table.rememberBastions(newOnes);
  const since = ports.clock.now();
  const failures = (await settleAll(all, (bastion) => ports.queues.reconcile({ bastionId: bastion.id, cause: "sweep", since }))).concat(
    named.failure ?? [],
  );
  if (failures.length > 0) throw new AggregateError(failures, `The sweep is incomplete: ${failures.map(message).join("; ")}`);
  ports.log.info("Sweep enqueued", { bastions: all.length });
  return all.length;
}

interface Attempt<Value> {
  readonly value?: Value;
  readonly failure?: Error;
}

async function attempt<Value>(action: () => Promise<Value>): Promise<Attempt<Value>> {
  try {
    return { value: await action() };
  } catch (error) {
    return { failure: asError(error) };
  }
}

const together = 16;

/** Runs the action for every item, a few at a time; one failure does not stop the others. */
async function settleAll<Item>(items: readonly Item[], action: (item: Item) => Promise<void>): Promise<Error[]> {
  const failures: Error[] = [];
  for (let start = 0; start < items.length; start += together) {
    const results = await Promise.allSettled(items.slice(start, start + together).map(action));
    failures.push(...results.flatMap((result) => (result.status === "rejected" ? [asError(result.reason)] : [])));
  }
  return failures;
}

const asError = (thrown: unknown): Error => (thrown instanceof Error ? thrown : new Error(String(thrown)));
const message = (error: Error): string => error.message;

const distinct = (bastions: readonly BastionId[]): readonly BastionId[] => [
  ...new Map(bastions.map((bastion) => [idKey(bastion.id), bastion])).values(),
];
