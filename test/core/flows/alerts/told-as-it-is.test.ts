import { describe, expect, it } from "vitest";
import type { Alert } from "../../../../src/core/domain/alerts/alert.ts";
import { after, hours, minutes, seconds } from "../../../../src/core/domain/time.ts";
import { alertSentences } from "../../../../src/core/render/words/alert-sentences.ts";
import { meaningOf, titleOf } from "../../../../src/core/render/words/alert-words.ts";
import { vmId } from "../../../memory/samples.ts";
import { sweepFor } from "../../../memory/sweep-for.ts";
import { hubPartition, watchdog, type Watchdog } from "../../../memory/watchdog.ts";

const acknowledgeWithin = minutes(30);
const never = { rules: [{ name: "never", allow: false }] };
const eightHours = { rules: [{ name: "loud", ttl: "PT8H", severity: "high" }] };

async function awake(policy: object): Promise<Watchdog> {
  const dog = watchdog(policy, "enforce", [], { acknowledgeWithin });
  await sweepFor(dog, minutes(5));
  return dog;
}

const kinds = (dog: Watchdog) => dog.heard().map(({ kind }) => kind);
const last = (dog: Watchdog): Alert => {
  const alert = dog.heard().at(-1);
  if (!alert) throw new Error("Nothing was heard");
  return alert;
};

describe("A reminder", () => {
  it("of a forbidden link that the watchdog revoked is not sent", async () => {
    const dog = await awake(never);
    dog.azure.create(dog.bastion, vmId("vm-p"));
    await dog.event({});
    await sweepFor(dog, hours(2));
    expect(kinds(dog)).toStrictEqual(["created", "revoked"]);
    expect((await dog.table.read(hubPartition)).host?.awaited).toStrictEqual([]);
  });

  it("of a forbidden link that somebody else deleted says what was, since when it is gone, and who deleted it", async () => {
    const dog = await awake(never);
    dog.azure.habits.deletesRefused = true;
    const link = dog.azure.create(dog.bastion, vmId("vm-p"));
    await dog.event({});
    await dog.run(seconds(20));
    dog.azure.remove(link);
    await dog.event({
      operation: "deleteshareablelinksbytoken/action",
      caller: { name: "Omar", userPrincipalName: "omar@contoso.example" },
    });
    await sweepFor(dog, hours(2));
    const again = dog.heard().filter(({ about }) => about?.kind === "created");
    expect(again).toHaveLength(1);
    expect(again.map(titleOf)).toStrictEqual([
      expect.stringMatching(
        /^Alert \w{8} is not acknowledged · Shareable link opened: vm-p was reachable from the internet; gone since 2026-11-21 08:05:20 UTC, deleted by omar@contoso\.example$/,
      ),
    ]);
  });

  it("of links of which one is left speaks of that one, and says what became of the other", async () => {
    const dog = await awake(eightHours);
    const first = dog.azure.create(dog.bastion, vmId("vm-1"));
    dog.azure.create(dog.bastion, vmId("vm-2"));
    await dog.event({});
    await dog.run(minutes(1));
    dog.azure.remove(first);
    await sweepFor(dog, hours(1));
    const again = dog.heard().find(({ about }) => about?.kind === "created");
    expect(again && titleOf(again)).toContain("Shareable link opened: vm-2 is reachable from the internet");
    expect(again && alertSentences(again)[0]).toBe(
      "vm-1: gone since 2026-11-21 08:06:10 UTC, deleted by someone else.",
    );
  });
});

describe("A message that a channel takes only later", () => {
  it("says how late it is and how the link ended, as loud as it was decided", async () => {
    const dog = await awake(eightHours);
    dog.teams.answerAlways({ kind: "unavailable", why: "503", retryAfter: undefined });
    const link = dog.azure.create(dog.bastion, vmId("vm-1"));
    await dog.event({});
    await dog.run(minutes(5));
    dog.azure.remove(link);
    await sweepFor(dog, minutes(30));
    dog.teams.answerAlways({ kind: "accepted" });
    await sweepFor(dog, hours(2));
    const created = dog.heard().find(({ kind }) => kind === "created");
    expect(created).toMatchObject({ severity: "high", links: [{ linkId: link }] });
    expect(created && titleOf(created)).toMatch(
      /^Shareable link opened: vm-1 was reachable from the internet; gone since/,
    );
    expect(created && meaningOf(created)).toBe(
      "The links are gone. Sessions that were already open may continue.",
    );
    expect(created && alertSentences(created)[0]).toMatch(/^Sent \d+ min( \d+ s)? late\.$/);
  });

  it("speaks of the end that holds by then", async () => {
    const dog = await awake(eightHours);
    dog.teams.answerAlways({ kind: "unavailable", why: "503", retryAfter: undefined });
    dog.azure.create(dog.bastion, vmId("vm-1"));
    await dog.event({});
    await dog.run(minutes(1));
    dog.restart({ policy: { rules: [{ name: "loud", ttl: "PT12H", severity: "high" }] } });
    await sweepFor(dog, minutes(10));
    dog.teams.answerAlways({ kind: "accepted" });
    await sweepFor(dog, hours(1));
    const created = dog.heard().find(({ kind }) => kind === "created");
    const [decided] = created?.links ?? [];
    expect(created?.asOf?.open).toMatchObject([
      { deadline: after(decided?.createdAt ?? dog.clock.now(), hours(12)) },
    ]);
    expect(decided?.deadline).toBe(after(decided?.createdAt ?? dog.clock.now(), hours(8)));
  });

  it("and that the rows say nothing of in time is as of its own moment", async () => {
    const dog = await awake(eightHours);
    const port = { ...dog.ports.table, recall: () => Promise.resolve(undefined) };
    Object.assign(dog.ports, { table: port });
    dog.teams.answerAlways({ kind: "unavailable", why: "503", retryAfter: undefined });
    dog.azure.create(dog.bastion, vmId("vm-1"));
    await dog.event({});
    await dog.run(minutes(3));
    dog.teams.answerAlways({ kind: "accepted" });
    await dog.run(minutes(20));
    expect(alertSentences(last(dog)).slice(0, 2)).toStrictEqual([
      expect.stringMatching(/^Sent .* late\.$/),
      "All of this is as of 2026-11-21 08:05:00 UTC.",
    ]);
  });

  it("of a blind spot that is over says so", async () => {
    const dog = await awake(eightHours);
    dog.teams.answerAlways({ kind: "unavailable", why: "503", retryAfter: undefined });
    dog.azure.habits.unreadable = { kind: "forbidden", why: "403" };
    await sweepFor(dog, minutes(10));
    dog.azure.habits.unreadable = undefined;
    await sweepFor(dog, minutes(10));
    dog.teams.answerAlways({ kind: "accepted" });
    await sweepFor(dog, hours(1));
    const blind = dog.heard().find(({ kind }) => kind === "unreadable");
    expect(blind && titleOf(blind)).toBe("No longer so: Blind spot: the links of bas-hub cannot be read");
  });
});
