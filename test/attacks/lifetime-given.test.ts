import { beforeEach, describe, expect, it } from "vitest";
import { targetKey, type ConsoleCommand } from "../../src/core/domain/console/command.ts";
import { formToken } from "../../src/core/domain/console/form-token.ts";
import type { Person } from "../../src/core/domain/console/person.ts";
import { formVersionOf } from "../../src/core/domain/console/target.ts";
import type { LinkId } from "../../src/core/domain/links/link.ts";
import { hours, minutes, seconds } from "../../src/core/domain/time.ts";
import { act } from "../../src/core/flows/actions/act-on-link.ts";
import { readTarget } from "../../src/core/flows/store/read-estate.ts";
import { aBastion, vmId } from "../memory/samples.ts";
import { hubPartition, watchdog, type Watchdog } from "../memory/watchdog.ts";

const formKey = "k".repeat(32);
const policy = {
  rules: [
    { name: "never", match: { vm: "**/vm-prod-*" }, allow: false },
    { name: "rest", ttl: "PT4H", warnBefore: "PT30M", maxLifetime: "PT8H" },
  ],
};
const vm = vmId("vm-target");
const other = aBastion("bas-two");
const person = (name: string, n: number): Person => ({
  objectId: `44444444-0000-4000-8000-00000000000${n}`,
  userPrincipalName: `${name}@contoso.example`,
  name,
  isOperator: true,
});
const olga = person("olga", 1);
const mallory = person("mallory", 2);

async function give(dog: Watchdog, linkId: LinkId, by = olga) {
  const target = { kind: "link", bastionId: dog.bastion.id, linkId } as const;
  const command: ConsoleCommand = { action: "give-time", target, why: "the migration takes longer" };
  const rows = await readTarget(target, dog.table);
  const version = formVersionOf(target, rows, command.action);
  const claims = { objectId: by.objectId, action: command.action, target: targetKey(target), version };
  const token = formToken(formKey, claims, dog.clock.now());
  const ports = { ...dog.ports, table: dog.table };
  const outcome = await act({ person: by, command, token }, ports, { ...dog.settings, formKey });
  return outcome.kind === "refused" ? outcome.why : outcome.kind;
}

describe("A VM whose lifetime is spent", () => {
  let dog: Watchdog;
  let last: LinkId;

  const open = async (by = mallory, bastion = dog.bastion) => {
    const linkId = dog.azure.create(bastion, vm);
    await dog.event({
      bastion,
      caller: { objectId: by.objectId, userPrincipalName: by.userPrincipalName ?? "" },
    });
    await dog.run(seconds(40));
    return linkId;
  };
  const isOpen = (linkId: LinkId) => dog.azure.links.some((link) => link.linkId === linkId);

  beforeEach(async () => {
    dog = watchdog(policy);
    dog.azure.addBastion(other);
    await dog.sweep();
    await dog.run(minutes(1));
    for (let n = 0; n < 3; n += 1) {
      last = await open();
      await dog.run(hours(4.1));
    }
  });

  it("has no link longer than a look, until an operator gives it more", async () => {
    expect(isOpen(await open())).toBe(false);
    expect(await give(dog, last)).toBe("done");
    await dog.run(seconds(10));
    const longer = await open();
    await dog.run(hours(3.8));
    expect(isOpen(longer)).toBe(true);
    await dog.run(hours(0.5));
    expect(isOpen(longer)).toBe(false);
    expect(isOpen(await open())).toBe(false);
  });

  it("also for a link on another bastion, and for one that follows it", async () => {
    await give(dog, last);
    await dog.run(seconds(10));
    const there = await open(mallory, other);
    expect(isOpen(there)).toBe(true);
    dog.azure.remove(there);
    await dog.event({ bastion: other, operation: "deleteshareablelinksbytoken/action" });
    await dog.run(hours(1));
    const here = await open();
    expect(isOpen(here)).toBe(true);
    await dog.run(hours(3));
    expect(isOpen(here)).toBe(false);
  });

  it("is given more with a fact and a high alert that name who and why", async () => {
    await give(dog, last);
    expect(dog.table.ledger(hubPartition).findLast(({ kind }) => kind === "time-given")).toMatchObject({
      links: [{ linkId: last, vmId: vm }],
      actor: { userPrincipalName: "olga@contoso.example" },
      data: { why: "the migration takes longer" },
    });
    expect(dog.heard().findLast(({ kind }) => kind === "time-given")).toMatchObject({
      severity: "high",
      actors: { operator: { caller: { userPrincipalName: "olga@contoso.example" } } },
      notes: [{ kind: "time-given", why: "the migration takes longer" }],
    });
  });

  it("gets nothing from whoever made the link", async () => {
    expect(await give(dog, last, mallory)).toBe("own-link");
    expect(isOpen(await open())).toBe(false);
  });

  it("nor for a link that the giver makes afterwards", async () => {
    expect(await give(dog, last)).toBe("done");
    await dog.run(seconds(10));
    expect(isOpen(await open(olga))).toBe(false);
    expect(isOpen(await open(mallory))).toBe(true);
  });

  it("nor more than one time to live from then, however often it is given", async () => {
    await give(dog, last);
    await dog.run(hours(1));
    expect(await give(dog, last)).toBe("done");
    await dog.run(seconds(10));
    const longer = await open();
    await dog.run(hours(3.9));
    expect(isOpen(longer)).toBe(true);
    await dog.run(hours(0.3));
    expect(isOpen(longer)).toBe(false);
  });

  it("and the watchdog may die right after the person acted", async () => {
    dog.crashes.failAt(12, "before");
    await give(dog, last).catch(() => undefined);
    await dog.run(seconds(10)).catch(() => undefined);
    const isGiven = dog.table.ledger(hubPartition).some(({ kind }) => kind === "time-given");
    await dog.sweep();
    await dog.run(seconds(30));
    expect(isOpen(await open())).toBe(isGiven);
  });
});

describe("More than its lifetime", () => {
  it.each`
    name            | why
    ${"vm-1"}       | ${"lifetime-left"}
    ${"vm-prod-01"} | ${"not-allowed"}
  `("is not given to $name: $why", async ({ name, why }: { name: string; why: string }) => {
    const dog = watchdog(policy);
    await dog.sweep();
    await dog.run(minutes(1));
    const linkId = dog.azure.create(dog.bastion, vmId(name));
    await dog.event({});
    await dog.run(seconds(20));
    expect(await give(dog, linkId)).toBe(why);
  });
});
