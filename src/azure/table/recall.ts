import type { Recalled } from "../../core/domain/alerts/as-of.ts";
import type { LinkId } from "../../core/domain/links/link.ts";
import type { Partition } from "../../core/domain/partition.ts";
import { seconds } from "../../core/domain/time.ts";
import { withTimeout } from "../http/timeout.ts";
import { closedLinks } from "./closed-links.ts";
import { hotRowsOf, watchedOf } from "./hot-rows.ts";
import type { TableAccess } from "./table-access.ts";

const patience = seconds(2);

/** Whatever keeps it from being read, the message leaves without it. */
export const recall = (
  table: TableAccess,
  partition: Partition,
  lives: readonly (readonly [LinkId, number])[],
): Promise<Recalled | undefined> =>
  withTimeout(
    read(table, partition, lives).catch(() => undefined),
    patience,
  );

async function read(
  table: TableAccess,
  partition: Partition,
  lives: readonly (readonly [LinkId, number])[],
): Promise<Recalled> {
  const { host, links } = watchedOf(await table.query(hotRowsOf(partition)));
  const isOpen = ([linkId, life]: readonly [LinkId, number]) =>
    links.some((link) => link.linkId === linkId && link.life === life);
  const ended = lives.filter((life) => !isOpen(life));
  return { host, open: links, closed: await closedLinks(table, partition, ended) };
}
