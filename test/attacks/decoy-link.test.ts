import { beforeEach, describe, expect, it } from "vitest";
import { actorKey } from "../../src/core/domain/alerts/alert-actor.ts";
import { after, minutes, seconds, type Instant } from "../../src/core/domain/time.ts";
import { vmId } from "../memory/samples.ts";
import { hubPartition, watchdog, type Watchdog } from "../memory/watchdog.ts";

const rules = [
  { name: "no production", match: { vm: "**/vm-prod-*" }, allow: false },
  { name: "rest", ttl: "PT8H" },
];
const deletion = "deleteshareablelinksbytoken/action";
const jane = { objectId: "22222222-0000-4000-8000-000000000007", userPrincipalName: "jane@contoso.example" };
const omar = { objectId: "22222222-0000-4000-8000-00000000a3a7", userPrincipalName: "omar@contoso.example" };

async function awake(policy: object = { rules }): Promise<Watchdog> {
  const dog = watchdog(policy);
  await dog.sweep();
  await dog.run(minutes(5));
  return dog;
}

async function sweepFor(dog: Watchdog, times: number): Promise<void> {
  for (let n = 0; n < times; n += 1) {
    await dog.sweep();
    await dog.run(minutes(5));
  }
}

const told = (dog: Watchdog) => dog.heard().filter(({ kind }) => kind === "deleted-unseen");
const deleter = (dog: Watchdog) =>
  told(dog).map(({ actors: { deleter } }) => deleter?.kind === "known" && deleter.caller.userPrincipalName);
const counts = (dog: Watchdog) =>
  told(dog).flatMap(({ notes }) =>
    notes.flatMap((note) =>
      note.kind === "deletes-unexplained" ? [[note.noLink, note.beforeFirstList]] : [],
    ),
  );

describe("Whoever opens a decoy beside the link that matters, and deletes that before anybody looks, is told", () => {
  let dog: Watchdog;
  beforeEach(async () => {
    dog = await awake();
  });

  /** One call opens both; the forbidden link is used for 75 seconds. Events come a minute after. */
  function beside(others: readonly string[] = ["vm-dev-1"]): { createdAt: Instant; deletedAt: Instant } {
    const createdAt = dog.clock.now();
    for (const name of others) dog.azure.create(dog.bastion, vmId(name));
    const forbidden = dog.azure.create(dog.bastion, vmId("vm-prod-db"));
    dog.clock.advance(seconds(90));
    dog.azure.remove(forbidden);
    const deletedAt = dog.clock.now();
    dog.clock.advance(minutes(1));
    return { createdAt, deletedAt };
  }

  it("high, with their name, where a rule forbids any link, as without the decoy", async () => {
    const { createdAt, deletedAt } = beside();
    await dog.event({ at: createdAt });
    await dog.event({ operation: deletion, at: deletedAt });
    await sweepFor(dog, 2);
    expect(told(dog)).toMatchObject([{ severity: "high" }]);
    expect(deleter(dog)).toStrictEqual(["jane@contoso.example"]);
    const facts = dog.table.ledger(hubPartition).filter(({ kind }) => kind === "delete-reported");
    expect(facts.map(({ data }) => data["suspicion"])).toStrictEqual(["no-link"]);
  });

  it("medium where no rule forbids any", async () => {
    dog = await awake({ rules: [{ name: "rest", ttl: "PT8H" }] });
    const { createdAt, deletedAt } = beside();
    await dog.event({ at: createdAt });
    await dog.event({ operation: deletion, at: deletedAt });
    await sweepFor(dog, 2);
    expect(told(dog).map(({ severity }) => severity)).toStrictEqual(["medium"]);
  });

  it("also where a link that was known goes with it, so that the delete seems explained", async () => {
    const known = dog.azure.create(dog.bastion, vmId("vm-dev-0"));
    await dog.event({});
    await dog.run(minutes(5));
    const { createdAt, deletedAt } = beside();
    dog.azure.remove(known);
    await dog.event({ at: createdAt });
    await dog.event({ operation: deletion, at: deletedAt });
    await sweepFor(dog, 2);
    expect(counts(dog)).toStrictEqual([[0, 1]]);
  });

  it("also where the event of the create never comes", async () => {
    const { deletedAt } = beside();
    await dog.event({ operation: deletion, at: deletedAt });
    await sweepFor(dog, 2);
    expect(counts(dog)).toStrictEqual([[1, 0]]);
  });

  it("also where the event of the delete comes before that of the create, or an hour late", async () => {
    const { createdAt, deletedAt } = beside();
    await dog.event({ at: createdAt });
    await sweepFor(dog, 12);
    expect(told(dog)).toStrictEqual([]);
    await dog.event({ operation: deletion, at: deletedAt });
    await sweepFor(dog, 1);
    expect(deleter(dog)).toStrictEqual(["jane@contoso.example"]);
  });

  it("also where two calls take one known link: one of them took more", async () => {
    const known = dog.azure.create(dog.bastion, vmId("vm-dev-0"));
    await dog.event({});
    await dog.run(minutes(5));
    dog.azure.remove(known);
    await dog.event({ operation: deletion, caller: jane });
    await dog.event({ operation: deletion, caller: omar });
    await sweepFor(dog, 2);
    const [alert] = told(dog);
    expect(alert?.actors.deleter).toMatchObject({ kind: "ambiguous", candidates: [jane, omar] });
    expect(counts(dog)).toStrictEqual([[1, 0]]);
  });

  it("also where the decoy is deleted as well before the two minutes are over", async () => {
    const { createdAt, deletedAt } = beside();
    await dog.event({ at: createdAt });
    await dog.run(seconds(20));
    const [decoy] = dog.azure.links;
    if (decoy) dog.azure.remove(decoy.linkId);
    await dog.event({ operation: deletion, at: deletedAt });
    await dog.event({ operation: deletion });
    await sweepFor(dog, 2);
    expect(counts(dog)).toStrictEqual([[1, 1]]);
  });

  it("once an hour each, however often they do it", async () => {
    for (let n = 0; n < 4; n += 1) {
      const { createdAt, deletedAt } = beside([`vm-dev-${n}`]);
      await dog.event({ at: createdAt });
      await dog.event({ operation: deletion, at: deletedAt });
      await dog.run(minutes(4));
    }
    expect(told(dog)).toHaveLength(1);
    await dog.run(minutes(60));
    const { deletedAt } = beside(["vm-dev-9"]);
    await dog.event({ operation: deletion, at: deletedAt });
    await sweepFor(dog, 2);
    expect(new Set(told(dog).map(({ actors }) => actors.deleter?.kind)).size).toBe(1);
    expect(told(dog)).toHaveLength(2);
  });
});

describe("Ordinary people who delete their links are not told of", () => {
  let dog: Watchdog;
  const make = async (names: readonly string[]) => {
    const ids = names.map((name) => dog.azure.create(dog.bastion, vmId(name)));
    await dog.event({});
    await dog.run(minutes(2));
    return ids;
  };
  beforeEach(async () => {
    dog = await awake();
  });

  it("two links in two calls, of which one event comes later", async () => {
    const ids = await make(["vm-0", "vm-1"]);
    for (const id of ids) dog.azure.remove(id);
    await dog.event({ operation: deletion });
    const at = dog.clock.now();
    await dog.run(seconds(50));
    await dog.event({ operation: deletion, at });
    await sweepFor(dog, 2);
    expect(told(dog)).toStrictEqual([]);
  });

  it("several in one call, a link that was found gone before the event came, and one that a delete of ours took as well", async () => {
    const [a, b, c] = await make(["vm-0", "vm-1", "vm-2"]);
    for (const id of [a, b]) if (id) dog.azure.remove(id);
    await dog.event({ operation: deletion });
    await sweepFor(dog, 2);
    if (c) dog.azure.remove(c);
    const at = dog.clock.now();
    await sweepFor(dog, 3);
    await dog.event({ operation: deletion, at });
    await sweepFor(dog, 2);
    expect(told(dog)).toStrictEqual([]);
  });

  it("a link that is gone before the operation has ended that takes it", async () => {
    const [id] = await make(["vm-0"]);
    if (id) dog.azure.remove(id);
    await sweepFor(dog, 1);
    const [closed] = dog.table.closed(hubPartition);
    await dog.event({ operation: deletion, at: after(closed?.closedAt ?? dog.clock.now(), seconds(45)) });
    await sweepFor(dog, 2);
    expect(told(dog)).toStrictEqual([]);
  });

  it("a link that was gone before anybody looked, and told as that", async () => {
    const id = dog.azure.create(dog.bastion, vmId("vm-0"));
    const createdAt = dog.clock.now();
    dog.clock.advance(seconds(20));
    dog.azure.remove(id);
    const deletedAt = dog.clock.now();
    await dog.event({ at: createdAt });
    await dog.run(minutes(4));
    await dog.event({ operation: deletion, at: deletedAt });
    await sweepFor(dog, 2);
    expect(dog.heard().map(({ kind }) => kind)).toStrictEqual(["created-and-gone"]);
  });

  it("while the bastion cannot be read: who deleted what is found when it can", async () => {
    const [id] = await make(["vm-0"]);
    dog.azure.habits.unreadable = {
      kind: "busy",
      why: "409 AnotherOperationInProgress",
      retryAfter: undefined,
    };
    if (id) dog.azure.remove(id);
    await dog.event({ operation: deletion });
    await sweepFor(dog, 4);
    expect(told(dog)).toStrictEqual([]);
    dog.azure.habits.unreadable = undefined;
    await sweepFor(dog, 2);
    expect(told(dog)).toStrictEqual([]);
    const [closed] = dog.table.closed(hubPartition);
    expect(closed && actorKey(closed.actor)).toContain("jane@contoso.example");
  });
});
