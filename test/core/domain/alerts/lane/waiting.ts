import type { Alert } from "../../../../../src/core/domain/alerts/alert.ts";
import {
  parcelOf,
  waitingOf,
  type Lane,
  type Waiting,
} from "../../../../../src/core/domain/alerts/lane/lane.ts";
import { newOutboxEntry } from "../../../../../src/core/domain/alerts/outbox.ts";
import type { Partition } from "../../../../../src/core/domain/partition.ts";
import { after, seconds, type Instant } from "../../../../../src/core/domain/time.ts";
import { at } from "../../../../memory/clock.ts";
import { anAlert } from "../../../../memory/samples.ts";

export const noon = at("2026-12-01T12:00:00Z");
export const inSeconds = (count: number): Instant => after(noon, seconds(count));

interface Told extends Partial<Alert> {
  readonly seq?: number;
  readonly on?: string;
  readonly leasedUntil?: Instant;
}

/** An alert on its way to Teams, decided at noon unless told otherwise. */
export function waiting({ seq = 1, on = "hub", leasedUntil = inSeconds(60), ...told }: Told = {}): Waiting {
  const alert = anAlert({ at: noon, ...told });
  const entry = newOutboxEntry(seq, alert, { channels: ["teams"], fallback: [] });
  const parcel = parcelOf(`|${on}` as Partition, entry, { isLate: false, channels: ["teams"] });
  return waitingOf({ ...parcel, leasedUntil }, true);
}

/** By their numbers and places, for comparing. */
export const names = (some: readonly Waiting[]): readonly string[] =>
  some.map(({ parcel }) => `${parcel.partition.slice(1)} ${parcel.entry.seq}`);

export const laneWith = (some: readonly Waiting[], more: Partial<Lane> = {}): Lane => ({
  waiting: some,
  sent: [],
  pause: undefined,
  toldPause: undefined,
  pausesReadAt: undefined,
  tries: new Map(),
  lastRefused: undefined,
  isCarried: true,
  wake: () => undefined,
  ...more,
});
