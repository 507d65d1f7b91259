/** What waits for one channel in one process, and what that process knows of the channel. */
import type { Partition } from "../../partition.ts";
import { instant, type Instant, type Milliseconds } from "../../time.ts";
import type { Alert } from "../alert.ts";
import type { WaitingFigures } from "../note.ts";
import type { OutboxEntry, TryOutcome } from "../outbox.ts";
import type { Pause } from "./pause.ts";
import type { ToldPause } from "./told-pause.ts";

/** An alert whose lease this process holds, on its way to one or more channels. */
export interface Parcel {
  readonly partition: Partition;
  /** Those that the lease is for. */
  readonly channels: readonly string[];
  /** It is not sent right after the commit that decided it. */
  readonly isLate: boolean;
  readonly leasedUntil: Instant;
  /** As its row was last read or written. */
  entry: OutboxEntry;
  /** Channels that it is being sent to at this moment. */
  readonly underWay: Set<string>;
  /** What became of it at its channels, and is not written yet. */
  readonly outcomes: { readonly channel: string; readonly outcome: TryOutcome }[];
  isWriting: boolean;
  /** It is late, and its links are opened and gone by now: told in one summary with others. Undefined until somebody looked. */
  isOvertaken?: boolean;
}

/** One parcel in the lane of one channel. */
export interface Waiting {
  readonly parcel: Parcel;
  /** With so many it may share a message: fewer, once one that it was in was refused. */
  readonly mostTogether: number;
  /** What is older of its bastion, and free, is in the lane as well. */
  readonly isInOrder: boolean;
}

/** What was sent to a channel, and when. */
export interface Sent {
  readonly at: Instant;
  readonly isHigh: boolean;
}

/** How often an alert was tried at a channel in vain. */
export interface Tries {
  readonly firstAt: Instant;
  readonly lastAt: Instant;
  /** Those that may be the alert's own fault: not where the channel said that it takes nothing. */
  readonly failures: number;
  /** Another one was accepted since the first of them. */
  readonly othersPass: boolean;
}

/** The lane of a channel: whoever brings an alert adds it, and one invocation carries them all. */
export interface Lane {
  waiting: readonly Waiting[];
  /** Of the last hour, oldest first. */
  sent: readonly Sent[];
  pause: Pause | undefined;
  /** What people were last told of its pauses, as far as this process knows. */
  toldPause: ToldPause | undefined;
  /** When the process last looked whether people believe that the channel pauses. */
  pausesReadAt: Instant | undefined;
  /** By `keyOf`. */
  tries: ReadonlyMap<string, Tries>;
  /** The last answer refused this one by itself. */
  lastRefused: string | undefined;
  isCarried: boolean;
  /** Ends the carrier's wait: something came that may leave earlier. */
  wake: () => void;
}

/** The lanes of a process by channel. */
export type Lanes = Map<string, Lane>;

/** The lane of a channel, which begins empty. */
export const laneOf = (lanes: Lanes, channel: string): Lane => {
  const lane = lanes.get(channel) ?? emptyLane();
  lanes.set(channel, lane);
  return lane;
};

const emptyLane = (): Lane => ({
  waiting: [],
  sent: [],
  pause: undefined,
  toldPause: undefined,
  pausesReadAt: undefined,
  tries: new Map(),
  lastRefused: undefined,
  isCarried: false,
  wake: () => undefined,
});

/** So many of either loudness wait in a lane: what it costs is memory, and a lease each. */
const mostWaiting = 200;
/** So long one invocation carries a lane. */
export const carriedFor: Milliseconds = 30_000;
/** So long where somebody waits for it, or it has other things to do. */
export const inPassing: Milliseconds = 2_000;
/** What has less of its lease left is not sent: the answer may take ten seconds, and has to be written. */
export const leaseToSend: Milliseconds = 15_000;

/** Whether it is of high severity. */
export const isHigh = ({ parcel }: Waiting): boolean => parcel.entry.alert.severity === "high";
/** As it was decided. */
export const alertIn = ({ parcel }: Waiting): Alert => parcel.entry.alert;
/** Names an alert's telling in whatever partition it lies. */
export const keyOf = ({ parcel: { partition, entry } }: Waiting): string => `${partition}#${entry.seq}`;

/** Whether the older of both goes first: they are of one bastion, and as loud. */
export const isOneQueue = (one: Waiting, other: Waiting): boolean =>
  one.parcel.partition === other.parcel.partition && isHigh(one) === isHigh(other);

/** By the moment of their decision; within a bastion by number. */
export const oldestFirst = (waiting: readonly Waiting[]): readonly Waiting[] =>
  waiting.toSorted((a, b) => alertIn(a).at - alertIn(b).at || a.parcel.entry.seq - b.parcel.entry.seq);

/** Whether there is room for one more of its loudness. */
export const hasRoom = ({ waiting }: Pick<Lane, "waiting">, one: Waiting): boolean =>
  waiting.filter((other) => isHigh(other) === isHigh(one)).length < mostWaiting;

/** The parcel as it is brought to a lane. */
export const waitingOf = (parcel: Parcel, isInOrder: boolean): Waiting => ({
  parcel,
  mostTogether: mostWaiting,
  isInOrder,
});

/** An entry whose lease we just took, for these channels. */
export const parcelOf = (
  partition: Partition,
  entry: OutboxEntry,
  { isLate, channels }: { readonly isLate: boolean; readonly channels: readonly string[] },
): Parcel => ({
  partition,
  channels,
  entry,
  isLate,
  leasedUntil: leaseOf(entry, channels),
  underWay: new Set(),
  outcomes: [],
  isWriting: false,
});

const leaseOf = ({ deliveries }: OutboxEntry, channels: readonly string[]): Instant =>
  instant(
    Math.min(
      ...channels.map((name) => {
        const delivery = deliveries[name];
        return delivery?.state === "pending" ? delivery.notBefore : -Infinity;
      }),
    ),
  );

/** So many VMs of what waits are named. */
const mostNamed = 5;

/** What a process knows that a channel was not told: how many alerts, of how many links, to which VMs first. */
export function toldOf(waiting: readonly Waiting[]): WaitingFigures {
  const alerts = oldestFirst(waiting).map(alertIn);
  const vmIds = alerts.flatMap(({ links }) => links.map(({ vmId }) => vmId));
  return {
    alerts: alerts.length,
    links: alerts.reduce((sum, { linkCount }) => sum + linkCount, 0),
    vmIds: [...new Set(vmIds)].slice(0, mostNamed),
  };
}
