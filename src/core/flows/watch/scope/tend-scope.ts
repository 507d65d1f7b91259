import pMap from "p-map";
import { byImportance, type AlertDraft } from "../../../domain/alerts/alert.ts";
import { traitsOf } from "../../../domain/alerts/alert-kinds.ts";
import type { LeavingSubscription } from "../../../domain/alerts/note.ts";
import { idKey, type BastionId } from "../../../domain/arm-id.ts";
import { groupBy } from "../../../domain/decide/situation.ts";
import { watchdogPartition } from "../../../domain/partition.ts";
import { openLinks, type BastionRows } from "../../../domain/state/bastion-rows.ts";
import type { HostState } from "../../../domain/state/watched.ts";
import type { Instant } from "../../../domain/time.ts";
import type { Ports } from "../../../ports.ts";
import { sendInPassing } from "../../alerts/deliver-alert.ts";
import { isInSubscriptions, type FlowSettings } from "../../settings.ts";
import { concurrency, viewBastion } from "../../store/read-estate.ts";
import { plainFact, recordIf, type Entry } from "../../store/record.ts";

/** So many subscriptions are named, with so many bastions each, and so many links. */
const mostNamed = 20;
const mostLinks = 100;

/**
 * Finds out which subscriptions of known bastions lie outside of the scope, keeps that in the watchdog's own row, and tells once what leaves.
 * Throws if Resource Graph has to be asked and does not answer: then what was known stays.
 */
export async function tendScope(
  known: readonly BastionId[],
  ports: Ports,
  settings: FlowSettings,
): Promise<void> {
  const elsewhere = known.filter((bastion) => !isInSubscriptions(bastion, settings));
  const { host } = await ports.table.read(watchdogPartition);
  const before = host?.outside ?? [];
  if (elsewhere.length === 0 && before.length === 0) return;
  const outside = await outsideOf([...new Set(elsewhere.map(({ subscriptionId }) => subscriptionId))], {
    ports,
    settings,
  });
  const leaving = outside.filter((id) => !before.includes(id));
  if (leaving.length === 0 && before.every((id) => outside.includes(id))) return;
  const now = ports.clock.now();
  const rows = await rowsIn(leaving, { known, ports, now });
  const written = await recordIf(
    watchdogPartition,
    (own) => (sameAs(own, before) ? entryOf({ outside, before, rows }, now) : undefined),
    { ports, settings },
  );
  if (written) await sendInPassing(watchdogPartition, written.outbox, { ports, settings });
}

/** Without management groups whatever is not in the setting. With them: only what Resource Graph shows, and under none of ours. */
async function outsideOf(
  subscriptions: readonly string[],
  { ports, settings }: { readonly ports: Ports; readonly settings: FlowSettings },
): Promise<readonly string[]> {
  if (settings.managementGroups.length === 0 || subscriptions.length === 0) return subscriptions;
  const ours = new Set(settings.managementGroups.map(idKey));
  const above = await ports.estate.managementGroupsAbove(subscriptions);
  return subscriptions.filter((id) => {
    const names = above.get(id);
    return names !== undefined && !names.some((name) => ours.has(idKey(name)));
  });
}

/** Of bastions that are still there, as far as their rows can be read. */
async function rowsIn(
  subscriptions: readonly string[],
  {
    known,
    ports,
    now,
  }: { readonly known: readonly BastionId[]; readonly ports: Ports; readonly now: Instant },
): Promise<readonly BastionRows[]> {
  const bastions = known.filter(({ subscriptionId }) => subscriptions.includes(subscriptionId));
  const rows = await pMap(bastions, ({ id }) => viewBastion(id, ports.table, now), { concurrency });
  return rows.flatMap((one) => (one === undefined || one.watched.host?.unreadable?.gone ? [] : [one]));
}

const sameAs = ({ outside }: HostState, before: readonly string[]): boolean =>
  outside.join() === before.join();

interface Change {
  readonly outside: readonly string[];
  readonly before: readonly string[];
  /** Of what leaves. */
  readonly rows: readonly BastionRows[];
}

function entryOf({ outside, before, rows }: Change, now: Instant): Entry {
  const back = before.filter((id) => !outside.includes(id));
  const leaving = outside.filter((id) => !before.includes(id));
  return {
    partition: watchdogPartition,
    facts: [
      plainFact(now, "scope-changed", {
        left: leaving.join(" "),
        returned: back.join(" "),
        openLinks: openLinks(rows).length,
      }),
    ],
    alerts: rows.length === 0 ? [] : [leavingAlert(rows, now)],
    host: { outside },
  };
}

function leavingAlert(rows: readonly BastionRows[], now: Instant): AlertDraft {
  const kind = "scope-left" as const;
  const links = openLinks(rows).map(({ link }) => link);
  const groups = groupBy(rows, ({ bastion }) => bastion.subscriptionId).map(leavingOf);
  const byForbidden = [...groups].sort((a, b) => b.forbidden - a.forbidden || b.links - a.links);
  return {
    kind,
    severity: traitsOf(kind).severity,
    at: now,
    links: byImportance(links).slice(0, mostLinks),
    linkCount: links.length,
    notes: [
      {
        kind,
        subscriptions: byForbidden.slice(0, mostNamed),
        more: Math.max(0, groups.length - mostNamed),
      },
    ],
  };
}

function leavingOf(rows: readonly [BastionRows, ...BastionRows[]]): LeavingSubscription {
  const links = openLinks(rows);
  return {
    subscriptionId: rows[0].bastion.subscriptionId,
    bastions: rows.slice(0, mostNamed).map(({ bastion }) => bastion.id),
    moreBastions: Math.max(0, rows.length - mostNamed),
    links: links.length,
    forbidden: links.filter(({ link }) => !link.allowed).length,
  };
}
