import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadOnce } from "../../bench/cold-start/load.ts";
import { median } from "../../bench/figures.ts";
import { layEstate, machineId } from "../../bench/rig/estate.ts";
import { createEvent } from "../../bench/rig/create-event.ts";
import { groundAt, type Ground } from "../../bench/rig/ground.ts";
import { anInvocation, productOn, type Product } from "../../bench/rig/product.ts";
import { countsOf, tapWire, type WireTap } from "../../bench/rig/wire-tap.ts";
import { packageOf } from "../../local/build/loaded-at-start.ts";
import { packageApp, type PackagedApp } from "../../local/build/package-app.ts";
import { startSimulatedAzure } from "../../local/simulated-azure/start.ts";
import { startStorage } from "../../local/storage/main.ts";
import { instant } from "../../src/core/domain/time.ts";
import { reconcile } from "../../src/core/flows/watch/reconcile.ts";
import { activityMessage } from "../../src/functions/queues/activity-message.ts";

/** Counts, and ratios with room for a noisy machine, never times. `npm run bench` measures; this keeps what was gained. */
describe("The calls that the product makes", () => {
  const running: { close(): Promise<void> }[] = [];
  let ground: Ground;
  let product: Product;
  let tap: WireTap;
  let bastionId: string;

  const look = (id = bastionId) =>
    reconcile({ bastionId: id, cause: "sweep", since: instant(Date.now()) }, product.ports, product.settings);

  beforeAll(async () => {
    const storage = await startStorage();
    const azure = await startSimulatedAzure();
    running.push(azure, storage);
    ground = groundAt(storage.announcement.connectionString, azure.announcement.url);
    [bastionId = ""] = await layEstate(ground, { bastions: 1, linksEach: 20 });
    product = productOn(ground);
    tap = tapWire(ground);
    await look();
  }, 30_000);
  afterAll(async () => {
    for (const part of running) await part.close();
  });

  it("for a bastion on which nothing changed are one list, one query and two writes", async () => {
    tap.take();
    await look();
    expect(countsOf(tap.take())).toStrictEqual({ "ARM list": 1, "table query": 1, "table write": 2 });
  });

  it("from an event to its card are one list, one question about the person, one post and at most eight to the storage; no more than three follow", async () => {
    const aMinuteOn = { now: () => instant(Date.now() + 60_000) };
    await ground.control("links", { bastionId, vmId: machineId(0) });
    tap.take();
    await activityMessage({ ...product, world: { ...product.world, clock: aMinuteOn } })(createEvent(bastionId), anInvocation());
    const kinds = tap.take().map(({ kind }) => kind);
    const path = kinds.slice(0, kinds.lastIndexOf("channel") + 1);
    expect(path.filter((kind) => kind === "ARM list")).toHaveLength(1);
    expect(path.filter((kind) => kind === "channel" || kind === "directory")).toHaveLength(2);
    expect(path.filter((kind) => kind === "queue" || kind.startsWith("table")).length).toBeLessThanOrEqual(8);
    const after = kinds.slice(path.length);
    expect(after.filter((kind) => !kind.startsWith("table"))).toStrictEqual([]);
    expect(after.length).toBeLessThanOrEqual(3);
  });

  // The last one, because it replaces the estate.
  it("grow no faster than the links of a bastion: ten times as many take at most eleven times as long", async () => {
    const sizes = [30, 300].map((linksEach) => ({ bastions: 1, linksEach, prefix: `of-${linksEach}` }));
    const bastions = await layEstate(ground, ...sizes);
    const timeOf = async (id = "") => {
      await look(id);
      const times: number[] = [];
      for (let round = 0; round < 7; round += 1) {
        const begin = performance.now();
        await look(id);
        times.push(performance.now() - begin);
      }
      return median(times);
    };
    const [few, many] = [await timeOf(bastions[0]), await timeOf(bastions[1])];
    console.log(`A look at 30 links took ${few.toFixed(1)} ms, at 300 ${many.toFixed(1)} ms: ${(many / few).toFixed(1)} ×`);
    expect(many / few).toBeLessThan(11);
  }, 60_000);
});

describe("The package at a cold start", () => {
  let directory: string;
  let app: PackagedApp;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "cold-start-"));
    app = await packageApp({ outdir: join(directory, "app") });
  });
  afterAll(() => rm(directory, { recursive: true }));

  it("reads less than a third of a megabyte", () => {
    expect(app.atStart.bytes).toBeGreaterThan(100_000);
    expect(app.atStart.bytes).toBeLessThan(333_000);
  });

  it("loads no flow, no decision and no page", () => {
    const ours = [...app.atStart.sources.keys()].filter((source) => source.startsWith("src/"));
    expect(ours).toContain("src/config/config.ts");
    expect(ours.filter((source) => /^src\/(core\/(flows|domain\/decide|render\/console)|functions)\//.test(source))).toStrictEqual([]);
  });

  it("loads no SDK but that of Functions", () => {
    const packages = new Set([...app.atStart.sources.keys()].flatMap((source) => packageOf(source) ?? []));
    expect([...packages].filter((name) => /^@(azure|microsoft)\//.test(name)).sort()).toStrictEqual([
      "@azure/functions",
      "@azure/functions-extensions-base",
    ]);
  });

  it("takes at most eight times the CPU time of a hello world's", async () => {
    const hello = await packageApp({ entry: "bench/cold-start/hello-world.ts", outdir: join(directory, "hello") });
    const [ours, theirs]: [number[], number[]] = [[], []];
    for (let round = 0; round < 5; round += 1) {
      ours.push((await loadOnce(join(app.directory, "main.js"))).cpuMs);
      theirs.push((await loadOnce(join(hello.directory, "main.js"))).cpuMs);
    }
    console.log(`The app's load took ${median(ours).toFixed(0)} ms of CPU, hello world's ${median(theirs).toFixed(0)} ms`);
    expect(median(ours) / median(theirs)).toBeLessThan(8);
  }, 60_000);

  it("can tell: a package that is imported is found", () => {
    expect([...app.atStart.sources.keys()].map(packageOf)).toContain("zod");
    expect(packageOf("node_modules/@azure/data-tables/dist/esm/index.js")).toBe("@azure/data-tables");
    expect(packageOf("src/main.ts")).toBeUndefined();
  });
});
