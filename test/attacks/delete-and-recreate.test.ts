import { describe, expect, it } from "vitest";
import type { LinkId } from "../../src/core/domain/links/link.ts";
import { after, days, hours, minutes, seconds, type Milliseconds } from "../../src/core/domain/time.ts";
import { partitionOf } from "../../src/core/domain/partition.ts";
import { aBastion, vmId } from "../memory/samples.ts";
import { watchdog, type Watchdog } from "../memory/watchdog.ts";

const policy = { rules: [{ name: "rest", ttl: "PT4H", warnBefore: "PT30M", maxLifetime: "PT12H" }] };
const vm = vmId("vm-target");
const bastions = [aBastion("bas-hub"), aBastion("bas-two"), aBastion("bas-three")] as const;

async function settled(): Promise<Watchdog> {
  const dog = watchdog(policy);
  for (const bastion of bastions.slice(1)) dog.azure.addBastion(bastion);
  await dog.sweep();
  await dog.run(minutes(5));
  return dog;
}

interface Play {
  readonly on: number;
  /** How long before its end somebody deletes the link; undefined: it is left to the watchdog. */
  readonly ahead: Milliseconds | undefined;
  readonly pause: Milliseconds;
  readonly isHeard: boolean;
}

/** Opens the VM again and again for a day and a half, on so many bastions in turn. Answers how long it was open in all. */
async function openAgainAndAgain(dog: Watchdog, { on, ahead, pause, isHeard }: Play) {
  const since = dog.clock.now();
  let open: Milliseconds = 0;
  for (let n = 0; dog.clock.now() - since < days(1.4); n += 1) {
    const bastion = bastions[n % on] ?? bastions[0];
    const linkId = dog.azure.create(bastion, vm);
    const made = dog.clock.now();
    if (isHeard) await dog.event({ bastion });
    await untilGone(dog, { bastion: partitionOf(bastion), linkId, ahead });
    open += dog.clock.now() - made;
    if (isHeard) await dog.event({ bastion, operation: "deleteshareablelinksbytoken/action" });
    await dog.run(pause);
  }
  return open;
}

async function untilGone(
  dog: Watchdog,
  {
    bastion,
    linkId,
    ahead,
  }: { bastion: ReturnType<typeof partitionOf>; linkId: LinkId; ahead: Milliseconds | undefined },
) {
  for (const end = after(dog.clock.now(), hours(13)); dog.clock.now() < end;) {
    await dog.run(minutes(9));
    await dog.sweep();
    await dog.run(minutes(1));
    if (!dog.azure.links.some((link) => link.linkId === linkId)) return;
    const row = (await dog.table.read(bastion)).links.find((link) => link.linkId === linkId);
    if (ahead === undefined || !row || row.deadline - dog.clock.now() > ahead) continue;
    dog.azure.remove(linkId);
    return;
  }
}

describe("Somebody deletes a link before each deadline and opens the VM again", () => {
  it.each`
    how                                       | on   | ahead          | pause         | isHeard
    ${"on one bastion"}                       | ${1} | ${minutes(11)} | ${minutes(1)} | ${true}
    ${"on two bastions in turn"}              | ${2} | ${minutes(11)} | ${minutes(1)} | ${true}
    ${"on three, with no event ever"}         | ${3} | ${minutes(11)} | ${seconds(5)} | ${false}
    ${"before anybody is warned"}             | ${2} | ${minutes(40)} | ${minutes(1)} | ${true}
    ${"or lets the watchdog take it down"}    | ${2} | ${undefined}   | ${minutes(1)} | ${true}
    ${"or waits an hour and more in between"} | ${2} | ${minutes(11)} | ${hours(2)}   | ${true}
  `("$how: within 30 days it is open for its lifetime, and a notice more", async (row: Play) => {
    const dog = await settled();
    const open = await openAgainAndAgain(dog, row);
    const tries = dog.heard().filter(({ kind }) => kind === "re-created").length;
    expect(open).toBeGreaterThan(hours(10));
    expect(open).toBeLessThanOrEqual(hours(12) + minutes(40) + tries * minutes(11));
    expect(tries).toBeGreaterThan(3);
  });

  it("and each opening after that is high, forbidden, and told with the time that is used", async () => {
    const dog = await settled();
    await openAgainAndAgain(dog, { on: 2, ahead: minutes(11), pause: minutes(1), isHeard: true });
    const last = dog.heard().findLast(({ kind }) => kind === "re-created");
    expect(last).toMatchObject({
      severity: "high",
      links: [{ allowed: false }],
      notes: [
        { kind: "lifetime-spent", vms: [{ vmId: vm, within: days(30), maxLifetime: hours(12) }] },
        { kind: "opened-again" },
      ],
    });
  });

  it("nor through links that are open side by side", async () => {
    const dog = await settled();
    for (const bastion of bastions) {
      dog.azure.create(bastion, vm);
      await dog.event({ bastion });
      await dog.run(hours(3));
      await dog.sweep();
    }
    await dog.run(hours(3));
    expect(dog.azure.links).toStrictEqual([]);
    for (const bastion of bastions) {
      const linkId = dog.azure.create(bastion, vm);
      await dog.event({ bastion });
      await dog.run(minutes(1));
      const { links } = await dog.table.read(partitionOf(bastion));
      const used = links.find((link) => link.linkId === linkId)?.usedBefore?.length ?? 0;
      expect(used).toBeGreaterThan(hours(9.9));
      expect(used).toBeLessThan(hours(10.2));
      dog.azure.remove(linkId);
      await dog.event({ bastion, operation: "deleteshareablelinksbytoken/action" });
      await dog.run(minutes(1));
    }
  });

  it("but thirty days later the VM has its time again", async () => {
    const dog = await settled();
    await openAgainAndAgain(dog, { on: 1, ahead: minutes(11), pause: minutes(1), isHeard: true });
    await dog.run(days(30));
    dog.azure.create(bastions[1], vm);
    await dog.event({ bastion: bastions[1] });
    await dog.run(hours(3));
    expect(dog.azure.links).toHaveLength(1);
    expect(dog.heard().findLast(({ links }) => links.length > 0)).not.toMatchObject({ kind: "re-created" });
  });
});

describe("A link that comes right after the watchdog took one down", () => {
  const forbidding = {
    rules: [
      { name: "never", match: { vm: "**/vm-prod-*" }, allow: false },
      { name: "rest", ttl: "PT1H", warnBefore: "PT15M" },
    ],
  };

  it.each`
    name            | wait           | other    | kind
    ${"vm-1"}       | ${seconds(1)}  | ${false} | ${"re-created"}
    ${"vm-1"}       | ${minutes(50)} | ${false} | ${"re-created"}
    ${"vm-1"}       | ${minutes(50)} | ${true}  | ${"re-created"}
    ${"vm-1"}       | ${minutes(70)} | ${true}  | ${"created"}
    ${"vm-prod-01"} | ${hours(23)}   | ${true}  | ${"re-created"}
    ${"vm-prod-01"} | ${hours(25)}   | ${false} | ${"created"}
  `(
    "to $name, after $wait ms, on another bastion: $other, is told as $kind",
    async (row: { name: string; wait: Milliseconds; other: boolean; kind: string }) => {
      const dog = watchdog(forbidding);
      dog.azure.addBastion(bastions[1]);
      await dog.sweep();
      await dog.run(minutes(1));
      const first = dog.azure.create(dog.bastion, vmId(row.name));
      await dog.event({});
      const isOpen = () => dog.azure.links.some(({ linkId }) => linkId === first);
      await dog.run(row.name === "vm-1" ? minutes(59.5) : 0);
      for (let n = 0; isOpen() && n < 60; n += 1) await dog.run(seconds(1));
      expect(isOpen()).toBe(false);
      await dog.run(row.wait);
      const bastion = row.other ? bastions[1] : dog.bastion;
      dog.azure.create(bastion, vmId(row.name));
      await dog.event({ bastion });
      await dog.run(seconds(30));
      const [, opening] = dog.heard().filter(({ kind }) => ["created", "re-created"].includes(kind));
      expect(opening).toMatchObject({
        kind: row.kind,
        notes: [{ kind: "opened-again", vms: [{ times: 2 }] }],
      });
    },
  );
});
