import { anchorOf } from "../domain/anchor.ts";
import { digestOf, localTime } from "../domain/digest.ts";
import { partitionOf, watchdogPartition, type Watched } from "../domain/watched.ts";
import type { Ports } from "../ports.ts";
import { sendCommitted } from "./deliver-alert.ts";
import { plainFact, record } from "./record.ts";
import type { DigestSettings, FlowSettings } from "./settings.ts";

const together = 16;

/**
 * Tells the day's state to every channel, once a day, from the hour on that is set: an hour that the timer missed is made up for by
 * the next. Safe to run twice: the day it was sent for is committed with the alert.
 */
export async function digest(when: DigestSettings, ports: Ports, settings: FlowSettings): Promise<"sent" | "not due"> {
  const now = ports.clock.now();
  const { day, hour } = localTime(now, when.timeZone);
  const own = await ports.table.read(watchdogPartition);
  if (hour < when.hour || own.host?.digestFor === day) return "not due";
  const { hash: anchor } = anchorOf(await ports.table.heads(), now);
  const alert = digestOf({ now, mode: settings.mode, bastions: await everyBastion(ports), own, anchor });
  const facts = [plainFact(now, "digest-sent", { day, anchor, openLinks: alert.links.length })];
  const { outbox } = await record({ partition: watchdogPartition, facts, alerts: [alert], host: { digestFor: day } }, ports, settings);
  await sendCommitted(watchdogPartition, outbox, { ports, settings });
  return "sent";
}

/** The rows of every bastion ever seen, a few at a time. */
export async function everyBastion(ports: Ports): Promise<readonly Watched[]> {
  const partitions = (await ports.table.knownBastions()).map(partitionOf);
  const read: Watched[] = [];
  for (let start = 0; start < partitions.length; start += together) {
    read.push(...(await Promise.all(partitions.slice(start, start + together).map((partition) => ports.table.read(partition)))));
  }
  return read;
}
