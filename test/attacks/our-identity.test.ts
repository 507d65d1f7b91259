import { beforeEach, describe, expect, it } from "vitest";
import { hours, minutes, seconds } from "../../src/core/domain/time.ts";
import { vmId } from "../memory/samples.ts";
import { hubPartition, ourPrincipal, watchdog, type Watchdog } from "../memory/watchdog.ts";

const policy = { rules: [{ name: "quick", ttl: "PT1H", warnBefore: "PT15M" }] };
const deletion = "deleteshareablelinksbytoken/action";
const ours = { objectId: ourPrincipal.toUpperCase(), userPrincipalName: undefined, name: "id-watchdog" };

const told = (dog: Watchdog) => dog.heard().map(({ kind, severity }) => `${kind}, ${severity}`);
const misused = (dog: Watchdog) => told(dog).filter((one) => one.startsWith("identity-misused"));

/** Somebody who stole the watchdog's identity deletes a link with it; Azure's event about it arrives. */
async function stolenDelete(dog: Watchdog, correlationId?: string): Promise<void> {
  for (const { linkId } of [...dog.azure.links]) dog.azure.remove(linkId);
  await dog.event({ operation: deletion, caller: ours, correlationId });
  await dog.run(minutes(3));
}

/** Azure's event about the watchdog's own newest delete. */
const ownEvent = (dog: Watchdog, correlationId = dog.azure.deleteIds.at(-1)) =>
  dog.event({ operation: deletion, caller: ours, correlationId });

async function openedLink(dog: Watchdog): Promise<void> {
  dog.azure.create(dog.bastion, vmId("vm-a"));
  await dog.event({});
  await dog.run(minutes(1));
}

/** A link that the watchdog itself took down at its deadline. */
async function revokedLink(dog: Watchdog): Promise<void> {
  await openedLink(dog);
  await dog.run(hours(1));
  expect(dog.azure.links).toStrictEqual([]);
}

describe("A delete with the watchdog's own identity that the watchdog did not ask for is told, high, once", () => {
  let dog: Watchdog;
  beforeEach(async () => {
    dog = watchdog(policy);
    await dog.sweep();
    await dog.run(minutes(1));
  });

  it("where it never deleted anything", async () => {
    await openedLink(dog);
    await stolenDelete(dog);
    expect(told(dog)).toStrictEqual(["created, medium", "deleted, low", "identity-misused, high"]);
    await dog.sweep();
    await dog.run(minutes(10));
    expect(misused(dog)).toHaveLength(1);
  });

  it("where its event comes after the link was closed as nobody's", async () => {
    await openedLink(dog);
    for (const { linkId } of [...dog.azure.links]) dog.azure.remove(linkId);
    await dog.sweep();
    await dog.run(minutes(2));
    expect(told(dog)).toStrictEqual(["created, medium", "deleted, low"]);
    await dog.event({ operation: deletion, caller: ours });
    expect(misused(dog)).toStrictEqual(["identity-misused, high"]);
  });

  it("minutes after a delete of its own, once Azure was seen to keep its ids", async () => {
    await revokedLink(dog);
    await ownEvent(dog);
    await dog.run(minutes(1));
    expect(misused(dog)).toStrictEqual([]);
    await openedLink(dog);
    await stolenDelete(dog);
    expect(misused(dog)).toStrictEqual(["identity-misused, high"]);
  });

  it("with an id of its own, taken from the Activity Log and used again hours later", async () => {
    await revokedLink(dog);
    await ownEvent(dog);
    await dog.run(hours(2));
    await openedLink(dog);
    await stolenDelete(dog, dog.azure.deleteIds.at(-1));
    expect(misused(dog)).toStrictEqual(["identity-misused, high"]);
  });

  it("with an hour between the ids, where Azure keeps none of them", async () => {
    await revokedLink(dog);
    await ownEvent(dog, "99999999-0000-4000-8000-000000000001");
    await dog.run(minutes(20));
    expect(misused(dog)).toStrictEqual([]);
    await openedLink(dog);
    await stolenDelete(dog);
    expect(misused(dog)).toStrictEqual(["identity-misused, high"]);
  });

  it.each([
    ["at once", 0],
    ["in upper case", 0],
    ["without hyphens", 0],
    ["half an hour late", 30],
    ["a day late", 24 * 60],
  ])("and never for one of its own whose event comes %s", async (how, late) => {
    await revokedLink(dog);
    const at = dog.clock.now();
    await dog.run(minutes(late));
    const id = dog.azure.deleteIds.at(-1);
    const spelled = { "in upper case": id?.toUpperCase(), "without hyphens": id?.replaceAll("-", "") };
    const correlationId = how in spelled ? spelled[how as keyof typeof spelled] : id;
    await dog.event({ operation: deletion, caller: ours, correlationId, at });
    await dog.run(minutes(3));
    await dog.sweep();
    await dog.run(minutes(1));
    expect(misused(dog)).toStrictEqual([]);
    expect(dog.table.ledger(hubPartition).at(-1)).toMatchObject({
      kind: "delete-reported",
      data: { oursBy: "id" },
    });
  });

  it("and a link that is made with its identity has it as its creator", async () => {
    dog.azure.create(dog.bastion, vmId("vm-a"));
    await dog.event({ caller: ours });
    await dog.run(seconds(20));
    expect(dog.heard()).toMatchObject([
      { kind: "created", actors: { creator: { caller: { name: "id-watchdog" } } } },
    ]);
  });
});
