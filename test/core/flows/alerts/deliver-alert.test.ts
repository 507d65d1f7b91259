import { describe, expect, it } from "vitest";
import { hours, minutes, seconds } from "../../../../src/core/domain/time.ts";
import { deliverAlert } from "../../../../src/core/flows/alerts/deliver-alert.ts";
import { memoryNaming } from "../../../memory/memory-naming.ts";
import { vmId } from "../../../memory/samples.ts";
import { hubPartition, watchdog, type Watchdog } from "../../../memory/watchdog.ts";

/** A watchdog whose first alert met a channel that is down, and its place in the outbox. */
async function withPending(retryAfter?: number): Promise<{ readonly dog: Watchdog; readonly seq: number }> {
  const dog = watchdog();
  await dog.sweep();
  await dog.run(minutes(1));
  dog.azure.create(dog.bastion, vmId("vm-1"));
  dog.teams.answerNext({ kind: "unavailable", why: "429", retryAfter });
  await dog.event({});
  const [entry] = (await dog.table.read(hubPartition)).outbox;
  if (!entry) throw new Error("Nothing is pending");
  return { dog, seq: entry.seq };
}

const deliver = (dog: Watchdog, seq: number) =>
  deliverAlert({ partition: hubPartition, seq }, dog.ports, dog.settings);

it("An alert is sent with the names that its ids have, and stored without", async () => {
  const dog = watchdog();
  await dog.sweep();
  await dog.run(minutes(1));
  dog.teams.answerNext({ kind: "unavailable", why: "429", retryAfter: undefined });
  dog.azure.create(dog.bastion, vmId("vm-1"));
  await dog.event({});
  const { outbox } = await dog.table.read(hubPartition);
  expect(outbox[0]?.alert).not.toHaveProperty("names");
  dog.clock.advance(seconds(10));
  const naming = memoryNaming({ [dog.bastion.subscriptionId]: "Contoso Platform" });
  await deliverAlert(
    { partition: hubPartition, seq: outbox[0]?.seq ?? 0 },
    { ...dog.ports, naming },
    dog.settings,
  );
  const names = [...(dog.teams.sendings.at(-1)?.alert.names?.values() ?? [])].map(({ name }) => name);
  expect(names).toStrictEqual(["Contoso Platform"]);
  expect(JSON.stringify(dog.table.sent(hubPartition))).not.toContain("Contoso Platform");
});

describe("An alert that did not get through", () => {
  it("is tried again after ten seconds, and then leaves the outbox", async () => {
    const { dog } = await withPending();
    await dog.run(seconds(9));
    expect(dog.teams.sendings).toHaveLength(1);
    await dog.run(seconds(2));
    expect(dog.teams.sendings.map(({ answer }) => answer.kind)).toStrictEqual(["unavailable", "accepted"]);
    expect((await dog.table.read(hubPartition)).outbox).toStrictEqual([]);
    expect(dog.table.sent(hubPartition)).toHaveLength(1);
  });

  it("carries the same id each time", async () => {
    const { dog } = await withPending();
    await dog.run(minutes(5));
    expect(new Set(dog.teams.sendings.map(({ alert }) => alert.id)).size).toBe(1);
  });

  it("waits as long as the channel asks", async () => {
    const { dog } = await withPending(seconds(45));
    await dog.run(seconds(44));
    expect(dog.teams.sendings).toHaveLength(1);
    await dog.run(seconds(2));
    expect(dog.teams.sendings).toHaveLength(2);
  });

  it("is sent once when two deliver it at once", async () => {
    const { dog, seq } = await withPending();
    dog.clock.advance(seconds(10));
    await Promise.all([deliver(dog, seq), deliver(dog, seq), deliver(dog, seq)]);
    expect(dog.heard()).toHaveLength(1);
  });

  it("is not sent before its time, but comes back", async () => {
    const { dog, seq } = await withPending();
    await deliver(dog, seq);
    expect(dog.teams.sendings).toHaveLength(1);
    await dog.run(minutes(1));
    expect(dog.heard()).toHaveLength(1);
  });

  it("is left to whoever has its lease until that ends", async () => {
    const { dog, seq } = await withPending();
    dog.clock.advance(seconds(10));
    dog.crashes.failAt(2, "after");
    await expect(deliver(dog, seq)).rejects.toThrow("updateOutbox");
    dog.clock.advance(seconds(30));
    await deliver(dog, seq);
    expect(dog.heard()).toHaveLength(0);
    dog.clock.advance(seconds(31));
    await deliver(dog, seq);
    expect(dog.heard()).toHaveLength(1);
  });

  it("is sent again with the same id when its acceptance could not be written down", async () => {
    const { dog, seq } = await withPending();
    dog.clock.advance(seconds(10));
    dog.crashes.failAt(4, "before");
    await expect(deliver(dog, seq)).rejects.toThrow("updateOutbox");
    dog.clock.advance(seconds(61));
    await deliver(dog, seq);
    await deliver(dog, seq);
    expect(dog.heard().map(({ id }) => id)).toStrictEqual([dog.heard()[0]?.id, dog.heard()[0]?.id]);
  });

  it("ends as given up, and as a fact, when the channel refuses it", async () => {
    const { dog } = await withPending();
    dog.teams.answerAlways({ kind: "refused", why: "413" });
    await dog.run(hours(1));
    expect(dog.teams.sendings).toHaveLength(2);
    expect(dog.table.sent(hubPartition)).toMatchObject([
      { deliveries: { teams: { state: "gave-up", why: "413", attempts: 2 } } },
    ]);
  });

  it("ends as given up when its channel is no longer configured", async () => {
    const { dog, seq } = await withPending();
    dog.clock.advance(seconds(10));
    await deliverAlert({ partition: hubPartition, seq }, { ...dog.ports, channels: [] }, dog.settings);
    expect(dog.table.sent(hubPartition)).toMatchObject([
      { deliveries: { teams: { state: "gave-up", why: "not-configured" } } },
    ]);
  });

  it("is given up after a day, in few tries", async () => {
    const { dog } = await withPending();
    dog.teams.answerAlways({ kind: "unavailable", why: "503", retryAfter: undefined });
    await dog.run(hours(25));
    expect(
      (await dog.table.read(hubPartition)).outbox.filter(({ alert }) => alert.kind === "created"),
    ).toStrictEqual([]);
    expect(dog.teams.sendings.filter(({ alert }) => alert.kind === "created").length).toBeLessThan(40);
  });

  it("that nobody knows of is nothing to do", async () => {
    const { dog } = await withPending();
    await deliver(dog, 4_711);
    expect(dog.teams.sendings).toHaveLength(1);
  });
});

describe("The log", () => {
  it("has a row a link of an accepted alert: to what, by which rule, by whom, how long after its creation", async () => {
    const { dog } = await withPending();
    await dog.run(seconds(15));
    const [accepted, ...more] = dog.log.entries.filter(({ message }) => message === "Alert accepted");
    expect(more).toStrictEqual([]);
    expect(accepted?.fields).toMatchObject({
      kind: "created",
      channel: "teams",
      severity: "medium",
      bastion: dog.bastion.id,
      links: 1,
      vm: vmId("vm-1"),
      rule: "default",
      allowed: true,
      enforced: true,
      secondsSinceCreation: 10,
    });
  });

  it("has one for each of fourteen links of one alert", async () => {
    const dog = watchdog();
    await dog.sweep();
    await dog.run(minutes(1));
    const names = Array.from({ length: 14 }, (_, index) => vmId(`vm-${index}`));
    for (const name of names) dog.azure.create(dog.bastion, name);
    await dog.event({});
    await dog.run(seconds(15));
    const rows = dog.log.entries.filter(({ message }) => message === "Alert accepted");
    expect(new Set(rows.map(({ fields }) => fields?.["vm"]))).toEqual(new Set(names));
    expect(new Set(rows.map(({ fields }) => fields?.["alert"])).size).toBe(1);
  });

  it("has a line for a bastion with links, and none for one without", async () => {
    const { dog } = await withPending();
    const open = dog.log.entries
      .filter(({ message }) => message === "Links open")
      .map(({ fields }) => fields);
    expect(open).toStrictEqual([{ bastion: dog.bastion.id, links: 1, withoutUrl: 0, complete: true }]);
  });

  it("says which bastion could not be read, and what Azure answered", async () => {
    const dog = watchdog();
    dog.azure.habits.unreadable = { kind: "forbidden", why: "403 AuthorizationFailed" };
    await dog.sweep();
    await dog.run(minutes(1));
    const unread = dog.log.entries
      .filter(({ message }) => message === "Links not readable")
      .map(({ fields }) => fields);
    expect(unread[0]).toStrictEqual({
      bastion: dog.bastion.id,
      answer: "forbidden",
      why: "403 AuthorizationFailed",
    });
  });
});
