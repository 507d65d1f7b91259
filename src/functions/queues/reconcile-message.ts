import type { StorageQueueHandler } from "@azure/functions";
import { parseReconcileRequest } from "../../core/domain/state/messages.ts";
import { reconcile } from "../../core/flows/watch/reconcile.ts";
import { reportTrouble } from "../../core/flows/alerts/report-trouble.ts";
import { bodyOf } from "./message-body.ts";
import { portsOf, type App } from "../invocation.ts";

/** A bastion to look at, now or at a moment that was set earlier. Unreadable messages are recorded; failures come back by the queue. */
export const reconcileMessage =
  (app: App): StorageQueueHandler =>
  async (message, context) => {
    const ports = portsOf(app, context);
    const parsed = parseReconcileRequest(bodyOf(message));
    if ("problem" in parsed) {
      await reportTrouble(
        { kind: "message-rejected", source: "reconcile", why: parsed.problem },
        ports,
        app.settings,
      );
      return;
    }
    const outcome = await reconcile(parsed.request, ports, app.settings);
    ports.log.info("Reconciled", { bastion: parsed.request.bastionId, cause: parsed.request.cause, outcome });
  };
