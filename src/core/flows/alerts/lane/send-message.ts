import pMap from "p-map";
import { mainActor, type Alert } from "../../../domain/alerts/alert.ts";
import { askedFor, asOf } from "../../../domain/alerts/as-of.ts";
import { namelessIn } from "../../../domain/alerts/nameless.ts";
import { leaseToSend, type Waiting } from "../../../domain/alerts/lane/lane.ts";
import { messageIdOf } from "../../../domain/alerts/lane/message-id.ts";
import { fallbackNote, type SendAnswer } from "../../../domain/alerts/outbox.ts";
import { after, seconds, type Instant } from "../../../domain/time.ts";
import type { Ports } from "../../../ports.ts";
import { logAnswer } from "./log-answer.ts";

/** What a channel said, and the id of the message where it held several alerts. */
export interface Sending {
  readonly answer: SendAnswer | readonly SendAnswer[];
  readonly messageId: string | undefined;
}

/** One message with these alerts, as they are by now. */
export async function sendMessage(
  message: readonly Waiting[],
  channel: string,
  ports: Ports,
): Promise<Sending> {
  const receiver = ports.channels.find(({ name }) => name === channel);
  if (!receiver) return { answer: { kind: "refused", why: "not-configured" }, messageId: undefined };
  const read = await asTheyAre(message, ports);
  const alerts = await withBackground(
    read.map((alert, index) => wordsFor(alert, message[index], channel)),
    ports,
  );
  const messageId = await kept(message, alerts, ports);
  const now = ports.clock.now();
  const leasedUntil = Math.min(...message.map(({ parcel }) => parcel.leasedUntil));
  const answer = await receiver.send(alerts, { now, within: leasedUntil - now - leaseToSend + seconds(5) });
  logAnswer({ channel, alerts, answer }, ports);
  return { answer, messageId };
}

/** Its page exists before anybody can open it. */
async function kept(
  message: readonly Waiting[],
  alerts: readonly Alert[],
  { table, clock }: Ports,
): Promise<string | undefined> {
  if (message.length < 2) return undefined;
  const id = messageIdOf(alerts);
  const parts = message.map(({ parcel: { partition, entry } }) => ({
    partition,
    seq: entry.seq,
    alertId: entry.alert.id,
  }));
  await table.keepMessage({ id, at: clock.now(), alerts: parts });
  return id;
}

/** What is sent later than it was decided says what became of it: what is joined, and a reminder, which speaks of an earlier alert and of its links. */
async function asTheyAre(message: readonly Waiting[], ports: Ports): Promise<readonly Alert[]> {
  const until = after(ports.clock.now(), seconds(2));
  return await pMap(message, (one) => asItIs(one, { isJoined: message.length > 1, until }, ports), {
    concurrency,
  });
}

/** So many partitions are read at once. */
const concurrency = 16;

async function asItIs(
  { parcel: { partition, entry, isLate } }: Waiting,
  { isJoined, until }: { readonly isJoined: boolean; readonly until: Instant },
  { table, clock }: Ports,
): Promise<Alert> {
  const { alert } = entry;
  const isOld = isLate || isJoined || entry.againAt !== undefined || alert.about !== undefined;
  if (!isOld) return alert;
  const isEverywhere = alert.bastionId === undefined && alert.links.length > 0;
  const isReadable = !isEverywhere && clock.now() < until;
  return asOf(alert, isReadable ? await table.recall(partition, askedFor(alert)) : undefined, clock.now());
}

/** A fallback channel hears the reason with the alert. */
function wordsFor(alert: Alert, one: Waiting | undefined, channel: string): Alert {
  const note = one && fallbackNote(one.parcel.entry, channel);
  return note ? { ...alert, notes: [note, ...alert.notes] } : alert;
}

/** Two seconds at most: what is not known by then is shown by its id. A person's rank has room in a message of its own alone. */
async function withBackground(
  alerts: readonly Alert[],
  { directory, naming, tags: tagBook }: Ports,
): Promise<readonly Alert[]> {
  const [actor, ...others] = alerts.map(mainActor);
  const vmIds = alerts.flatMap(({ digest, links }) => (digest ? [] : links.map(({ vmId }) => vmId)));
  const [person, names, tags] = await Promise.all([
    actor?.kind === "known" && others.length === 0 ? directory?.whoIs(actor.caller) : undefined,
    naming?.namesOf(namelessIn(...alerts)),
    vmIds.length > 0 ? tagBook?.tagsOf(vmIds) : undefined,
  ]);
  return alerts.map((alert) => ({ ...alert, person, names, tags }));
}
