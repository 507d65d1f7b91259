import { describe, expect, it } from "vitest";
import { days, hours, isoInstant, minutes, seconds, type Instant } from "../../src/core/domain/time.ts";
import type { FlowSettings } from "../../src/core/flows/settings.ts";
import { vmId } from "../memory/samples.ts";
import { policyOf, watchdog, type Watchdog } from "../memory/watchdog.ts";

const hour = { name: "an hour", ttl: "PT1H", warnBefore: "PT15M" };
const only = (rule: object) => ({ rules: [rule] });

/** Sweeps by each of these processes in turn, every five minutes. */
async function pass(dog: Watchdog, length: number, processes: readonly FlowSettings[] = [dog.settings]) {
  for (let round = 0; round * minutes(5) < length; round += 1) {
    dog.use(processes[round % processes.length] ?? dog.settings);
    await dog.sweep();
    await dog.run(minutes(5));
  }
}

async function opened(dog: Watchdog): Promise<void> {
  await dog.sweep();
  await dog.run(seconds(1));
  dog.azure.create(dog.bastion, vmId("vm-0"));
  await dog.event({});
}

/** What was said of its end after `since`, and when the link was gone. */
const saidSince = (dog: Watchdog, since: Instant) =>
  dog
    .heard()
    .filter(({ at, kind }) => at >= since && (kind === "expiring" || kind === "revoked"))
    .map(({ kind, at, links }) => [kind, links[0]?.enforced, Math.floor((at - since) / minutes(1))]);

describe("Whoever was told that nothing will be revoked is told otherwise, one notice period before it is", () => {
  it.each`
    how                                | policy                                | mode         | changes
    ${"the mode is switched"}          | ${only(hour)}                         | ${"observe"} | ${{ mode: "enforce" }}
    ${"the rule's mode is changed"}    | ${only({ ...hour, mode: "observe" })} | ${"enforce"} | ${{ policy: only(hour) }}
    ${"the link is forbidden"}         | ${only({ ...hour, allow: false })}    | ${"observe"} | ${{ mode: "enforce" }}
    ${"the rule comes to forbid, too"} | ${only(hour)}                         | ${"observe"} | ${{ mode: "enforce", policy: only({ ...hour, allow: false }) }}
  `("when $how", async (row: { policy: object; mode: "observe"; changes: object }) => {
    const dog = watchdog(row.policy, row.mode);
    await opened(dog);
    await pass(dog, days(2));
    expect(dog.heard().at(-1)?.kind).toBe("would-revoke");
    const since = dog.clock.now();
    dog.restart(row.changes);
    await pass(dog, minutes(10));
    expect(dog.azure.links).toHaveLength(1);
    await pass(dog, minutes(10));
    expect(saidSince(dog, since)).toStrictEqual([
      ["expiring", true, 0],
      ["revoked", true, 15],
    ]);
  });

  it.each(["the older", "the newer"])(
    "with the old process still alive, %s sweeping first",
    async (first) => {
      const dog = watchdog(only(hour), "observe");
      await opened(dog);
      await pass(dog, hours(5));
      const old = dog.settings;
      const since = dog.clock.now();
      const young = dog.restart({ mode: "enforce" });
      await pass(dog, minutes(40), first === "the older" ? [old, young] : [young, old]);
      const said = saidSince(dog, since);
      expect(said.map(([kind, enforced]) => [kind, enforced])).toStrictEqual([
        ["expiring", true],
        ["revoked", true],
      ]);
      expect(Number(said[1]?.[2]) - Number(said[0]?.[2])).toBeGreaterThanOrEqual(15);
    },
  );

  it("when a pilot rule ends by itself", async () => {
    const dog = watchdog(only(hour));
    const validUntil = isoInstant((dog.clock.now() + hours(10)) as Instant);
    dog.restart({ policy: { rules: [{ ...hour, name: "pilot", mode: "observe", validUntil }, hour] } });
    await opened(dog);
    await pass(dog, hours(9));
    const since = dog.clock.now();
    await pass(dog, hours(2));
    const [told, gone] = saidSince(dog, since);
    expect(told).toMatchObject(["expiring", true, expect.any(Number)]);
    expect(gone?.[0]).toBe("revoked");
    expect(Number(gone?.[2]) - Number(told?.[2])).toBeGreaterThanOrEqual(15);
  });

  it("also the second time, and once only for each switch", async () => {
    const dog = watchdog(only(hour), "observe");
    await opened(dog);
    await pass(dog, hours(3));
    for (const mode of ["enforce", "observe"] as const) {
      dog.restart({ mode });
      await pass(dog, minutes(5));
    }
    expect(dog.azure.links).toHaveLength(1);
    const since = dog.clock.now();
    dog.restart({ mode: "enforce" });
    await pass(dog, minutes(25));
    expect(saidSince(dog, since)).toStrictEqual([
      ["expiring", true, 0],
      ["revoked", true, 15],
    ]);
  });
});

describe("A mistake in the policy that is rolled back", () => {
  const eight = policyOf(only({ name: "eight", ttl: "PT8H" }));
  const mistake = only({ name: "nobody at all", allow: false, warnBefore: "PT30M" });

  it.each(["nobody else", "the older", "the newer"])(
    "is a newer policy: its links live on, with %s sweeping first",
    async (first) => {
      const dog = watchdog(only({ name: "eight", ttl: "PT8H" }));
      await opened(dog);
      await pass(dog, minutes(30));
      const good = dog.settings;
      const bad = dog.restart({ policy: mistake });
      await pass(dog, minutes(20), first === "nobody else" ? [bad] : [bad, good]);
      expect(dog.heard().at(-1)).toMatchObject({
        kind: "expiring",
        links: [{ enforced: true, allowed: false }],
      });
      const back = { ...good, policy: eight, startedAt: dog.clock.now() };
      const turns = { "nobody else": [back], "the older": [bad, back], "the newer": [back, bad] }[first] ?? [
        back,
      ];
      await pass(dog, hours(5.5), turns);
      expect(dog.azure.revocations).toStrictEqual([]);
      await pass(dog, hours(2), turns);
      expect(dog.azure.links).toStrictEqual([]);
      expect(dog.heard().at(-1)).toMatchObject({ kind: "revoked", links: [{ rule: "eight" }] });
    },
  );

  it("also takes back what was asked of Azure and came to nothing", async () => {
    const dog = watchdog(only({ name: "eight", ttl: "PT8H" }));
    await opened(dog);
    dog.restart({ policy: mistake });
    dog.azure.habits.deletesRefused = true;
    await pass(dog, minutes(40));
    expect(dog.azure.revocations).not.toStrictEqual([]);
    const asked = dog.azure.revocations.length;
    dog.use({ ...dog.settings, policy: eight, startedAt: dog.clock.now() });
    dog.azure.habits.deletesRefused = false;
    await pass(dog, hours(6));
    expect(dog.azure.revocations).toHaveLength(asked);
    expect(dog.azure.links).toHaveLength(1);
  });

  it("however often it is made again", async () => {
    const dog = watchdog(only({ name: "eight", ttl: "PT8H" }));
    const good = dog.settings;
    await opened(dog);
    for (let round = 0; round < 10; round += 1) {
      dog.restart({ policy: mistake });
      await pass(dog, minutes(20));
      dog.use({ ...good, startedAt: dog.clock.now() });
      await pass(dog, minutes(20));
    }
    expect(dog.azure.revocations).toStrictEqual([]);
  });
});
