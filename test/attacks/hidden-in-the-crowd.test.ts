import { describe, expect, it } from "vitest";
import { minutes, seconds } from "../../src/core/domain/time.ts";
import type { SendAnswer } from "../../src/core/ports.ts";
import { aBastion, vmId } from "../memory/samples.ts";
import { watchdog, type Watchdog } from "../memory/watchdog.ts";

const crowd = 150;
const target = vmId("vm-target");
const policy = {
  rules: [
    { name: "never", match: { vm: target }, allow: false, mode: "observe" },
    { name: "rest", ttl: "PT8H" },
  ],
};

/** A link on each of so many bastions at one moment, in the middle of them the one that no rule allows. */
async function flooded(...answers: readonly SendAnswer[]): Promise<Watchdog> {
  const dog = watchdog(policy);
  const bastions = Array.from({ length: crowd }, (_, n) => aBastion(`bas-${String(n).padStart(3, "0")}`));
  for (const bastion of bastions) dog.azure.addBastion(bastion);
  await dog.sweep();
  await dog.run(minutes(2));
  dog.teams.answerNext(...answers);
  for (const [n, bastion] of bastions.entries())
    dog.azure.create(bastion, n === crowd / 2 ? target : vmId(`vm-${n}`));
  await Promise.all(bastions.map((bastion) => dog.event({ bastion })));
  await dog.run(minutes(5));
  return dog;
}

const accepted = ({ teams }: Watchdog) => teams.messages.filter(({ answer }) => answer.kind === "accepted");
const ofTarget = (dog: Watchdog) =>
  accepted(dog).filter(({ alerts }) =>
    alerts.some(({ kind, links }) => kind === "created" && links.some(({ vmId: id }) => id === target)),
  );

describe("Whoever opens a hundred harmless links hides no forbidden one among them", () => {
  it("it is told alone and at once, whatever waits in the lane", async () => {
    const dog = await flooded();
    const [told, ...again] = ofTarget(dog);
    expect(again).toStrictEqual([]);
    expect(told?.alerts).toHaveLength(1);
    expect((told?.at ?? Infinity) - (told?.alerts[0]?.at ?? 0)).toBeLessThanOrEqual(seconds(2));
    expect(accepted(dog).length).toBeLessThan(crowd);
  });

  it("it comes first of all, where the crowd made the channel say that it is too much", async () => {
    const dog = await flooded({ kind: "unavailable", why: "Teams answered 429", retryAfter: seconds(5) });
    const [first] = accepted(dog);
    expect(first?.alerts.map(({ links }) => links.map(({ vmId: id }) => id))).toStrictEqual([[target]]);
  });
});
