import { sendLease } from "../../domain/alerts/outbox.ts";
import type { Decision } from "../../domain/decide/decide.ts";
import type { HostState } from "../../domain/state/watched.ts";
import { after, instant } from "../../domain/time.ts";
import { isDue } from "./look/look-due.ts";
import type { Run } from "./run.ts";

/**
 * Makes sure that somebody comes back to what is about to be committed. Enqueued before the commit, so that a crash right after it is
 * noticed. What the commit says is due later gets a message that becomes visible then; one a change of `wakeAt`, not one a look.
 */
export async function wakeUpLater(
  { request, ports }: Run,
  before: HostState,
  decision: Decision,
): Promise<void> {
  const now = ports.clock.now();
  const { wakeAt } = decision.host;
  const isNews = wakeAt !== undefined && (wakeAt !== before.wakeAt || isDue(before, now));
  const isCrashRisk = decision.alerts.length > 0 || decision.revoke.length > 0;
  const moments = [...(isNews ? [wakeAt] : []), ...(isCrashRisk ? [after(now, sendLease)] : [])];
  const wakeUp = { bastionId: request.bastionId, cause: "wake-up" as const, since: instant(0) };
  await Promise.all([...new Set(moments)].map((moment) => ports.queues.reconcile(wakeUp, moment - now)));
}
