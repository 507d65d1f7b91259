import { alertSentences } from "../../../src/core/render/words/alert-sentences.ts";
import { describe, expect, it } from "vitest";
import { after, hours, minutes, seconds, type Instant } from "../../../src/core/domain/time.ts";
import { aSignIn, memoryLogs } from "../../memory/memory-logs.ts";
import { vmId } from "../../memory/samples.ts";
import { hubPartition, watchdog } from "../../memory/watchdog.ts";

/** An open link to `vm-1`, and whoever tries passwords on it. */
async function underAttack() {
  const logs = memoryLogs();
  const dog = watchdog({ rules: [{ name: "quiet", ttl: "P1D", severity: "low" }] }, "enforce", [], { logs });
  await dog.sweep();
  await dog.run(seconds(5));
  dog.azure.create(dog.bastion, vmId("vm-1"));
  await dog.event({});
  await dog.run(minutes(2));
  const attack = (from: Instant, times: number, changes: Parameters<typeof aSignIn>[2] = {}) => {
    for (let time = 0; time < times; time += 1) {
      logs.entries.push(
        aSignIn(dog.bastion, after(from, seconds(20 * time)), { failed: true, userName: "root", ...changes }),
      );
    }
  };
  const pass = async (time: number) => {
    for (let passed = 0; passed < time; passed += minutes(5)) {
      await dog.sweep();
      await dog.run(minutes(5));
    }
  };
  const told = () => dog.heard().filter(({ kind }) => kind === "failed-sign-ins");
  return { dog, logs, attack, pass, told };
}

describe("Failed sign-ins while a link is open", () => {
  it("are a loud alert from five in ten minutes on, whatever the rule says of its severity, and a fact", async () => {
    const { dog, attack, pass, told } = await underAttack();
    attack(dog.clock.now(), 4);
    await pass(minutes(15));
    attack(dog.clock.now(), 4);
    await pass(minutes(15));
    expect(told()).toStrictEqual([]);
    attack(dog.clock.now(), 5);
    await pass(minutes(10));
    expect(told()).toMatchObject([{ severity: "high", linkCount: 1, links: [{ vmId: vmId("vm-1") }] }]);
    expect(told().flatMap(alertSentences)[0]).toMatch(
      /^\d+ failed sign-ins between .* and .*, from 203\.0\.113\.20, as root\.$/,
    );
    expect(dog.table.ledger(hubPartition).filter(({ kind }) => kind === "sign-ins-failed")).toHaveLength(1);
  });

  it("are told once an hour", async () => {
    const { dog, attack, pass, told } = await underAttack();
    attack(dog.clock.now(), 60 * 9);
    await pass(minutes(55));
    expect(told()).toHaveLength(1);
    await pass(hours(2));
    expect(told()).toHaveLength(3);
    await pass(hours(3));
    expect(told()).toHaveLength(4);
  });

  it("are one alert for all links to the machine", async () => {
    const { dog, attack, pass, told } = await underAttack();
    dog.azure.create(dog.bastion, vmId("vm-1"));
    await dog.event({});
    await dog.run(minutes(2));
    attack(dog.clock.now(), 9);
    await pass(minutes(10));
    expect(told().map(({ linkCount }) => linkCount)).toStrictEqual([2]);
  });

  it("of another machine, through another bastion or before the link are nobody's here", async () => {
    const { dog, logs, attack, pass, told } = await underAttack();
    attack(dog.clock.now(), 9, { vmId: vmId("vm-other") });
    attack(after(dog.clock.now(), -minutes(30)), 9);
    await pass(minutes(10));
    expect(told()).toStrictEqual([]);
    expect(logs.asked.signIns.length).toBeGreaterThan(0);
  });

  it("are asked for once a sweep, and only where a link is open", async () => {
    const { dog, logs, pass } = await underAttack();
    const before = logs.asked.signIns.length;
    await pass(minutes(15));
    expect(logs.asked.signIns.length - before).toBe(3);
    for (const { linkId } of [...dog.azure.links]) dog.azure.remove(linkId);
    await pass(minutes(10));
    const closed = logs.asked.signIns.length;
    await pass(minutes(30));
    expect(logs.asked.signIns.length).toBe(closed);
  });
});
