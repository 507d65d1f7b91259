import { alertSentences } from "../../../src/core/render/words/alert-sentences.ts";
import { describe, expect, it } from "vitest";
import { hours, minutes, seconds } from "../../../src/core/domain/time.ts";
import { vmId } from "../../memory/samples.ts";
import { watchdog, type Watchdog } from "../../memory/watchdog.ts";

const staging = vmId("vm-staging-01");
const routed = { rules: [{ name: "routed", ttl: "PT8H", channels: ["teams"], fallback: ["mail"] }] };

async function awake(policy: object): Promise<Watchdog> {
  const dog = watchdog(policy, "enforce", ["mail", "webhook"]);
  await dog.sweep();
  await dog.run(minutes(1));
  return dog;
}

const opened = async (dog: Watchdog) => {
  dog.azure.create(dog.bastion, staging);
  await dog.event({});
};
const heardBy = (dog: Watchdog, name: string) => (dog.others[name]?.accepted() ?? []).map(({ kind }) => kind);

describe("An alert", () => {
  it("goes to the channels of its rule, and to no other while they take it", async () => {
    const dog = await awake(routed);
    await opened(dog);
    await dog.run(minutes(10));
    expect([
      dog.heard().map(({ kind }) => kind),
      heardBy(dog, "mail"),
      heardBy(dog, "webhook"),
    ]).toStrictEqual([["created"], [], []]);
  });

  it("goes everywhere at once when its severity is high", async () => {
    const dog = await awake({ rules: [{ ...routed.rules[0], severity: "high" }] });
    await opened(dog);
    expect([dog.heard().length, heardBy(dog, "mail"), heardBy(dog, "webhook")]).toStrictEqual([
      1,
      ["created"],
      ["created"],
    ]);
  });

  it("that is not taken within five minutes goes to the fallback, with the reason and the same id", async () => {
    const dog = await awake(routed);
    dog.teams.answerAlways({ kind: "unavailable", why: "Teams answered 503", retryAfter: undefined });
    await opened(dog);
    await dog.run(minutes(4));
    expect(heardBy(dog, "mail")).toStrictEqual([]);
    await dog.run(minutes(1) + seconds(5));
    const [alert] = dog.others["mail"]?.accepted() ?? [];
    expect(alert).toMatchObject({ kind: "created", id: dog.teams.sendings[0]?.alert.id });
    expect(alert && alertSentences(alert)[1]).toBe(
      'Sent here because "teams" has not taken it: Teams answered 503.',
    );
    dog.teams.answerAlways({ kind: "accepted" });
    await dog.run(minutes(60));
    expect([dog.heard().length, heardBy(dog, "mail").length]).toStrictEqual([1, 1]);
  });

  it("goes to the fallback in one message with others that wait for it, each with its reason", async () => {
    const dog = await awake(routed);
    dog.teams.answerAlways({ kind: "unavailable", why: "Teams answered 503", retryAfter: undefined });
    for (const name of ["vm-0", "vm-1", "vm-2"]) {
      dog.azure.create(dog.bastion, vmId(name));
      await dog.event({});
    }
    dog.clock.advance(minutes(6));
    await dog.run(minutes(1));
    const taken = (dog.others["mail"]?.messages ?? []).map(({ alerts }) => alerts);
    const joined = taken.filter(([first]) => first?.kind === "created");
    expect(joined.map((alerts) => alerts.length)).toStrictEqual([3]);
    expect(joined[0]?.map(({ notes: [note] }) => note?.kind)).toStrictEqual([
      "fallback",
      "fallback",
      "fallback",
    ]);
  });

  it("that is refused goes to the fallback like any other that is not taken", async () => {
    const dog = await awake(routed);
    dog.teams.answerAlways({ kind: "refused", why: "the flow was deleted" });
    await opened(dog);
    await dog.run(minutes(6));
    expect(heardBy(dog, "mail")).toStrictEqual(["created"]);
  });

  it("that is given up, without a fallback, is told of on the other channels", async () => {
    const dog = await awake({ rules: [{ name: "teams only", channels: ["teams"] }] });
    dog.teams.answerAlways({ kind: "refused", why: "the flow was deleted" });
    await opened(dog);
    await dog.run(hours(25));
    for (const name of ["mail", "webhook"]) {
      const notes = dog.others[name]?.accepted().flatMap((alert) => alert.notes) ?? [];
      expect(notes.filter((note) => note.kind === "undelivered" && note.of === "created")).toHaveLength(1);
    }
  });
});
