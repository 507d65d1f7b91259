import type { Alert } from "./alert.ts";
import type { Destination } from "./destination.ts";
import type { Note } from "./note.ts";
import { after, hours, instant, minutes, seconds, type Instant, type Milliseconds } from "../time.ts";
import type { Version } from "../partition.ts";

/**
 * What a channel said to a message. `refused`: it does not take this one. `unavailable`: it takes none now; `isUnknown`: it may have taken this one
 * all the same.
 */
export type SendAnswer =
  | { readonly kind: "accepted" }
  | { readonly kind: "refused"; readonly why: string }
  | {
      readonly kind: "unavailable";
      readonly why: string;
      readonly retryAfter: Milliseconds | undefined;
      readonly isUnknown?: true | undefined;
    };

/** What became of an alert at a channel. `message`: the one that carried it with others. `isTry`: it was sent, and not merely kept waiting. */
export type TryOutcome =
  | { readonly kind: "accepted"; readonly message?: string | undefined }
  | { readonly kind: "given-up"; readonly why: string }
  | {
      readonly kind: "later";
      readonly at: Instant;
      readonly why: string | undefined;
      readonly isTry: boolean;
    };

/** How far one alert is with one channel. */
export type Delivery =
  | {
      readonly state: "pending";
      readonly attempts: number;
      readonly notBefore: Instant;
      readonly lastError: string | undefined;
      /** Nobody is sending it, and it was not put off for what it was answered: its channel takes nothing now, or others go first. */
      readonly isWaiting?: true | undefined;
    }
  | {
      readonly state: "accepted";
      readonly at: Instant;
      readonly attempts: number;
      /** The message that carried it together with others. */
      readonly message?: string | undefined;
    }
  | { readonly state: "gave-up"; readonly at: Instant; readonly attempts: number; readonly why: string };

/**
 * One alert and how far it is with each channel. `notBefore` doubles as the lease of whoever is sending it.
 */
export interface OutboxEntry {
  readonly seq: number;
  readonly alert: Alert;
  readonly deliveries: Readonly<Record<string, Delivery>>;
  /** Channels that get it too when one of the others has not taken it in time. */
  readonly fallback?: readonly string[] | undefined;
  /** Where people find it, where that is no card: only machines were sent it. */
  readonly quiet?: Exclude<Destination, "card"> | undefined;
  /** When somebody asked for it again, after a channel had given it up: its time to be given up counts from then. */
  readonly againAt?: Instant | undefined;
  /** Undefined until it has been written. */
  readonly version: Version | undefined;
}

/** How long a send may be under way before somebody else tries the same alert again. */
export const sendLease = seconds(60);
/** How long an alert waits for a channel that does not take it; then it is given up. */
export const giveUpAfter = hours(24);

/** How long the routed channels have before the fallback hears of it. */
const fallbackAfter = minutes(5);

/** Where an alert goes at once, and where if that fails. */
export interface Route {
  readonly channels: readonly string[];
  readonly fallback: readonly string[];
  readonly quiet?: OutboxEntry["quiet"];
}

/** A fresh entry, leased to its writer, who tries to deliver it right after the commit. */
export function newOutboxEntry(seq: number, alert: Alert, { channels, fallback, quiet }: Route): OutboxEntry {
  const leased: Delivery = {
    state: "pending",
    attempts: 0,
    notBefore: after(alert.at, sendLease),
    lastError: undefined,
  };
  return {
    seq,
    alert,
    deliveries: Object.fromEntries(channels.map((name) => [name, leased])),
    fallback,
    ...(quiet && { quiet }),
    version: undefined,
  };
}

/** The same for an alert that is to be sent again: its time counts from now. */
export const outboxEntryAgain = (
  seq: number,
  { alert, at }: { readonly alert: Alert; readonly at: Instant },
  route: Route,
): OutboxEntry => ({ ...newOutboxEntry(seq, { ...alert, at }, route), alert, againAt: at });

/**
 * Brings in the fallback when a routed channel gave up, or has not accepted within five minutes. The entry
 * itself where there is nothing to bring in.
 */
export function escalate(entry: OutboxEntry, now: Instant): OutboxEntry {
  const fresh = (entry.fallback ?? []).filter((name) => entry.deliveries[name] === undefined);
  const states = Object.values(entry.deliveries);
  const isLate =
    now >= after(entry.alert.at, fallbackAfter) && states.some(({ state }) => state === "pending");
  if (fresh.length === 0 || !(isLate || states.some(({ state }) => state === "gave-up"))) return entry;
  const due: Delivery = { state: "pending", attempts: 0, notBefore: now, lastError: undefined };
  return {
    ...entry,
    deliveries: { ...entry.deliveries, ...Object.fromEntries(fresh.map((name) => [name, due])) },
  };
}

/**
 * What a fallback channel is told beside the alert: who did not take it, and why. Undefined for a routed
 * channel.
 */
export function fallbackNote(entry: OutboxEntry, channel: string): Note | undefined {
  if (!(entry.fallback ?? []).includes(channel)) return undefined;
  const missed = Object.entries(entry.deliveries).flatMap(([name, delivery]) =>
    name === channel || delivery.state === "accepted" ? [] : [{ channel: name, why: whyMissed(delivery) }],
  );
  return missed.length === 0 ? undefined : { kind: "fallback", missed };
}

const whyMissed = (delivery: Exclude<Delivery, { readonly state: "accepted" }>): string | undefined =>
  delivery.state === "gave-up" ? delivery.why : delivery.lastError;

/** Every channel has accepted the alert or was given up: the row can move to the sent ones. */
export const isSettled = (entry: OutboxEntry): boolean =>
  Object.values(entry.deliveries).every(({ state }) => state !== "pending");

/** The channels that may be tried at `now`: pending, and neither waiting nor leased to somebody. */
export const dueChannels = (entry: OutboxEntry, now: Instant): readonly string[] =>
  Object.entries(entry.deliveries)
    .filter(([, delivery]) => delivery.state === "pending" && delivery.notBefore <= now)
    .map(([name]) => name);

/** Where it may go along with a younger alert of its bastion: whatever keeps it waiting, or is due; nowhere while it may be under way somewhere. */
export function freeChannels({ deliveries }: OutboxEntry, now: Instant): readonly string[] {
  const pending = Object.entries(deliveries).filter(([, { state }]) => state === "pending");
  const isFree = (delivery: Delivery) =>
    delivery.state === "pending" && (delivery.isWaiting === true || delivery.notBefore <= now);
  return pending.every(([, delivery]) => isFree(delivery)) ? pending.map(([name]) => name) : [];
}

/** The earliest moment at which a channel of this entry wants a try; undefined when all are settled. */
export function nextTry(entry: OutboxEntry): Instant | undefined {
  const waiting = Object.values(entry.deliveries).flatMap((delivery) =>
    delivery.state === "pending" ? [delivery.notBefore] : [],
  );
  const isEscalating = (entry.fallback ?? []).some((name) => entry.deliveries[name] === undefined);
  return waiting.length === 0
    ? undefined
    : instant(Math.min(...waiting, ...(isEscalating ? [after(entry.alert.at, fallbackAfter)] : [])));
}

/** Takes the lease for the given channels until `sendLease` from now. */
export function lease(entry: OutboxEntry, channels: readonly string[], now: Instant): OutboxEntry {
  return withDeliveries(entry, channels, (delivery) =>
    delivery.state === "pending" ? leased(delivery, after(now, sendLease)) : delivery,
  );
}

const leased = (
  { attempts, lastError }: Extract<Delivery, { readonly state: "pending" }>,
  notBefore: Instant,
): Delivery => ({ state: "pending", attempts, notBefore, lastError });

/** What became of an alert at a channel, in its delivery. */
export const settle = (
  entry: OutboxEntry,
  channel: string,
  tried: { readonly outcome: TryOutcome; readonly now: Instant },
): OutboxEntry =>
  withDeliveries(entry, [channel], (delivery) => settled(delivery, entry.againAt ?? entry.alert.at, tried));

function settled(
  delivery: Delivery,
  alertAt: Instant,
  { outcome, now }: { readonly outcome: TryOutcome; readonly now: Instant },
): Delivery {
  const attempts = delivery.attempts + 1;
  switch (outcome.kind) {
    case "accepted":
      return { state: "accepted", at: now, attempts, ...(outcome.message && { message: outcome.message }) };
    case "given-up":
      return { state: "gave-up", at: now, attempts, why: outcome.why };
    case "later":
      return waiting(delivery, alertAt, { ...outcome, now });
  }
}

/** What only waited for its turn is never given up. */
function waiting(
  delivery: Delivery,
  alertAt: Instant,
  { at, why, isTry, now }: Extract<TryOutcome, { readonly kind: "later" }> & { readonly now: Instant },
): Delivery {
  const attempts = delivery.attempts + (isTry ? 1 : 0);
  if (why !== undefined && at > after(alertAt, giveUpAfter))
    return { state: "gave-up", at: now, attempts, why };
  const lastError = why ?? (delivery.state === "pending" ? delivery.lastError : undefined);
  return { state: "pending", attempts, notBefore: at, lastError, ...(!isTry && { isWaiting: true }) };
}

function withDeliveries(
  entry: OutboxEntry,
  channels: readonly string[],
  change: (delivery: Delivery) => Delivery,
): OutboxEntry {
  const deliveries = Object.entries(entry.deliveries).map(
    ([name, delivery]) => [name, channels.includes(name) ? change(delivery) : delivery] as const,
  );
  return { ...entry, deliveries: Object.fromEntries(deliveries) };
}
