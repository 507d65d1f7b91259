import { setTimeout as delay } from "node:timers/promises";
import * as z from "zod";
import { localSettings, teamsWorkflowPath } from "../local/local-settings.ts";
import { instant } from "../src/core/domain/time.ts";
import { reconcile } from "../src/core/flows/watch/reconcile.ts";
import { activityMessage } from "../src/functions/queues/activity-message.ts";
import { atMost, exactly, known, median, percentile, timesFloor, type Figure } from "./figures.ts";
import { createEvent } from "./rig/create-event.ts";
import { bastionIds, layEstate, machineId } from "./rig/estate.ts";
import { openGround, type Ground } from "./rig/ground.ts";
import { anInvocation, productOn, type Product } from "./rig/product.ts";
import { othersFigures, type Span } from "./rig/others-share.ts";
import { resend, sentDuring, sentSoFar, type SentRequest } from "./rig/replay.ts";
import { together } from "./rig/together.ts";
import { countsOf, tapWire, type Kind, type WireCall, type WireTap } from "./rig/wire-tap.ts";
import type { Size } from "./size.ts";

/** One event of a person who creates one link, from the queue message picked up until the card is posted; Azure answers at once. */
export async function eventToAlert({ events }: Size): Promise<readonly Figure[]> {
  const ground = await openGround();
  try {
    const stage = await setStage(ground, events);
    const rounds: Round[] = [];
    for (const [index, bastion] of stage.ours.entries())
      rounds.push(await round(stage, bastion, stage.twins[index] ?? ""));
    return figuresOf(rounds.slice(Math.floor(events / 5)));
  } finally {
    await ground.close();
  }
}

interface Stage {
  readonly ground: Ground;
  readonly product: Product;
  readonly tap: WireTap;
  readonly ours: readonly string[];
  /** Bastions that the floor is measured on, each as long a name as ours. */
  readonly twins: readonly string[];
  /** Of the last card. */
  readonly posted: () => Posted;
}

/** Bastions that were looked at before, as a bastion mostly was when something happens to it. */
async function setStage(ground: Ground, events: number): Promise<Stage> {
  const ours = { bastions: events, linksEach: 0, prefix: "bas" };
  const twins = { ...ours, prefix: "twn" };
  const all = await layEstate(ground, ours, twins);
  const product = productOn(ground);
  await together(all, 8, (bastionId) =>
    reconcile({ bastionId, cause: "sweep", since: instant(Date.now()) }, product.ports, product.settings),
  );
  await delay(calmInMs);
  let posted: Posted = { at: 0, sent: 0 };
  const channels = product.world.channels.map((channel) => ({
    ...channel,
    send: async (...of: Parameters<typeof channel.send>) => {
      const answer = await channel.send(...of);
      posted = { at: performance.now(), sent: sentSoFar() };
      return answer;
    },
  }));
  const watched = { ...product, world: { ...product.world, channels } };
  return {
    ground,
    product: watched,
    tap: tapWire(ground),
    ours: bastionIds(ours),
    twins: bastionIds(twins),
    posted: () => posted,
  };
}

/** Four posts in two seconds is what a webhook takes; faster than that it is the rate limit that would be measured. */
const betweenEventsInMs = 550;
/** An event right after a look is taken for one of a burst and waits. */
const calmInMs = 2_500;

/** When, on the clock of `performance`, and after how many requests. */
interface Posted {
  readonly at: number;
  readonly sent: number;
}

interface Round {
  readonly ms: number;
  readonly untilDone: number;
  readonly floorMs: number;
  readonly calls: readonly WireCall[];
  readonly cpuMs: number;
  readonly others: Span;
}

async function round({ ground, product, tap, posted }: Stage, bastion: string, twin: string): Promise<Round> {
  await delay(betweenEventsInMs);
  const createdAt = new Date().toISOString();
  await ground.control(
    "links",
    [bastion, twin].map((bastionId) => ({ bastionId, vmId: machineId(0), createdAt })),
  );
  const handle = activityMessage(product);
  tap.take();
  const othersBefore = await ground.othersCpu();
  const before = process.cpuUsage();
  const begin = performance.now();
  const sent = await sentDuring(() => Promise.resolve(handle(createEvent(bastion), anInvocation())));
  const untilDone = performance.now() - begin;
  const { user, system } = process.cpuUsage(before);
  const ms = posted().at - begin;
  if (ms < 0) throw new Error(`No card was posted about ${bastion}`);
  const calls = tap.take();
  const others = { before: othersBefore, after: await ground.othersCpu() };
  const floorMs = await floor(sent.slice(0, posted().sent), {
    ground,
    from: nameOf(bastion),
    to: nameOf(twin),
  });
  return { ms, untilDone, floorMs, calls, cpuMs: (user + system) / 1_000, others };
}

const nameOf = (bastionId: string): string => bastionId.slice(bastionId.lastIndexOf("/") + 1);
const messages = z.array(z.object({ body: z.unknown() }));

interface Twin {
  readonly ground: Ground;
  readonly from: string;
  readonly to: string;
}

/** The same requests in a row until the card is posted. */
async function floor(sent: readonly SentRequest[], { ground, from, to }: Twin): Promise<number> {
  const card = messages.parse(await ground.control("teams/messages")).at(-1)?.body;
  const token = `Bearer ${localSettings()["WATCHDOG_LOCAL_TOKEN"] ?? ""}`;
  const [, account = "", key = ""] = /AccountName=([^;]+);AccountKey=([^;]+)/.exec(ground.storage) ?? [];
  const begin = performance.now();
  for (const request of sent) await resend(request, { from, to, key: `${account}:${key}` });
  await (
    await fetch(`${ground.azureUrl}/v1.0/users/nobody@contoso.example`, { headers: { authorization: token } })
  ).text();
  const headers = { "content-type": "application/json" };
  await (
    await fetch(ground.azureUrl + teamsWorkflowPath, { method: "POST", headers, body: JSON.stringify(card) })
  ).text();
  return performance.now() - begin;
}

function figuresOf(rounds: readonly Round[]): readonly Figure[] {
  const times = rounds.map(({ ms }) => ms);
  const floors = rounds.map(({ floorMs }) => floorMs);
  const p50 = median(times);
  const name = "event to alert:";
  const unit = "ms";
  return [
    timesFloor(1.5, { name: `${name} card posted, p50`, value: p50, unit, floor: median(floors) }),
    atMost(5, {
      name: `${name} p99 over p50`,
      value: percentile(times, 99) / p50,
      unit: "×",
      floor: percentile(floors, 99) / median(floors),
    }),
    known({
      name: `${name} message done, p50`,
      value: median(rounds.map(({ untilDone }) => untilDone)),
      unit,
    }),
    known({ name: `${name} CPU time of our own`, value: median(rounds.map(({ cpuMs }) => cpuMs)), unit }),
    ...othersFigures(
      name,
      rounds.length,
      rounds.map(({ others }) => others),
    ),
    ...callFigures(rounds),
  ];
}

/** The path ends with the post; what is written down after it is told apart. */
function callFigures(rounds: readonly Round[]): readonly Figure[] {
  const paths = rounds.map(({ calls }) =>
    calls.slice(0, calls.findLastIndex(({ kind }) => kind === "channel") + 1),
  );
  const of = (...kinds: readonly Kind[]) =>
    median(paths.map((path) => kinds.reduce((sum, kind) => sum + (countsOf(path)[kind] ?? 0), 0)));
  const after = median(rounds.map(({ calls }, index) => calls.length - (paths[index]?.length ?? 0)));
  const name = (what: string) => `event to alert: ${what}`;
  return [
    exactly(1, { name: name("ARM lists"), value: of("ARM list"), unit: "calls" }),
    atMost(1, {
      name: name("other questions to ARM and Resource Graph"),
      value: of("ARM other", "Resource Graph"),
      unit: "calls",
    }),
    atMost(6, {
      name: name("storage, table and queues"),
      value: of("table query", "table write", "queue"),
      unit: "calls",
    }),
    known({ name: name("questions to the directory"), value: of("directory"), unit: "calls" }),
    exactly(1, { name: name("posts"), value: of("channel"), unit: "calls" }),
    known({ name: name("storage, after the card is posted"), value: after, unit: "calls" }),
  ];
}
