import { after, seconds, type Instant, type Milliseconds } from "../../src/core/domain/time.ts";
import { watchdogPartition } from "../../src/core/domain/partition.ts";
import { deliverAlert, sendCommitted } from "../../src/core/flows/alerts/deliver-alert.ts";
import { record, troubleAlert } from "../../src/core/flows/store/record.ts";
import type { FlowSettings } from "../../src/core/flows/settings.ts";
import type { Ports } from "../../src/core/ports.ts";
import type { SettableClock } from "./clock.ts";
import type { MemoryQueues } from "./memory-queues.ts";

/** Two function instances that share table and queues and know nothing of each other. */
export interface TwoInstances {
  readonly instances: readonly [Ports, Ports];
  readonly settings: FlowSettings;
  readonly clock: SettableClock;
  readonly queues: MemoryQueues;
  /** Told of every move of the clock, for a world with a clock of its own. */
  readonly moved?: ((by: Milliseconds) => Promise<unknown>) | undefined;
}

/** Each commits half of the alerts and tries them at once; then both work off the queue, message by message, until it is empty. Answers when that was. */
export async function alertsFromTwoInstances(count: number, world: TwoInstances): Promise<Instant> {
  const { instances, settings, clock, queues } = world;
  const alerts = Array.from({ length: count / 2 }, (_, index) =>
    troubleAlert(clock.now(), { kind: "ledger-broken", why: `Trouble ${index}.` }),
  );
  const committed = [];
  for (const ports of instances) {
    const { outbox } = await record({ partition: watchdogPartition, facts: [], alerts }, ports, settings);
    committed.push({ ports, outbox });
  }
  await Promise.all(
    committed.map(({ ports, outbox }) => sendCommitted(watchdogPartition, outbox, { ports, settings })),
  );
  const end = after(clock.now(), seconds(600));
  for (let next = queues.nextVisible(); next !== undefined && next <= end; next = queues.nextVisible()) {
    if (next > clock.now()) {
      await world.moved?.(next - clock.now());
      clock.set(next);
    }
    const requests = queues.takeDelivers();
    await Promise.all(
      instances.map(async (ports, instance) => {
        for (const request of requests.filter((_, index) => index % 2 === instance))
          await deliverAlert(request, ports, settings);
      }),
    );
  }
  return clock.now();
}
