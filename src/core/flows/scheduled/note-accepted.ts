import pMap from "p-map";
import { isSettled, type OutboxEntry } from "../../domain/alerts/outbox.ts";
import type { Fact } from "../../domain/ledger/ledger.ts";
import type { Partition } from "../../domain/partition.ts";
import { UnreadableRow, type HostState } from "../../domain/state/watched.ts";
import { isoInstant, type Instant } from "../../domain/time.ts";
import type { EvidencePorts } from "../../ports.ts";
import type { FlowSettings } from "../settings.ts";
import { concurrency } from "../store/read-estate.ts";
import { plainFact, recordIf } from "../store/record.ts";

/** So many facts fit into one transaction; the next run notes the rest. */
const most = 50;

/**
 * Notes in each ledger when which channel accepted which alert: the row of an alert says so too, and whoever may write to the table may change that. An alert is
 * noted once no channel is pending for it or for an older one, a day late at most. A bastion that is being looked at waits for the next run.
 */
export async function noteAccepted(ports: EvidencePorts, settings: FlowSettings): Promise<void> {
  const now = ports.clock.now();
  const heads = await ports.table.heads();
  const behind = heads.filter((head) => !("unreadable" in head) && head.acceptedTo < head.seq);
  await pMap(behind, ({ partition }) => noteIn(partition, now, { ports, settings }), { concurrency });
}

interface Context {
  readonly ports: EvidencePorts;
  readonly settings: FlowSettings;
}

/** Rows that cannot be read cost their own ledger the note: the sweep tells of them. */
async function noteIn(partition: Partition, now: Instant, { ports, settings }: Context): Promise<void> {
  try {
    const { host } = await ports.table.readHost(partition);
    if (!host || (host.claimUntil ?? now) > now) return;
    const entries = await ports.table.readAlerts(partition, host.acceptedTo + 1);
    const noted = noteFor(host, entries, now);
    if (noted.acceptedTo === host.acceptedTo) return;
    const { facts, acceptedTo } = noted;
    const entryFor = ({ seq }: HostState) =>
      seq === host.seq ? { partition, facts, alerts: [], host: { acceptedTo } } : undefined;
    await recordIf(partition, entryFor, { ports, settings });
  } catch (error) {
    if (!(error instanceof UnreadableRow)) throw error;
    ports.log.warn("Accepted alerts could not be noted", { partition, why: error.message });
  }
}

interface Note {
  readonly facts: readonly Fact[];
  /** Up to which number all alerts are noted then. */
  readonly acceptedTo: number;
}

/** With nothing left over the facts themselves, which are numbered on from the host row, need not be looked behind again. */
function noteFor(host: HostState, entries: readonly OutboxEntry[], now: Instant): Note {
  const pending = entries.findIndex((entry) => !isSettled(entry));
  const settled = entries.slice(0, pending === -1 ? most : Math.min(pending, most));
  const facts = settled.flatMap((entry) => acceptedFact(entry, now));
  const isAll = settled.length === entries.length;
  return { facts, acceptedTo: isAll ? host.seq + facts.length : (settled.at(-1)?.seq ?? host.acceptedTo) };
}

function acceptedFact({ alert, deliveries }: OutboxEntry, now: Instant): readonly Fact[] {
  const moments = Object.entries(deliveries).flatMap(([channel, delivery]) =>
    delivery.state === "accepted" ? [[channel, isoInstant(delivery.at)] as const] : [],
  );
  const links = alert.links.map(({ linkId }) => linkId).join(" ");
  const data = { alert: alert.id, of: alert.kind, links, ...Object.fromEntries(moments) };
  return moments.length === 0 ? [] : [plainFact(now, "alert-accepted", data)];
}
