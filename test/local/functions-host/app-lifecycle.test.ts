import { describe, expect, it, onTestFinished, vi } from "vitest";
import { formatLogEntry } from "../../../local/functions-host/log.ts";
import { eventually } from "../../eventually.ts";
import { door, hostApp, hostJson } from "./hosted-app.ts";

describe("an app that cannot be hosted stops the start, with the reason", () => {
  it.concurrent.each([
    ["an entry that throws", `throw new Error("bad settings");`, "Error: bad settings"],
    ["no function", `export {};`, "main.js registered no function"],
    [
      "two functions of one name",
      `for (const _ of [1, 2]) app.timer("twice", { schedule: "* * * * * *", handler() {} });`,
      'Two functions are named "twice"',
    ],
    [
      "a bad schedule",
      `app.timer("t", { schedule: "often", handler() {} });`,
      'Function "t": The schedule "often" is neither NCRONTAB',
    ],
    [
      "a missing setting",
      `app.timer("t", { schedule: "%NOT_SET%", handler() {} });`,
      'Function "t": %NOT_SET% is not among the app settings',
    ],
    [
      "a missing connection",
      `app.storageQueue("q", { queueName: "work", connection: "Gone", handler() {} });`,
      'The connection "Gone" is not',
    ],
    [
      "a connection that is none",
      `app.storageQueue("q", { queueName: "work", connection: "BAD", handler() {} });`,
      'Function "q": ',
    ],
    [
      "a bad queue name",
      `app.storageQueue("q", { queueName: "Ab", connection: "", handler() {} });`,
      '"ab" is not a queue name',
    ],
    [
      "an unknown trigger",
      `app.cosmosDB("c", { connection: "", databaseName: "", containerName: "", handler() {} });`,
      '"cosmosDBTrigger"',
    ],
    [
      "an unknown output",
      `app.timer("t", { schedule: "* * * * * *", return: output.table({ tableName: "t", connection: "" }), handler() {} });`,
      'binding "table"',
    ],
    ["a bad route", `app.http("h", { route: "{a?}/b", handler() {} });`, 'the route "{a?}/b"'],
    [
      "a hook that throws",
      `app.hook.appStart(() => { throw new Error("no start"); }); app.http("h", { handler() {} });`,
      "Error: no start",
    ],
  ])("%s", async (_what, source, message) => {
    await expect(hostApp(source, { settings: { BAD: "nonsense" } })).rejects.toThrow(message);
  });

  it("names every function that is wrong, not only the first", async () => {
    const source = `app.timer("a", { schedule: "%A%", handler() {} }); app.timer("b", { schedule: "%B%", handler() {} });`;
    await expect(hostApp(source)).rejects.toThrow(
      'Function "a": %A% is not among the app settings\nFunction "b": %B% is not among the app settings',
    );
  });

  it("a host.json that is not valid", async () => {
    const queues = { ...hostJson.extensions.queues, batchSize: 33 };
    const source = `app.http("h", { handler() {} });`;
    await expect(hostApp(source, { hostJson: { version: "2.0", extensions: { queues } } })).rejects.toThrow(
      "host.json is not valid",
    );
  });

  it("a port that is taken", async () => {
    const first = await hostApp(`app.http("h", { handler() {} });`);
    const port = Number(new URL(first.url).port);
    await expect(hostApp(`app.http("h", { handler() {} });`, { port })).rejects.toThrow("EADDRINUSE");
    await first.close();
  });
});

it("two apps run side by side, each with its own settings and none of the other's functions", async () => {
  const source = `app.http(process.env.NAME, { handler: () => ({ body: process.env.NAME }) });`;
  const hosts = await Promise.all(["one", "two"].map((NAME) => hostApp(source, { settings: { NAME } })));
  const bodies = await Promise.all(
    hosts.map(async ({ url }) => [
      await (await fetch(`${url}/one`)).text(),
      await (await fetch(`${url}/two`)).text(),
    ]),
  );
  expect(bodies).toEqual([
    ["one", ""],
    ["", "two"],
  ]);
  await Promise.all(hosts.map((host) => host.close()));
  expect(process.env["NAME"]).toBeUndefined();
});

describe("a hosted app", () => {
  it("runs its hooks", async () => {
    const source = `
      app.hook.appStart(() => console.log("start"));
      app.hook.preInvocation((hook) => { hook.invocationContext.log("before"); hook.hookData.x = 1; });
      app.hook.postInvocation((hook) => { hook.invocationContext.log("after " + hook.hookData.x); hook.result = { body: "replaced" }; });
      app.hook.appTerminate(() => console.log("end"));
      app.http("h", { handler: (request, context) => { context.log("during"); return { body: "own" }; } });`;
    const host = await hostApp(source);
    expect(await (await fetch(`${host.url}/h`)).text()).toBe("replaced");
    await host.close();
    expect(host.said("h")).toEqual(["before", "during", "after 1"]);
    expect(host.said("app")).toEqual(["start", "end"]);
  });

  it("logs by level, with the function that spoke", async () => {
    const source = `app.http("talk", { handler: (request, context) => {
      context.trace("t"); context.debug("d"); context.info("i %s", 1); context.warn("w"); context.error("e");
      console.warn({ a: 1 }); process.stdout.write("past the console\\n"); return {};
    } });`;
    const host = await hostApp(source);
    await fetch(`${host.url}/talk`);
    await eventually(() => {
      expect(host.said("app")).toEqual(["past the console"]);
    });
    expect(
      host.log
        .filter((entry) => entry.functionName === "talk")
        .map(({ level, message }) => `${level}: ${message}`),
    ).toEqual(["trace: t", "debug: d", "information: i 1", "warning: w", "error: e", "warning: { a: 1 }"]);
    await host.close();
  });

  it("that dies of an uncaught error is started again for the next call", async () => {
    const source = `app.http("die", { handler: () => new Promise(() => queueMicrotask(() => { throw new Error("out of band"); })) });
      app.http("live", { handler: () => ({ body: "alive" }) });`;
    const host = await hostApp(source);
    expect((await fetch(`${host.url}/die`)).status).toBe(500);
    expect(await (await fetch(`${host.url}/live`)).text()).toBe("alive");
    expect(host.log.find((entry) => entry.level === "critical")?.message).toMatch(
      /^The app died of an uncaught error: .*out of band/,
    );
    await host.close();
  });

  it("that runs past functionTimeout is restarted", async () => {
    const source = `app.http("spin", { handler: (request, context) => { context.log("spinning"); for (;;); } }); app.http("live", { handler: () => ({ body: "alive" }) });`;
    const host = await hostApp(source, { hostJson: { ...hostJson, functionTimeout: "00:05:00" } });
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    onTestFinished(() => void vi.useRealTimers());
    const answer = fetch(`${host.url}/spin`);
    await eventually(() => {
      expect(host.said("spin")).toEqual(["spinning"]);
    });
    vi.advanceTimersByTime(299_999);
    expect(host.said("spin")).toHaveLength(1);
    vi.advanceTimersByTime(1);
    vi.useRealTimers();
    expect((await answer).status).toBe(500);
    expect(host.said("spin")[1]).toContain('Timeout: "spin" ran longer than 300 s');
    expect(await (await fetch(`${host.url}/live`)).text()).toBe("alive");
    await host.close();
  });

  it("answers the call that is under way while it closes, and closing twice is harmless", async () => {
    const { source, open } = door("lifecycle");
    const host = await hostApp(`${source} app.http("slow", { handler: async (request, context) => {
      context.log("begun"); await door(); return { body: "done" }; } });`);
    const answer = fetch(`${host.url}/slow`).then((response) => response.text());
    await eventually(() => {
      expect(host.said("slow")).toEqual(["begun"]);
    });
    const closed = Promise.all([host.close(), host.close()]);
    open();
    await closed;
    expect(await answer).toBe("done");
    await expect(fetch(`${host.url}/slow`)).rejects.toThrow();
  });
});

it("a log line is one line", () => {
  const entry = { level: "error", functionName: "sweep", message: "Error: x\n    at y\n    at z\n" } as const;
  expect(formatLogEntry(entry)).toBe("error sweep: Error: x ⏎ at y ⏎ at z");
});
