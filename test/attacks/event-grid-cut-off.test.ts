import { describe, expect, it } from "vitest";
import { formatDuration, minutes } from "../../src/core/domain/time.ts";
import { digest } from "../../src/core/flows/scheduled/digest.ts";
import { evidenceWorld } from "../memory/evidence-ports.ts";
import { vmId } from "../memory/samples.ts";
import { watchdog, type Watchdog } from "../memory/watchdog.ts";

const production = vmId("vm-prod-db-01");
const rules = [
  { name: "no links into production", match: { vm: "**/vm-prod-*" }, allow: false, severity: "high" },
];
const deleteLinks = "bastionHosts/deleteShareableLinks/action";
const mallory = {
  objectId: "33333333-0000-4000-8000-000000000009",
  userPrincipalName: "mallory@contoso.example",
};

/** Watched for a while, and Event Grid worked: a harmless link was made and deleted. */
async function watched(): Promise<Watchdog> {
  const dog = watchdog({ rules });
  await dog.sweep();
  await dog.run(minutes(3));
  await dog.witness();
  const link = dog.azure.create(dog.bastion, vmId("vm-1"));
  dog.activity.did({ correlationId: "harmless" });
  await dog.event({ correlationId: "harmless" });
  await dog.run(minutes(1));
  dog.azure.remove(link);
  dog.activity.did({ operation: deleteLinks, correlationId: "harmless, too" });
  await dog.event({ operation: "deleteshareablelinksbytoken/action", correlationId: "harmless, too" });
  await dog.run(minutes(11));
  await dog.witness();
  return dog;
}

/** A day of a forbidden link in each slice between two sweeps; `after` each, the clock's minute decides what else runs. */
async function slices(dog: Watchdog, count: number, alsoHeard: (slice: number) => Promise<void>) {
  for (let slice = 0; slice < count; slice += 1) {
    await dog.sweep();
    await dog.run(minutes(0.2));
    const link = dog.azure.create(dog.bastion, production);
    dog.activity.did({ caller: mallory });
    await dog.run(minutes(4.4));
    dog.azure.remove(link);
    dog.activity.did({ caller: mallory, operation: deleteLinks });
    await alsoHeard(slice);
    await dog.run(minutes(0.4));
    if (slice % 3 === 2) await dog.witness();
  }
}

const told = (dog: Watchdog) => dog.heard().map(({ kind, severity }) => `${kind} ${severity}`);

describe("Whoever deletes the event subscription opens no forbidden VM between sweeps unheard:", () => {
  it("within half an hour people hear who did it, of each create, and that Event Grid is silent", async () => {
    const dog = await watched();
    const before = dog.heard().length;
    await slices(dog, 6, () => Promise.resolve());
    const heard = dog.heard().slice(before);
    expect(heard.find(({ kind }) => kind === "events-missing")).toMatchObject({
      severity: "high",
      actors: { caller: { kind: "known", caller: mallory } },
    });
    expect(formatDuration((heard[0]?.at ?? 0) - (dog.clock.now() - minutes(30)))).toMatch(/^\d+ min/);
    await dog.run(minutes(10));
    const gone = dog.heard().flatMap(({ notes }) => notes.filter(({ kind }) => kind === "gone-before-seen"));
    expect(gone).toHaveLength(4);
  });

  it("and no digest of that day is all clear", async () => {
    const dog = await watched();
    await slices(dog, 24, () => Promise.resolve());
    const world = evidenceWorld(dog);
    await digest({ timeZone: "UTC", hour: 0 }, { ...world.ports, table: dog.table }, dog.settings);
    const { digest: figures } = dog.heard().at(-1) ?? {};
    expect(figures?.witnesses.shown).toMatchObject([{ missing: expect.any(Number) as number }]);
  });

  it("the deletion itself is told within an hour and a quarter, with whoever did it", async () => {
    const dog = await watched();
    const topic = `/subscriptions/${dog.bastion.subscriptionId}/resourceGroups/rg/providers/Microsoft.EventGrid/systemTopics/evgt-bastion-watchdog`;
    dog.activity.did({
      ...{ caller: mallory, provider: "Microsoft.EventGrid" },
      operation: "systemTopics/eventSubscriptions/delete",
      resourceId: `${topic}/eventSubscriptions/bastion-watchdog-changes`,
    });
    for (let quarter = 0; quarter < 5; quarter += 1) {
      await dog.run(minutes(15));
      await dog.witness();
    }
    expect(dog.heard().at(-1)).toMatchObject({
      kind: "delivery-changed",
      severity: "high",
      actors: { caller: { caller: mallory } },
    });
  });

  it("nor does who leaves it, and has it filter out creates alone", async () => {
    const dog = await watched();
    await slices(dog, 6, () =>
      dog.event({
        operation: "deleteshareablelinksbytoken/action",
        caller: mallory,
        correlationId: "their deletes come",
      }),
    );
    expect(told(dog)).toContain("events-missing high");
    expect(told(dog)).toContain("created-and-gone medium");
  });

  it("nor does who gives one create that is heard the same correlation id as one that is not", async () => {
    const dog = await watched();
    const visible = dog.azure.create(dog.bastion, vmId("vm-1"));
    dog.activity.did({ caller: mallory, correlationId: "one for both" });
    await dog.event({ caller: mallory, correlationId: "one for both" });
    await dog.run(minutes(1));
    const hidden = dog.azure.create(dog.bastion, production);
    dog.activity.did({ caller: mallory, correlationId: "one for both" });
    dog.azure.remove(hidden);
    await dog.run(minutes(14));
    await dog.witness();
    await dog.run(minutes(5));
    expect(dog.azure.links.map(({ linkId }) => linkId)).toStrictEqual([visible]);
    expect(told(dog)).toContain("events-missing high");
    expect(told(dog)).toContain("created-and-gone medium");
  });
});
