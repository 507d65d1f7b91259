import type { AlertDraft } from "../../domain/alerts/alert.ts";
import { traitsOf } from "../../domain/alerts/alert-kinds.ts";
import type { Note } from "../../domain/alerts/note.ts";
import { parseBastionId } from "../../domain/arm-id.ts";
import { commitOf, type WriteContext } from "../../domain/decide/plan.ts";
import type { FactData } from "../../domain/reports/fact-shapes.ts";
import type { Fact, FactKind } from "../../domain/ledger/ledger.ts";
import { newHost, type HostState } from "../../domain/state/watched.ts";
import type { WitnessRow } from "../../domain/state/witness.ts";
import type { Partition } from "../../domain/partition.ts";
import type { Committed, Ports } from "../../ports.ts";
import type { FlowContext, FlowSettings } from "../settings.ts";

/** Facts and alerts that follow from no look at a bastion. */
export interface Entry {
  readonly partition: Partition;
  readonly facts: readonly Fact[];
  readonly alerts: readonly AlertDraft[];
  /** What changes in the host row along with it; all else in it stays. */
  readonly host?: Partial<HostState>;
  /** What is remembered of the witnesses of a subscription, along with it. */
  readonly witness?: WitnessRow;
}

const attempts = 8;

/**
 * Adds to a partition's ledger and outbox and changes nothing else but what it is told to. Answers the outbox rows, which nobody has sent yet.
 * Throws what the table throws, and after losing eight races, so that its cause comes back.
 */
export async function record(entry: Entry, ports: Ports, settings: FlowSettings): Promise<Committed> {
  const written = await recordIf(entry.partition, () => entry, { ports, settings });
  if (!written) throw new Error("Nothing was to be recorded");
  return written;
}

/** The same, of what the host row says by then: `entryFor` is asked anew after a lost race. Undefined: it wanted nothing written. */
export async function recordIf(
  partition: Partition,
  entryFor: (host: HostState) => Entry | undefined,
  { ports, settings }: FlowContext,
): Promise<Committed | undefined> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const { host: before = newHost(""), version } = await ports.table.read(partition);
    const entry = entryFor(before);
    if (!entry) return undefined;
    const { facts, alerts, host: changes = {}, witness } = entry;
    const host = { ...before, ...changes };
    const bastion = parseBastionId(host.bastionId);
    const context = writeContextAt({ partition, bastion, awaited: before.awaited }, ports, settings);
    const commit = commitOf({ host, put: [], close: [], spent: [], facts, alerts }, context);
    const committed = await ports.table.commit(partition, {
      ...commit,
      ...(witness && { witness }),
      expected: version,
    });
    if (committed !== "conflict") return committed;
  }
  throw new Error(`Recording lost ${attempts} races for the partition ${partition}`);
}

/** Where something is written, under which policy, and whom its alerts can reach. `bastion`: undefined for the watchdog's own partition. */
export const writeContextAt = (
  { partition, bastion, awaited }: Pick<WriteContext, "partition" | "bastion" | "awaited">,
  { channels }: Ports,
  { policy, acknowledgeWithin }: FlowSettings,
): WriteContext => ({
  partition,
  bastion,
  awaited,
  policyHash: policy.hash,
  alerts: policy.alerts,
  channels: channels.map(({ name }) => name),
  acknowledgeWithin,
});

/** An alert about the watchdog itself, to every channel. */
export const troubleAlert = (at: Fact["at"], note: Note): AlertDraft => ({
  kind: "watchdog-trouble",
  severity: traitsOf("watchdog-trouble").severity,
  at,
  notes: [note],
});

/** A fact that belongs to no link. */
export const plainFact = <Kind extends FactKind>(at: Fact["at"], kind: Kind, data: FactData[Kind]): Fact => ({
  at,
  kind,
  links: [],
  actor: undefined,
  data,
});
