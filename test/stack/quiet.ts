import { QueueServiceClient } from "@azure/storage-queue";
import { z } from "zod";
import type { AzureWire } from "../../local/scenario/azure-wire.ts";
import { eventually } from "../../local/scenario/eventually.ts";
import type { Stack } from "../../local/stack/stack.ts";

const statusSchema = z.object({
  invocations: z.object({ running: z.number(), begun: z.number() }),
  functions: z.array(z.object({ name: z.string(), next: z.iso.datetime().optional() })),
});
type HostStatus = z.output<typeof statusSchema>;

export interface Watched {
  readonly stack: Stack;
  readonly azure: AzureWire;
  readonly now: () => number;
}

const withinInMs = 30_000;

/**
 * Resolves when there is nothing to do at this hour: no event is on its way, no message can be seen, no timer is due, no invocation runs,
 * and none has begun between two looks. What is hidden until later is left alone. An app that was killed does nothing.
 */
export async function quiet(watched: Watched): Promise<void> {
  let before: number | undefined;
  let busy: readonly string[] = [];
  await eventually({ expected: "nothing to do", withinInMs, saw: () => busy }, async () => {
    const status = await hostStatus(watched.stack);
    busy = status ? inWork(status, watched.now()) : [];
    if (busy.length === 0) busy = await waiting(watched, status !== undefined);
    const begun = status?.invocations.begun ?? 0;
    const isQuiet = busy.length === 0 && begun === before;
    before = busy.length === 0 ? begun : undefined;
    return isQuiet ? true : undefined;
  });
}

async function hostStatus({ functionsUrl, key }: Stack): Promise<HostStatus | undefined> {
  const response = await fetch(`${functionsUrl}/admin/host/status`, {
    headers: { "x-functions-key": key },
  }).catch(() => undefined);
  return response && statusSchema.parse(await response.json());
}

function inWork({ invocations, functions }: HostStatus, now: number): readonly string[] {
  const due = functions.filter(({ next }) => next !== undefined && Date.parse(next) <= now);
  return [
    ...due.map(({ name }) => `${name} is due`),
    ...(invocations.running > 0 ? [`${invocations.running} invocations`] : []),
  ];
}

async function waiting({ azure, stack }: Watched, isAppThere: boolean): Promise<readonly string[]> {
  const { undelivered } = await azure.state();
  if (undelivered > 0) return ["events on their way"];
  return isAppThere ? visibleMessages(stack) : [];
}

async function visibleMessages({ storage }: Stack): Promise<readonly string[]> {
  const service = QueueServiceClient.fromConnectionString(storage);
  for await (const { name } of service.listQueues()) {
    const { peekedMessageItems } = await service.getQueueClient(name).peekMessages();
    if (peekedMessageItems.length > 0) return [`a message in ${name}`];
  }
  return [];
}
