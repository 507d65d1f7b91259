import { atMost, exactly, known, median, timesFloor, type Figure } from "./figures.ts";
import { resend, sentDuring, type SentRequest } from "./rig/replay.ts";
import { othersFigures } from "./rig/others-share.ts";
import { lookAtAll, openSwept, workers, type Swept } from "./rig/swept.ts";
import { together } from "./rig/together.ts";
import { countsOf, tapWire, type Kind } from "./rig/wire-tap.ts";
import type { Size, SweptEstate } from "./size.ts";
import { pacing } from "./sweep/pacing.ts";

const armLatencyInMs = 50;

/** What it costs to look at every bastion when nothing has changed, which is what a watchdog does nearly all the time. */
export async function sweep(size: Size): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const estate of size.swept) figures.push(...(await unchanged(estate)));
  return [...figures, ...(await pacing(size.paced))];
}

async function unchanged({ bastions, linksEach, rounds }: SweptEstate): Promise<readonly Figure[]> {
  const swept = await openSwept({ bastions, linksEach });
  try {
    await swept.ground.control("settings", { latencyInMs: armLatencyInMs });
    const sent = await sentDuring(() => lookAtAll(swept, workers));
    const tap = tapWire(swept.ground);
    const measured: Round[] = [];
    for (let round = 0; round < rounds; round += 1) {
      tap.take();
      const ours = await timed(() => lookAtAll(swept, workers));
      const calls = countsOf(tap.take());
      const floor = await timed(() => again(sent, swept));
      measured.push({ ours, floor, calls });
    }
    const name = `sweep ${bastions} × ${linksEach}:`;
    const before = await swept.ground.othersCpu();
    await lookAtAll(swept, workers);
    const others = othersFigures(name, bastions, [{ before, after: await swept.ground.othersCpu() }]);
    return [...figuresOf(name, measured, bastions), ...others];
  } finally {
    await swept.ground.close();
  }
}

interface Timed {
  readonly ms: number;
  readonly cpuMs: number;
}

interface Round {
  readonly ours: Timed;
  readonly floor: Timed;
  readonly calls: ReturnType<typeof countsOf>;
}

async function timed(work: () => Promise<void>): Promise<Timed> {
  const before = process.cpuUsage();
  const begin = performance.now();
  await work();
  const { user, system } = process.cpuUsage(before);
  return { ms: performance.now() - begin, cpuMs: (user + system) / 1_000 };
}

/** The floor: for each bastion its four requests in a row, as many bastions at once. Writing the same rows again changes nothing. */
async function again(sent: readonly SentRequest[], { ground }: Swept): Promise<void> {
  const [, account = "", secret = ""] = /AccountName=([^;]+);AccountKey=([^;]+)/.exec(ground.storage) ?? [];
  const ofBastion = Map.groupBy(sent, ({ path, body }) => /bas-\d{5}/.exec(path + body)?.[0] ?? "");
  await together([...ofBastion.values()], workers, async (requests) => {
    for (const request of requests) await resend(request, { from: "", to: "", key: `${account}:${secret}` });
  });
}

function figuresOf(name: string, rounds: readonly Round[], bastions: number): readonly Figure[] {
  const each = (...kinds: readonly Kind[]) =>
    median(rounds.map(({ calls }) => kinds.reduce((sum, kind) => sum + (calls[kind] ?? 0), 0) / bastions));
  const of = (which: "ours" | "floor", what: keyof Timed) =>
    median(rounds.map((round) => round[which][what]));
  const calls = "a bastion";
  return [
    exactly(1, {
      name: `${name} ARM calls`,
      value: each("ARM list", "ARM other", "Resource Graph"),
      unit: calls,
    }),
    exactly(1, { name: `${name} table queries`, value: each("table query"), unit: calls }),
    atMost(2, { name: `${name} table writes`, value: each("table write"), unit: calls }),
    exactly(0, { name: `${name} queue messages`, value: each("queue"), unit: calls }),
    atMost(5, {
      name: `${name} CPU time of our own`,
      value: of("ours", "cpuMs") / bastions,
      unit: "ms",
      floor: of("floor", "cpuMs") / bastions,
    }),
    timesFloor(1.3, {
      name: `${name} wall time, ${workers} at once`,
      value: of("ours", "ms") / 1_000,
      unit: "s",
      floor: of("floor", "ms") / 1_000,
    }),
    known({
      name: `${name} bastions a second`,
      value: (bastions * 1_000) / of("ours", "ms"),
      unit: "",
      floor: (bastions * 1_000) / of("floor", "ms"),
    }),
  ];
}
