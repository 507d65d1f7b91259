import { describe, expect, it } from "vitest";
import type { LinkId } from "../../src/core/domain/links/link.ts";
import { after, hours, isoInstant, minutes, seconds, type Instant } from "../../src/core/domain/time.ts";
import { vmId } from "../memory/samples.ts";
import { hubPartition, watchdog, type Watchdog } from "../memory/watchdog.ts";

const policy = {
  rules: [
    { name: "never", match: { vm: "**/vm-prod-*" }, allow: false, severity: "high" },
    { name: "rest", ttl: "PT4H", warnBefore: "PT1H" },
  ],
};
const vm = vmId("vm-target");

async function opened(name = vm): Promise<{ dog: Watchdog; linkId: LinkId; made: Instant }> {
  const dog = watchdog(policy);
  await dog.sweep();
  await dog.run(minutes(5));
  const made = dog.clock.now();
  const linkId = dog.azure.create(dog.bastion, name);
  await dog.event({});
  return { dog, linkId, made };
}

async function switched(dog: Watchdog, isOff: boolean): Promise<void> {
  dog.azure.habits.featureOff = isOff;
  await dog.event({ operation: "write", caller: { userPrincipalName: "mallory@contoso.example" } });
  await dog.run(seconds(30));
}

const deadlineOf = async (dog: Watchdog) => (await dog.table.read(hubPartition)).links[0]?.deadline;

describe("Somebody switches shareable links off and on again, and the old life goes on", () => {
  it.each`
    how                  | times | off
    ${"once"}            | ${1}  | ${minutes(10)}
    ${"for hours"}       | ${1}  | ${hours(2)}
    ${"again and again"} | ${6}  | ${minutes(5)}
  `("$how: it ends no later", async ({ times, off }: { times: number; off: number }) => {
    const { dog, linkId, made } = await opened();
    await dog.run(minutes(20));
    for (let n = 0; n < times; n += 1) {
      await switched(dog, true);
      await dog.run(off);
      await switched(dog, false);
      await dog.sweep();
      await dog.run(minutes(5));
      expect(await deadlineOf(dog)).toBe(after(made, hours(4)));
    }
    expect((await dog.table.read(hubPartition)).links).toMatchObject([{ linkId, life: times + 1 }]);
    await dog.run(after(made, hours(4.05)) - dog.clock.now());
    await dog.sweep();
    await dog.run(minutes(1));
    expect(dog.azure.links).toStrictEqual([]);
  });

  it("also one whose end passed meanwhile is told, and goes within minutes", async () => {
    const { dog, linkId } = await opened();
    await dog.run(minutes(20));
    await switched(dog, true);
    await dog.run(hours(6));
    await switched(dog, false);
    await dog.sweep();
    await dog.run(minutes(1));
    expect(dog.azure.revocations).toStrictEqual([linkId]);
    expect(dog.azure.links).toStrictEqual([]);
  });

  it("and nothing is told as revoked, whatever was asked of Azure before", async () => {
    const { dog, linkId } = await opened(vmId("vm-prod-01"));
    dog.azure.habits.deletesIgnored = true;
    await dog.run(seconds(6));
    expect(dog.azure.revocations).toContain(linkId);
    await switched(dog, true);
    expect(dog.heard().map(({ kind }) => kind)).not.toContain("revoked");
    expect(dog.heard().find(({ kind }) => kind === "switched-off")).toMatchObject({
      links: [{ linkId }],
      actors: { deleter: { kind: "known", caller: { userPrincipalName: "mallory@contoso.example" } } },
    });
    expect(dog.table.closed(hubPartition)).toMatchObject([{ closedBy: "switched-off" }]);
    dog.azure.habits.deletesIgnored = false;
    await switched(dog, false);
    await dog.run(seconds(30));
    expect(dog.azure.links).toStrictEqual([]);
  });

  it("and more time that an operator gave holds", async () => {
    const { dog, made } = await opened();
    await dog.run(minutes(1));
    const { links, host, version } = await dog.table.read(hubPartition);
    const until = after(made, hours(9));
    const extension = { until, from: after(made, hours(4)), by: "olga", objectId: "o", why: "patch night" };
    const put = links.map((link) => ({ ...link, extension, deadline: until, judgedDeadline: until }));
    if (!host) throw new Error("no host");
    const rest = { close: [], spent: [], facts: [], outbox: [] };
    await dog.table.commit(hubPartition, { expected: version, host, put, ...rest });
    await switched(dog, true);
    await dog.run(hours(5));
    await switched(dog, false);
    expect(await deadlineOf(dog)).toBe(until);
    expect(dog.azure.links).toHaveLength(1);
  });

  it("and the time it was off counts for no other link of its VM", async () => {
    const { dog } = await opened();
    await dog.run(hours(1));
    await switched(dog, true);
    await dog.run(hours(10));
    const made = isoInstant(dog.clock.now());
    await switched(dog, false);
    dog.azure.create(dog.bastion, vm, made);
    await dog.event({});
    await dog.run(seconds(5));
    const used = (await dog.table.read(hubPartition)).links.map(({ usedBefore }) => usedBefore?.length ?? 0);
    expect(Math.max(...used)).toBeGreaterThanOrEqual(hours(1));
    expect(Math.max(...used)).toBeLessThan(hours(1.1));
  });

  it("nor does a list that once lacked it begin anything", async () => {
    const { dog, linkId, made } = await opened();
    await dog.run(minutes(20));
    dog.azure.habits.hidden = [linkId];
    await dog.sweep();
    await dog.run(minutes(3));
    dog.azure.habits.hidden = [];
    await dog.sweep();
    await dog.run(minutes(1));
    expect(await deadlineOf(dog)).toBe(after(made, hours(4)));
  });
});
