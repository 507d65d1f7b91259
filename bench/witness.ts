import { tableClient } from "../src/azure/storage/storage-clients.ts";
import { watchTable } from "../src/azure/table/watch-table.ts";
import { parseBastionId, type BastionId } from "../src/core/domain/arm-id.ts";
import { after, hours, instant, minutes, type Instant } from "../src/core/domain/time.ts";
import { witness } from "../src/core/flows/witness/witness.ts";
import { known, type Figure } from "./figures.ts";
import { layEstate, subscriptionIds } from "./rig/estate.ts";
import { openGround, type Ground } from "./rig/ground.ts";
import { productOn, type Product } from "./rig/product.ts";
import { workers } from "./rig/swept.ts";
import { together } from "./rig/together.ts";
import { countsOf, tapWire, type Counts } from "./rig/wire-tap.ts";
import type { Size, WitnessedEstate } from "./size.ts";

/** Between two runs of the timer, and the half hour that is read again: so many sweeps are in the log that a run reads. */
const sweepsRead = 9;
const runsADay = 96;

/** What the second witness costs where the log holds our own reads and nothing else: calls of a run, and what that comes to in a day. */
export async function witnessCost({ witnessed }: Size): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const estate of witnessed) figures.push(...(await costOf(estate)));
  return figures;
}

async function costOf({ bastions, subscriptions }: WitnessedEstate): Promise<readonly Figure[]> {
  const ground = await openGround();
  try {
    await ground.control("settings", { pageSize: recordsAPage, ingestionDelayInMs: 0 });
    const ids = subscriptionIds(subscriptions);
    const hosts = (await layEstate(ground, { bastions, linksEach: 1, subscriptions: ids })).flatMap(
      (id) => parseBastionId(id) ?? [],
    );
    const product = productOn(ground, { WATCHDOG_SCOPE: ids.join() });
    const start = product.world.clock.now();
    const runAt = (now: Instant) => run({ ground, product }, now);
    const list = async (host: BastionId) => {
      await product.world.controlPlane.listLinks(host);
    };
    await runAt(start);
    for (let round = 0; round < sweepsRead; round += 1) await together(hosts, workers, list);
    const plain = await runAt(after(start, minutes(15)));
    await runAt(after(start, hours(24) + minutes(50)));
    const hourly = await runAt(after(start, hours(25) + minutes(5)));
    const name = `witness of ${bastions} bastions in ${subscriptions}:`;
    return figuresOf(name, { plain, hourly, subscriptions });
  } finally {
    await ground.close();
  }
}

/** As far as is known. */
const recordsAPage = 200;

interface Measured {
  readonly ground: Ground;
  readonly product: Product;
}

interface Run {
  readonly counts: Counts;
  readonly seconds: number;
}

/** The sweeps follow one another at once, so that what a run reads of them, and what it reads again a day later, is whole. Rows of the day ahead are believed here. */
async function run({ ground, product }: Measured, now: Instant): Promise<Run> {
  const tap = tapWire(ground);
  const table = watchTable(tableClient({ kind: "connection-string", value: ground.storage }, "watchdog"));
  const begin = performance.now();
  const clock = { now: () => instant(now) };
  await witness({ ...product.ports, ...product.world, table, clock, channels: [] }, product.settings);
  return { counts: countsOf(tap.take()), seconds: (performance.now() - begin) / 1_000 };
}

interface Runs {
  readonly plain: Run;
  /** A day later, when the log has nothing new: what it reads beside that is the hour of a day ago, and what was done to Event Grid. */
  readonly hourly: Run;
  readonly subscriptions: number;
}

function figuresOf(name: string, { plain, hourly, subscriptions }: Runs): readonly Figure[] {
  const calls = ({ counts }: Run) => counts["ARM other"] ?? 0;
  const table = ({ counts }: Run) => (counts["table query"] ?? 0) + (counts["table write"] ?? 0);
  const ofTheHour = calls(hourly) - subscriptions;
  return [
    known({ name: `${name} ARM calls of a run`, value: calls(plain), unit: "calls" }),
    known({ name: `${name} ARM calls once an hour beside that`, value: ofTheHour, unit: "calls" }),
    known({
      name: `${name} ARM calls a day`,
      value: runsADay * calls(plain) + 24 * ofTheHour,
      unit: "calls",
    }),
    known({ name: `${name} table calls of a run`, value: table(plain), unit: "calls" }),
    known({ name: `${name} a run, ARM at once`, value: plain.seconds, unit: "s" }),
  ];
}
