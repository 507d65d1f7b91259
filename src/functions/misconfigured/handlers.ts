import type { ConfigError } from "../../config/config.ts";
import type { Channel } from "../../core/ports.ts";
import { unhealthyHttp } from "../api/health-http.ts";
import { misconfiguredTimer } from "./misconfigured-timer.ts";

/** What is left while the configuration is bad. */
export const misconfiguredHandlers = (error: ConfigError, channel: Channel | undefined) => ({
  health: unhealthyHttp(error),
  timer: misconfiguredTimer(error, channel),
});
