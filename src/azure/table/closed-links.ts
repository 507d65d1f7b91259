import { odata } from "@azure/data-tables";
import pMap from "p-map";
import type { ClosedLink, LinkId } from "../../core/domain/links/link.ts";
import type { Partition } from "../../core/domain/partition.ts";
import { checkedKey } from "./row-format.ts";
import { closedPlace } from "./row-keys.ts";
import { readClosed } from "./rows.ts";
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
