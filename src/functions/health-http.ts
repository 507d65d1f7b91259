import type { HttpHandler } from "@azure/functions";
import type { ConfigError } from "../config.ts";
import { problem } from "./problem.ts";

/** `GET /api/health`: the app is up and its configuration is good. */
export const healthHttp: HttpHandler = () => ({ jsonBody: { status: "ok" }, headers: { "cache-control": "no-store" } });

/** The same route while the configuration is bad: 503 with every problem. Names of settings, never their values. */
export const unhealthyHttp =
  (error: ConfigError): HttpHandler =>
  () =>
    problem(503, "The configuration is invalid: nothing is watched", error.problems.join("\n"));
