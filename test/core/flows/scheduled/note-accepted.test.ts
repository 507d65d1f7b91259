import { describe, expect, it } from "vitest";
import { watchdogPartition } from "../../../../src/core/domain/partition.ts";
import { anchor } from "../../../../src/core/flows/scheduled/anchor.ts";
import { noteAccepted } from "../../../../src/core/flows/scheduled/note-accepted.ts";
import { verifyStored } from "../../../../src/core/flows/store/read-ledger.ts";
import { after, hours, isoInstant, minutes, seconds } from "../../../../src/core/domain/time.ts";
import { evidenceWorld } from "../../../memory/evidence-ports.ts";
import { vmId } from "../../../memory/samples.ts";
import { hubPartition, watchdog, type Watchdog } from "../../../memory/watchdog.ts";

const policy = { rules: [{ name: "default", ttl: "PT8H" }] };

/** One link that was announced, on three channels. */
async function announced(prepare: (dog: Watchdog) => void = () => undefined) {
  const dog = watchdog(policy, "enforce", ["mail", "webhook"]);
  const world = evidenceWorld(dog);
  await dog.sweep();
  prepare(dog);
  const linkId = dog.azure.create(dog.bastion, vmId("vm-1"));
  const createdAt = dog.clock.now();
  await dog.event({});
  await dog.run(minutes(3));
  return { ...world, linkId, createdAt, note: () => noteAccepted(world.ports, world.settings) };
}

const accepted = (dog: Watchdog) =>
  dog.table.ledger(hubPartition).filter(({ kind }) => kind === "alert-accepted");

describe("When channels accepted an alert", () => {
  it("is a fact of its bastion, once", async () => {
    const { dog, linkId, createdAt, note } = await announced();
    await note();
    await note();
    const at = isoInstant(createdAt);
    expect(accepted(dog).map(({ data }) => data)).toStrictEqual([
      { alert: dog.heard()[0]?.id, of: "created", links: linkId, teams: at, mail: at, webhook: at },
    ]);
  });

  it("is noted of what came since", async () => {
    const { dog, note } = await announced();
    await note();
    dog.clock.advance(hours(1));
    dog.azure.create(dog.bastion, vmId("vm-2"));
    await dog.event({});
    await dog.run(minutes(3));
    await note();
    expect(accepted(dog).map(({ data }) => data["alert"])).toStrictEqual(dog.heard().map(({ id }) => id));
  });

  it("waits until no channel is pending, and leaves out who gave up", async () => {
    const unavailable = { kind: "unavailable", why: "503", retryAfter: hours(1) } as const;
    const { dog, note } = await announced(({ others }) => {
      others["mail"]?.answerAlways(unavailable);
    });
    await note();
    expect(accepted(dog)).toStrictEqual([]);
    await dog.run(hours(25));
    await note();
    expect(accepted(dog).map(({ data }) => Object.keys(data))).toStrictEqual([
      ["alert", "of", "links", "teams", "webhook"],
    ]);
  });

  it("waits while the bastion is being looked at: a look that enforces meets no conflict", async () => {
    const { dog, ports, note } = await announced();
    const watched = await ports.table.read(hubPartition);
    await ports.table.claim(hubPartition, watched, after(dog.clock.now(), seconds(90)));
    await note();
    expect(accepted(dog)).toStrictEqual([]);
  });

  it("is noted of the watchdog's own alerts", async () => {
    const { dog, ports, settings, evidence, note } = await announced();
    await anchor(ports, settings);
    evidence.blobs.set("anchors/2.json", "forged");
    dog.clock.advance(hours(1));
    await anchor(ports, settings);
    await note();
    const own = dog.table.ledger(watchdogPartition).filter(({ kind }) => kind === "alert-accepted");
    expect(own).toMatchObject([{ data: { of: "watchdog-trouble", links: "" } }]);
  });

  it("costs a ledger whose rows cannot be read its own note, and no other", async () => {
    const { dog, ports, settings, evidence, note } = await announced();
    await anchor(ports, settings);
    evidence.blobs.set("anchors/2.json", "forged");
    await anchor(ports, settings);
    dog.table.tamper(hubPartition, "0host", {});
    await note();
    expect(dog.table.ledger(watchdogPartition).at(-1)).toMatchObject({ kind: "alert-accepted" });
  });

  it("survives a crash before and after every call: once, and the chain holds", async () => {
    const { dog, note } = await announced();
    const before = dog.crashes.calls();
    await note();
    const calls = dog.crashes.calls() - before;
    expect(calls).toBeGreaterThan(3);
    for (let call = 1; call <= calls; call += 1)
      for (const when of ["before", "after"] as const) {
        const world = await announced();
        world.dog.crashes.failAt(call, when);
        await world.note().catch(() => undefined);
        await world.note();
        expect(accepted(world.dog)).toHaveLength(1);
        expect(await verifyStored(hubPartition, world.ports)).toMatchObject({ ok: true });
      }
  });
});
