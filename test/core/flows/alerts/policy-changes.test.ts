import { describe, expect, it } from "vitest";
import type { Alert } from "../../../../src/core/domain/alerts/alert.ts";
import { hours, isoInstant, minutes } from "../../../../src/core/domain/time.ts";
import { alertSentences } from "../../../../src/core/render/words/alert-sentences.ts";
import { vmId } from "../../../memory/samples.ts";
import { sweepFor } from "../../../memory/sweep-for.ts";
import { hubPartition, watchdog, type Watchdog } from "../../../memory/watchdog.ts";

const rest = (ttl: string, more: object = {}) => ({ rules: [{ name: "rest", ttl, ...more }] });

/** 08:05: two links of eight hours. */
async function awake(policy: object = rest("PT8H")): Promise<Watchdog> {
  const dog = watchdog(policy);
  await sweepFor(dog, minutes(5));
  for (const vm of ["vm-1", "vm-2"]) dog.azure.create(dog.bastion, vmId(vm));
  await dog.event({});
  await dog.run(minutes(1));
  return dog;
}

async function change(dog: Watchdog, changes: Parameters<Watchdog["restart"]>[0]): Promise<readonly Alert[]> {
  const before = dog.heard().length;
  dog.restart(changes);
  await sweepFor(dog, minutes(10));
  return dog.heard().slice(before);
}

const told = (alerts: readonly Alert[]) =>
  alerts.map((alert) => [`${alert.kind}, ${alert.severity}`, ...alertSentences(alert)]);
const kept = ["The configuration changed."];
const ends = (to: string, from: string) =>
  ["vm-1", "vm-2"].map((vm) => `${vm}: until 2026-11-21 ${to} UTC instead of 2026-11-21 ${from} UTC.`);

describe("A policy that changes while links are open", () => {
  it("longer: says what changed, and one card for both links says until when", async () => {
    const dog = await awake();
    expect(told(await change(dog, { policy: rest("PT12H") }))).toStrictEqual([
      ["configuration-changed, high", "Rules changed: rest."],
      ["deadline-moved, medium", ...kept, "2 links with a later deadline.", ...ends("20:05:00", "16:05:00")],
    ]);
    const facts = dog.table.ledger(hubPartition).filter(({ kind }) => kind === "deadline-moved");
    expect(facts.map(({ data }) => data)).toStrictEqual([
      { why: "configuration", from: "2026-11-21T16:05:00.000Z 2026-11-21T16:05:00.000Z", ruleBefore: "rest" },
    ]);
  });

  it("shorter: says the sooner end with its reason", async () => {
    const dog = await awake();
    expect(told(await change(dog, { policy: rest("PT4H") }))[1]).toStrictEqual([
      "deadline-moved, medium",
      ...kept,
      "2 links with an earlier deadline.",
      ...ends("12:05:00", "16:05:00"),
    ]);
  });

  it("to observe, in a rule or by WATCHDOG_MODE: says that they are not revoked", async () => {
    const dog = await awake();
    const observed = await change(dog, { mode: "observe" });
    expect(told(observed)).toStrictEqual([
      ["configuration-changed, high", "Mode: observe instead of enforce."],
      ["deadline-moved, medium", ...kept, "2 links not to be revoked from now on."],
    ]);
  });

  it("and is observed: each end that comes is told", async () => {
    const observed = (ttl: string) => rest(ttl, { mode: "observe", warnBefore: "PT15M" });
    const dog = await awake(observed("PT1H"));
    await sweepFor(dog, hours(1));
    await change(dog, { policy: observed("PT4H") });
    await sweepFor(dog, hours(3));
    const due = dog.heard().filter(({ kind }) => kind === "would-revoke");
    expect(due.map(({ at }) => isoInstant(at))).toStrictEqual([
      "2026-11-21T09:05:00.000Z",
      "2026-11-21T12:05:00.000Z",
    ]);
  });

  it("so that they become forbidden: is high, once", async () => {
    const dog = await awake();
    const [changed, moved, ...others] = await change(dog, { policy: rest("PT8H", { allow: false }) });
    expect([changed?.severity, moved?.kind, moved?.severity]).toStrictEqual([
      "high",
      "deadline-moved",
      "high",
    ]);
    expect(moved && alertSentences(moved)[1]).toContain("2 links no longer allowed");
    expect(others.filter(({ kind }) => kind === "deadline-moved")).toStrictEqual([]);
  });

  it("after its links were warned: says that the told end is called off", async () => {
    const dog = await awake(rest("PT1H", { warnBefore: "PT15M" }));
    await sweepFor(dog, minutes(50));
    expect(dog.heard().at(-1)?.kind).toBe("expiring");
    expect(told(await change(dog, { policy: rest("PT8H") }))[1]?.[0]).toBe("deadline-moved, medium");
  });

  it("by a rule that went: names it, though no link is concerned", async () => {
    const dog = await awake({
      rules: [{ name: "no prod", match: { vm: "**/vm-p" }, allow: false }, { name: "rest" }],
    });
    expect(told(await change(dog, { policy: { rules: [{ name: "rest" }] } }))).toStrictEqual([
      ["configuration-changed, high", "Rules removed: no prod."],
    ]);
  });

  it("by nothing but a rule that forbids: is not high", async () => {
    const dog = await awake({ rules: [{ name: "rest" }] });
    const tighter = {
      rules: [{ name: "no prod", match: { vm: "**/vm-p" }, allow: false }, { name: "rest" }],
    };
    expect(told(await change(dog, { policy: tighter }))).toStrictEqual([
      ["configuration-changed, medium", "Rules added: no prod."],
    ]);
  });

  it("whose text before was not kept: says that it cannot be compared", async () => {
    const dog = await awake();
    const { hash } = dog.settings.policy;
    const read = (name: string) =>
      name.includes(hash) ? Promise.resolve(undefined) : dog.evidence.read(name);
    Object.assign(dog.ports, { evidence: { ...dog.evidence, read } });
    expect(told(await change(dog, { policy: rest("PT8H", { severity: "low" }) }))[0]).toStrictEqual([
      "configuration-changed, high",
      "The rules cannot be compared: the policy before was not kept.",
    ]);
  });
});
