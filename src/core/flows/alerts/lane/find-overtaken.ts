import pMap from "p-map";
import { askedFor, asOf } from "../../../domain/alerts/as-of.ts";
import { alertIn, type Lane, type Waiting } from "../../../domain/alerts/lane/lane.ts";
import { overtakenAmong } from "../../../domain/alerts/lane/overtaken.ts";
import { after, minutes, seconds } from "../../../domain/time.ts";
import type { Ports } from "../../../ports.ts";

/** Sooner than this nothing is overtaken. */
const late = minutes(1);
/** So many partitions are read at once. */
const concurrency = 16;

const isUndecided = ({ parcel }: Waiting, now: number): boolean =>
  parcel.isOvertaken === undefined && now - parcel.entry.alert.at >= late;

/** Looks, once, which of what is late is opened and gone by now: that becomes one summary. False: there was nothing to look for. Two seconds in all. */
export async function findOvertaken(lane: Lane, { table, clock }: Ports): Promise<boolean> {
  const begun = clock.now();
  const undecided = lane.waiting.filter((one) => isUndecided(one, begun));
  if (lane.pause || undecided.length === 0) return false;
  const until = after(begun, seconds(2));
  const alerts = await pMap(
    undecided,
    async (one) => {
      const alert = alertIn(one);
      const isReadable = alert.bastionId !== undefined && alert.links.length > 0 && clock.now() < until;
      return isReadable
        ? asOf(alert, await table.recall(one.parcel.partition, askedFor(alert)), clock.now())
        : alert;
    },
    { concurrency },
  );
  const places = overtakenAmong(alerts);
  for (const [place, { parcel }] of undecided.entries()) parcel.isOvertaken = places.has(place);
  return true;
}
