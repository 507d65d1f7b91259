import type { AzureChoice } from "./endpoints.ts";
import { guid } from "../core/domain/guid.ts";
import * as z from "zod";

/** The settings of the workspace that Azure's logs are read in, by name. */
export const logSettings = {
  WATCHDOG_LOGS_WORKSPACE_ID: z
    .string()
    .regex(guid, "must be the workspace's own id (a GUID), not its ARM id")
    .optional(),
};

export interface LogsChoice {
  readonly endpoint: string;
  /** Whom tokens are for: the older name of the public endpoint, also where the newer one is asked. */
  readonly audience: string;
  readonly workspaceId: string;
}

interface Values {
  readonly WATCHDOG_LOGS_WORKSPACE_ID?: string | undefined;
}

/** Undefined where nobody is to be asked who used a link. */
export const logsChoice = (
  { WATCHDOG_LOGS_WORKSPACE_ID: workspaceId }: Values,
  { cloud, logsEndpoint }: AzureChoice,
): LogsChoice | undefined =>
  workspaceId === undefined
    ? undefined
    : {
        endpoint: logsEndpoint,
        audience: `https://${cloud.logs[0]}`,
        workspaceId: workspaceId.toLowerCase(),
      };
