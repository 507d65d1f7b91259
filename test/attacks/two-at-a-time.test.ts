import { describe, expect, it } from "vitest";
import { resourceName } from "../../src/core/domain/arm-id.ts";
import { mayBeCreator } from "../../src/core/domain/attribution/actor.ts";
import { ownerOf } from "../../src/core/domain/attribution/attribution.ts";
import type { LinkId } from "../../src/core/domain/links/link.ts";
import { after, minutes, seconds, type Milliseconds } from "../../src/core/domain/time.ts";
import { alertSentences } from "../../src/core/render/words/alert-sentences.ts";
import { titleOf } from "../../src/core/render/words/alert-words.ts";
import { traceTable } from "../../src/core/render/reports/link-trace.ts";
import { vmId } from "../memory/samples.ts";
import { hubPartition, watchdog, type Watchdog } from "../memory/watchdog.ts";

const jane = { objectId: "22222222-0000-4000-8000-000000000007", userPrincipalName: "jane@contoso.example" };
const omar = { objectId: "22222222-0000-4000-8000-00000000a3a7", userPrincipalName: "omar@contoso.example" };

const owners = async (dog: Watchdog) =>
  Object.fromEntries(
    (await dog.table.read(hubPartition)).links.map(({ vmId: vm, attribution }) => [
      resourceName(vm),
      ownerOf(attribution),
    ]),
  );
const kinds = (dog: Watchdog) => dog.heard().map(({ kind }) => kind);

/** Jane's operation ends twelve seconds after hers began, Omar's so much later; the first event makes the watchdog look at both links. */
async function twoAtATime(apart: Milliseconds) {
  const dog = watchdog();
  await dog.sweep();
  await dog.run(minutes(1));
  const hers = dog.azure.create(dog.bastion, vmId("vm-0"));
  dog.clock.advance(seconds(1));
  dog.azure.create(dog.bastion, vmId("vm-1"));
  dog.clock.advance(seconds(3));
  await dog.event({ caller: jane });
  await dog.run(apart);
  await dog.event({ caller: omar });
  await dog.run(minutes(5));
  return { dog, hers };
}

describe("Two people who create at a time are not taken for the one who is heard of first", () => {
  it.each([3, 8, 11])("when the other's event comes %i seconds later", async (apart) => {
    const { dog } = await twoAtATime(seconds(apart));
    expect(await owners(dog)).toStrictEqual({
      "vm-0": "one of jane@contoso.example, omar@contoso.example",
      "vm-1": "one of jane@contoso.example, omar@contoso.example",
    });
    expect(kinds(dog)).toStrictEqual(["created", "creator-reported"]);
    const [correction] = dog.heard().slice(1);
    if (!correction) throw new Error("Nobody was corrected");
    expect(titleOf(correction)).toBe("Corrected: one of 2 callers opened 2 links on bas-hub");
    expect(alertSentences(correction)).toContain("Reported before as created by jane@contoso.example.");
  });

  it("however late the other's event comes, while the link lives", async () => {
    const { dog } = await twoAtATime(seconds(3));
    const third = { objectId: "zoe", userPrincipalName: "zoe@contoso.example" };
    const made = (await dog.table.read(hubPartition)).links[0]?.createdAt ?? dog.clock.now();
    await dog.run(minutes(120));
    await dog.event({ caller: third, at: after(made, seconds(5)) });
    await dog.run(seconds(5));
    expect(await owners(dog)).toMatchObject({
      "vm-0": "one of jane@contoso.example, zoe@contoso.example, omar@contoso.example",
    });
  });

  it("and where nobody can be told from another, they are two all the same", async () => {
    const dog = watchdog();
    await dog.sweep();
    dog.azure.create(dog.bastion, vmId("vm-0"));
    const nobody = { objectId: undefined, userPrincipalName: undefined, name: undefined };
    await dog.event({ caller: nobody });
    await dog.event({ caller: nobody });
    await dog.run(minutes(1));
    const [link] = (await dog.table.read(hubPartition)).links;
    expect(link?.attribution).toMatchObject({ kind: "ambiguous", candidates: [{}, {}] });
  });

  it.each([jane, omar])(
    "so that $userPrincipalName counts as who made it, and cannot extend it",
    async (person) => {
      const { dog } = await twoAtATime(seconds(8));
      const { objectId, userPrincipalName: by } = person;
      const { links } = await dog.table.read(hubPartition);
      expect(links.map(({ attribution }) => mayBeCreator(attribution, { objectId, by }))).toStrictEqual([
        true,
        true,
      ]);
    },
  );

  it("and a guest who creates beside another is no quieter for it", async () => {
    const dog = watchdog();
    await dog.sweep();
    await dog.run(minutes(1));
    dog.azure.habits.unreadable = { kind: "busy", why: "409", retryAfter: seconds(5) };
    dog.azure.create(dog.bastion, vmId("vm-0"));
    await dog.event({ caller: jane });
    await dog.event({ caller: { ...omar, userPrincipalName: "omar_x.example#EXT#@contoso.example" } });
    dog.azure.habits.unreadable = undefined;
    await dog.run(seconds(30));
    expect(dog.heard()).toMatchObject([
      { kind: "created", severity: "high", actors: { creator: { kind: "ambiguous" } } },
    ]);
  });

  it("and the ledger says whom people were told of, and who may have been it, by which operations", async () => {
    const { dog, hers } = await twoAtATime(seconds(8));
    const facts = dog.table.ledger(hubPartition);
    expect(facts.filter(({ kind }) => kind === "creator-reported")).toMatchObject([
      {
        actor: undefined,
        candidates: [
          { userPrincipalName: "jane@contoso.example", operations: [{ eventId: "event-1" }] },
          { userPrincipalName: "omar@contoso.example", operations: [{ eventId: "event-2" }] },
        ],
        data: { attribution: "ambiguous", believed: "jane@contoso.example" },
      },
    ]);
    const about = facts.filter(({ links }) => links.some(({ linkId }) => linkId === hers));
    const text = traceTable({ linkId: hers, partition: hubPartition, facts: about });
    expect(text).toContain("one of: jane@contoso.example 2026-11-21T08:01:04.000Z; omar@contoso.example");
    expect(text).toContain("before: jane@contoso.example");
  });
});

/** Somebody makes a link and deletes it before anybody looks; it does not matter whose else fits. */
describe("A create that no link is left for is told, however well it fits the link of another", () => {
  const gone = async (late: Milliseconds) => {
    const dog = watchdog();
    await dog.sweep();
    await dog.run(minutes(1));
    const made = dog.clock.now();
    dog.azure.create(dog.bastion, vmId("vm-0"));
    await dog.event({ caller: jane });
    dog.clock.advance(late);
    await dog.event({ caller: omar, at: after(made, seconds(4)) });
    await dog.run(minutes(5));
    return dog;
  };

  it.each([seconds(5), minutes(20)])("%i ms later", async (late) => {
    const dog = await gone(late);
    const alert = dog.heard().find(({ kind }) => kind === "created-and-gone");
    expect(alert?.actors.creator).toMatchObject({
      kind: "ambiguous",
      candidates: [
        { userPrincipalName: "jane@contoso.example" },
        { userPrincipalName: "omar@contoso.example" },
      ],
    });
  });

  it("also where that one is closed since", async () => {
    const dog = watchdog();
    await dog.sweep();
    await dog.run(minutes(1));
    const made = dog.clock.now();
    const linkId: LinkId = dog.azure.create(dog.bastion, vmId("vm-0"));
    await dog.event({ caller: jane });
    await dog.run(seconds(20));
    dog.azure.remove(linkId);
    await dog.sweep();
    await dog.run(minutes(15));
    await dog.event({ caller: omar, at: after(made, seconds(4)) });
    await dog.run(minutes(5));
    const names = dog
      .heard()
      .filter(({ kind }) => kind === "created-and-gone")
      .map(({ actors: { creator } }) => creator?.kind === "ambiguous" && creator.others);
    expect(names).toStrictEqual([true]);
  });
});
