import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { functionsOptions } from "../../../local/functions-host/main.ts";
import { startStorage } from "../../../local/storage/main.ts";
import { buildApp, queueAt } from "./hosted-app.ts";

function start(args: readonly string[], settings: Record<string, string> = {}) {
  return spawn(process.execPath, ["local/functions-host/main.ts", "--port", "0", ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...settings },
  });
}

async function firstLine(child: ChildProcess): Promise<string> {
  for await (const chunk of child.stdout ?? []) return String(chunk);
  return "";
}

/** The first line of the log that holds `part`. */
async function lineWith(child: ChildProcess, part: string): Promise<string> {
  if (child.stderr === null) return "";
  for await (const line of createInterface({ input: child.stderr })) if (line.includes(part)) return line;
  return "";
}

describe("npm run functions", () => {
  it.concurrent("prints one ready line on stdout and ends with 0 on SIGTERM", async () => {
    const directory = await buildApp(
      `app.http("h", { handler: () => { console.log("to the log"); return { body: process.env.WATCHDOG_SCOPE }; } });`,
    );
    const child = start(["--app", directory]);
    const line = await firstLine(child);
    const { ready, url, key } = JSON.parse(line) as { ready: string; url: string; key: string };
    expect([ready, key.length, line.endsWith("}\n")]).toEqual(["functions", 48, true]);
    expect(await (await fetch(`${url}/h`)).text()).toBe("11111111-0000-4000-8000-000000000001");
    child.kill("SIGTERM");
    expect(await once(child, "exit")).toEqual([0, null]);
  });

  it.concurrent("ends with 1 and the app's message when the app cannot start", async () => {
    const child = start(["--app", await buildApp(`throw new Error("Invalid settings: WATCHDOG_MODE");`)]);
    const [stderr, stdout, exit] = await Promise.all([
      text(child.stderr),
      text(child.stdout),
      once(child, "exit"),
    ]);
    expect([exit, stdout]).toEqual([[1, null], ""]);
    expect(stderr).toContain("Invalid settings: WATCHDOG_MODE");
  });

  it.concurrent(
    "that is killed leaves its message leased, and the next host gets it when the lease ends",
    async () => {
      const storage = await startStorage();
      const settings = { AzureWebJobsStorage: storage.announcement.connectionString };
      const directory =
        await buildApp(`app.storageQueue("hang", { queueName: "work", connection: "", handler: (message, context) => {
      context.log("try " + context.triggerMetadata.dequeueCount);
      return context.triggerMetadata.dequeueCount === 1 ? new Promise(() => {}) : undefined;
    } });`);
      const queue = queueAt(settings.AzureWebJobsStorage, "work");
      const first = start(["--lease", "2", "--app", directory], settings);
      await firstLine(first);
      await queue.send("x");
      await lineWith(first, "try 1");
      first.kill("SIGKILL");
      const second = start(["--lease", "2", "--app", directory], settings);
      expect(await lineWith(second, "try ")).toBe("information hang: try 2");
      second.kill("SIGTERM");
      expect(await once(second, "exit")).toEqual([0, null]);
      expect(await queue.count()).toBe(0);
      await storage.close();
    },
  );

  it("fills in the local defaults only where the environment says nothing", () => {
    const options = functionsOptions(["--port", "0", "--lease", "30"], { WATCHDOG_SCOPE: "mine" });
    expect(options.settings["WATCHDOG_SCOPE"]).toBeUndefined();
    expect(options.settings["WATCHDOG_ARM_ENDPOINT"]).toBe("http://127.0.0.1:7072");
    expect([options.port, options.leaseInMs]).toEqual([0, 30_000]);
    expect(functionsOptions([], {})).toMatchObject({ port: 7071, leaseInMs: 600_000 });
  });

  it.each([["--port", "x"], ["--lease", "0"], ["--unknown"]])("refuses %s %s", (...args) => {
    expect(() => functionsOptions(args, {})).toThrow(args[0]);
  });
});
