import { closedAsked, livesAsked, movedVms } from "../../../domain/decide/links/lifetime.ts";
import type { Situation } from "../../../domain/decide/situation.ts";
import { reasonOf } from "../../../domain/foreign.ts";
import type { HostState } from "../../../domain/state/watched.ts";
import type { Run } from "../run.ts";

/**
 * What a decision has to know of links before: how long each VM was open, and the lives that go on. Writes first what the newest commit left to be
 * written in `|lives`, and the rows of a VM that was moved under its new key.
 */
export async function withLives(situation: Situation, { ports, partition }: Run): Promise<Situation> {
  const { table } = ports;
  await owed(situation.host, table);
  await followMoves(situation, table);
  const vmKeys = livesAsked(situation);
  const closed = closedAsked(situation);
  const kept = closed.length === 0 ? [] : await table.closedLinks(partition, closed);
  return {
    ...situation,
    lives: vmKeys.length === 0 ? new Map() : await table.livesOf(vmKeys),
    closed: new Map(kept.map((one) => [one.link.linkId, one])),
  };
}

type Table = Run["ports"]["table"];

const owed = async ({ owedLives }: Pick<HostState, "owedLives">, table: Table): Promise<void> => {
  if (owedLives.length > 0) await table.writeLives(owedLives);
};

/** The time that the VM was open under its old id is its own under the new one. */
async function followMoves(situation: Situation, table: Table): Promise<void> {
  const moved = movedVms(situation);
  if (moved.size === 0) return;
  const before = await table.livesOf([...moved.keys()]);
  const rows = [...moved].flatMap(([from, vmKey]) =>
    (before.get(from) ?? []).map((life) => ({ ...life, vmKey })),
  );
  if (rows.length > 0) await table.writeLives(rows);
}

/** After the commit. That it failed is made up for before the next one. */
export async function writeOwed(host: HostState, { ports }: Run): Promise<void> {
  try {
    await owed(host, ports.table);
  } catch (error) {
    ports.log.warn("How long links were open could not be written yet", { why: reasonOf(error) });
  }
}
