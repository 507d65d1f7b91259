import { describe, expect, it, onTestFinished, vi } from "vitest";
import type { Queues } from "../../src/core/ports.ts";
import type { ReconcileRequest } from "../../src/core/domain/state/messages.ts";
import { days, type Milliseconds } from "../../src/core/domain/time.ts";
import { partitionOf } from "../../src/core/domain/partition.ts";
import { storageQueues } from "../../src/azure/storage/queues.ts";
import { queueClient, type StorageAccess } from "../../src/azure/storage/storage-clients.ts";
import { azurite } from "../azurite.ts";
import { at, settableClock } from "../memory/clock.ts";
import { memoryQueues } from "../memory/memory-queues.ts";
import { aBastion } from "../memory/samples.ts";

/** Queues under test, what is visible in them, and a way to let time pass. */
interface QueuesUnderTest {
  readonly queues: Queues;
  /** The JSON of the messages that are visible now; they stay. */
  readonly visible: (queue: string) => Promise<readonly unknown[]>;
  readonly pass: (time: Milliseconds) => Promise<void>;
}

const parsed = (json: string): unknown => JSON.parse(json);

function openMemory(): QueuesUnderTest {
  const clock = settableClock();
  const queues = memoryQueues(clock);
  const visible = (name: string) =>
    queues.waiting().filter(({ queue, visibleAt }) => queue === name && visibleAt <= clock.now());
  return {
    queues,
    visible: (name) => Promise.resolve(visible(name).map(({ json }) => parsed(json))),
    pass: (time) => Promise.resolve(void clock.advance(time)),
  };
}

/** Azurite runs in this process and looks at its clock. */
function passInAzurite(time: Milliseconds): Promise<void> {
  vi.setSystemTime(Date.now() + time);
  return Promise.resolve();
}

let opened = 0;

/** Azurite cannot be given other queue names by the port, so each test's queues get a prefix. */
function openStorageQueues(storage: StorageAccess): QueuesUnderTest {
  const prefix = `test${++opened}-`;
  const clientOf = (name: string) => queueClient(storage, prefix + name);
  const visible = async (name: string) => {
    const client = clientOf(name);
    if (!(await client.exists())) return [];
    const { peekedMessageItems } = await client.peekMessages({ numberOfMessages: 32 });
    return peekedMessageItems.map(({ messageText }) =>
      parsed(Buffer.from(messageText, "base64").toString("utf8")),
    );
  };
  return { queues: storageQueues(clientOf), visible, pass: passInAzurite };
}

const storage = azurite();
const kinds = [
  { name: "memory", open: openMemory },
  { name: "Azure Storage", open: () => openStorageQueues(storage()) },
];

const request: ReconcileRequest = {
  bastionId: aBastion("bas-Hub").id,
  cause: "event",
  since: at("2026-11-21T08:00:00.123Z"),
};
const onTheWire = {
  bastionId:
    "/subscriptions/11111111-0000-4000-8000-000000000001/resourceGroups/rg-Hub/providers/Microsoft.Network/bastionHosts/bas-Hub",
  cause: "event",
  since: "2026-11-21T08:00:00.123Z",
};
const delivery = { partition: partitionOf(aBastion("bas-hub")), seq: 42 };

describe.each(kinds)("Queues in $name", ({ open }) => {
  it("put work for now where it is seen at once", async () => {
    const { queues, visible } = open();
    await queues.reconcile(request);
    await queues.deliver(delivery);
    expect(await visible("reconcile")).toStrictEqual([onTheWire]);
    expect(await visible("reconcile-later")).toStrictEqual([]);
    expect(await visible("alerts")).toStrictEqual([
      {
        partition:
          "|subscriptions|11111111-0000-4000-8000-000000000001|resourcegroups|rg-hub|providers|microsoft.network|bastionhosts|bas-hub",
        seq: 42,
      },
    ]);
  });

  it("keep work for later apart until its time, in whole seconds, never early", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    onTestFinished(() => void vi.useRealTimers());
    const { queues, visible, pass } = open();
    await queues.reconcile(request, 1_100);
    await queues.deliver(delivery, 1_100);
    expect(await visible("reconcile")).toStrictEqual([]);
    await pass(1_900);
    expect([await visible("reconcile-later"), await visible("alerts")]).toStrictEqual([[], []]);
    await pass(100);
    expect(await visible("reconcile-later")).toStrictEqual([onTheWire]);
    expect(await visible("alerts")).toHaveLength(1);
  });

  it("take a wait of seven days, and shorten a longer one", async () => {
    const { queues, visible } = open();
    await queues.reconcile(request, days(7));
    await queues.reconcile(request, days(400));
    await queues.deliver(delivery, Number.POSITIVE_INFINITY);
    expect([
      await visible("reconcile"),
      await visible("reconcile-later"),
      await visible("alerts"),
    ]).toStrictEqual([[], [], []]);
  });

  it("take a wait below zero for none", async () => {
    const { queues, visible } = open();
    await queues.reconcile(request, -5_000);
    await queues.deliver(delivery, -1);
    expect([await visible("reconcile"), await visible("alerts")]).toMatchObject([
      { length: 1 },
      { length: 1 },
    ]);
  });

  it("keep every one of 30 messages that are sent at once to queues that do not exist yet", async () => {
    const { queues, visible } = open();
    await Promise.all(
      Array.from({ length: 30 }, (_, index) => queues.deliver({ ...delivery, seq: index + 1 })),
    );
    expect(await visible("alerts")).toHaveLength(30);
  });
});

describe("A message in Azure Storage", () => {
  it("never expires", async () => {
    const clientOf = (name: string) => queueClient(storage(), `lasting-${name}`);
    await storageQueues(clientOf).deliver(delivery);
    const { peekedMessageItems } = await clientOf("alerts").peekMessages();
    expect(peekedMessageItems[0]?.expiresOn.getUTCFullYear()).toBe(9999);
  });
});

describe("Memory queues", () => {
  it("hand out what is visible at the virtual time, once, from both reconcile queues", async () => {
    const clock = settableClock();
    const queues = memoryQueues(clock);
    await queues.reconcile(request, 60_000);
    await queues.reconcile({ ...request, cause: "sweep" });
    expect(queues.takeReconciles()).toStrictEqual([{ ...request, cause: "sweep" }]);
    expect(queues.takeReconciles()).toStrictEqual([]);
    expect(queues.nextVisible()).toBe(at("2026-11-21T08:01:00Z"));
    clock.set(at("2026-11-21T08:01:00Z"));
    expect(queues.takeReconciles()).toStrictEqual([request]);
    expect(queues.nextVisible()).toBeUndefined();
  });
});
