import { describe, expect, it, vi } from "vitest";
import { formatLogEntry } from "../../../local/functions-host/log.ts";
import { hostApp, hostJson } from "./hosted-app.ts";

describe("an app that cannot be hosted stops the start, with the reason", () => {
  it.concurrent.each([
    ["an entry that throws", `throw new Error("bad settings");`, "Error: bad settings"],
    ["no function", `export {};`, "main.js registered no function"],
    [
      "two functions of one name",
      `for (const _ of [1, 2]) app.timer("twice", { schedule: "* * * * * *", handler() {} });`,
      'Two functions are named "twice"',
    ],
    ["a bad schedule", `app.timer("t", { schedule: "often", handler() {} });`, 'Function "t": The schedule "often" is neither NCRONTAB'],
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
    ["a connection that is none", `app.storageQueue("q", { queueName: "work", connection: "BAD", handler() {} });`, 'Function "q": '],
    ["a bad queue name", `app.storageQueue("q", { queueName: "Ab", connection: "", handler() {} });`, '"ab" is no queue name'],
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
    await expect(hostApp(source, { hostJson: { version: "2.0", extensions: { queues } } })).rejects.toThrow("host.json is not valid");
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
    hosts.map(async ({ url }) => [await (await fetch(`${url}/one`)).text(), await (await fetch(`${url}/two`)).text()]),
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
    await vi.waitFor(() => {
      expect(host.said("app")).toEqual(["past the console"]);
    });
    expect(host.log.filter((entry) => entry.functionName === "talk").map(({ level, message }) => `${level}: ${message}`)).toEqual([
      "trace: t",
      "debug: d",
      "information: i 1",
      "warning: w",
      "error: e",
      "warning: { a: 1 }",
    ]);
    await host.close();
  });

  it("that dies of an uncaught error is started again for the next call", async () => {
    const source = `app.http("die", { handler: () => new Promise(() => setTimeout(() => { throw new Error("out of band"); })) });
      app.http("live", { handler: () => ({ body: "alive" }) });`;
    const host = await hostApp(source);
    expect((await fetch(`${host.url}/die`)).status).toBe(500);
    expect(await (await fetch(`${host.url}/live`)).text()).toBe("alive");
    expect(host.log.find((entry) => entry.level === "critical")?.message).toMatch(/^The app died of an uncaught error: .*out of band/);
    await host.close();
  });

  it("that runs past functionTimeout is restarted", async () => {
    const source = `app.http("spin", { handler: () => { for (;;); } }); app.http("live", { handler: () => ({ body: "alive" }) });`;
    const host = await hostApp(source, { hostJson: { ...hostJson, functionTimeout: "00:00:00.300" } });
    expect((await fetch(`${host.url}/spin`)).status).toBe(500);
    expect(host.said("spin")[0]).toContain('Timeout: "spin" ran longer than 0.3 s');
    expect(await (await fetch(`${host.url}/live`)).text()).toBe("alive");
    await host.close();
  });

  it("answers the call that is under way while it closes, and closing twice is harmless", async () => {
    const host = await hostApp(`app.http("slow", { handler: async () => {
      await new Promise((resolve) => setTimeout(resolve, 300)); return { body: "done" }; } });`);
    const answer = fetch(`${host.url}/slow`).then((response) => response.text());
    await new Promise((resolve) => setTimeout(resolve, 100));
    await Promise.all([host.close(), host.close()]);
    expect(await answer).toBe("done");
    await expect(fetch(`${host.url}/slow`)).rejects.toThrow();
  });
});

it("a log line is one line", () => {
  const entry = { level: "error", functionName: "sweep", message: "Error: x\n    at y\n    at z\n" } as const;
  expect(formatLogEntry(entry)).toBe("error sweep: Error: x ⏎ at y ⏎ at z");
});
