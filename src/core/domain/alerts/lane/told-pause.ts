/** What of a channel's pause concerns others than the process that pauses: it lasted five minutes, and people were told. */
import { sha256 } from "../../hash.ts";
import { after, hours, minutes, type Instant } from "../../time.ts";
import { toldAgainAt } from "../trouble.ts";
import type { Pause } from "./pause.ts";

/** Kept in the watchdog's own partition, for every process and reader. */
export interface ToldPause {
  readonly channel: string;
  /** Of the setting that the channel has: another one ends the pause. */
  readonly setting: string;
  /** The id of its alert, of every telling of it. */
  readonly id: string;
  readonly since: Instant;
  readonly why: string;
  readonly toldAt: Instant;
  readonly tellings: number;
  /** Undefined: it lasts. */
  readonly endedAt?: Instant | undefined;
}

/** A channel by its name, as it is set now. */
export interface SetChannel {
  readonly name: string;
  readonly setting: string;
}

/** Sooner than this a pause is no news. */
export const newsAfter = minutes(5);
/** What begins again so soon is the same one going on. */
const goesOnWithin = hours(1);

/** Enough to notice a change; too little to guess a secret by. */
export const settingHash = (...parts: readonly string[]): string => sha256(JSON.stringify(parts)).slice(0, 4);

/** Whether a channel that is set like this takes nothing, as far as anybody knows. */
const isLasting = (one: ToldPause, { name, setting }: SetChannel): boolean =>
  one.channel === name && one.setting === setting && one.endedAt === undefined;

/** Those that last, of the channels as they are set now. */
export const lastingPauses = (
  pauses: readonly ToldPause[],
  channels: readonly SetChannel[],
): readonly ToldPause[] => pauses.filter((one) => channels.some((channel) => isLasting(one, channel)));

/** Another process got something through since this one began to pause: it fails anew, from now on. */
export const isOutlived = ({ since }: Pick<Pause, "since">, before: ToldPause | undefined): boolean =>
  before?.endedAt !== undefined && since <= before.endedAt;

/** Whether people are to be told of it now: for the first time, for another reason, or after five minutes, an hour, then daily. */
export const isToBeTold = (
  before: ToldPause | undefined,
  { channel, why }: { readonly channel: SetChannel; readonly why: string },
  now: Instant,
): boolean =>
  before === undefined ||
  !isLasting(before, channel) ||
  before.why !== why ||
  now >= toldAgainAt(before, false);

/** The pause once people are told of it: the one that goes on, where that ended within the hour. */
export function toldPause(
  before: ToldPause | undefined,
  {
    channel,
    pause,
    id,
  }: { readonly channel: SetChannel; readonly pause: Pick<Pause, "since" | "why">; readonly id: string },
  now: Instant,
): ToldPause {
  const goesOn = before !== undefined && now < after(before.endedAt ?? now, goesOnWithin);
  const isSame = before !== undefined && isLasting(before, channel);
  return {
    channel: channel.name,
    setting: channel.setting,
    id: goesOn ? before.id : id,
    since: isSame && before.since < pause.since ? before.since : pause.since,
    why: pause.why,
    toldAt: now,
    tellings: goesOn ? before.tellings + 1 : 1,
  };
}
