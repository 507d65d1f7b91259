import type { StorageQueueHandler } from "@azure/functions";
import { parseSessionsRequest } from "../../core/domain/state/messages.ts";
import { listSessions } from "../../core/flows/asking/sessions.ts";
import { reportTrouble } from "../../core/flows/alerts/report-trouble.ts";
import { bodyOf } from "./message-body.ts";
import { portsOf, type App } from "../invocation.ts";

/** The sessions that a page wants to show: Azure takes seconds to list them, and nothing that enforces waits in this queue. */
export const sessionsMessage =
  (app: App): StorageQueueHandler =>
  async (message, context) => {
    const ports = portsOf(app, context);
    const parsed = parseSessionsRequest(bodyOf(message));
    if ("problem" in parsed) {
      await reportTrouble(
        { kind: "message-rejected", source: "sessions", why: parsed.problem },
        ports,
        app.settings,
      );
      return;
    }
    const outcome = await listSessions(parsed.request, ports);
    ports.log.info("Sessions listed", { bastion: parsed.request.bastionId, outcome });
  };
