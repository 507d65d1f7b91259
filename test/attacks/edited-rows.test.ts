import { beforeEach, describe, expect, it } from "vitest";
import type { TrackedLink } from "../../src/core/domain/links/link.ts";
import { instant, minutes } from "../../src/core/domain/time.ts";
import { archive } from "../../src/core/flows/scheduled/archive.ts";
import { verifyStored } from "../../src/core/flows/store/read-ledger.ts";
import { evidenceWorld, type EvidenceWorld } from "../memory/evidence-ports.ts";
import { vmId } from "../memory/samples.ts";
import { hubPartition, watchdog } from "../memory/watchdog.ts";

const far = instant(Date.UTC(2100, 0, 1));
let world: EvidenceWorld;

/** One link with eight hours to live, as a row and as facts. */
beforeEach(async () => {
  world = evidenceWorld(watchdog({ rules: [{ name: "rest", ttl: "PT8H" }] }));
  const { dog } = world;
  await dog.sweep();
  await dog.run(minutes(5));
  dog.azure.create(dog.bastion, vmId("vm-1"));
  await dog.event({});
  await dog.run(minutes(1));
});

const linkNow = async () => {
  const [link] = (await world.dog.table.read(hubPartition)).links;
  if (!link) throw new Error("There is no link");
  return link;
};

async function edit(change: Partial<TrackedLink>): Promise<void> {
  const link = await linkNow();
  const key = `1link:${link.linkId}:${link.life}`;
  world.dog.table.tamper(hubPartition, key, { link: { ...link, ...change } });
}

const corrections = () =>
  world.dog
    .heard()
    .flatMap(({ severity, notes }) =>
      notes.flatMap((note) => (note.kind === "rows-corrected" ? [{ severity, rows: note.rows.shown }] : [])),
    );
const extension = { by: "Omar", objectId: "o", until: far, why: "none", from: undefined };

describe("Whoever edits the row of a link", () => {
  it.each<readonly [string, Partial<TrackedLink>, readonly string[]]>([
    ["its deadline", { deadline: far, judgedDeadline: far }, ["deadline"]],
    ["its deadline by a minute", { deadline: instant(Date.UTC(2026, 10, 21, 16, 6)) }, ["deadline"]],
    ["an extension that nobody gave", { extension, deadline: far }, ["deadline", "extension"]],
    ["that people were warned", { status: "warned" }, ["status"]],
    ["that Azure was asked", { status: "revoking" }, ["status"]],
  ])(
    "%s, is told of by the nightly run, and the link follows the ledger again",
    async (_, change, fields) => {
      const before = await linkNow();
      await edit(change);
      await archive(world.ports, world.settings);
      expect(corrections()).toStrictEqual([
        {
          severity: "high",
          rows: fields.map((field) => ({ vmId: before.vmId, linkId: before.linkId, field })),
        },
      ]);
      expect(await linkNow()).toMatchObject({
        deadline: before.deadline,
        extension: undefined,
        status: "open",
      });
      expect(await verifyStored(hubPartition, world.ports)).toMatchObject({ ok: true });
      await archive(world.ports, world.settings);
      expect(corrections()).toHaveLength(1);
    },
  );

  it("or makes up one that no fact knows, is told of", async () => {
    const link = await linkNow();
    world.dog.table.tamper(hubPartition, `1link:${link.linkId}:7`, { link: { ...link, life: 7 } });
    world.dog.table.tamper(hubPartition, `1link:${link.linkId}:1`, undefined);
    await archive(world.ports, world.settings);
    expect(corrections()).toMatchObject([{ rows: [{ field: "row" }] }]);
  });

  it("does not gain the time: the link is gone at its end all the same", async () => {
    await edit({ deadline: far, judgedDeadline: far });
    await archive(world.ports, world.settings);
    const { deadline } = await linkNow();
    while (world.dog.clock.now() < deadline + minutes(11)) {
      await world.dog.sweep();
      await world.dog.run(minutes(5));
    }
    expect(world.dog.azure.links).toStrictEqual([]);
  });
});

it("Nothing is put right while nobody meddles", async () => {
  await world.dog.run(minutes(470));
  await archive(world.ports, world.settings);
  expect(corrections()).toStrictEqual([]);
});
