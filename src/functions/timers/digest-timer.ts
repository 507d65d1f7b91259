import type { TimerHandler } from "@azure/functions";
import { digest, type DigestPorts } from "../../core/flows/scheduled/digest.ts";
import { reportStale } from "../../core/flows/scheduled/report-stale.ts";
import type { DigestSettings } from "../../core/flows/settings.ts";
import { portsOf, type App } from "../invocation.ts";

export interface DigestApp extends App {
  readonly world: Omit<DigestPorts, "log">;
}

/** Every hour: bastions that nobody looked at are told of, and whether the digest is due is decided in local time, because the platform's timers are UTC. A failure is red, and the next hour tries again. */
export const digestTimer =
  (when: DigestSettings, app: DigestApp): TimerHandler =>
  async (_timer, context) => {
    const ports = { ...portsOf(app, context), table: app.world.table };
    const stale = await reportStale(ports, app.settings);
    ports.log.info("Digest", { stale, outcome: await digest(when, ports, app.settings) });
  };
