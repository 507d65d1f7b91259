import { describe, expect, it } from "vitest";
import { alertsHtml } from "../../src/core/render/console/alert-pages.ts";
import type { Person } from "../../src/core/domain/console/person.ts";
import { alertSentences } from "../../src/core/render/words/alert-sentences.ts";
import { alertsPage } from "../../src/core/flows/views/console-view.ts";
import { after, hours, minutes, seconds, type Instant } from "../../src/core/domain/time.ts";
import { acknowledge, asCaller, operator } from "../memory/console-order.ts";
import { evidenceWorld } from "../memory/evidence-ports.ts";
import { vmId } from "../memory/samples.ts";
import { hubPartition, watchdog, type Watchdog } from "../memory/watchdog.ts";

const [jane, omar, olga] = [operator("jane", 1), operator("omar", 2), operator("olga", 3)] as [
  Person,
  Person,
  Person,
];
const loud = { rules: [{ name: "loud", ttl: "PT8H", severity: "high" }] };

async function awake(): Promise<Watchdog> {
  const dog = watchdog(loud, "enforce", [], { acknowledgeWithin: minutes(30) });
  await dog.sweep();
  await dog.run(minutes(1));
  return dog;
}

/** Links are opened and told as nobody's. */
async function opened(
  ...vms: readonly string[]
): Promise<{ readonly dog: Watchdog; readonly made: Instant }> {
  const dog = await awake();
  const made = dog.clock.now();
  for (const vm of vms) dog.azure.create(dog.bastion, vmId(vm));
  await dog.sweep();
  await dog.run(seconds(30));
  return { dog, made };
}

const report = (dog: Watchdog, person: Person, at: Instant) => dog.event({ at, caller: asCaller(person) });
const openings = ["created", "unannounced"];
const own = { kind: "refused", why: "own-alert" };
const idOf = (dog: Watchdog, kind: string) => dog.heard().find((alert) => alert.kind === kind)?.id ?? "";
/** How often it was told that nobody takes care of an alert about an opened link. */
const again = (dog: Watchdog) => dog.heard().filter(({ about }) => openings.includes(about?.kind ?? ""));
const waiting = async (dog: Watchdog) => (await dog.table.read(hubPartition)).host?.awaited ?? [];
const lapses = (dog: Watchdog) =>
  dog.table.ledger(hubPartition).filter(({ kind }) => kind === "acknowledgement-lapsed");

async function pass(dog: Watchdog, length: number): Promise<void> {
  for (let passed = 0; passed < length; passed += minutes(5)) {
    await dog.run(minutes(5));
    await dog.sweep();
  }
}

describe("Nobody takes care of the alert about themselves", () => {
  it("the creator cannot, and it is told again; another operator can, and it is not", async () => {
    const dog = await awake();
    const made = dog.clock.now();
    dog.azure.create(dog.bastion, vmId("vm-1"));
    await report(dog, jane, made);
    await dog.run(minutes(1));
    expect(await acknowledge(dog, jane, idOf(dog, "created"))).toStrictEqual(own);
    await pass(dog, minutes(35));
    expect(again(dog)).toHaveLength(1);
    expect(await acknowledge(dog, jane, idOf(dog, "unacknowledged"))).toStrictEqual(own);
    expect(await acknowledge(dog, olga, idOf(dog, "created"))).toStrictEqual({ kind: "done", count: 1 });
    expect(await acknowledge(dog, olga, idOf(dog, "created"))).toMatchObject({ why: "already-acknowledged" });
  });

  it("neither of two candidates can", async () => {
    const dog = await awake();
    const made = dog.clock.now();
    dog.azure.create(dog.bastion, vmId("vm-1"));
    await report(dog, jane, made);
    await report(dog, omar, (made - seconds(1)) as Instant);
    await dog.run(minutes(1));
    for (const person of [jane, omar])
      expect(await acknowledge(dog, person, idOf(dog, "created"))).toStrictEqual(own);
    expect(await acknowledge(dog, olga, idOf(dog, "created"))).toMatchObject({ kind: "done" });
  });

  it("nor whoever the alert names for something else: who deleted a link that was gone before it was seen", async () => {
    const dog = await awake();
    const made = dog.clock.now();
    await report(dog, jane, made);
    await dog.event({
      operation: "deleteshareablelinksbytoken/action",
      at: after(made, seconds(1)),
      caller: asCaller(omar),
    });
    await dog.run(minutes(5));
    for (const person of [jane, omar])
      expect(await acknowledge(dog, person, idOf(dog, "created-and-gone"))).toStrictEqual(own);
  });

  it("not under another spelling of the name, nor by the name alone", async () => {
    const dog = await awake();
    const made = dog.clock.now();
    dog.azure.create(dog.bastion, vmId("vm-1"));
    await dog.event({ at: made, caller: { ...asCaller(jane), objectId: undefined } });
    await dog.run(minutes(1));
    const shouting = { ...jane, userPrincipalName: "JANE@CONTOSO.EXAMPLE" };
    expect(await acknowledge(dog, shouting, idOf(dog, "created"))).toStrictEqual(own);
  });
});

describe("Whoever acknowledged before they were known as the creator has acknowledged nothing", () => {
  it("the alert waits again from the moment at which they are named", async () => {
    const { dog, made } = await opened("vm-1");
    expect(await acknowledge(dog, jane, idOf(dog, "unannounced"))).toMatchObject({ kind: "done" });
    await pass(dog, minutes(60));
    expect(again(dog)).toHaveLength(0);
    await report(dog, jane, made);
    await dog.run(minutes(28));
    expect(again(dog)).toHaveLength(0);
    await dog.run(minutes(4));
    expect(again(dog)).toHaveLength(1);
    expect(again(dog).flatMap((alert) => alertSentences(alert))[0]).toContain(
      "has waited again for 30 min: the operator who had acknowledged it may have created the link.",
    );
    expect(lapses(dog)).toMatchObject([
      { data: { by: "jane@contoso.example", alert: idOf(dog, "unannounced") } },
    ]);
    expect(await acknowledge(dog, jane, idOf(dog, "unannounced"))).toStrictEqual(own);
    expect(await acknowledge(dog, olga, idOf(dog, "unannounced"))).toMatchObject({ kind: "done" });
  });

  it("also when they are only a candidate", async () => {
    const { dog, made } = await opened("vm-1");
    await report(dog, omar, made);
    await dog.run(seconds(30));
    expect(await acknowledge(dog, jane, idOf(dog, "unannounced"))).toMatchObject({ kind: "done" });
    await report(dog, jane, (made - seconds(1)) as Instant);
    await dog.run(minutes(1));
    expect(lapses(dog)).toHaveLength(1);
    expect((await waiting(dog)).map(({ kind }) => kind)).toContain("unannounced");
  });

  it("also when the link is gone before the event comes", async () => {
    const { dog, made } = await opened("vm-1");
    expect(await acknowledge(dog, jane, idOf(dog, "unannounced"))).toMatchObject({ kind: "done" });
    for (const { linkId } of dog.azure.links) dog.azure.remove(linkId);
    await pass(dog, minutes(10));
    expect((await dog.table.read(hubPartition)).links).toStrictEqual([]);
    await report(dog, jane, made);
    await dog.run(minutes(1));
    expect(lapses(dog)).toHaveLength(1);
    await pass(dog, minutes(35));
    expect(again(dog)).toHaveLength(1);
  });

  it("and what an honest operator acknowledged stays acknowledged", async () => {
    const { dog, made } = await opened("vm-1");
    await acknowledge(dog, olga, idOf(dog, "unannounced"));
    await report(dog, jane, made);
    await pass(dog, hours(2));
    expect(again(dog)).toHaveLength(0);
    expect(lapses(dog)).toHaveLength(0);
  });
});

describe("Of an alert about several links the rest is acknowledged, and the page says what stays", () => {
  it("the link that the operator made waits for another", async () => {
    const dog = await awake();
    const made = dog.clock.now();
    dog.azure.create(dog.bastion, vmId("vm-old"));
    await dog.run(minutes(5));
    dog.azure.create(dog.bastion, vmId("vm-new"));
    await dog.run(minutes(3));
    await dog.sweep();
    await dog.run(seconds(30));
    const alertId = idOf(dog, "unannounced");
    await report(dog, jane, made);
    await dog.run(minutes(1));
    expect(await acknowledge(dog, jane, alertId)).toStrictEqual({ kind: "done", count: 1, stays: 1 });
    expect((await waiting(dog)).filter(({ id }) => id === alertId)).toMatchObject([
      { linkCount: 1, links: [{ vmId: vmId("vm-old") }] },
    ]);
    const page = await alertsPage(dog.bastion.id, evidenceWorld(dog).ports);
    if (!page) throw new Error("the bastion is known");
    const person = olga;
    const scene = {
      now: dog.clock.now(),
      person,
      mode: "enforce",
      token: () => "t",
      said: "done-acknowledge-rest",
      count: 1,
    } as const;
    const html = alertsHtml(page, scene);
    expect(html).toMatch(/except for 1 link that <?.*jane@contoso\.example.* may have created:.*vm-old/);
    expect(html).toContain("another operator has to acknowledge it");
    expect(await acknowledge(dog, jane, alertId)).toStrictEqual(own);
    await pass(dog, minutes(35));
    expect(again(dog)).toMatchObject([{ links: [{ vmId: vmId("vm-old") }] }]);
    expect(await acknowledge(dog, olga, alertId)).toStrictEqual({ kind: "done", count: 1 });
    expect(await acknowledge(dog, olga, alertId)).toMatchObject({ why: "already-acknowledged" });
  });
});
