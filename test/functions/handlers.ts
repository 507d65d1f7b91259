import { HttpRequest, InvocationContext } from "@azure/functions";
import type { DigestApp } from "../../src/functions/timers/digest-timer.ts";
import { watchdog, type Watchdog } from "../memory/watchdog.ts";

/** The handlers' app over memory, and contexts as the platform makes them; what is logged is kept. */
export interface HandledApp extends DigestApp {
  readonly dog: Watchdog;
  readonly logged: readonly string[];
  context(triggerMetadata?: Record<string, unknown>): InvocationContext;
}

export function handledApp(dog: Watchdog = watchdog()): HandledApp {
  const logged: string[] = [];
  return {
    dog,
    logged,
    world: { ...dog.ports, table: dog.table },
    settings: dog.settings,
    context: (triggerMetadata = {}) =>
      new InvocationContext({
        invocationId: "11111111-0000-4000-8000-0000000000ff",
        functionName: "under-test",
        logHandler: (level, ...words) => {
          logged.push([level, ...words.map(String)].join(" "));
        },
        triggerMetadata,
      }),
  };
}

export const scanRequest = (body: string, headers: Record<string, string> = {}): HttpRequest =>
  new HttpRequest({
    method: "POST",
    url: "http://localhost/api/scan",
    body: { string: body },
    headers: { "content-type": "application/json", ...headers },
  });
