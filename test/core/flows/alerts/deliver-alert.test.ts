import { describe, expect, it } from "vitest";
import { idKey } from "../../../../src/core/domain/arm-id.ts";
import { hours, minutes, seconds } from "../../../../src/core/domain/time.ts";
import { deliverAlert } from "../../../../src/core/flows/alerts/deliver-alert.ts";
import type { SendAnswer } from "../../../../src/core/ports.ts";
import { watchdogPartition } from "../../../../src/core/domain/partition.ts";
import { memoryNaming } from "../../../memory/memory-naming.ts";
import { vmId } from "../../../memory/samples.ts";
import { hubPartition, watchdog, type Watchdog } from "../../../memory/watchdog.ts";

/** A watchdog whose first alert met a channel that wants to be left alone for 45 s, or whose answer got lost, and its place in the outbox. */
async function withPending(
  answer: SendAnswer = { kind: "unavailable", why: "500", retryAfter: undefined, isUnknown: true },
): Promise<{ readonly dog: Watchdog; readonly seq: number }> {
  const dog = watchdog();
  await dog.sweep();
  await dog.run(minutes(1));
  dog.azure.create(dog.bastion, vmId("vm-1"));
  dog.teams.answerNext(answer);
  await dog.event({});
  const [entry] = (await dog.table.read(hubPartition)).outbox;
  if (!entry) throw new Error("Nothing is pending");
  return { dog, seq: entry.seq };
}

const deliver = (dog: Watchdog, seq: number) =>
  deliverAlert({ partition: hubPartition, seq }, dog.ports, dog.settings);

it("An alert is sent with the names that its ids have, and stored without", async () => {
  const { dog, seq } = await withPending();
  const { outbox } = await dog.table.read(hubPartition);
  expect(outbox[0]?.alert).not.toHaveProperty("names");
  dog.clock.advance(seconds(31));
  const naming = memoryNaming({ [dog.bastion.subscriptionId]: "Contoso Platform" });
  await deliverAlert({ partition: hubPartition, seq }, { ...dog.ports, naming }, dog.settings);
  const names = [...(dog.teams.sendings.at(-1)?.alert.names?.values() ?? [])].map(({ name }) => name);
  expect(names).toStrictEqual(["Contoso Platform"]);
  expect(JSON.stringify(dog.table.sent(hubPartition))).not.toContain("Contoso Platform");
});

it("An alert is sent with the tags of its VMs, and stored without", async () => {
  const { dog, seq } = await withPending();
  dog.clock.advance(seconds(31));
  const asked: string[] = [];
  const tags = {
    tagsOf: (vmIds: readonly string[]) => {
      asked.push(...vmIds);
      return Promise.resolve(new Map([[idKey(vmId("vm-1")), { env: "prod-of-contoso", owner: undefined }]]));
    },
  };
  await deliverAlert({ partition: hubPartition, seq }, { ...dog.ports, tags }, dog.settings);
  expect(asked).toStrictEqual([vmId("vm-1")]);
  expect(dog.teams.sendings.at(-1)?.alert.tags?.size).toBe(1);
  expect(JSON.stringify(dog.table.sent(hubPartition))).not.toContain("prod-of-contoso");
});

describe("An alert that did not get through", () => {
  it("is tried again after half a minute where nobody knows whether it arrived, and then leaves the outbox", async () => {
    const { dog } = await withPending();
    await dog.run(seconds(29));
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

  it("waits as long as the channel asks, and at most as long again", async () => {
    const { dog } = await withPending({ kind: "unavailable", why: "429", retryAfter: seconds(45) });
    await dog.run(seconds(44));
    expect(dog.teams.sendings).toHaveLength(1);
    await dog.run(seconds(47));
    expect(dog.teams.sendings).toHaveLength(2);
  });

  it("is sent once when two deliver it at once", async () => {
    const { dog, seq } = await withPending();
    dog.clock.advance(seconds(30));
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
    dog.clock.advance(seconds(30));
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
    dog.clock.advance(seconds(30));
    dog.crashes.failAt(4, "before");
    await expect(deliver(dog, seq)).rejects.toThrow("updateOutbox");
    dog.clock.advance(seconds(61));
    await deliver(dog, seq);
    await deliver(dog, seq);
    expect(dog.heard().map(({ id }) => id)).toStrictEqual([dog.heard()[0]?.id, dog.heard()[0]?.id]);
  });

  it("is given up, which is a fact, once it was refused three times while another got through", async () => {
    const { dog } = await withPending({ kind: "refused", why: "413" });
    dog.teams.answerNext({ kind: "refused", why: "413" });
    await dog.run(seconds(40));
    dog.azure.create(dog.bastion, vmId("vm-2"));
    await dog.event({});
    dog.teams.answerNext({ kind: "refused", why: "413" });
    await dog.run(minutes(6));
    expect(dog.teams.sendings.map(({ answer }) => answer.kind)).toStrictEqual([
      ...["refused", "refused", "accepted", "refused"],
    ]);
    expect(dog.table.sent(hubPartition)[0]).toMatchObject({
      deliveries: { teams: { state: "gave-up", why: "413", attempts: 3 } },
    });
    const facts = dog.table.ledger(watchdogPartition).map(({ kind }) => kind);
    expect(facts.filter((kind) => kind === "alert-undelivered")).toHaveLength(1);
  });

  it("waits for a day where its channel is no longer configured, and is given up then", async () => {
    const { dog, seq } = await withPending();
    dog.clock.advance(seconds(30));
    const ports = { ...dog.ports, channels: [], lanes: new Map() };
    await deliverAlert({ partition: hubPartition, seq }, ports, dog.settings);
    expect((await dog.table.read(hubPartition)).outbox).toMatchObject([
      { deliveries: { teams: { state: "pending", lastError: "not-configured" } } },
    ]);
    dog.clock.advance(hours(24));
    await deliverAlert({ partition: hubPartition, seq }, ports, dog.settings);
    expect(dog.table.sent(hubPartition)).toMatchObject([
      { deliveries: { teams: { state: "gave-up", why: "not-configured" } } },
    ]);
  });

  it.each<readonly [string, SendAnswer, number]>([
    ["takes nothing", { kind: "unavailable", why: "503", retryAfter: undefined }, 320],
    ["fails each time", { kind: "unavailable", why: "500", retryAfter: undefined, isUnknown: true }, 30],
    ["refuses each time", { kind: "refused", why: "400" }, 30],
  ])("is given up after a day by a channel that %s", async (_, answer, most) => {
    const { dog } = await withPending();
    dog.teams.answerAlways(answer);
    await dog.run(hours(25));
    const opened = (kind: string) => kind === "created";
    expect(
      (await dog.table.read(hubPartition)).outbox.filter(({ alert }) => opened(alert.kind)),
    ).toStrictEqual([]);
    expect(dog.teams.sendings.filter(({ alert }) => opened(alert.kind)).length).toBeLessThan(most);
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
    await dog.run(seconds(35));
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
      secondsSinceCreation: 30,
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
