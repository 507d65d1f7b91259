import { alertSentences } from "../../../src/core/render/words/alert-sentences.ts";
import { describe, expect, it } from "vitest";
import { watchdogPartition } from "../../../src/core/domain/partition.ts";
import { hubPartition } from "../../memory/watchdog.ts";
import { activityEvent } from "../../../src/functions/queues/activity-event.ts";
import { activityMessage } from "../../../src/functions/queues/activity-message.ts";
import { alertMessage } from "../../../src/functions/queues/alert-message.ts";
import { poisonMessage } from "../../../src/functions/queues/poison-message.ts";
import { reconcileMessage } from "../../../src/functions/queues/reconcile-message.ts";
import { sweepTimer } from "../../../src/functions/timers/sweep-timer.ts";
import { aTimer } from "../timers.ts";
import { handledApp } from "../handlers.ts";

const bastionId =
  "/subscriptions/11111111-0000-4000-8000-000000000001/resourceGroups/rg-Hub/providers/Microsoft.Network/bastionHosts/bas-hub";
const event = (id: string) => ({
  id,
  specversion: "1.0",
  type: "Microsoft.Resources.ResourceActionSuccess",
  time: "2026-11-21T08:00:00Z",
  subject: bastionId,
  data: {
    operationName: "Microsoft.Network/bastionHosts/createShareableLinks/action",
    resourceUri: bastionId,
  },
});
const request = { bastionId, cause: "sweep", since: "2026-11-21T08:00:00Z" };

const handlers = {
  activityMessage,
  activityEvent:
    (app: ReturnType<typeof handledApp>) => (message: unknown, context: ReturnType<typeof app.context>) =>
      activityEvent(app)(message as never, context),
  "reconcile-message": reconcileMessage,
  "alert-message": alertMessage,
} as const;

const garbage: readonly (readonly [string, unknown])[] = [
  ["nothing", undefined],
  ["null", null],
  ["a text", "SECRET-text"],
  ["a number", 42],
  ["bytes", Buffer.from("SECRET-bytes")],
  ["an empty object", {}],
  ["somebody else's object", { SECRET: { SECRET: "SECRET" } }],
  ["an id that climbs", { bastionId: "/subscriptions/../SECRET", cause: "event", since: "SECRET" }],
  ["a very long date", { bastionId, cause: "sweep", since: "SECRET".repeat(10_000) }],
];

describe.each(Object.entries(handlers))("%s", (_, handler) => {
  it.each(garbage)("records %s, tells it without a word of it, and acknowledges", async (_name, message) => {
    const app = handledApp();
    await handler(app)(message, app.context());
    expect(app.dog.table.ledger(watchdogPartition)).toMatchObject([{ kind: "message-rejected" }]);
    expect(app.dog.heard()).toMatchObject([{ kind: "watchdog-trouble", bastionId: undefined }]);
    expect(
      JSON.stringify([app.dog.heard(), app.dog.table.ledger(watchdogPartition), app.logged]),
    ).not.toContain("SECRET");
  });

  it("throws when the store fails, so that the message comes back", async () => {
    const app = handledApp();
    app.dog.crashes.failAt(1, "before");
    await expect(handler(app)("unreadable", app.context())).rejects.toThrow("Crash before the effect");
  });
});

describe("alertMessage", () => {
  it("that asks for what nobody gave up does nothing, and comes no more", async () => {
    const app = handledApp();
    const asked = { partition: hubPartition, alertId: `w${"a".repeat(52)}`, why: "asked again" };
    await alertMessage(app)(asked, app.context());
    expect([app.dog.heard(), app.dog.table.ledger(watchdogPartition)]).toStrictEqual([[], []]);
  });
});

describe("activityMessage", () => {
  it("handles every event of an array", async () => {
    const app = handledApp();
    await activityMessage(app)([event("1"), event("2")], app.context());
    expect(app.logged.filter((line) => line.includes("rejected"))).toStrictEqual([]);
    const keys = [...app.dog.table.everything().values()].flatMap((rows) => rows.map(({ key }) => key));
    expect(keys.filter((key) => key.startsWith("8seen:"))).toHaveLength(2);
  });

  const json = JSON.stringify(event("1"));
  it.each([
    ["base64", Buffer.from(json).toString("base64")],
    ["base64 of a byte order mark and JSON", Buffer.from(`\uFEFF${json}`).toString("base64")],
    ["base64 of UTF-16", Buffer.from(`\uFEFF${json}`, "utf16le").toString("base64")],
    ["JSON behind a byte order mark", `\uFEFF${json}`],
    ["bytes", Buffer.from(`\uFEFF${json}`, "utf16le")],
    ["an answer of ARM", { value: [event("1")] }],
  ])("reads an event from %s", async (_, message) => {
    const app = handledApp();
    await activityMessage(app)(message, app.context());
    expect(app.dog.heard()).toStrictEqual([]);
    expect(app.dog.azure.lists).toHaveLength(1);
  });

  it("handles what follows an unreadable event in the same array", async () => {
    const app = handledApp();
    await activityMessage(app)(["unreadable", event("2")], app.context());
    expect(app.dog.azure.lists).toHaveLength(1);
    expect(app.dog.heard()).toMatchObject([{ kind: "watchdog-trouble" }]);
  });

  it("does nothing with an empty array", async () => {
    const app = handledApp();
    await activityMessage(app)([], app.context());
    expect(app.dog.crashes.calls()).toBe(0);
  });
});

describe("reconcile-message", () => {
  it("looks at the bastion and logs what became of it", async () => {
    const app = handledApp();
    await reconcileMessage(app)(request, app.context());
    expect(app.dog.azure.lists).toStrictEqual([bastionId.toLowerCase()]);
    expect(app.logged.at(-1)).toBe(
      `information Reconciled {"bastion":"${bastionId}","cause":"sweep","outcome":"done"}`,
    );
  });

  it("throws when the store fails in the middle", async () => {
    const app = handledApp();
    app.dog.crashes.failAt(5, "after");
    await expect(reconcileMessage(app)(request, app.context())).rejects.toThrow("Crash after the effect");
  });
});

describe("poison-message", () => {
  it("records and tells which queue gave up, without a word of the message", async () => {
    const app = handledApp();
    const context = app.context({
      id: "m-1",
      insertionTime: new Date("2026-11-21T07:59:00Z"),
      popReceipt: "SECRET",
    });
    await poisonMessage("activity", app)("SECRET", context);
    expect(app.dog.heard()).toMatchObject([
      {
        kind: "watchdog-trouble",
        notes: [
          {
            kind: "message-poisoned",
            queue: "activity",
            messageId: "m-1",
            insertedAt: "2026-11-21T07:59:00.000Z",
          },
        ],
      },
    ]);
    expect(app.dog.table.ledger(watchdogPartition)).toMatchObject([{ kind: "message-poisoned" }]);
    expect(JSON.stringify([app.dog.heard(), app.logged])).not.toContain("SECRET");
  });

  it("does without the message's metadata", async () => {
    const app = handledApp();
    await poisonMessage("alerts", app)({}, app.context({ id: 7 }));
    expect(app.dog.heard().flatMap(alertSentences)[1]).toContain("Message unknown of unknown");
  });
});

describe("sweep-timer", () => {
  const locally = { sweepSchedule: "0 */5 * * * *", armEndpoint: "http://127.0.0.1:7072" };

  it("spreads its messages by chance over half an interval, of a real Azure", async () => {
    const app = handledApp();
    const times = { ...locally, armEndpoint: "https://management.azure.com" };
    await sweepTimer(app, times)(aTimer("2026-11-21T07:55:00Z"), app.context());
    const [message] = app.dog.queues.waiting();
    expect((message?.visibleAt ?? 0) - app.dog.clock.now()).toBeLessThanOrEqual(150_000);
  });

  it("sends one message a bastion", async () => {
    const app = handledApp();
    await sweepTimer(app, locally)(aTimer("2026-11-21T07:55:00Z"), app.context());
    expect(app.dog.queues.takeReconciles()).toMatchObject([{ bastionId, cause: "sweep" }]);
  });

  it("throws when the estate cannot be enumerated", async () => {
    const app = handledApp();
    app.dog.azure.habits.graphFails = true;
    await expect(sweepTimer(app, locally)(aTimer("2026-11-21T07:55:00Z"), app.context())).rejects.toThrow(
      "Resource Graph answered 500",
    );
  });
});
