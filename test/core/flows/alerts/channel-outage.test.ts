import { describe, expect, it } from "vitest";
import type { SendAnswer } from "../../../../src/core/ports.ts";
import { digest } from "../../../../src/core/flows/scheduled/digest.ts";
import { laneOf } from "../../../../src/core/domain/alerts/lane/lane.ts";
import { lastingPauses } from "../../../../src/core/domain/alerts/lane/told-pause.ts";
import { alertSentences } from "../../../../src/core/render/words/alert-sentences.ts";
import { renderMessage } from "../../../../src/core/render/alert/message.ts";
import { hours, minutes, seconds, type Milliseconds } from "../../../../src/core/domain/time.ts";
import { watchdogPartition } from "../../../../src/core/domain/partition.ts";
import { vmId } from "../../../memory/samples.ts";
import { sweepFor } from "../../../memory/sweep-for.ts";
import { watchdog, type Watchdog } from "../../../memory/watchdog.ts";

const down: SendAnswer = { kind: "unavailable", why: "Teams answered 503", retryAfter: undefined };
const policy = { rules: [{ name: "short", ttl: "PT1H", warnBefore: "PT15M" }] };

async function awake(): Promise<Watchdog> {
  const dog = watchdog(policy);
  await dog.sweep();
  await dog.run(minutes(1));
  return dog;
}

async function open(dog: Watchdog, ...names: readonly string[]): Promise<void> {
  for (const name of names) {
    dog.azure.create(dog.bastion, vmId(name));
    await dog.event({});
  }
}

/** The channel takes nothing for so long; sweeps go on. */
async function outage(dog: Watchdog, length: Milliseconds, answer = down): Promise<void> {
  dog.teams.answerAlways(answer);
  await sweepFor(dog, length);
  dog.teams.answerAlways({ kind: "accepted" });
}

const titles = (dog: Watchdog): readonly string[] =>
  dog.teams.messages
    .filter(({ answer }) => answer.kind === "accepted")
    .map(({ alerts }) => /"text":"([^"]+)"/.exec(JSON.stringify(renderMessage(alerts)))?.[1] ?? "");

describe("A channel that was down while links were opened, warned of and revoked", () => {
  it("hears of them in order, and of what is over in one summary", async () => {
    const dog = await awake();
    dog.teams.answerAlways(down);
    await open(dog, "vm-0", "vm-1", "vm-2");
    await outage(dog, hours(3));
    await dog.run(minutes(10));
    const [first, second, ...others] = titles(dog);
    expect(first).toMatch(/^Shareable link opened: vm-0 was reachable from the internet; gone since/);
    expect(second).toMatch(/^2 shareable links opened on bas-hub; gone since .*, revoked by the watchdog$/);
    expect(others).toStrictEqual(["Over: the channel teams accepted no alerts"]);
  });

  it("hears of what is still open as it is by then, and how late that is", async () => {
    const dog = await awake();
    dog.teams.answerAlways(down);
    await open(dog, "vm-0");
    await outage(dog, minutes(20));
    await dog.run(minutes(10));
    const [told] = dog.heard();
    expect(told?.kind).toBe("created");
    expect(told?.asOf?.open).toHaveLength(1);
    expect((told?.asOf?.at ?? 0) - (told?.at ?? 0)).toBeGreaterThanOrEqual(minutes(20));
  });
});

describe("A channel that refuses for a while, because its setting is wrong", () => {
  it.each(["401", "403", "404", "307"])("with %s loses nothing: it hears of all of it", async (status) => {
    const dog = await awake();
    dog.teams.answerAlways({ ...down, why: `Teams answered ${status}` });
    await open(dog, "vm-0");
    await outage(dog, minutes(20), { ...down, why: `Teams answered ${status}` });
    await dog.run(minutes(6));
    expect(dog.heard().map(({ kind }) => kind)).toStrictEqual(["created", "trouble-ended"]);
  });

  it("takes everything within two sweeps once a new process has the right one", async () => {
    const dog = await awake();
    dog.teams.answerAlways(down);
    await open(dog, "vm-0");
    await outage(dog, minutes(40));
    dog.ports.lanes.clear();
    await sweepFor(dog, minutes(10));
    expect(dog.heard().map(({ kind }) => kind)).toContain("created");
  });
});

describe("A channel that is back while alerts of a bastion wait for its next try", () => {
  it("hears the oldest first, also from a process that never saw it pause", async () => {
    const dog = await awake();
    dog.teams.answerAlways(down);
    await open(dog, "vm-0");
    await sweepFor(dog, minutes(20));
    dog.teams.answerAlways({ kind: "accepted" });
    dog.ports.lanes.clear();
    await open(dog, "vm-1");
    expect(dog.heard().map(({ links }) => links.map(({ vmId: id }) => id))).toStrictEqual([
      [vmId("vm-0")],
      [vmId("vm-1")],
    ]);
  });

  it("hears two high ones in order, though the younger one has not been tried", async () => {
    const dog = watchdog({ rules: [{ name: "none", allow: false }] });
    await dog.sweep();
    await dog.run(minutes(1));
    dog.teams.answerAlways(down);
    await open(dog, "vm-0");
    await sweepFor(dog, minutes(20));
    const before = dog.teams.messages.length;
    await open(dog, "vm-1");
    await dog.run(seconds(30));
    const tries = dog.teams.messages.slice(before).map(({ alerts }) => alerts[0]?.links[0]?.vmId);
    expect(tries.length).toBeGreaterThan(10);
    expect(new Set(tries)).toStrictEqual(new Set([vmId("vm-0")]));
    dog.teams.answerAlways({ kind: "accepted" });
    await sweepFor(dog, minutes(10));
    const openings = dog.heard().filter(({ kind }) => kind === "created");
    expect(openings.map(({ links }) => links[0]?.vmId)).toStrictEqual([vmId("vm-0"), vmId("vm-1")]);
  });
});

describe("A channel that is down for more than a day", () => {
  it("is tried every five minutes, and what is a day old is given up, as a fact each", async () => {
    const dog = await awake();
    dog.teams.answerAlways(down);
    await open(dog, "vm-0");
    await outage(dog, hours(25));
    const tries = dog.teams.messages.filter(({ answer }) => answer.kind === "unavailable").length;
    expect(tries).toBeGreaterThan(200);
    expect(tries).toBeLessThan(400);
    await dog.run(minutes(10));
    expect(dog.heard().map(({ kind }) => kind)).not.toContain("created");
  });
});

/** Teams takes nothing for so long, and then everything; the pauses that readers see. */
async function downFor(length: Milliseconds) {
  const dog = watchdog(policy, "enforce", ["mail"]);
  await dog.sweep();
  await dog.run(minutes(1));
  dog.teams.answerAlways(down);
  const since = dog.clock.now();
  await open(dog, "vm-0");
  await outage(dog, length);
  return { dog, since };
}

const lasting = async (dog: Watchdog) => {
  const { host } = await dog.table.readHost(watchdogPartition);
  return lastingPauses(host?.pauses ?? [], dog.ports.channels);
};

describe("A channel that takes nothing for five minutes", () => {
  it("is one trouble on the others, told again after five minutes and an hour, until it is over; and a fact at both ends", async () => {
    const { dog } = await downFor(hours(2));
    await dog.run(minutes(10));
    const told = (dog.others["mail"]?.accepted() ?? []).filter(({ telling }) => telling);
    expect(new Set(told.map(({ id }) => id)).size).toBe(1);
    expect(told.map(({ kind, telling, notes: [note] }) => [kind, telling?.number, note?.kind])).toStrictEqual(
      [
        ["watchdog-trouble", 1, "channel-down"],
        ["watchdog-trouble", 2, "channel-down"],
        ["watchdog-trouble", 3, "channel-down"],
        ["trouble-ended", 4, "channel-back"],
      ],
    );
    expect(told[0]?.notes[0]).toMatchObject({ waiting: { alerts: 1, links: 1, vmIds: [vmId("vm-0")] } });
    const facts = dog.table.ledger(watchdogPartition).map(({ kind }) => kind);
    expect(facts.filter((kind) => kind.startsWith("channel-"))).toStrictEqual([
      "channel-paused",
      "channel-back",
    ]);
  });

  it("is remembered for every reader, until something was accepted in whichever process", async () => {
    const { dog, since } = await downFor(minutes(20));
    expect(await lasting(dog)).toMatchObject([{ channel: "teams", since, why: "Teams answered 503" }]);
    dog.ports.lanes.clear();
    await sweepFor(dog, minutes(10));
    expect(await lasting(dog)).toStrictEqual([]);
    expect(dog.heard().map(({ kind }) => kind)).toContain("trouble-ended");
  });

  it("that is over, as another process heard, begins anew with the next failure of the one that did not", async () => {
    const { dog, since } = await downFor(minutes(20));
    dog.ports.lanes.clear();
    await sweepFor(dog, minutes(10));
    expect(await lasting(dog)).toStrictEqual([]);
    await sweepFor(dog, hours(2));
    laneOf(dog.ports.lanes, "teams").pause = {
      since,
      until: since,
      isAsked: false,
      tries: 9,
      why: "Teams answered 503",
    };
    const again = dog.clock.now();
    dog.teams.answerAlways(down);
    await open(dog, "vm-1");
    await outage(dog, minutes(20));
    expect((await lasting(dog))[0]?.since).toBeGreaterThanOrEqual(again);
    const numbers = (dog.others["mail"]?.accepted() ?? []).flatMap(({ id, telling }) =>
      telling ? [`${id} ${telling.number}`] : [],
    );
    expect(new Set(numbers).size).toBe(numbers.length);
  });

  it("is not believed of another setting, in which a new pause is told of", async () => {
    const { dog } = await downFor(minutes(20));
    dog.teams.setting = "5678";
    dog.teams.answerAlways(down);
    dog.ports.lanes.clear();
    expect(await lasting(dog)).toStrictEqual([]);
    const since = dog.clock.now();
    await open(dog, "vm-1");
    await outage(dog, minutes(20));
    expect((await lasting(dog))[0]?.since).toBeGreaterThanOrEqual(since);
  });

  it("and gives up an alert after a day, is told with what that said", async () => {
    const dog = watchdog(policy, "enforce", ["mail"]);
    await dog.sweep();
    await dog.run(minutes(1));
    dog.teams.answerAlways(down);
    await open(dog, "vm-0");
    await outage(dog, hours(26));
    const notes = dog.others["mail"]?.accepted().flatMap((alert) => alert.notes) ?? [];
    const lost = notes.find((note) => note.kind === "undelivered" && note.of === "created");
    expect(lost).toMatchObject({
      channel: "teams",
      said: { bastionId: dog.bastion.id, links: 1, vmIds: [vmId("vm-0")], by: "jane@contoso.example" },
    });
  });
});

describe("A high alert while the channel pauses", () => {
  it("tries it at once, and every two seconds for a minute", async () => {
    const dog = watchdog({ rules: [{ name: "none", allow: false, mode: "observe" }] });
    await dog.sweep();
    await dog.run(minutes(1));
    dog.teams.answerAlways(down);
    await open(dog, "vm-0");
    await dog.run(minutes(2));
    const begun = dog.teams.messages[0]?.at ?? 0;
    const moments = dog.teams.messages.map(({ at }) => at - begun).filter((at) => at <= seconds(56));
    expect(moments.length).toBeGreaterThan(24);
    expect(moments.length).toBeLessThan(34);
  });
});

describe("The digest of a day on which a channel takes nothing", () => {
  it("says so on the others, since when and why", async () => {
    const { dog, since } = await downFor(minutes(20));
    await digest({ timeZone: "UTC", hour: 0 }, { ...dog.ports, table: dog.table }, dog.settings);
    await dog.run(minutes(2));
    const told = dog.others["mail"]?.accepted().find(({ kind }) => kind === "digest");
    expect(told?.digest?.channels.find(({ name }) => name === "teams")).toMatchObject({
      paused: { since, why: "Teams answered 503" },
    });
    expect(told && JSON.stringify(renderMessage([told]))).toContain("It has taken nothing since");
  });
});

describe("The digest of a day on which a channel gave alerts up", () => {
  const mailed = async (dog: Watchdog) => {
    await digest({ timeZone: "UTC", hour: 0 }, { ...dog.ports, table: dog.table }, dog.settings);
    await dog.run(minutes(2));
    return dog.others["mail"]?.accepted().findLast(({ kind }) => kind === "digest");
  };

  it("counts them by that moment, with VMs and creators, on the day it happened and no other", async () => {
    const { dog } = await downFor(hours(20));
    expect((await mailed(dog))?.digest?.givenUp).toStrictEqual([]);
    await outage(dog, hours(24));
    const told = await mailed(dog);
    expect(told?.digest?.givenUp).toMatchObject([
      {
        channel: "teams",
        links: 1,
        vmIds: { shown: [vmId("vm-0")], more: 0 },
        creators: { shown: ["jane@contoso.example"], more: 0 },
      },
    ]);
    expect(told && alertSentences(told).find((sentence) => sentence.startsWith("Given up"))).toMatch(
      /^Given up by channel "teams": \d alerts about 1 link to vm-0, opened by jane@contoso\.example\. Send again: bastion-watchdog alerts resend$/,
    );
    await sweepFor(dog, hours(24));
    expect((await mailed(dog))?.digest?.givenUp).toStrictEqual([]);
  });
});
