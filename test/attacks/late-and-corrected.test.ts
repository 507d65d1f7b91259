import { describe, expect, it } from "vitest";
import type { Alert } from "../../src/core/domain/alerts/alert.ts";
import { ownerOf } from "../../src/core/domain/attribution/attribution.ts";
import { after, minutes, seconds } from "../../src/core/domain/time.ts";
import { alertSentences } from "../../src/core/render/words/alert-sentences.ts";
import { titleOf } from "../../src/core/render/words/alert-words.ts";
import { vmId } from "../memory/samples.ts";
import { hubPartition, watchdog, type Watchdog } from "../memory/watchdog.ts";

const person = (name: string) => ({
  objectId: `object of ${name}`,
  userPrincipalName: `${name}@contoso.example`,
});
const corrections = (dog: Watchdog): readonly Alert[] =>
  dog.heard().filter(({ kind }) => kind === "creator-reported");
const kinds = (dog: Watchdog) => dog.heard().map(({ kind }) => kind);

async function awake(): Promise<Watchdog> {
  const dog = watchdog();
  await dog.sweep();
  await dog.run(minutes(1));
  return dog;
}

describe("A correction says what people were told before, and is told when it is news", () => {
  /** Omar is told; then others turn out to fit as well, one after the other. */
  async function corrected(...people: readonly string[]) {
    const dog = await awake();
    const made = dog.clock.now();
    dog.azure.create(dog.bastion, vmId("vm-3"));
    for (const [index, name] of people.entries()) {
      await dog.event({ caller: person(name), at: after(made, seconds(2 + index)) });
      await dog.run(minutes(1));
    }
    return { dog, made };
  }

  it("as one that withdraws a name", async () => {
    const { dog } = await corrected("omar", "jane");
    const [correction, ...others] = corrections(dog);
    if (!correction) throw new Error("Nobody was corrected");
    expect(others).toStrictEqual([]);
    expect(titleOf(correction)).toBe("Corrected: one of 2 callers opened the link to vm-3");
    expect(alertSentences(correction)).toContain("Reported before as created by omar@contoso.example.");
    expect(alertSentences(correction).join(" ")).not.toContain("not known");
  });

  it("not again where only the order of the names is another", async () => {
    const { dog, made } = await corrected("omar", "jane");
    await dog.run(minutes(30));
    await dog.event({ caller: person("omar"), at: after(made, seconds(1)) });
    await dog.run(minutes(30));
    expect(corrections(dog)).toHaveLength(1);
  });

  it("at most once a life in ten minutes, and then as it is by then", async () => {
    const { dog } = await corrected("omar", "jane", "zoe", "kim");
    expect(corrections(dog).map(({ links }) => links.length)).toStrictEqual([1]);
    await dog.run(minutes(10));
    expect(corrections(dog).map((alert) => alertSentences(alert)[0])).toStrictEqual([
      "Reported before as created by omar@contoso.example.",
      "Reported before as created by one of omar@contoso.example, jane@contoso.example.",
    ]);
    expect(corrections(dog).at(-1)?.actors.creator).toMatchObject({
      candidates: ["omar", "jane", "zoe", "kim"].map(person),
    });
  });

  it("and a report that comes after the link was closed says as whose it was told", async () => {
    const { dog, made } = await corrected("omar");
    for (const { linkId } of [...dog.azure.links]) dog.azure.remove(linkId);
    dog.azure.create(dog.bastion, vmId("vm-4"), "2026-11-21T08:01:02Z");
    await dog.sweep();
    await dog.run(minutes(30));
    for (const { linkId } of [...dog.azure.links]) dog.azure.remove(linkId);
    await dog.sweep();
    await dog.run(minutes(30));
    await dog.event({ caller: person("jane"), at: after(made, seconds(3)) });
    await dog.run(seconds(5));
    const [late] = corrections(dog).slice(-1);
    expect(late && alertSentences(late)).toContain("Reported before as created by omar@contoso.example.");
  });

  it("more than twenty are twenty and others", async () => {
    const { dog } = await corrected(...Array.from({ length: 23 }, (_, n) => `person${n}`).map(String));
    const [link] = (await dog.table.read(hubPartition)).links;
    if (link?.attribution.kind !== "ambiguous") throw new Error("Many may have made it");
    expect(link.attribution.candidates).toHaveLength(20);
    expect(ownerOf(link.attribution)).toMatch(/ or someone else$/);
  });
});

describe("An event that comes before Azure lists its link", () => {
  it.each([30, 180, 540])("names the creator all the same, %i seconds later", async (lag) => {
    const dog = await awake();
    const made = dog.clock.now();
    await dog.event({ caller: person("jane"), at: after(made, seconds(2)) });
    await dog.run(seconds(lag));
    dog.azure.create(dog.bastion, vmId("vm-late"), "2026-11-21T08:01:00.0000Z");
    await dog.sweep();
    await dog.run(minutes(1));
    expect(kinds(dog)).toStrictEqual([...(lag >= 120 ? ["created-and-gone"] : []), "created"]);
    const created = dog.heard().at(-1);
    expect(created?.actors.creator).toMatchObject({ caller: person("jane") });
    expect(created && alertSentences(created).join(" ").includes("Azure lists it only now")).toBe(lag >= 120);
  });

  it("also where the first link of its call was listed at once", async () => {
    const dog = await awake();
    dog.azure.create(dog.bastion, vmId("vm-1"));
    await dog.event({ caller: person("jane") });
    await dog.run(minutes(3));
    dog.azure.create(dog.bastion, vmId("vm-2"), "2026-11-21T08:01:00.0000Z");
    await dog.sweep();
    await dog.run(minutes(1));
    expect(dog.heard().map(({ kind, actors }) => [kind, actors.creator?.kind])).toStrictEqual([
      ["created", "known"],
      ["created", "known"],
    ]);
  });
});
