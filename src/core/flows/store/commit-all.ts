import type { OutboxEntry } from "../../domain/alerts/outbox.ts";
import type { Partition, Version } from "../../domain/partition.ts";
import type { Commit } from "../../domain/state/watched.ts";
import type { Committed, Ports } from "../../ports.ts";

interface At {
  readonly partition: Partition;
  readonly ports: Pick<Ports, "table">;
}

type Commits = readonly Omit<Commit, "expected">[];

/**
 * Writes a plan's transactions in order, each guarded by the version the one before left; `version` is that of the rows it was made from.
 * Answers the outbox rows of the last one, which carries every alert. "conflict": somebody committed first; what of ours was written are
 * drafts that do not count.
 */
export async function commitAll(
  { partition, ports }: At,
  commits: Commits,
  version: Version | undefined,
): Promise<readonly OutboxEntry[] | "conflict"> {
  let expected = version;
  let outbox: readonly OutboxEntry[] = [];
  for (const commit of commits) {
    const committed: Committed | "conflict" = await ports.table.commit(partition, { ...commit, expected });
    if (committed === "conflict") return "conflict";
    expected = committed.version;
    outbox = committed.outbox;
  }
  return outbox;
}
