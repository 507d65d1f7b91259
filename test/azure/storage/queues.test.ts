import { describe, expect, it } from "vitest";
import { days } from "../../../src/core/domain/time.ts";
import { storageQueues } from "../../../src/azure/storage/queues.ts";
import { queueClient } from "../../../src/azure/storage/storage-clients.ts";
import { at } from "../../memory/clock.ts";
import { aBastion } from "../../memory/samples.ts";
import { storageOnTheWire, type WireAnswer } from "../storage-on-the-wire.ts";

const request = {
  bastionId: aBastion("bas-hub").id,
  cause: "busy",
  since: at("2026-11-21T08:00:00Z"),
} as const;

async function queuesThatAnswer(answer: WireAnswer) {
  const { access, requests } = await storageOnTheWire(answer);
  return { queues: storageQueues((name) => queueClient(access, name)), requests };
}

describe("Storage queues on the wire", () => {
  it.each([
    [undefined, "reconcile", "0"],
    [1, "reconcile-later", "1"],
    [1_000, "reconcile-later", "1"],
    [1_001, "reconcile-later", "2"],
    [days(7), "reconcile-later", "604800"],
    [days(7) + 1, "reconcile-later", "604800"],
  ])("send a wait of %s ms to %s, hidden for %s s and kept for ever", async (wait, queue, seconds) => {
    const { queues, requests } = await queuesThatAnswer({ status: 503 });
    await expect(queues.reconcile(request, wait)).rejects.toThrow();
    expect(requests).toMatchObject([
      {
        method: "POST",
        path: `/account/${queue}/messages`,
        query: { visibilitytimeout: seconds, messagettl: "-1" },
      },
    ]);
  });

  it("send base64 of JSON", async () => {
    const { queues, requests } = await queuesThatAnswer({ status: 503 });
    await expect(queues.reconcile(request)).rejects.toThrow();
    const message = /<MessageText>(.*)<\/MessageText>/.exec(requests[0]?.body ?? "")?.[1] ?? "";
    expect(Buffer.from(message, "base64").toString("utf8")).toBe(
      '{"bastionId":"/subscriptions/11111111-0000-4000-8000-000000000001/resourceGroups/rg-Hub/providers/Microsoft.Network/bastionHosts/bas-hub",' +
        '"cause":"busy","since":"2026-11-21T08:00:00.000Z"}',
    );
  });

  it.each<[string, WireAnswer]>([
    ["an overloaded service", { status: 503, code: "ServerBusy" }],
    ["a refusal", { status: 403, code: "AuthorizationFailure" }],
    ["a queue that is being deleted", { status: 409, code: "QueueBeingDeleted" }],
    ["a dropped connection", "drop"],
  ])("throw at once, without a second try, on %s", async (_, answer) => {
    const { queues, requests } = await queuesThatAnswer(answer);
    await expect(queues.deliver({ partition: "|watchdog" as never, seq: 1 })).rejects.toThrow();
    expect(requests).toHaveLength(1);
  });
});
