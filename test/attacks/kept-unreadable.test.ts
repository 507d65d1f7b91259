import { describe, expect, it } from "vitest";
import { after, days, hours, minutes, seconds } from "../../src/core/domain/time.ts";
import { vmId } from "../memory/samples.ts";
import { hubPartition, watchdog, type Watchdog } from "../memory/watchdog.ts";

const rules = [
  { name: "no production", match: { vm: "**/vm-prod-*" }, allow: false },
  { name: "rest", ttl: "PT1H", warnBefore: "PT15M" },
];
const busy = { kind: "busy", why: "409 AnotherOperationInProgress", retryAfter: undefined } as const;
const forbidden = { kind: "forbidden", why: "403 AuthorizationFailed" } as const;

async function awake(): Promise<Watchdog> {
  const dog = watchdog({ rules }, "enforce", [], { acknowledgeWithin: minutes(5) });
  await dog.sweep();
  await dog.run(minutes(5));
  return dog;
}

/** So long, with a sweep every five minutes. */
async function sweepFor(dog: Watchdog, length: number): Promise<void> {
  for (const end = after(dog.clock.now(), length); dog.clock.now() < end;) {
    await dog.sweep();
    await dog.run(minutes(5));
  }
}

const told = (dog: Watchdog, kind = "unreadable") =>
  dog.heard().filter((alert) => alert.kind === kind || alert.about?.kind === kind);
const loud = (dog: Watchdog, kind?: string) => told(dog, kind).filter(({ severity }) => severity === "high");

describe("Whoever keeps a bastion unreadable hides nothing that has to go", () => {
  it("not a forbidden link: it is high, says what is kept open, and comes again every day", async () => {
    const dog = await awake();
    dog.azure.habits.deletesIgnored = true;
    dog.azure.create(dog.bastion, vmId("vm-prod-db"));
    await sweepFor(dog, minutes(5));
    dog.azure.habits.unreadable = busy;
    await sweepFor(dog, minutes(20));
    expect(loud(dog)[0]).toMatchObject({
      kind: "unreadable",
      notes: [{ kind: "unreadable", why: busy.why, kept: { forbidden: 1, due: 0, creates: 0 } }],
    });
    await sweepFor(dog, days(2));
    expect(loud(dog).map(({ kind }) => kind)).toStrictEqual([
      "unreadable",
      "unacknowledged",
      "unacknowledged",
      "unacknowledged",
    ]);
  });

  it("not a link that falls due meanwhile: what was told as medium is told again, once, as high", async () => {
    const dog = await awake();
    dog.azure.create(dog.bastion, vmId("vm-1"));
    await sweepFor(dog, minutes(5));
    dog.azure.habits.unreadable = forbidden;
    await sweepFor(dog, minutes(10));
    expect(told(dog).map(({ severity }) => severity)).toStrictEqual(["medium"]);
    await sweepFor(dog, hours(1));
    const [first, second, ...rest] = told(dog).filter(({ kind }) => kind === "unreadable");
    expect([first?.severity, second?.severity, rest]).toStrictEqual(["medium", "high", []]);
    expect(second?.notes).toMatchObject([{ kept: { forbidden: 0, due: 1 } }]);
  });

  it("not a create that nobody could look into for ten minutes", async () => {
    const dog = await awake();
    dog.azure.habits.unreadable = busy;
    dog.azure.create(dog.bastion, vmId("vm-1"));
    await dog.event({});
    await sweepFor(dog, minutes(5));
    expect(loud(dog)).toStrictEqual([]);
    await sweepFor(dog, minutes(10));
    expect(loud(dog)[0]?.notes).toMatchObject([{ kind: "unreadable", kept: { creates: 1 } }]);
  });

  it("nor does a page of the list that never arrives", async () => {
    const dog = await awake();
    dog.azure.habits.deletesIgnored = true;
    const hidden = dog.azure.create(dog.bastion, vmId("vm-prod-db"));
    await sweepFor(dog, minutes(5));
    dog.azure.habits.incomplete = true;
    dog.azure.habits.hidden = [hidden];
    await sweepFor(dog, minutes(20));
    expect(loud(dog, "read-partly")[0]?.notes).toMatchObject([
      { kind: "read-partly", kept: { forbidden: 1, due: 0, creates: 0 } },
    ]);
  });

  it("while links that are permitted and not due keep it as quiet as it was", async () => {
    const dog = await awake();
    dog.azure.create(dog.bastion, vmId("vm-1"));
    await dog.event({});
    await sweepFor(dog, minutes(5));
    dog.azure.habits.unreadable = busy;
    await sweepFor(dog, minutes(25));
    expect(told(dog).map(({ severity }) => severity)).toStrictEqual(["medium"]);
  });

  it("comes no second time once it is over", async () => {
    const dog = await awake();
    dog.azure.habits.deletesIgnored = true;
    dog.azure.create(dog.bastion, vmId("vm-prod-db"));
    await sweepFor(dog, minutes(5));
    dog.azure.habits.unreadable = forbidden;
    await sweepFor(dog, hours(1));
    dog.azure.habits.unreadable = undefined;
    dog.azure.habits.deletesIgnored = false;
    const before = loud(dog).length;
    await sweepFor(dog, days(2));
    expect(loud(dog)).toHaveLength(before);
    const awaited = (await dog.table.read(hubPartition)).host?.awaited ?? [];
    expect(awaited.filter(({ kind }) => kind === "unreadable")).toStrictEqual([]);
  });
});

describe("Whoever reads all URLs is told", () => {
  const read = { operation: "getshareablelinks/action" } as const;
  const omar = { objectId: "o", userPrincipalName: "omar@contoso.example" };
  const readers = (dog: Watchdog) => told(dog, "links-read");

  it("also with a link of their own, where one of somebody else is open", async () => {
    const dog = await awake();
    dog.azure.create(dog.bastion, vmId("vm-1"));
    await dog.event({});
    await dog.run(minutes(2));
    dog.azure.create(dog.bastion, vmId("vm-2"));
    await dog.event({ caller: omar });
    await dog.event({ ...read, caller: omar });
    await dog.run(minutes(3));
    expect(readers(dog)).toMatchObject([
      { actors: { caller: { caller: { userPrincipalName: "omar@contoso.example" } } } },
    ]);
  });

  it("where nobody knows whose a link is", async () => {
    const dog = await awake();
    dog.azure.create(dog.bastion, vmId("vm-1"));
    await sweepFor(dog, minutes(5));
    await dog.event(read);
    await dog.run(minutes(1));
    expect(readers(dog)).toHaveLength(1);
  });

  it("where the list cannot be read, so that nobody knows what is open", async () => {
    const dog = await awake();
    dog.azure.habits.unreadable = busy;
    await dog.event(read);
    await dog.run(seconds(30));
    expect(readers(dog)).toHaveLength(1);
  });

  it.each([
    { whose: "somebody else's", by: {}, readers: 1 },
    { whose: "their own", by: { caller: omar }, readers: 0 },
  ])(
    "right before the feature is switched off, which closes links: $whose",
    async ({ by, readers: count }) => {
      const dog = await awake();
      dog.azure.create(dog.bastion, vmId("vm-1"));
      await dog.event(by);
      await dog.run(minutes(2));
      const at = dog.clock.now();
      dog.azure.habits.featureOff = true;
      await dog.run(seconds(30));
      await dog.event({ ...read, caller: omar, at });
      await dog.run(minutes(3));
      expect(dog.table.ledger(hubPartition).map(({ kind }) => kind)).toContain("link-closed");
      expect(readers(dog)).toHaveLength(count);
    },
  );

  it("and is not where only their own links are open, or none", async () => {
    const dog = await awake();
    await dog.event({ ...read, caller: omar });
    await dog.run(minutes(1));
    dog.azure.create(dog.bastion, vmId("vm-1"));
    await dog.event({});
    await dog.event(read);
    await dog.run(minutes(3));
    expect(readers(dog)).toStrictEqual([]);
    expect(dog.table.ledger(hubPartition).filter(({ kind }) => kind === "links-read-by-other")).toHaveLength(
      2,
    );
  });
});
