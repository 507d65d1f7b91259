import pMap from "p-map";
import type { BastionId } from "../../domain/arm-id.ts";
import { creatorsInLog } from "../../domain/attribution/creators-in-log.ts";
import { madeAt } from "../../domain/attribution/fit.ts";
import type { LoggedOperation } from "../../domain/attribution/logged-operations.ts";
import { fromActivityLog } from "../../domain/attribution/from-activity-log.ts";
import type { Signal } from "../../domain/attribution/signal.ts";
import { unheard } from "../../domain/attribution/unheard.ts";
import { whichOfOurs } from "../../domain/links/own-deletes.ts";
import { partitionOf } from "../../domain/partition.ts";
import { after, hours, type Instant } from "../../domain/time.ts";
import type { FlowContext } from "../settings.ts";

/** What is compared, and when Event Grid was last seen to have brought something. */
export interface Compared {
  /** Oldest first within a bastion. */
  readonly unheard: readonly LoggedOperation[];
  readonly eventsSpokeAt: Instant | undefined;
}

/** Of some operations one an hour is enough, and the two may tell the time of one operation differently. */
const around = { before: hours(1), after: hours(1) } as const;
const concurrency = 8;

/** Operations that nobody heard of, by what is kept of both witnesses: one query for each bastion that has any. Our own reads and deletes are no news. */
export async function compare(
  operations: readonly LoggedOperation[],
  context: FlowContext,
): Promise<Compared> {
  const others = operations.filter(({ signal }) => !isOwnRead(signal, context));
  const byBastion = [...Map.groupBy(others, ({ bastion }) => partitionOf(bastion)).values()];
  const compared = await pMap(byBastion, (ofOne) => compareOne(ofOne, context), { concurrency });
  const spoke = compared.flatMap(({ eventsSpokeAt }) => eventsSpokeAt ?? []);
  return {
    unheard: compared.flatMap((one) => one.unheard),
    eventsSpokeAt: spoke.length === 0 ? undefined : (Math.max(...spoke) as Instant),
  };
}

const isOurs = ({ caller }: Signal, { settings: { principalId } }: FlowContext): boolean =>
  principalId !== undefined && caller.objectId?.toLowerCase() === principalId;

const isOwnRead = (signal: Signal, context: FlowContext): boolean =>
  signal.operation === "read" && isOurs(signal, context);

async function compareOne(operations: readonly LoggedOperation[], context: FlowContext): Promise<Compared> {
  const { table } = context.ports;
  const [first, last] = [operations[0], operations.at(-1)];
  if (!first || !last) return { unheard: [], eventsSpokeAt: undefined };
  const partition = partitionOf(first.bastion);
  const heard = await table.heard(partition, {
    from: after(first.signal.occurredAt, -around.before),
    until: after(last.signal.occurredAt, around.after),
  });
  const events = heard.filter(({ eventId }) => !eventId.startsWith(fromActivityLog)).map(({ at }) => at);
  return {
    unheard: await withoutOwnDeletes(unheard(operations, heard), context),
    eventsSpokeAt: events.length === 0 ? undefined : (Math.max(...events) as Instant),
  };
}

/** A delete that carries an id of ours was asked for by us; any other by our identity is to be told. */
async function withoutOwnDeletes(
  operations: readonly LoggedOperation[],
  context: FlowContext,
): Promise<readonly LoggedOperation[]> {
  const isOwn = ({ signal }: LoggedOperation) => signal.operation === "delete" && isOurs(signal, context);
  const [own] = operations.filter(isOwn);
  if (!own) return operations;
  const { host } = await context.ports.table.readHost(partitionOf(own.bastion));
  return operations.filter((one) => !isOwn(one) || !host || whichOfOurs(one.signal, host) === undefined);
}

/** Of operations from before the first read: creates that made one of the links we know, which are named by them. Nothing else of that time is news. */
export async function namingOnly(
  operations: readonly LoggedOperation[],
  context: FlowContext,
): Promise<readonly LoggedOperation[]> {
  const byBastion = [...Map.groupBy(operations, ({ bastion }) => partitionOf(bastion)).values()];
  const named = await pMap(byBastion, (ofOne) => namingOne(ofOne, context), { concurrency });
  return named.flat();
}

async function namingOne(
  operations: readonly LoggedOperation[],
  { ports }: FlowContext,
): Promise<readonly LoggedOperation[]> {
  const bastion: BastionId | undefined = operations[0]?.bastion;
  if (!bastion) return [];
  const { links } = await ports.table.read(partitionOf(bastion));
  const { unexplained } = creatorsInLog(links.map(madeAt), operations);
  return operations.filter((one) => one.signal.operation === "create" && !unexplained.includes(one));
}
