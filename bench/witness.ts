import { tableClient } from "../src/azure/storage/storage-clients.ts";
import { watchTable } from "../src/azure/table/watch-table.ts";
import { after, hours, instant, minutes, type Instant } from "../src/core/domain/time.ts";
import { witness } from "../src/core/flows/witness/witness.ts";
import { known, type Figure } from "./figures.ts";
import { subscriptionIds } from "./rig/estate.ts";
import { lookAtAll, openSwept, workers, type Swept } from "./rig/swept.ts";
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
  const swept = await openSwept({ bastions, linksEach: 1, subscriptions: subscriptionIds(subscriptions) });
  try {
    await swept.ground.control("settings", { pageSize: recordsAPage, ingestionDelayInMs: 0 });
    const start = swept.product.world.clock.now();
    await runAt(swept, start);
    for (let round = 0; round < sweepsRead; round += 1) await lookAtAll(swept, workers);
    const plain = await runAt(swept, after(start, minutes(15)));
    await runAt(swept, after(start, hours(24) + minutes(50)));
    const hourly = await runAt(swept, after(start, hours(25) + minutes(5)));
    return figuresOf(`witness of ${bastions} bastions in ${subscriptions}:`, {
      plain,
      hourly,
      subscriptions,
    });
  } finally {
    await swept.ground.close();
  }
}

/** As far as is known. */
const recordsAPage = 200;

interface Run {
  readonly counts: Counts;
  readonly seconds: number;
}

/** The sweeps follow one another at once, so that what a run reads of them, and what it reads again a day later, is whole. Rows of the day ahead are believed here. */
async function runAt({ ground, product }: Swept, now: Instant): Promise<Run> {
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
