import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { Bench } from "tinybench";
import * as z from "zod";
import { pageOf, type OverviewPage, type Scene } from "../src/core/domain/console/console-view.ts";
import { openLinks, type BastionRows } from "../src/core/domain/state/bastion-rows.ts";
import { instant } from "../src/core/domain/time.ts";
import { readEstate } from "../src/core/flows/store/read-estate.ts";
import { overviewHtml } from "../src/core/render/console/overview-page.ts";
import { atMost, known, median, type Figure } from "./figures.ts";
import { layEstate } from "./rig/estate.ts";
import { openGround } from "./rig/ground.ts";
import { lookAtAll, openSwept, workers, type Swept } from "./rig/swept.ts";
import type { Size } from "./size.ts";

/** Ten times the work takes ten times the time and a tenth more. */
const linear = 11;

/** What becomes of time and memory when the estate grows. */
export async function growth({ growth: steps }: Size): Promise<readonly Figure[]> {
  const scans: Scanned[] = [];
  for (const bastions of steps.bastions) scans.push(await scanOf(bastions, 5));
  const looks: Looked[] = [];
  const figures: Figure[] = [];
  for (const links of steps.links) {
    const swept = await openSwept({ bastions: 10, linksEach: links });
    try {
      looks.push({ links, ms: await lookTime(swept) });
      if (links === 500) figures.push(...(await consolePage(swept)));
    } finally {
      await swept.ground.close();
    }
  }
  return [...scanFigures(scans), ...lookFigures(looks), ...figures, await memory(steps.scanned)];
}

const scanned = z.object({ links: z.number(), ms: z.number(), maxRss: z.number() });
type Scanned = z.output<typeof scanned> & { readonly bastions: number };
interface Looked {
  readonly links: number;
  readonly ms: number;
}

const run = promisify(execFile);

/** The heap that Node 24 takes on an instance of 2 GB: V8 goes by the memory it finds, and collects late where there is much of it. */
const onTwoGigabytes = ["--max-old-space-size=1024", "--max-semi-space-size=32"];

async function scanOf(bastions: number, linksEach: number): Promise<Scanned> {
  const ground = await openGround();
  try {
    await layEstate(ground, { bastions, linksEach });
    const script = join(import.meta.dirname, "growth/scan-child.ts");
    const { stdout } = await run(process.execPath, [
      ...onTwoGigabytes,
      script,
      ground.storage,
      ground.azureUrl,
    ]);
    const answer = scanned.parse(JSON.parse(stdout));
    if (answer.links !== bastions * linksEach)
      throw new Error(`The scan found ${answer.links} links of ${bastions * linksEach}`);
    return { ...answer, bastions };
  } finally {
    await ground.close();
  }
}

async function lookTime(swept: Swept): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    const begin = performance.now();
    await lookAtAll(swept, workers);
    times.push(performance.now() - begin);
  }
  return median(times);
}

const scanFigures = (scans: readonly Scanned[]): readonly Figure[] =>
  scans.map(({ bastions, ms }, index) => {
    const before = scans[index - 1];
    if (before === undefined)
      return known({ name: `growth: scan of ${bastions} bastions`, value: ms / 1_000, unit: "s" });
    return atMost(linear, {
      name: `growth: scan of ${bastions} bastions against ${before.bastions}`,
      value: ms / before.ms,
      unit: "×",
    });
  });

const lookFigures = (looks: readonly Looked[]): readonly Figure[] =>
  looks.map(({ links, ms }, index) => {
    const before = looks[index - 1];
    if (before === undefined)
      return known({ name: `growth: a look at 10 bastions with ${links} links`, value: ms, unit: "ms" });
    return atMost(linear, {
      name: `growth: a look at ${links} links against ${before.links}`,
      value: ms / before.ms,
      unit: "×",
    });
  });

/** The rows are read before: what is measured is choosing, sorting and drawing. */
async function consolePage({ product }: Swept): Promise<readonly Figure[]> {
  const estate = await readEstate(product.world.table);
  const now = instant(Date.now());
  const scene: Scene = { now, person: reader, mode: "enforce", token: undefined, said: undefined, count: 0 };
  const bench = new Bench({ iterations: 20, time: 500 });
  bench.add("console page", () => overviewHtml(overviewOf(estate), scene));
  await bench.run();
  const [task] = bench.tasks;
  if (task?.result.state !== "completed")
    throw new Error(`The console page could not be drawn: ${String(task?.result.state)}`);
  const links = estate.reduce((sum, { watched }) => sum + watched.links.length, 0);
  return [
    atMost(150, {
      name: `growth: console page of ${links} links`,
      value: task.result.latency.p50,
      unit: "ms",
    }),
  ];
}

const reader = {
  objectId: "11111111-0000-4000-8000-0000000000aa",
  name: "Ada",
  userPrincipalName: undefined,
  isOperator: false,
};

function overviewOf(estate: readonly BastionRows[]): OverviewPage {
  const filter = { text: "", bastion: "", owner: "", status: "", page: 1 } as const;
  const bastions = estate.map(({ bastion, watched }) => ({
    bastionId: bastion.id,
    host: watched.host,
    open: watched.links.length,
  }));
  return { ...pageOf(openLinks(estate), filter), bastions, closed: [], witnesses: [], pauses: [] };
}

async function memory({
  bastions,
  linksEach,
}: {
  readonly bastions: number;
  readonly linksEach: number;
}): Promise<Figure> {
  const { maxRss } = await scanOf(bastions, linksEach);
  return atMost(256, {
    name: `growth: memory of a scan of ${bastions} bastions × ${linksEach} links, heap as on 2 GB`,
    value: maxRss,
    unit: "MiB",
  });
}
