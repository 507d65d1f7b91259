import type { HttpHandler } from "@azure/functions";
import type { Config, ConfigError } from "../../config/config.ts";
import { isoInstant, type Instant } from "../../core/domain/time.ts";
import { watchdogPartition } from "../../core/domain/partition.ts";
import { lastingPauses } from "../../core/domain/alerts/lane/told-pause.ts";
import { witnessLines } from "../../core/domain/reports/witness-lines.ts";
import { statusJson } from "../../core/render/reports/api-answers.ts";
import type { App } from "../invocation.ts";
import { problem, problemWith } from "./problem.ts";

export interface StatusApp extends App {
  /** NCRONTAB, UTC. */
  readonly schedule: string;
  readonly version: string;
  /** Whoever has just started is given two intervals for the first sweep. */
  readonly startedAt: Instant;
  readonly warnings: Config["warnings"];
}

/** `GET /api/status`: 200 while sweeps end in time, 503 when two intervals have passed without one. Two small reads of the table. */
export const statusHttp =
  ({ world, settings, schedule, version, startedAt, warnings }: StatusApp): HttpHandler =>
  async (_request, context) => {
    try {
      const [{ host }, witnesses] = await Promise.all([
        world.table.readHost(watchdogPartition),
        world.table.witnesses(),
      ]);
      const pauses = lastingPauses(host?.pauses ?? [], world.channels);
      const vitals = statusJson(
        host,
        { witnesses: witnessLines(witnesses, world.clock.now()), pauses },
        {
          version,
          mode: settings.mode,
          warnings: warnings.map(({ what, fix }) => `${what} ${fix}`),
        },
      );
      const { secondLastDue } = await import("./request/sweep-due.ts");
      const due = secondLastDue(schedule, world.clock.now());
      if (due !== undefined && (host?.sweep?.finishedAt ?? startedAt) < due)
        return problemWith(503, { ...overdue(due), ...vitals });
      return {
        body: JSON.stringify({ status: "ok", ...vitals }),
        headers: { "content-type": "application/json", "cache-control": "no-store" },
      };
    } catch (error) {
      context.error("The status could not be read", error);
      return problem(
        503,
        "Storage does not answer",
        "The watchdog's table could not be read: nothing is watched until it can. The log says why.",
      );
    }
  };

const overdue = (due: Instant) => ({
  title: "The sweep is overdue",
  detail: `No sweep has ended since ${isoInstant(due)}, and two were due. Check the log of the function "sweep".`,
});

/** `GET /api/health`: the code of the status and a word, because anybody may ask, and an intruder is to learn nothing by it. */
export const healthHttp =
  (status: HttpHandler): HttpHandler =>
  async (request, context) => {
    const answer = await status(request, context);
    const code = typeof answer === "object" && "status" in answer ? (answer.status ?? 200) : 200;
    return {
      status: code,
      body: JSON.stringify({ status: code === 200 ? "ok" : "failing" }),
      headers: { "content-type": "application/json", "cache-control": "no-store" },
    };
  };

/** The status while the configuration is bad: 503 with every problem. Names of settings, never their values. */
export const misconfiguredHttp =
  (error: ConfigError): HttpHandler =>
  () =>
    problem(503, "The configuration is invalid: nothing is watched", error.problems.join("\n"));
