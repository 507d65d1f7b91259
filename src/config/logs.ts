import * as z from "zod";
import { endpoint } from "./endpoints.ts";
import { guid } from "../core/domain/guid.ts";

/** The settings of the workspace that Azure's logs are read in, by name. */
export const logSettings = {
  WATCHDOG_LOGS_ENDPOINT: endpoint("WATCHDOG_LOGS_ENDPOINT"),
  WATCHDOG_LOGS_WORKSPACE_ID: z
    .string()
    .regex(guid, "must be the workspace's own id (a GUID), not its ARM id")
    .optional(),
};

export interface LogsChoice {
  readonly endpoint: string;
  readonly workspaceId: string;
}

interface Values {
  readonly WATCHDOG_LOGS_ENDPOINT: string;
  readonly WATCHDOG_LOGS_WORKSPACE_ID?: string | undefined;
}

/** Undefined where nobody is to be asked who used a link. */
export const logsChoice = ({
  WATCHDOG_LOGS_ENDPOINT,
  WATCHDOG_LOGS_WORKSPACE_ID,
}: Values): LogsChoice | undefined =>
  WATCHDOG_LOGS_WORKSPACE_ID === undefined
    ? undefined
    : { endpoint: WATCHDOG_LOGS_ENDPOINT, workspaceId: WATCHDOG_LOGS_WORKSPACE_ID.toLowerCase() };
