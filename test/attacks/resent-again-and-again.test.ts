import { describe, expect, it } from "vitest";
import { hours, minutes } from "../../src/core/domain/time.ts";
import { resendAsAsked } from "../../src/core/flows/actions/resend.ts";
import type { SendAnswer } from "../../src/core/ports.ts";
import { vmId } from "../memory/samples.ts";
import { sweepFor } from "../memory/sweep-for.ts";
import { hubPartition, watchdog, type Watchdog } from "../memory/watchdog.ts";

const down: SendAnswer = { kind: "unavailable", why: "Teams answered 503", retryAfter: undefined };

/** Teams gave up what it was to be told of one link; mail was told. */
async function afterGivingUp(): Promise<Watchdog> {
  const dog = watchdog({ rules: [{ name: "rest", ttl: "P9D" }] }, "enforce", ["mail"]);
  await dog.sweep();
  await dog.run(minutes(1));
  dog.teams.answerAlways(down);
  dog.azure.create(dog.bastion, vmId("vm-0"));
  await dog.event({});
  await sweepFor(dog, hours(25));
  dog.teams.answerAlways({ kind: "accepted" });
  await dog.run(minutes(10));
  return dog;
}

/** How often it is sent once that was asked for so many times. */
async function sentAgain(dog: Watchdog, alertId: string, times: number): Promise<number> {
  const ports = { ...dog.ports, table: dog.table };
  const sent = () =>
    [...dog.teams.sendings, ...(dog.others["mail"]?.sendings ?? [])].filter(
      ({ alert: { id }, answer }) => id === alertId && answer.kind === "accepted",
    ).length;
  const before = sent();
  for (let n = 0; n < times; n += 1)
    await resendAsAsked({ partition: hubPartition, alertId, why: "again" }, ports, dog.settings);
  await dog.run(minutes(5));
  return sent() - before;
}

const idOf = (dog: Watchdog): string =>
  dog.table.sent(hubPartition).find(({ alert }) => alert.kind === "created")?.alert.id ?? "";

describe("Whoever may write to the queue makes no flood of old alerts", () => {
  it("an alert that was given up is sent again once, however often that is asked for", async () => {
    const dog = await afterGivingUp();
    expect(await sentAgain(dog, idOf(dog), 100)).toBe(1);
  });

  it.each<[string, (dog: Watchdog) => string]>([
    ["one that every channel accepted", (dog) => dog.others["mail"]?.accepted().at(-1)?.id ?? ""],
    ["one that never was", () => "walxknotanalertanalertanalertanalertanalertanalertan"],
    ["an empty id", () => ""],
  ])("%s is not sent at all", async (_, of) => {
    const dog = await afterGivingUp();
    expect(await sentAgain(dog, of(dog), 3)).toBe(0);
  });
});
