import { describe, expect, it } from "vitest";
import { alertSentences } from "../../src/core/render/words/alert-sentences.ts";
import { days, hours, minutes, type Milliseconds } from "../../src/core/domain/time.ts";
import { watchdogPartition } from "../../src/core/domain/partition.ts";
import { vmId } from "../memory/samples.ts";
import { hubPartition, watchdog, type Watchdog } from "../memory/watchdog.ts";

const forbidden = {
  rules: [
    { name: "prod by tag", match: { tags: { env: "prod*" } }, allow: false, severity: "high" },
    { name: "rest", ttl: "PT8H" },
  ],
};
const vm = vmId("vm-x");
const busy = { kind: "busy", why: "429", retryAfter: undefined } as const;

/** Neither Resource Graph nor Resource Manager says what tags a VM has. */
function hideTags(dog: Watchdog, isHidden: boolean): void {
  dog.azure.habits.tagsFail = isHidden;
  dog.azure.habits.machines = isHidden ? busy : undefined;
}

async function watching(policy: object): Promise<Watchdog> {
  const dog = watchdog(policy);
  await dog.sweep();
  await dog.run(minutes(1));
  dog.azure.tag(vm, { ENV: "Production" });
  return dog;
}

async function sweeps(dog: Watchdog, length: Milliseconds, before?: (n: number) => void): Promise<void> {
  for (let n = 0; n < length / minutes(5); n += 1) {
    before?.(n);
    await dog.sweep();
    await dog.run(minutes(5));
  }
}

const kinds = (dog: Watchdog) => dog.heard().map(({ kind, severity }) => `${kind}, ${severity}`);
const sentences = (dog: Watchdog) => dog.heard().flatMap((alert) => alertSentences(alert));

describe("A VM whose tags cannot be read is not a VM without tags", () => {
  it("a forbidden link whose tags were unknown at first sight is revoked at the next look that knows them", async () => {
    const dog = await watching(forbidden);
    hideTags(dog, true);
    dog.azure.create(dog.bastion, vm);
    await dog.event({});
    await dog.run(minutes(1));
    expect(kinds(dog)).toStrictEqual(["created, high"]);
    expect(sentences(dog)).toStrictEqual([
      "The tags of its VM are unknown.",
      'It is due at once if the tags match env=prod*, the rule "prod by tag".',
    ]);
    hideTags(dog, false);
    await sweeps(dog, minutes(10));
    expect(dog.azure.links).toStrictEqual([]);
    expect(kinds(dog)).toStrictEqual(["created, high", "revoked, low"]);
  });

  it.each(["PT8H", "PT4H", "PT1H"])(
    "a rule by tag that forbids is not dropped beside a catch-all of %s, be the tags known at once or later",
    async (ttl) => {
      const rules = [{ name: "nothing tagged prod", match: { tags: { env: "prod*" } }, allow: false }];
      const dog = await watching({ rules: [...rules, { name: "everything else", ttl }] });
      dog.azure.create(dog.bastion, vm);
      await dog.event({});
      await dog.run(minutes(1));
      expect(dog.azure.links).toStrictEqual([]);
      hideTags(dog, true);
      const other = vmId("vm-y");
      dog.azure.tag(other, { env: "prod" });
      dog.azure.create(dog.bastion, other);
      await dog.event({});
      await dog.run(minutes(1));
      expect(sentences(dog).at(-1)).toBe(
        'It is due at once if the tags match env=prod*, the rule "nothing tagged prod".',
      );
      hideTags(dog, false);
      await sweeps(dog, minutes(5));
      expect(dog.azure.links).toStrictEqual([]);
    },
  );

  it("it stays forbidden through every look that cannot read the tags", async () => {
    const dog = await watching(forbidden);
    dog.azure.habits.deletesIgnored = true;
    dog.azure.create(dog.bastion, vm);
    await dog.event({});
    await dog.run(minutes(1));
    await sweeps(dog, hours(6), (n) => {
      hideTags(dog, n % 2 === 0);
      dog.azure.habits.deletesIgnored = n < 60;
    });
    expect(dog.azure.links).toStrictEqual([]);
    expect(kinds(dog)).not.toContain("expiring, low");
  });

  it("it is revoked within an hour of its opening where the query fails at first and once every two hours", async () => {
    const dog = await watching(forbidden);
    dog.azure.create(dog.bastion, vm);
    await sweeps(dog, hours(1), (n) => {
      hideTags(dog, n % 24 === 0);
    });
    expect(dog.azure.links).toStrictEqual([]);
  });

  it("Resource Manager is asked where Resource Graph leaves the VM out, for a link that is new and for one that moved", async () => {
    const dog = await watching(forbidden);
    dog.azure.habits.tagsFail = true;
    dog.azure.create(dog.bastion, vm);
    await dog.event({});
    await dog.run(minutes(1));
    expect(dog.azure.links).toStrictEqual([]);
  });

  it("a shorter time by tag counts from creation once it is known, with a warning, and the card had said so", async () => {
    const dog = await watching({
      rules: [
        { name: "an hour in prod", match: { tags: { env: "prod*" } }, ttl: "PT1H" },
        { name: "rest", ttl: "PT8H" },
      ],
    });
    hideTags(dog, true);
    dog.azure.create(dog.bastion, vm);
    await dog.event({});
    await dog.run(minutes(1));
    expect(sentences(dog)).toContain(
      'It expires at most 1 h after creation if the tags match env=prod*, the rule "an hour in prod".',
    );
    hideTags(dog, false);
    await sweeps(dog, minutes(65));
    expect(dog.azure.links).toStrictEqual([]);
    expect(kinds(dog)).toStrictEqual(["created, medium", "expiring, low", "revoked, low"]);
  });

  it("an ordinary link is not revoked early, whatever is unknown, and known tags quiet the alarm", async () => {
    const dog = await watching(forbidden);
    dog.azure.tag(vm, { env: "dev" });
    hideTags(dog, true);
    dog.azure.create(dog.bastion, vm);
    await sweeps(dog, hours(7), (n) => {
      hideTags(dog, n % 5 < 3);
    });
    expect(dog.azure.revocations).toStrictEqual([]);
    await sweeps(dog, hours(2));
    expect(dog.azure.links).toStrictEqual([]);
  });

  it("half an hour of it is told once a link, and again only after the tags were known", async () => {
    const dog = await watching(forbidden);
    hideTags(dog, true);
    dog.azure.create(dog.bastion, vm);
    await dog.event({});
    await dog.run(minutes(29));
    expect(kinds(dog)).toStrictEqual(["created, high"]);
    await sweeps(dog, hours(2));
    expect(kinds(dog)).toStrictEqual(["created, high", "tags-unknown, high"]);
  });

  it("a rule that is newer than the card gives notice first: the card did not speak of it", async () => {
    const dog = await watching({
      rules: [
        { name: "quiet", match: { tags: { env: "test" } }, ttl: "PT4H" },
        { name: "rest", ttl: "PT8H" },
      ],
    });
    hideTags(dog, true);
    dog.azure.create(dog.bastion, vm);
    await dog.event({});
    await dog.run(minutes(1));
    const later = watchdog(forbidden);
    Object.assign(dog.settings, { policy: later.settings.policy });
    hideTags(dog, false);
    await sweeps(dog, minutes(10));
    expect(dog.azure.links).toHaveLength(1);
  });

  it("the missing right is told once a subscription and day, however many bastions and looks", async () => {
    const dog = await watching({ rules: [...forbidden.rules.slice(0, 1), { name: "rest", ttl: "P5D" }] });
    dog.azure.habits.tagsFail = true;
    dog.azure.habits.machines = { kind: "forbidden", why: "403 AuthorizationFailed" };
    dog.azure.create(dog.bastion, vm);
    await sweeps(dog, days(2));
    const told = dog.heard().flatMap(({ notes }) => notes.filter(({ kind }) => kind === "tags-forbidden"));
    expect(told.map((note) => "right" in note && note.right)).toStrictEqual(
      Array.from({ length: 3 }, () => "Microsoft.Compute/virtualMachines/read"),
    );
    expect(dog.table.ledger(watchdogPartition).filter(({ kind }) => kind === "tags-forbidden")).toHaveLength(
      3,
    );
  });

  it("a VM that is gone by Azure's own word has no tags to wait for, and its link keeps its verdict", async () => {
    const dog = await watching(forbidden);
    dog.azure.habits.tagsFail = true;
    dog.azure.habits.machines = { kind: "gone", why: "404" };
    dog.azure.create(dog.bastion, vm);
    await dog.event({});
    await sweeps(dog, hours(2));
    expect(kinds(dog)).toStrictEqual(["created, medium"]);
  });
});

describe("A link whose VM was moved is judged by where the VM is now", () => {
  it("from a place that allows it to one that forbids it: it goes, after a notice, and the move is a fact", async () => {
    const dog = await watching({
      rules: [
        { name: "never in prod", match: { resourceGroup: "rg-prod" }, allow: false },
        { name: "rest", ttl: "PT12H" },
      ],
    });
    dog.azure.create(dog.bastion, vm);
    await dog.event({});
    await dog.run(minutes(1));
    dog.azure.move(vm, vm.replace("rg-Hub", "rg-prod"));
    await sweeps(dog, hours(3));
    expect(dog.azure.links).toStrictEqual([]);
    expect(dog.table.ledger(hubPartition).find(({ kind }) => kind === "vm-moved")).toMatchObject({
      data: { from: vm },
      links: [{ vmId: vm.replace("rg-Hub", "rg-prod") }],
    });
  });

  it("another spelling of the same VM is no move", async () => {
    const dog = await watching(forbidden);
    dog.azure.tag(vm, {});
    dog.azure.create(dog.bastion, vm);
    await dog.event({});
    await dog.run(minutes(1));
    dog.azure.move(vm, vm.toUpperCase().replace("/SUBSCRIPTIONS/", "/subscriptions/"));
    await sweeps(dog, minutes(10));
    expect(dog.table.ledger(hubPartition).map(({ kind }) => kind)).not.toContain("vm-moved");
  });
});
