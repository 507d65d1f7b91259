import { join } from "node:path";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { startApp } from "../../../local/functions-host/app-thread.ts";
import { isKind, readFunctions } from "../../../local/functions-host/functions.ts";
import { startTimer } from "../../../local/functions-host/timers.ts";
import { localSettings, timersByTheHour } from "../../../local/local-settings.ts";

let registered: string;
beforeAll(async () => {
  const directory = join(import.meta.dirname, "../../../dist/app");
  const app = await startApp({
    directory,
    environment: localSettings(),
    timeoutInMs: 60_000,
    log: () => undefined,
  });
  registered = app.functions;
  await app.close();
});
afterEach(() => vi.useRealTimers());

/** The functions of the built app that the clock fires within two seconds. */
async function firedFrom(
  moment: string,
  settings: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  vi.useFakeTimers({ toFake: ["Date", "setTimeout", "clearTimeout"], now: new Date(moment) });
  const fired: string[] = [];
  const invoker = {
    invoke: ({ name }: { name: string }) => Promise.resolve(fired.push(name)).then(() => ({})),
  };
  const timers = readFunctions(registered, { settings, routePrefix: "" }).filter(isKind("timer"));
  const started = timers.map((target) => startTimer(target, invoker, () => undefined));
  await vi.advanceTimersByTimeAsync(2_000);
  for (const timer of started) timer.stop();
  return fired.toSorted();
}

describe("A local stack whose clock stands at", () => {
  it.each`
    moment                    | fires        | askedFor
    ${"2026-11-21T07:59:59Z"} | ${["sweep"]} | ${["digest", "sweep"]}
    ${"2026-11-21T08:06:59Z"} | ${[]}        | ${["anchor"]}
    ${"2026-11-21T08:17:59Z"} | ${[]}        | ${["witness"]}
    ${"2026-11-22T02:39:59Z"} | ${["sweep"]} | ${["archive", "sweep"]}
    ${"2026-12-31T23:59:59Z"} | ${["sweep"]} | ${["digest", "sweep"]}
  `(
    "$moment fires $fires, and $askedFor when asked to",
    async ({
      moment,
      fires,
      askedFor,
    }: {
      moment: string;
      fires: readonly string[];
      askedFor: readonly string[];
    }) => {
      expect(await firedFrom(moment, localSettings())).toStrictEqual(fires);
      expect(await firedFrom(moment, { ...localSettings(), ...timersByTheHour("on") })).toStrictEqual(
        askedFor,
      );
    },
  );
});
