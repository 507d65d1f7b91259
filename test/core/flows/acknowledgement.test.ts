import { alertSentences } from "../../../src/core/render/words/alert-sentences.ts";
import { describe, expect, it } from "vitest";
import { targetKey, type ConsoleCommand } from "../../../src/core/domain/console/command.ts";
import { formToken } from "../../../src/core/domain/console/form-token.ts";
import type { Person } from "../../../src/core/domain/console/person.ts";
import { formVersionOf } from "../../../src/core/domain/console/target.ts";
import { hours, minutes, seconds } from "../../../src/core/domain/time.ts";
import { watchdogPartition, type Partition } from "../../../src/core/domain/partition.ts";
import { act } from "../../../src/core/flows/actions/act-on-link.ts";
import { readTarget } from "../../../src/core/flows/store/read-estate.ts";
import { record, troubleAlert } from "../../../src/core/flows/store/record.ts";
import { vmId } from "../../memory/samples.ts";
import { hubPartition, watchdog, type Watchdog } from "../../memory/watchdog.ts";

const formKey = "k".repeat(32);
const olga: Person = {
  objectId: "33333333-0000-4000-8000-000000000003",
  userPrincipalName: "olga@contoso.example",
  name: "Olga",
  isOperator: true,
};
const halfAnHour = { acknowledgeWithin: minutes(30) };
const loud = {
  rules: [{ name: "loud", ttl: "PT8H", severity: "high", channels: ["teams"], fallback: ["mail"] }],
};

/** 08:01:00: a link that a rule calls loud is opened and told everywhere. */
async function opened(policy: object = loud, settings: object = halfAnHour): Promise<Watchdog> {
  const dog = watchdog(policy, "enforce", ["mail", "webhook"], settings);
  await dog.sweep();
  await dog.run(minutes(1));
  dog.azure.create(dog.bastion, vmId("vm-1"));
  await dog.event({});
  return dog;
}

const kindsOn = (dog: Watchdog, name: string) =>
  (dog.others[name]?.accepted() ?? dog.heard()).map(({ kind }) => kind);
const factsOf = (dog: Watchdog, partition: Partition) =>
  dog.table.ledger(partition).filter(({ kind }) => kind === "alert-unacknowledged");

async function acknowledge(dog: Watchdog, alertId: string): Promise<void> {
  const command: ConsoleCommand = {
    action: "acknowledge",
    target: { kind: "alert", bastionId: dog.bastion.id, alertId },
    why: "on it",
  };
  const { action, target } = command;
  const rows = await readTarget(target, dog.table);
  const claims = {
    objectId: olga.objectId,
    action,
    target: targetKey(target),
    version: formVersionOf(target, rows, action),
  };
  const token = formToken(formKey, claims, dog.clock.now());
  const outcome = await act(
    { person: olga, command, token },
    { ...dog.ports, table: dog.table },
    { ...dog.settings, formKey },
  );
  expect(outcome.kind).toBe("done");
}

describe("An alert of high severity", () => {
  it("that nobody acknowledges in half an hour goes to the rule's fallback, with its id, its machine and how long it waited", async () => {
    const dog = await opened();
    const [first] = dog.heard();
    await dog.run(minutes(30) - seconds(1));
    expect(kindsOn(dog, "mail")).toStrictEqual(["created"]);
    await dog.run(seconds(2));
    expect([kindsOn(dog, "teams"), kindsOn(dog, "mail"), kindsOn(dog, "webhook")]).toStrictEqual([
      ["created"],
      ["created", "unacknowledged"],
      ["created"],
    ]);
    const again = dog.others["mail"]?.accepted().at(-1);
    expect(again).toMatchObject({
      severity: "high",
      about: { id: first?.id, kind: "created", at: first?.at },
      links: first?.links,
    });
    expect(again && alertSentences(again)).toStrictEqual([
      `Alert ${first?.id.slice(0, 8) ?? ""} (link created) of 2026-11-21 08:01:00 UTC has waited for 30 min, and no one has acknowledged it in the console.`,
    ]);
    expect(again?.id).not.toBe(first?.id);
  });

  it("is told again once, and that is a fact", async () => {
    const dog = await opened();
    const [first] = dog.heard();
    await dog.run(hours(4));
    expect(kindsOn(dog, "mail").filter((kind) => kind === "unacknowledged")).toHaveLength(1);
    expect(factsOf(dog, hubPartition).map(({ data }) => data)).toStrictEqual([
      { alert: first?.id, of: "created", since: "2026-11-21T08:01:00.000Z" },
    ]);
  });

  it("that somebody acknowledges in time is told no more", async () => {
    const dog = await opened();
    await dog.run(minutes(29));
    await acknowledge(dog, dog.heard()[0]?.id ?? "");
    await dog.run(hours(4));
    expect(kindsOn(dog, "mail")).toStrictEqual(["created"]);
    expect((await dog.table.read(hubPartition)).host?.awaited).toStrictEqual([]);
  });

  it("of a rule without a fallback is told again on every channel", async () => {
    const dog = await opened({ rules: [{ name: "loud", severity: "high", channels: ["teams"] }] });
    await dog.run(minutes(31));
    for (const name of ["teams", "mail", "webhook"])
      expect(kindsOn(dog, name)).toStrictEqual(["created", "unacknowledged"]);
  });

  it("is told again by the sweep when the wake-up was lost", async () => {
    const dog = await opened();
    dog.queues.takeReconciles();
    dog.clock.advance(minutes(20));
    dog.queues.takeReconciles();
    dog.clock.advance(minutes(15));
    dog.queues.takeReconciles();
    await dog.sweep();
    await dog.run(seconds(1));
    expect(kindsOn(dog, "mail")).toStrictEqual(["created", "unacknowledged"]);
  });

  it("is told again though the bastion cannot be read any more", async () => {
    const dog = await opened();
    dog.azure.habits.unreadable = { kind: "forbidden", why: "403" };
    await dog.run(minutes(31));
    expect(kindsOn(dog, "mail")).toContain("unacknowledged");
  });

  it("is waited for by nobody where there is no console", async () => {
    const dog = await opened(loud, {});
    await dog.run(hours(2));
    expect(kindsOn(dog, "mail")).toStrictEqual(["created"]);
    expect((await dog.table.read(hubPartition)).host?.awaited).toStrictEqual([]);
  });

  it("of the watchdog itself is told again by the sweep, once", async () => {
    const dog = watchdog(loud, "enforce", ["mail"], halfAnHour);
    const alerts = [
      {
        ...troubleAlert(dog.clock.now(), { kind: "ledger-broken", why: "It does not verify." }),
        severity: "high" as const,
      },
    ];
    await record({ partition: watchdogPartition, facts: [], alerts }, dog.ports, dog.settings);
    for (let sweep = 0; sweep < 3; sweep += 1) {
      dog.clock.advance(minutes(20));
      await dog.sweep();
    }
    expect(kindsOn(dog, "mail").filter((kind) => kind === "unacknowledged")).toHaveLength(1);
    expect(factsOf(dog, watchdogPartition)).toHaveLength(1);
  });
});

describe("Alerts of lower severity", () => {
  it("want no acknowledgement", async () => {
    const dog = await opened({ rules: [{ name: "quiet", severity: "medium" }] });
    await dog.run(hours(2));
    expect(kindsOn(dog, "teams")).toStrictEqual(["created"]);
  });
});

describe("Sixty alerts of high severity that nobody acknowledges", () => {
  it("are told again once, each, in transactions that hold them, and go on waiting", async () => {
    const dog = watchdog(loud, "enforce", [], halfAnHour);
    await dog.sweep();
    await dog.run(minutes(1));
    for (let index = 0; index < 60; index += 1) {
      const alert = {
        ...troubleAlert(dog.clock.now(), { kind: "ledger-broken", why: `${index}` }),
        severity: "high" as const,
      };
      await record({ partition: hubPartition, facts: [], alerts: [alert] }, dog.ports, dog.settings);
    }
    dog.clock.advance(minutes(31));
    await dog.sweep();
    await dog.run(minutes(10));
    expect(dog.heard().filter(({ kind }) => kind === "unacknowledged")).toHaveLength(60);
    await dog.run(hours(2));
    expect(dog.heard().filter(({ kind }) => kind === "unacknowledged")).toHaveLength(60);
    expect((await dog.table.read(hubPartition)).host?.awaited).toHaveLength(60);
  });
});
