import { QueueClient } from "@azure/storage-queue";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { startStorage } from "../../../local/storage/main.ts";
import { eventually } from "../../eventually.ts";
import { type Hosted, base64, door, hostApp, hostJson, queueAt } from "./hosted-app.ts";

const inWork = door("queues");
const source = `
${inWork.source}
const copies = output.storageQueue({ queueName: "copies", connection: "" });
app.storageQueue("say", { queueName: "%WORK_QUEUE%", connection: "", handler: (message, context) => {
  context.log(JSON.stringify([typeof message, message]));
} });
app.storageQueue("metadata", { queueName: "metadata", connection: "Other", handler: (message, context) => {
  context.log(JSON.stringify(context.triggerMetadata));
} });
app.storageQueue("fail", { queueName: "failing", connection: "AzureWebJobsStorage", handler: (message, context) => {
  context.log("try " + context.triggerMetadata.dequeueCount);
  if (message !== "third time lucky" || context.triggerMetadata.dequeueCount < 3) throw new Error("not yet");
} });
app.storageQueue("long", { queueName: "long", connection: "", handler: async (message, context) => {
  context.log("try " + context.triggerMetadata.dequeueCount);
  await door();
} });
let busy = 0;
app.storageQueue("slow", { queueName: "slow", connection: "", handler: async (message, context) => {
  busy += 1;
  context.log("busy " + busy);
  await door();
  busy -= 1;
} });
app.storageQueue("copy", { queueName: "originals", connection: "", return: output.storageQueue({ queueName: "answers", connection: "" }),
  extraOutputs: [copies], handler: (message, context) => {
    context.extraOutputs.set(copies, ["one", { two: 2 }]);
    return message === "nothing" ? undefined : { got: message };
} });
app.storageQueue("off", { queueName: "switched-off", connection: "", handler: (message, context) => { context.log("never"); } });
`;

const storage = await startStorage();
const { connectionString } = storage.announcement;
const queue = (name: string) => queueAt(connectionString, name);
const settings = {
  AzureWebJobsStorage: connectionString,
  AzureWebJobsOther: connectionString,
  WORK_QUEUE: "work-items",
  "AzureWebJobs.off.Disabled": "true",
};

const leaseInMs = 60_000;
let host: Hosted;
beforeAll(async () => {
  host = await hostApp(source, { settings, leaseInMs });
});
afterAll(async () => {
  await host.close();
  await storage.close();
});

describe("a queue message", () => {
  it.each([
    ['{"a":1}', '["object",{"a":1}]'],
    ["plain text", '["string","plain text"]'],
    ["42", '["number",42]'],
    ['"quoted"', '["string","quoted"]'],
    ["grüß", '["string","grüß"]'],
  ])("%j reaches the handler as %s, and leaves the queue", async (text, logged) => {
    await queue("work-items").send(text);
    await eventually(() => {
      expect(host.said("say")).toContain(logged);
    });
    await eventually(async () => {
      expect(await queue("work-items").count()).toBe(0);
    });
  });

  it("comes with its trigger metadata", async () => {
    const sent = await queue("metadata").send("hello");
    await eventually(() => {
      expect(host.said("metadata")).toHaveLength(1);
    });
    expect(JSON.parse(host.said("metadata")[0] ?? "")).toEqual({
      queueTrigger: "hello",
      id: sent.messageId,
      dequeueCount: 1,
      expirationTime: sent.expiresOn.toISOString(),
      insertionTime: sent.insertedOn.toISOString(),
      nextVisibleTime: expect.stringMatching(/^2\d{3}-.*Z$/) as string,
      popReceipt: expect.stringMatching(/.+/) as string,
    });
  });

  it("whose handler fails is tried again, and is poison after maxDequeueCount tries", async () => {
    await queue("failing").send("always fails");
    await eventually(async () => {
      expect(await queue("failing-poison").texts()).toEqual([base64("always fails")]);
    });
    expect(host.said("fail").filter((line) => line.startsWith("try"))).toEqual(["try 1", "try 2", "try 3"]);
    expect(
      host.said("fail").filter((line) => line.startsWith("Invocation failed: Error: not yet")),
    ).toHaveLength(3);
    expect(await queue("failing").count()).toBe(0);
  });

  it("that succeeds on its last try is no poison", async () => {
    await queue("failing").send("third time lucky");
    await eventually(async () => {
      expect(host.said("fail").filter((line) => line === "try 3")).toHaveLength(2);
      expect(await queue("failing").count()).toBe(0);
    });
    expect(await queue("failing-poison").texts()).toEqual([base64("always fails")]);
  });

  it("that is not base64 goes to the poison queue without the handler", async () => {
    await queue("work-items").sendRaw("{not base64}");
    await eventually(async () => {
      expect(await queue("work-items-poison").texts()).toEqual(["{not base64}"]);
    });
    expect(host.said("say").join()).not.toContain("not base64");
  });

  it("for a disabled function stays where it is", async () => {
    // Whoever listens makes the queue when the host starts.
    expect([await queue("work-items").exists(), await queue("switched-off").exists()]).toEqual([true, false]);
    await queue("switched-off").create();
    await queue("switched-off").send("wait");
    await queue("work-items").send("later");
    await eventually(() => {
      expect(host.said("say")).toContain('["string","later"]');
    });
    expect([await queue("switched-off").tries(), host.said("off")]).toEqual([[0], []]);
  });
});

describe("a queue output", () => {
  it("becomes messages: one for the return value, one per element of an array", async () => {
    await queue("originals").send("hello");
    await eventually(async () => {
      expect(await queue("answers").texts()).toEqual([base64('{"got":"hello"}')]);
      expect((await queue("copies").texts()).toSorted()).toEqual(
        [base64("one"), base64('{"two":2}')].toSorted(),
      );
    });
  });

  it("of nothing is no message", async () => {
    await queue("originals").send("nothing");
    await eventually(async () => {
      expect(await queue("copies").texts()).toHaveLength(4);
    });
    expect(await queue("answers").texts()).toHaveLength(1);
  });
});

it("at most batchSize + newBatchThreshold messages are handled at once", async () => {
  for (let sent = 0; sent < 7; sent += 1) await queue("slow").send("work");
  // Two, then two more for the one that is left, and again.
  for (const [begun, ended] of [
    [2, 1],
    [4, 2],
    [6, 2],
    [7, 2],
  ] as const) {
    await eventually(() => {
      expect(host.said("slow")).toHaveLength(begun);
    });
    for (let opened = 0; opened < ended; opened += 1) inWork.open();
  }
  await eventually(async () => {
    expect(await queue("slow").count()).toBe(0);
  });
  expect(Math.max(...host.said("slow").map((line) => Number(line.replace("busy ", ""))))).toBe(3);
});

it("a handler that takes longer than the lease keeps its message", async () => {
  const renewals = vi.spyOn(QueueClient.prototype, "updateMessage");
  vi.useFakeTimers({ toFake: ["Date", "setInterval", "clearInterval"] });
  onTestFinished(() => {
    vi.useRealTimers();
    renewals.mockRestore();
  });
  await queue("long").send("work");
  await eventually(() => {
    expect(host.said("long")).toEqual(["try 1"]);
  });
  for (let halves = 1; halves <= 5; halves += 1) {
    vi.advanceTimersByTime(leaseInMs / 2);
    await eventually(() => {
      expect(renewals).toHaveBeenCalledTimes(halves);
    });
    await renewals.mock.results.at(-1)?.value;
    expect(await queue("long").texts()).toEqual([]);
  }
  inWork.open();
  await eventually(async () => {
    expect(await queue("long").count()).toBe(0);
  });
  expect(host.said("long")).toEqual(["try 1"]);
});

it("a message whose worker died is tried again", async () => {
  const hang = `app.storageQueue("hang", { queueName: "leased", connection: "", handler: (message, context) => {
    context.log("try " + context.triggerMetadata.dequeueCount);
    if (context.triggerMetadata.dequeueCount === 1) process.exit(1);
  } });`;
  const retrying = { ...hostJson.extensions.queues, visibilityTimeout: "00:00:01" };
  const second = await hostApp(hang, {
    settings,
    hostJson: { ...hostJson, extensions: { ...hostJson.extensions, queues: retrying } },
  });
  await queue("leased").send("x");
  await eventually(() => {
    expect(second.said("hang").filter((line) => line.startsWith("try"))).toEqual(["try 1", "try 2"]);
  });
  await second.close();
});

it("a host that closes finishes what runs and takes nothing more", async () => {
  const closing = door("closing");
  const wait = `${closing.source} app.storageQueue("wait", { queueName: "closing", connection: "", handler: async (message, context) => {
    context.log("started " + message);
    await door();
    context.log("finished " + message);
  } });`;
  const second = await hostApp(wait, { settings });
  await queue("closing").send("1");
  await eventually(() => {
    expect(second.said("wait")).toEqual(["started 1"]);
  });
  const closed = second.close();
  closing.open();
  await closed;
  await queue("closing").send("2");
  expect(second.said("wait")).toEqual(["started 1", "finished 1"]);
  expect(await queue("closing").count()).toBe(1);
});
