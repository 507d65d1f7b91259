import { rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { packageApp } from "../local/build/package-app.ts";
import { loadOnce, type Load } from "./cold-start/load.ts";
import { writeUnbundled } from "./cold-start/unbundled.ts";
import { atMost, known, median, timesFloor, type Figure } from "./figures.ts";
import type { Size } from "./size.ts";

const root = resolve(import.meta.dirname, "..");
const scratch = join(root, "dist/bench");

/** Load of the built app in fresh processes, the files in the disk cache, beside bare Node, a hello-world app and the unbundled product. */
export async function coldStart(size: Size): Promise<readonly Figure[]> {
  const ours = await packageApp({ outdir: join(scratch, "app") });
  const hello = await packageApp({
    entry: join(import.meta.dirname, "cold-start/hello-world.ts"),
    outdir: join(scratch, "hello"),
  });
  const needs = await packageApp({
    entry: join(import.meta.dirname, "cold-start/first-event.ts"),
    outdir: join(scratch, "needs"),
  });
  const entries = {
    bare: "",
    hello: join(hello.directory, "main.js"),
    ours: join(ours.directory, "main.js"),
    event: join(needs.directory, "main.js"),
    unbundled: await writeUnbundled(join(root, "src"), join(scratch, "unbundled")),
  };
  const loads = await alternate(entries, size.coldStarts);
  await rm(scratch, { recursive: true, force: true });
  return figuresOf(loads, { ours: ours.atStart.bytes, hello: hello.atStart.bytes });
}

const candidates = ["bare", "hello", "ours", "event", "unbundled"] as const;
type Candidate = (typeof candidates)[number];
type Entries = Readonly<Record<Candidate, string>>;
type Loads = Readonly<Record<Candidate, Load>>;

/** One after the other and all over again, so that a noisy minute hits every candidate alike. Answers the medians. */
async function alternate(entries: Entries, rounds: number): Promise<Loads> {
  const all: Record<Candidate, Load[]> = { bare: [], hello: [], ours: [], event: [], unbundled: [] };
  for (let round = 0; round < rounds; round += 1) {
    for (const name of candidates) all[name].push(await loadOnce(entries[name]));
  }
  return {
    bare: middle(all.bare),
    hello: middle(all.hello),
    ours: middle(all.ours),
    event: middle(all.event),
    unbundled: middle(all.unbundled),
  };
}

function middle(loads: readonly Load[]): Load {
  const of = (part: keyof Load) => median(loads.map((load) => load[part]));
  return { ms: of("ms"), cpuMs: of("cpuMs"), rss: of("rss"), functions: of("functions") };
}

const mebibyte = 1024 * 1024;

function figuresOf(
  { bare, hello, ours, event, unbundled }: Loads,
  bytes: { readonly ours: number; readonly hello: number },
): readonly Figure[] {
  const over = ({ rss }: Load) => (rss - bare.rss) / mebibyte;
  return [
    timesFloor(2.5, {
      name: "cold start: load of the app, against hello world",
      value: ours.ms,
      unit: "ms",
      floor: hello.ms,
    }),
    timesFloor(2.5, {
      name: "cold start: CPU time of that",
      value: ours.cpuMs,
      unit: "ms",
      floor: hello.cpuMs,
    }),
    atMost(120, { name: "cold start: load of the app", value: ours.ms, unit: "ms", floor: hello.ms }),
    known({
      name: "cold start: CPU time with all that an event needs",
      value: event.cpuMs,
      unit: "ms",
      floor: hello.cpuMs,
    }),
    known({
      name: "cold start: CPU time of the product unbundled",
      value: unbundled.cpuMs,
      unit: "ms",
      floor: hello.cpuMs,
    }),
    atMost(45, {
      name: "cold start: memory over bare Node",
      value: over(ours),
      unit: "MiB",
      floor: over(hello),
    }),
    known({
      name: "cold start: memory of the product unbundled",
      value: over(unbundled),
      unit: "MiB",
      floor: over(hello),
    }),
    atMost(1228.8, {
      name: "cold start: entry bundle",
      value: bytes.ours / 1024,
      unit: "KiB",
      floor: bytes.hello / 1024,
    }),
    known({ name: "cold start: functions registered", value: ours.functions, unit: "" }),
  ];
}
