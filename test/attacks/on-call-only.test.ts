import { describe, expect, it } from "vitest";
import { alertSentences } from "../../src/core/render/words/alert-sentences.ts";
import {
  after,
  hours,
  minutes,
  seconds,
  type Instant,
  type Milliseconds,
} from "../../src/core/domain/time.ts";
import type { Person } from "../../src/core/domain/console/person.ts";
import { asCaller, extend, operator } from "../memory/console-order.ts";
import { vmId } from "../memory/samples.ts";
import { openFor } from "../memory/sweep-for.ts";
import { hubPartition, watchdog, type Watchdog } from "../memory/watchdog.ts";

const [oncall1, oncall2, eve, mallory, olga] = [
  operator("oncall1", 1),
  operator("oncall2", 2),
  operator("eve", 3),
  operator("mallory", 4),
  operator("olga", 5),
] as [Person, Person, Person, Person, Person];

const may = { name: "on-call may", match: { creator: "oncall*@contoso.example" }, ttl: "PT2H" };
const nobodyElse = { name: "nobody else", allow: false, warnBefore: "PT30M" };
const onCallOnly = { rules: [may, nobodyElse] };

interface Opened {
  readonly dog: Watchdog;
  readonly made: Instant;
}

/** A link is opened; nothing says by whom. Half a minute passes. */
async function opened(policy: object = onCallOnly): Promise<Opened> {
  const dog = watchdog(policy);
  await dog.sweep();
  await dog.run(minutes(1));
  dog.azure.create(dog.bastion, vmId("vm-1"));
  const made = dog.clock.now();
  await dog.sweep();
  await dog.run(seconds(30));
  return { dog, made };
}

const report = ({ dog, made }: Opened, person: Person, wait: Milliseconds = 0) =>
  dog.event({ at: after(made, seconds(2) + wait), caller: asCaller(person) });

const kinds = (dog: Watchdog) => dog.heard().map(({ kind, severity }) => `${kind}, ${severity}`);

describe("On-call may, nobody else: a late event costs on-call's link nothing, and gives nobody else more than one notice", () => {
  it("in time it is on-call's, and ends after two hours", async () => {
    const dog = watchdog(onCallOnly);
    await dog.sweep();
    await dog.run(minutes(1));
    dog.azure.create(dog.bastion, vmId("vm-1"));
    const link = { dog, made: dog.clock.now() };
    await report(link, oncall1);
    await dog.run(minutes(1));
    expect(kinds(dog)).toStrictEqual(["created, medium"]);
    expect(await openFor(link, hours(1.9))).toBeUndefined();
  });

  it("while nobody is known it is high at once, and the card says whose link it must be", async () => {
    const { dog } = await opened();
    expect(kinds(dog)).toStrictEqual(["unannounced, high"]);
    expect(dog.heard()[0]?.notes).toStrictEqual([
      { kind: "creator-decides", forbids: "nobody else", allows: "on-call may" },
    ]);
    expect(dog.heard().flatMap((alert) => alertSentences(alert))).toStrictEqual([
      'The creator of it decides: the rule "nobody else" forbids it, the rule "on-call may" allows it.',
      "If the creator turns out to be forbidden, it is due at once.",
    ]);
    expect(dog.azure.links).toHaveLength(1);
  });

  it("a late event of on-call's saves it, and it ends two hours after its creation", async () => {
    const link = await opened();
    await link.dog.run(minutes(20));
    await report(link, oncall1);
    await link.dog.run(minutes(1));
    expect((await link.dog.table.read(hubPartition)).links).toMatchObject([
      { rule: "on-call may", allowed: true, deadline: after(link.made, hours(2)) },
    ]);
    expect(await openFor(link, hours(1.9))).toBeUndefined();
    expect(await openFor(link, hours(2.2))).toBeGreaterThanOrEqual(hours(2));
  });

  it("a late event of somebody else takes it down at once: the card had said so", async () => {
    const link = await opened();
    await link.dog.run(minutes(5));
    await report(link, eve);
    await link.dog.run(seconds(10));
    expect(link.dog.azure.links).toStrictEqual([]);
    expect(kinds(link.dog)).toStrictEqual(["unannounced, high", "creator-reported, low", "revoked, low"]);
  });

  it("without any event it goes after one notice", async () => {
    const open = await openFor(await opened(), hours(3));
    expect(open).toBeGreaterThanOrEqual(minutes(30));
    expect(open).toBeLessThanOrEqual(minutes(32));
  });

  it("two who may not have made it together: it goes at once, whichever of them it was", async () => {
    const link = await opened();
    await report(link, eve);
    await report(link, mallory, seconds(1));
    await link.dog.run(seconds(10));
    expect(link.dog.azure.links).toStrictEqual([]);
  });

  it("two of on-call made it, one of them: it is allowed", async () => {
    const link = await opened();
    await report(link, oncall1);
    await report(link, oncall2, seconds(1));
    expect(await openFor(link, hours(1.9))).toBeUndefined();
  });

  it("on-call or somebody else: it goes after the notice, at which nobody gains a minute", async () => {
    const link = await opened();
    await link.dog.run(minutes(10));
    await report(link, oncall1);
    await link.dog.run(minutes(10));
    await report(link, eve, -seconds(1));
    const open = await openFor(link, hours(3));
    expect(open).toBeLessThanOrEqual(minutes(55));
    expect(kinds(link.dog)).toContain("creator-reported, high");
  });

  it("a forbidding rule by tag behind on-call's rule waits for the creator as well, one before it does not", async () => {
    const prod = { name: "no prod", match: { tags: { env: "prod" } }, allow: false, warnBefore: "PT30M" };
    const run = async (rules: readonly object[]) => {
      const dog = watchdog({ rules: [...rules, { name: "rest", ttl: "PT8H" }] });
      await dog.sweep();
      await dog.run(minutes(1));
      dog.azure.tag(vmId("vm-1"), { env: "prod" });
      dog.azure.create(dog.bastion, vmId("vm-1"));
      const link = { dog, made: dog.clock.now() };
      await dog.sweep();
      await dog.run(minutes(20));
      await report(link, oncall1);
      return openFor(link, hours(1.9));
    };
    expect(await run([may, prod])).toBeUndefined();
    expect(await run([prod, may])).toBeLessThanOrEqual(minutes(21));
  });

  it("nobody extends it while nobody is named, whoever asks; then a candidate cannot, and an operator who is none can", async () => {
    const link = await opened();
    const { dog } = link;
    const [row] = (await dog.table.read(hubPartition)).links;
    if (!row) throw new Error("the link is tracked");
    for (const person of [eve, olga])
      expect(await extend(dog, person, row.linkId, hours(4))).toStrictEqual({
        kind: "refused",
        why: "creator-unknown",
      });
    await report(link, oncall1);
    await report(link, eve, -seconds(1));
    await dog.run(seconds(30));
    expect(await extend(dog, eve, row.linkId, hours(4))).toStrictEqual({ kind: "refused", why: "own-link" });
    expect(await extend(dog, olga, row.linkId, hours(4))).toMatchObject({ kind: "done" });
    expect(await openFor(link, hours(3.9))).toBeUndefined();
    expect(await openFor(link, hours(4.2))).toBeDefined();
  });

  it("more time from an operator is not taken back without a notice when the creator is known at last", async () => {
    const link = await opened();
    const { dog } = link;
    await report(link, oncall1);
    await report(link, eve, -seconds(1));
    await dog.run(seconds(30));
    const [row] = (await dog.table.read(hubPartition)).links;
    if (!row) throw new Error("the link is tracked");
    await extend(dog, olga, row.linkId, hours(4));
    dog.restart({ policy: { rules: [{ ...may, match: { creator: "nobody*" } }, nobodyElse] } });
    const before = dog.clock.now();
    await dog.sweep();
    await dog.run(minutes(29));
    expect(dog.azure.links).toHaveLength(1);
    await openFor(link, hours(2));
    expect(dog.azure.links).toStrictEqual([]);
    expect(dog.clock.now() - before).toBeLessThanOrEqual(minutes(33));
  });
});
