import type { OutboxEntry } from "./outbox.ts";

/** An alert that channels gave up, and were not sent again since. */
export interface GivenUp {
  /** Its newest row. */
  readonly entry: OutboxEntry;
  readonly channels: readonly string[];
}

/** Those among a partition's alerts, in the order of their numbers; of several rows of one alert the newest counts, channel by channel. */
export function givenUpIn(entries: readonly OutboxEntry[]): readonly GivenUp[] {
  const newest = new Map<string, OutboxEntry>();
  for (const entry of entries.toSorted((a, b) => a.seq - b.seq)) {
    const { id } = entry.alert;
    newest.set(id, { ...entry, deliveries: { ...newest.get(id)?.deliveries, ...entry.deliveries } });
  }
  return [...newest.values()].flatMap((entry) => {
    const channels = Object.entries(entry.deliveries).flatMap(([name, { state }]) =>
      state === "gave-up" ? [name] : [],
    );
    return channels.length > 0 ? [{ entry, channels }] : [];
  });
}
