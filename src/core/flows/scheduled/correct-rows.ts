import { parseBastionId } from "../../domain/arm-id.ts";
import { commitOf } from "../../domain/decide/plan.ts";
import { factsOn } from "../../domain/decide/situation.ts";
import {
  asTold,
  unexplainedIn,
  withFact,
  type ToldLinks,
  type UnexplainedField,
} from "../../domain/ledger/explained-rows.ts";
import { isUnreadable } from "../../domain/ledger/ledger.ts";
import type { TrackedLink } from "../../domain/links/link.ts";
import type { Partition } from "../../domain/partition.ts";
import type { Watched } from "../../domain/state/watched.ts";
import type { Instant } from "../../domain/time.ts";
import type { EvidencePorts } from "../../ports.ts";
import { sendCommitted } from "../alerts/deliver-alert.ts";
import type { FlowSettings } from "../settings.ts";
import { ledgerFrom } from "../store/read-ledger.ts";
import { troubleAlert, writeContextAt } from "../store/record.ts";

interface Unexplained {
  readonly link: TrackedLink;
  readonly fields: readonly UnexplainedField[];
}

/** So many are told; a transaction takes a hundred rows. */
const most = 40;

/**
 * Compares the rows of open links with the ledger, which must have been verified: what no fact explains, somebody else wrote. Such a link is judged by the facts
 * from now on, and people are told, high. Does nothing where somebody commits meanwhile: the next night does.
 */
export async function correctRows(
  { partition, now }: { readonly partition: Partition; readonly now: Instant },
  ports: EvidencePorts,
  settings: FlowSettings,
): Promise<void> {
  const watched = await ports.table.read(partition);
  const { host, version } = watched;
  if (!host || host.openBatch !== undefined || watched.links.length === 0) return;
  const told = await toldUpTo(host.seq, partition, ports);
  const found = unexplainedLinks(watched, told).slice(0, most);
  if (found.length === 0) return;
  const put = found.map(({ link, fields }) => asTold(link, told.get(link.linkId), fields));
  const rows = found.flatMap(({ link: { vmId, linkId }, fields }) =>
    fields.map((field) => ({ vmId, linkId, field })),
  );
  const note = {
    kind: "rows-corrected",
    rows: { shown: rows.slice(0, 10), more: Math.max(0, rows.length - 10) },
  } as const;
  const commit = commitOf(
    {
      ...{ host, put, close: [], spent: [] },
      facts: factsOn(put, { at: now, kind: "rows-corrected", actor: undefined, data: { rows: rows.length } }),
      alerts: [{ ...troubleAlert(now, note), severity: "high" }],
    },
    writeContextAt(
      { partition, bastion: parseBastionId(host.bastionId), awaited: host.awaited },
      ports,
      settings,
    ),
  );
  const committed = await ports.table.commit(partition, { ...commit, expected: version });
  if (committed !== "conflict") await sendCommitted(partition, committed.outbox, { ports, settings });
}

const unexplainedLinks = ({ links }: Watched, told: ToldLinks): readonly Unexplained[] =>
  links
    .map((link) => ({ link, fields: unexplainedIn(link, told.get(link.linkId)) }))
    .filter(({ fields }) => fields.length > 0);

/** What was committed after the rows were read is left out. */
async function toldUpTo(seq: number, partition: Partition, ports: EvidencePorts): Promise<ToldLinks> {
  let told: ToldLinks = new Map();
  for await (const record of ledgerFrom(partition, { from: 0, to: seq }, ports))
    if (!isUnreadable(record)) told = withFact(told, record);
  return told;
}
