import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
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
import { stepsOf } from "../work.ts";

/** Counts, never times. `npm run bench` measures; this keeps what was gained. */
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
  });
  afterAll(async () => {
    for (const part of running) await part.close();
  });

  it("for a bastion on which nothing changed are one list, two queries and two writes", async () => {
    tap.take();
    await look();
    expect(countsOf(tap.take())).toStrictEqual({ "ARM list": 1, "table query": 2, "table write": 2 });
  });

  it("from an event to its card are one list, one question about the person, one post and at most eight to the storage; no more than five follow", async () => {
    const aMinuteOn = { now: () => instant(Date.now() + 60_000) };
    await ground.control("links", { bastionId, vmId: machineId(0) });
    tap.take();
    await activityMessage({ ...product, world: { ...product.world, clock: aMinuteOn } })(
      createEvent(bastionId),
      anInvocation(),
    );
    const kinds = tap.take().map(({ kind }) => kind);
    const path = kinds.slice(0, kinds.lastIndexOf("channel") + 1);
    expect(path.filter((kind) => kind === "ARM list")).toHaveLength(1);
    expect(path.filter((kind) => kind === "channel" || kind === "directory")).toHaveLength(2);
    expect(path.filter((kind) => kind === "queue" || kind.startsWith("table")).length).toBeLessThanOrEqual(8);
    const after = kinds.slice(path.length);
    expect(after.filter((kind) => !kind.startsWith("table"))).toStrictEqual([]);
    expect(after.length).toBeLessThanOrEqual(5);
  });

  // The last one, because it replaces the estate.
  it("come of work that grows no faster than the links of a bastion: ten times as many take at most eleven times the steps", async () => {
    const sizes = [30, 300].map((linksEach) => ({ bastions: 1, linksEach, prefix: `of-${linksEach}` }));
    const bastions = await layEstate(ground, ...sizes);
    const stepsOfLook = async (id = "") => {
      await look(id);
      return await stepsOf(() => look(id));
    };
    const [few, many] = [await stepsOfLook(bastions[0]), await stepsOfLook(bastions[1])];
    expect(many / few).toBeLessThan(11);
  });
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
    expect(
      ours.filter((source) =>
        /^src\/(core\/(flows|domain\/decide|render\/console)|functions)\//.test(source),
      ),
    ).toStrictEqual([]);
  });

  it("loads no SDK but that of Functions", () => {
    const packages = new Set([...app.atStart.sources.keys()].flatMap((source) => packageOf(source) ?? []));
    expect([...packages].filter((name) => /^@(azure|microsoft)\//.test(name)).sort()).toStrictEqual([
      "@azure/functions",
      "@azure/functions-extensions-base",
    ]);
  });

  it("can tell: a package that is imported is found", () => {
    expect([...app.atStart.sources.keys()].map(packageOf)).toContain("zod");
    expect(packageOf("node_modules/@azure/data-tables/dist/esm/index.js")).toBe("@azure/data-tables");
    expect(packageOf("src/main.ts")).toBeUndefined();
  });
});
