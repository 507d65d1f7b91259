import { alertId, type AlertDraft } from "../../../domain/alerts/alert.ts";
import { traitsOf } from "../../../domain/alerts/alert-kinds.ts";
import { toldOf, type Lane } from "../../../domain/alerts/lane/lane.ts";
import {
  isToBeTold,
  newsAfter,
  isOutlived,
  toldPause,
  type SetChannel,
  type ToldPause,
} from "../../../domain/alerts/lane/told-pause.ts";
import type { Note } from "../../../domain/alerts/note.ts";
import { sendLease } from "../../../domain/alerts/outbox.ts";
import { watchdogPartition } from "../../../domain/partition.ts";
import { isoInstant, minutes } from "../../../domain/time.ts";
import { UnreadableRow, type HostState } from "../../../domain/state/watched.ts";
import type { FlowContext } from "../../settings.ts";
import { plainFact, recordIf, troubleAlert, type Entry } from "../../store/record.ts";

/**
 * After something was sent: a channel that has paused for five minutes is a fact and one trouble on the others, told again as long as it lasts; that it takes
 * alerts again, whichever process paused, is a fact and the end of that trouble.
 */
export async function reportPause(
  name: string,
  { lane, isAccepted }: { readonly lane: Lane; readonly isAccepted: boolean },
  context: FlowContext,
): Promise<void> {
  const channel = context.ports.channels.find((one) => one.name === name);
  if (!channel) return;
  try {
    if (lane.pause) await reportDown(channel, lane, context);
    else if (isAccepted) await reportBack(channel, lane, context);
  } catch (error) {
    // A row of the watchdog's own that cannot be read keeps no alert from its channel.
    if (!(error instanceof UnreadableRow)) throw error;
    context.ports.log.error("A channel's pause could not be read or reported", {
      channel: name,
      why: error.message,
    });
  }
}

const withOne = (pauses: readonly ToldPause[], one: ToldPause): Partial<HostState> => ({
  pauses: [...pauses.filter(({ channel }) => channel !== one.channel), one],
});

async function reportDown(channel: SetChannel, lane: Lane, context: FlowContext): Promise<void> {
  const now = context.ports.clock.now();
  const { pause } = lane;
  if (!pause || now - pause.since < newsAfter) return;
  const { name } = channel;
  const { why } = pause;
  if (!isToBeTold(lane.toldPause, { channel, why }, now)) return;
  const id = alertId(`channel ${name}`, pause.since);
  const others = context.ports.channels.map((one) => one.name).filter((other) => other !== name);
  const entryFor = ({ pauses }: HostState): Entry | undefined => {
    const before = pauses.find((one) => one.channel === name);
    lane.toldPause = before;
    if (isOutlived(pause, before)) {
      lane.pause = { ...pause, since: now };
      return undefined;
    }
    if (!isToBeTold(before, { channel, why }, now)) return undefined;
    const next = toldPause(before, { channel, pause, id }, now);
    lane.toldPause = next;
    const { since, tellings } = next;
    const note: Note = { kind: "channel-down", channel: name, since, why, waiting: toldOf(lane.waiting) };
    const lasts: readonly Note[] = tellings > 1 ? [{ kind: "goes-on", since, telling: tellings }] : [];
    const alert = { ...troubleAlert(now, note), notes: [note, ...lasts], ...tellingOf(next) };
    const isNew = before?.endedAt !== undefined || before?.id !== next.id;
    return {
      partition: watchdogPartition,
      facts: isNew
        ? [plainFact(now, "channel-paused", { channel: name, since: isoInstant(since), why })]
        : [],
      alerts: others.length > 0 ? [{ ...alert, channels: others }] : [],
      host: withOne(pauses, next),
    };
  };
  await recordAndTell(entryFor, context);
}

const tellingOf = ({ id, since, tellings }: ToldPause): Pick<AlertDraft, "trouble"> => ({
  trouble: { id, telling: { number: tellings, since } },
});

/** Another process may have paused: while all goes well, so often it is looked up whether people still believe that. */
const lookedUpEvery = minutes(5);

async function reportBack({ name }: SetChannel, lane: Lane, context: FlowContext): Promise<void> {
  const now = context.ports.clock.now();
  const isKnown = lane.toldPause !== undefined && lane.toldPause.endedAt === undefined;
  if (!isKnown && lane.pausesReadAt !== undefined && now - lane.pausesReadAt < lookedUpEvery) return;
  lane.pausesReadAt = now;
  const { host } = await context.ports.table.readHost(watchdogPartition);
  lane.toldPause = undefined;
  if (!host?.pauses.some((one) => one.channel === name && one.endedAt === undefined)) return;
  const entryFor = ({ pauses }: HostState): Entry | undefined => {
    const before = pauses.find((one) => one.channel === name && one.endedAt === undefined);
    if (!before) return undefined;
    const next = { ...before, tellings: before.tellings + 1, endedAt: now };
    const { since } = before;
    const alert: AlertDraft = {
      kind: "trouble-ended",
      severity: traitsOf("trouble-ended").severity,
      at: now,
      notes: [{ kind: "channel-back", channel: name, since }],
      ...tellingOf(next),
    };
    return {
      partition: watchdogPartition,
      facts: [plainFact(now, "channel-back", { channel: name, since: isoInstant(since) })],
      alerts: [alert],
      host: withOne(pauses, next),
    };
  };
  await recordAndTell(entryFor, context);
}

async function recordAndTell(
  entryFor: (host: HostState) => Entry | undefined,
  context: FlowContext,
): Promise<void> {
  const written = await recordIf(watchdogPartition, entryFor, context);
  for (const { seq } of written?.outbox ?? [])
    await context.ports.queues.deliver({ partition: watchdogPartition, seq }, sendLease);
}
