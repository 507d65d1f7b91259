import { odata } from "@azure/data-tables";
import pMap from "p-map";
import type { ClosedLink, LinkId } from "../../core/domain/links/link.ts";
import type { Partition } from "../../core/domain/partition.ts";
import type { Asked, Recalled } from "../../core/domain/alerts/as-of.ts";
import { seconds } from "../../core/domain/time.ts";
import { withTimeout } from "../http/timeout.ts";
import { hotRowsOf, watchedOf } from "./hot-rows.ts";
import { checkedKey } from "./row-format.ts";
import { closedPlace } from "./row-keys.ts";
import { readClosed } from "./rows.ts";
import { readLives } from "./lives.ts";
import type { TableAccess } from "./table-access.ts";

const concurrency = 16;

/** Each by its key: a bastion may have closed thousands. */
export async function closedLinks(
  table: TableAccess,
  partition: Partition,
  lives: readonly (readonly [LinkId, number])[],
): Promise<readonly ClosedLink[]> {
  const read = async ([linkId, life]: readonly [LinkId, number]) => {
    const { rowKey } = closedPlace(partition, { linkId, life });
    return table.query(odata`PartitionKey eq ${checkedKey(partition)} and RowKey eq ${rowKey}`);
  };
  return (await pMap(lives, read, { concurrency })).flat().map(readClosed);
}

const patience = seconds(2);

/** Whatever keeps it from being read, the message leaves without it. */
export const recall = (
  table: TableAccess,
  partition: Partition,
  asked: Asked,
): Promise<Recalled | undefined> =>
  withTimeout(
    read(table, partition, asked).catch(() => undefined),
    patience,
  );

async function read(table: TableAccess, partition: Partition, { lives, vmKeys }: Asked): Promise<Recalled> {
  const [rows, others] = await Promise.all([table.query(hotRowsOf(partition)), readLives(table, vmKeys)]);
  const { host, links } = watchedOf(rows);
  const isOpen = ([linkId, life]: readonly [LinkId, number]) =>
    links.some((link) => link.linkId === linkId && link.life === life);
  const ended = lives.filter((life) => !isOpen(life));
  return { host, open: links, closed: await closedLinks(table, partition, ended), lives: others };
}
