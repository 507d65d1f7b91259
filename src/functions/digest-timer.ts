import type { TimerHandler } from "@azure/functions";
import { digest } from "../core/flows/digest.ts";
import type { DigestSettings } from "../core/flows/settings.ts";
import { portsOf, type App } from "./invocation.ts";

/** Every hour: whether the digest is due is decided in local time, because the platform's timers are UTC. A failure is red, and the next hour tries again. */
export const digestTimer =
  (when: DigestSettings, app: App): TimerHandler =>
  async (_timer, context) => {
    const ports = portsOf(app, context);
    ports.log.info("Digest", { outcome: await digest(when, ports, app.settings) });
  };
