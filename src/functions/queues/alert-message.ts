import type { StorageQueueHandler } from "@azure/functions";
import { parseDeliverRequest } from "../../core/domain/state/messages.ts";
import { deliverAlert } from "../../core/flows/alerts/deliver-alert.ts";
import { reportTrouble } from "../../core/flows/alerts/report-trouble.ts";
import { bodyOf } from "./message-body.ts";
import { portsOf, type App } from "../invocation.ts";

/** An alert to be tried again. What the channels answer is written into its row; only a failing store brings the message back. */
export const alertMessage =
  (app: App): StorageQueueHandler =>
  async (message, context) => {
    const ports = portsOf(app, context);
    const parsed = parseDeliverRequest(bodyOf(message));
    if ("problem" in parsed) {
      await reportTrouble(
        { kind: "message-rejected", source: "alerts", why: parsed.problem },
        ports,
        app.settings,
      );
      return;
    }
    await deliverAlert(parsed.request, ports, app.settings);
  };
