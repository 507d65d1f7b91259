import type { AlertDraft } from "../../domain/alerts/alert.ts";
import { traitsOf } from "../../domain/alerts/alert-kinds.ts";
import type { Note } from "../../domain/alerts/note.ts";
import { parseBastionId } from "../../domain/arm-id.ts";
import { commitOf, type WriteContext } from "../../domain/decide/plan.ts";
import type { Fact } from "../../domain/ledger/ledger.ts";
import { newHost, type HostState } from "../../domain/state/watched.ts";
import type { Partition } from "../../domain/partition.ts";
import type { Committed, Ports } from "../../ports.ts";
import type { FlowSettings } from "../settings.ts";

/** Facts and alerts that follow from no look at a bastion. */
export interface Entry {
  readonly partition: Partition;
  readonly facts: readonly Fact[];
  readonly alerts: readonly AlertDraft[];
  /** What changes in the host row along with it; all else in it stays. As a function it is asked anew after a lost race. */
  readonly host?: Partial<HostState> | ((before: HostState) => Partial<HostState>);
}

const attempts = 8;

/**
 * Adds to a partition's ledger and outbox and changes nothing else but what it is told to. Answers the outbox rows, which nobody has sent yet.
 * Throws what the table throws, and after losing eight races, so that its cause comes back.
 */
export async function record(
  { partition, facts, alerts, host: changes = {} }: Entry,
  ports: Ports,
  settings: FlowSettings,
): Promise<Committed> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const { host: before = newHost(""), version } = await ports.table.read(partition);
    const host = { ...before, ...(typeof changes === "function" ? changes(before) : changes) };
    const context = writeContextAt({ partition, bastion: parseBastionId(host.bastionId) }, ports, settings);
    const commit = commitOf({ host, put: [], close: [], spent: [], facts, alerts }, context);
    const committed = await ports.table.commit(partition, { ...commit, expected: version });
    if (committed !== "conflict") return committed;
  }
  throw new Error(
    `Recording ${facts.map(({ kind }) => kind).join(", ")} lost ${attempts} races for the partition ${partition}`,
  );
}

/** Where something is written, under which policy, and whom its alerts can reach. `bastion`: undefined for the watchdog's own partition. */
export const writeContextAt = (
  { partition, bastion }: Pick<WriteContext, "partition" | "bastion">,
  { channels }: Ports,
  { policy, acknowledgeWithin }: FlowSettings,
): WriteContext => ({
  partition,
  bastion,
  policyHash: policy.hash,
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
export const plainFact = (at: Fact["at"], kind: Fact["kind"], data: Fact["data"]): Fact => ({
  at,
  kind,
  links: [],
  actor: undefined,
  data,
});
