import type { ConfigError } from "../../config/config.ts";
import type { Channel } from "../../core/ports.ts";
import { healthHttp, misconfiguredHttp } from "../api/status-http.ts";
import { misconfiguredTimer } from "./misconfigured-timer.ts";

/** What is left while the configuration is bad. */
export const misconfiguredHandlers = (error: ConfigError, channel: Channel | undefined) => ({
  health: healthHttp(misconfiguredHttp(error)),
  status: misconfiguredHttp(error),
  timer: misconfiguredTimer(error, channel),
});
