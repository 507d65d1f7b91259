import { believed, believedHost } from "../../domain/state/moments.ts";
import { isTooFar } from "../../domain/state/reach.ts";
import { instant, type Instant } from "../../domain/time.ts";
import { believedWitness, type KeptWitness } from "../../domain/state/witness.ts";
import type { Clock, WatchTable } from "../../ports.ts";

const believedRow = (row: KeptWitness, now: Instant): KeptWitness => ({
  ...row,
  witness: row.witness && believedWitness(row.witness, now),
});

/** The same table for a reader who believes no moment that its writer cannot have put so far ahead: whoever reads rows of a bastion, or the watchdog's own, reads them through this. */
export const believing = <Table extends WatchTable>(table: Table, clock: Clock): Table => ({
  ...table,
  read: async (partition) => believed(await table.read(partition), clock.now()),
  readHost: async (partition) => {
    const { host, version } = await table.readHost(partition);
    return { host: host && believedHost(host, clock.now()), version };
  },
  witnesses: async () => (await table.witnesses()).map((row) => believedRow(row, clock.now())),
  readWitness: async (subscriptionId) => {
    const row = await table.readWitness(subscriptionId);
    return row && believedRow(row, clock.now());
  },
  // Absent would make every link older than the watchdog: by a moment that nobody believes, none is.
  watchedSince: async (subscriptionId) => {
    const since = await table.watchedSince(subscriptionId);
    return isTooFar(since, "past", clock.now()) ? instant(0) : since;
  },
});
