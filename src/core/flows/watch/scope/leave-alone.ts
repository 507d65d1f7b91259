import { endsIn, overdue } from "../../../domain/alerts/acknowledgement.ts";
import { commitOf } from "../../../domain/decide/plan.ts";
import type { Watched } from "../../../domain/state/watched.ts";
import { sendCommitted } from "../../alerts/deliver-alert.ts";
import { writeContextAt } from "../../store/record.ts";
import type { Run } from "../run.ts";

/**
 * What is done for a bastion out of scope: its alerts leave, and what nobody acknowledged is told again. Azure is not asked, nothing is judged and
 * nothing deleted; the row says since when, so that its links get a notice when it is back.
 */
export async function leaveAlone(run: Run, { host, version }: Watched): Promise<"done" | "conflict"> {
  const { partition, ports, settings } = run;
  if (!host) return "done";
  const now = ports.clock.now();
  const waiting = {
    ...{ awaited: host.awaited, within: settings.acknowledgeWithin, endOf: endsIn(host.past) },
    isUnreadable: host.unreadable !== undefined,
  };
  const { alerts, facts, awaited } = overdue(waiting, now);
  if (host.outOfScope && alerts.length === 0) return "done";
  const left = { ...host, awaited, outOfScope: host.outOfScope ?? { since: now } };
  const commit = commitOf(
    { host: left, put: [], close: [], spent: [], facts, alerts },
    writeContextAt({ ...run, awaited: host.awaited }, ports, settings),
  );
  const committed = await ports.table.commit(partition, { ...commit, expected: version });
  if (committed === "conflict") return "conflict";
  await sendCommitted(partition, committed.outbox, { ports, settings });
  return "done";
}
