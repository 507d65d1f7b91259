import type { StorageQueueHandler } from "@azure/functions";
import { parseDeliverRequest, parseResendRequest } from "../../core/domain/state/messages.ts";
import type { ActPorts } from "../../core/flows/actions/order.ts";
import { deliverAlert } from "../../core/flows/alerts/deliver-alert.ts";
import { reportTrouble } from "../../core/flows/alerts/report-trouble.ts";
import { bodyOf } from "./message-body.ts";
import { portsOf, type App } from "../invocation.ts";

export interface AlertsApp extends App {
  readonly world: Omit<ActPorts, "log">;
}

/** An alert to be tried again, or one that somebody wants again. What the channels answer is written into its row; only a failing store brings the message back. */
export const alertMessage =
  (app: AlertsApp): StorageQueueHandler =>
  async (message, context) => {
    const ports = portsOf(app, context);
    const again = parseResendRequest(bodyOf(message));
    if (again) {
      const { resendAsAsked } = await import("../../core/flows/actions/resend.ts");
      await resendAsAsked(again, { ...ports, table: app.world.table }, app.settings);
      return;
    }
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
