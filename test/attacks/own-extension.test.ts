import { describe, expect, it } from "vitest";
import type { Person } from "../../src/core/domain/console/person.ts";
import {
  after,
  hours,
  minutes,
  seconds,
  type Instant,
  type Milliseconds,
} from "../../src/core/domain/time.ts";
import { alertSentences } from "../../src/core/render/words/alert-sentences.ts";
import { asCaller, extend, operator } from "../memory/console-order.ts";
import { vmId } from "../memory/samples.ts";
import { openFor } from "../memory/sweep-for.ts";
import { hubPartition, watchdog, type Watchdog } from "../memory/watchdog.ts";

const [jane, omar, olga] = [operator("jane", 1), operator("omar", 2), operator("olga", 3)] as [
  Person,
  Person,
  Person,
];

const neverOmar = {
  rules: [
    { name: "never omar", match: { creator: "omar@contoso.example" }, allow: false, warnBefore: "PT30M" },
    { name: "rest", ttl: "PT8H", warnBefore: "PT30M" },
  ],
};

interface Opened {
  readonly dog: Watchdog;
  readonly made: Instant;
}

async function opened(policy: object = neverOmar): Promise<Opened> {
  const dog = watchdog(policy);
  await dog.sweep();
  await dog.run(minutes(1));
  const made = dog.clock.now();
  dog.azure.create(dog.bastion, vmId("vm-1"));
  return { dog, made };
}

const report = ({ dog, made }: Opened, person: Person, wait: Milliseconds = 0) =>
  dog.event({ at: after(made, wait), caller: asCaller(person) });

const tracked = async (dog: Watchdog) => {
  const [link] = (await dog.table.read(hubPartition)).links;
  if (!link) throw new Error("the link is tracked");
  return link;
};

const lapses = (dog: Watchdog) =>
  dog.table.ledger(hubPartition).filter(({ kind }) => kind === "extension-lapsed");

describe("A creator whom a rule forbids extends the link that is told as another's", () => {
  it("it is high as soon as he may have made it, and gone after one notice, extension or not", async () => {
    const link = await opened();
    const { dog } = link;
    await report(link, jane);
    await dog.run(minutes(1));
    expect(await extend(dog, omar, (await tracked(dog)).linkId, hours(20))).toMatchObject({ kind: "done" });
    await dog.run(minutes(10));
    await report(link, omar, -seconds(1));
    await dog.run(seconds(10));
    const told = dog.heard().find(({ kind }) => kind === "creator-reported");
    expect(told).toMatchObject({ severity: "high" });
    expect(told?.notes.map(({ kind }) => kind)).toStrictEqual([
      "extension-lapsed",
      "told-creator",
      "creator-decides",
    ]);
    expect(told && alertSentences(told)[0]).toBe(
      "The extension until 2026-11-22 04:02:00 UTC no longer counts: omar@contoso.example gave it, and may have created the link.",
    );
    expect(lapses(dog)).toMatchObject([{ data: { by: "omar@contoso.example" } }]);
    expect(await extend(dog, omar, (await tracked(dog)).linkId, hours(20))).toMatchObject({
      why: "own-link",
    });
    expect(await openFor(link, hours(2))).toBeLessThanOrEqual(minutes(45));
  });

  it("an honest operator may give the same link more time while both may have made it", async () => {
    const link = await opened();
    await report(link, jane);
    await report(link, omar, -seconds(1));
    await link.dog.run(minutes(1));
    expect(link.dog.heard().map(({ kind, severity }) => `${kind}, ${severity}`)).toStrictEqual([
      "created, medium",
      "creator-reported, high",
    ]);
    const { linkId, deadline } = await tracked(link.dog);
    expect(deadline - link.made).toBeLessThanOrEqual(minutes(31));
    expect(await extend(link.dog, olga, linkId, hours(3))).toMatchObject({ kind: "done" });
    expect(await openFor(link, hours(2.9))).toBeUndefined();
    expect(await openFor(link, hours(3.3))).toBeDefined();
  });

  it("it is high and gone after one notice also where nobody was known, and nobody extended it", async () => {
    const link = await opened();
    await link.dog.sweep();
    await link.dog.run(minutes(20));
    await report(link, omar);
    await link.dog.run(seconds(30));
    expect(link.dog.heard().at(-1)).toMatchObject({ kind: "creator-reported", severity: "high" });
    expect(await openFor(link, hours(2))).toBeLessThanOrEqual(minutes(53));
  });

  it("told once: the high alert is the notice, and no second one comes before the end", async () => {
    const link = await opened();
    await report(link, jane);
    await link.dog.run(minutes(5));
    await report(link, omar, -seconds(1));
    await openFor(link, hours(2));
    await link.dog.run(minutes(1));
    expect(link.dog.heard().map(({ kind }) => kind)).toStrictEqual([
      "created",
      "creator-reported",
      "created-and-gone",
      "revoked",
    ]);
  });

  it("before an event names him he gains nothing either: his extension ends with his name", async () => {
    const link = await opened({ rules: [{ name: "eight", ttl: "PT8H", warnBefore: "PT30M" }] });
    const { dog } = link;
    await dog.sweep();
    await dog.run(minutes(1));
    expect(await extend(dog, omar, (await tracked(dog)).linkId, hours(20))).toMatchObject({ kind: "done" });
    await dog.run(hours(1));
    await report(link, omar);
    await dog.run(minutes(1));
    expect(lapses(dog)).toHaveLength(1);
    expect(dog.heard().at(-1)).toMatchObject({ kind: "creator-reported", severity: "high" });
    expect(await openFor(link, hours(9))).toBeLessThanOrEqual(hours(8.1));
  });
});
