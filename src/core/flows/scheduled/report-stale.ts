import { isStale, staleAfter } from "../../domain/reports/coverage.ts";
import { isoDay } from "../../domain/time.ts";
import { watchdogPartition } from "../../domain/partition.ts";
import type { Ports } from "../../ports.ts";
import { sendCommitted } from "../alerts/deliver-alert.ts";
import { plainFact, record, troubleAlert } from "../store/record.ts";
import { viewEstate } from "../store/read-estate.ts";
import type { FlowSettings } from "../settings.ts";

const named = 10;

/**
 * Silence that looks like peace: a bastion that nobody could look at, though nothing says it cannot be read. Told once a day while it
 * lasts. Unreadable ones have an alert of their own. Answers how many there are, and keeps that number for the pages.
 */
export async function reportStale(ports: Ports, settings: FlowSettings): Promise<number> {
  const now = ports.clock.now();
  const bastions = (await viewEstate(ports.table, now)).map(({ watched }) => watched);
  const stale = bastions.filter((watched) => isStale(watched, now));
  const counted = {
    at: now,
    stale: stale.length,
    unreadable: bastions.filter(({ host }) => host?.unreadable && !host.unreadable.gone && !host.outOfScope)
      .length,
  };
  const day = isoDay(now);
  const { host: own } = await ports.table.read(watchdogPartition);
  if (stale.length === 0 || own?.staleToldFor === day) {
    await record({ partition: watchdogPartition, facts: [], alerts: [], host: { counted } }, ports, settings);
    return stale.length;
  }
  const note = {
    kind: "stale",
    count: stale.length,
    longerThan: staleAfter,
    bastions: stale
      .slice(0, named)
      .flatMap(({ host }) =>
        host?.checkedAt === undefined ? [] : [{ bastionId: host.bastionId, checkedAt: host.checkedAt }],
      ),
  } as const;
  const names = note.bastions.map(({ bastionId }) => bastionId).join(" ");
  const facts = [plainFact(now, "bastions-stale", { bastions: stale.length, named: names })];
  const entry = {
    partition: watchdogPartition,
    facts,
    alerts: [troubleAlert(now, note)],
    host: { counted, staleToldFor: day },
  };
  const { outbox } = await record(entry, ports, settings);
  await sendCommitted(watchdogPartition, outbox, { ports, settings });
  return stale.length;
}
