import { beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { closedLink } from "../../local/scenario/closed-link.ts";
import { jane } from "../../local/scenario/people.ts";
import { fireSweep } from "../../local/scenario/scene.ts";
import { noSweep, stage, withinInMs } from "./stage.ts";

const policyOf = (rule: object) => JSON.stringify({ rules: [rule] });
const observing = {
  ...noSweep,
  WATCHDOG_MODE: "observe",
  WATCHDOG_POLICY: policyOf({ name: "an hour", ttl: "PT1H", warnBefore: "PT15M" }),
};
const eightHours = {
  ...noSweep,
  WATCHDOG_POLICY: policyOf({ name: "eight hours", ttl: "PT8H", warnBefore: "PT1H" }),
};
const mistaken = {
  ...noSweep,
  WATCHDOG_POLICY: policyOf({ name: "nobody at all", allow: false, warnBefore: "PT30M" }),
};
const on = stage({ settings: observing });
const hub = "bas-hub-weu";

/** An app setting changes: the platform starts the app again, and the next sweep looks at everything. */
async function deploy(settings: Readonly<Record<string, string>>): Promise<void> {
  await on().stack.restartFunctions(settings);
  await fireSweep(on().stack);
  await on().quiet();
}

const revoked = (vm: string) =>
  closedLink(on().stack, { ...{ bastion: hub, vm }, ...{ state: "revoked-by-watchdog", withinInMs } });
const openLinks = async () => (await on().azure.state()).links.length;
/** Titles of the cards about this machine, oldest first, with times left out. */
const told = async (machine: string) =>
  (await on().channel.upToDate())
    .map(({ title }) => title)
    .filter((title) => title.includes(machine))
    .map((title) => title.replace(/in \d+ (min|h)( \d+ (s|min))?/, "in …"));

const factSchema = z.object({ kind: z.string(), seq: z.number(), data: z.record(z.string(), z.unknown()) });
async function configurations() {
  const { functionsUrl, key } = on().stack;
  const answer = await fetch(`${functionsUrl}/api/ledger?bastion=watchdog`, {
    headers: { "x-functions-key": key },
  });
  const facts = (await answer.text()).split("\n").filter(Boolean);
  return facts
    .map((line) => factSchema.parse(JSON.parse(line)))
    .filter(({ kind }) => kind === "configuration-changed");
}

describe("Settings that change while links are open", () => {
  beforeAll(async () => {
    await fireSweep(on().stack);
    await on().quiet();
  });

  it("from observe to enforce: whoever read that nothing will be revoked reads otherwise, a notice before it is", async () => {
    const { azure, advance } = on();
    await azure.createLinks(jane, hub, ["vm-staging-01"]);
    await advance("PT50M");
    await advance("PT15M");
    await advance("PT23H");
    await deploy({ ...observing, WATCHDOG_MODE: "enforce" });
    await advance("PT14M");
    expect(await openLinks()).toBe(1);
    await advance("PT2M");
    await revoked("vm-staging-01");
    expect(await openLinks()).toBe(0);
    expect(await told("vm-staging-01")).toStrictEqual([
      "Shareable link opened: vm-staging-01 is reachable from the internet",
      "Due in …: the link to vm-staging-01 (observe mode)",
      "Changed: the deadline of the link to vm-staging-01, or what happens then",
      "Expires in …: the link to vm-staging-01 will be revoked",
    ]);
  });

  it("to a policy that forbids by mistake, and back: its links live on as they were to", async () => {
    const { azure, advance } = on();
    await deploy(eightHours);
    await azure.createLinks(jane, hub, ["vm-build-01"]);
    await advance("PT2H");
    await deploy(mistaken);
    await advance("PT20M");
    await deploy(eightHours);
    await advance("PT4H30M");
    expect(await openLinks()).toBe(1);
    await advance("PT20M");
    await advance("PT1H");
    await revoked("vm-build-01");
    expect(await openLinks()).toBe(0);
    expect(await told("vm-build-01")).toStrictEqual([
      "Shareable link opened: vm-build-01 is reachable from the internet",
      "Changed: the deadline of the link to vm-build-01, or what happens then",
      "Expires in …: the link to vm-build-01 will be revoked",
      "Changed: the deadline of the link to vm-build-01, or what happens then",
      expect.stringMatching(/^Alert \w{8} is not acknowledged · Changed: the deadline/u),
      "Expires in …: the link to vm-build-01 will be revoked",
    ]);
  });

  it("have a number each, also the one that came back", async () => {
    const all = await configurations();
    const hashes = all.map(({ data }) => data["policyHash"]);
    expect(all).toHaveLength(5);
    expect(new Set(all.map(({ seq }) => seq)).size).toBe(5);
    expect([hashes[0] === hashes[1], hashes[2] === hashes[4], hashes[2] === hashes[3]]).toStrictEqual([
      true,
      true,
      false,
    ]);
  });
});
