import { describe, expect, it } from "vitest";
import { digest } from "../../../src/core/flows/digest.ts";
import { reportStale } from "../../../src/core/flows/report-stale.ts";
import { localTime } from "../../../src/core/domain/digest.ts";
import { hours, minutes } from "../../../src/core/domain/time.ts";
import { watchdogPartition } from "../../../src/core/domain/watched.ts";
import { at } from "../../memory/clock.ts";
import { vmId } from "../../memory/samples.ts";
import { watchdog, type Watchdog } from "../../memory/watchdog.ts";

const atEight = { timeZone: "UTC", hour: 8 };
const tell = (dog: Watchdog, when = atEight) => digest(when, dog.ports, dog.settings);

/** It is eight in the morning, and the bastion was looked at. */
async function morning(): Promise<Watchdog> {
  const dog = watchdog();
  await dog.sweep();
  await dog.run(minutes(1));
  return dog;
}

describe("Local time", () => {
  it.each`
    moment                    | timeZone              | day             | hour
    ${"2026-11-21T07:59:59Z"} | ${"UTC"}              | ${"2026-11-21"} | ${7}
    ${"2026-11-21T23:30:00Z"} | ${"Europe/Berlin"}    | ${"2026-11-22"} | ${0}
    ${"2026-07-01T06:00:00Z"} | ${"Europe/Berlin"}    | ${"2026-07-01"} | ${8}
    ${"2026-11-21T02:00:00Z"} | ${"America/New_York"} | ${"2026-11-20"} | ${21}
  `(
    "at $moment in $timeZone is $day, hour $hour",
    ({ moment, timeZone, day, hour }: Record<"moment" | "timeZone" | "day", string> & { hour: number }) => {
      expect(localTime(at(moment), timeZone)).toStrictEqual({ day, hour });
    },
  );
});

describe("The digest", () => {
  it("says all clear with its coverage when all is quiet", async () => {
    const dog = await morning();
    expect(await tell(dog)).toBe("sent");
    expect(dog.heard()).toMatchObject([{ kind: "digest", severity: "low", linkCount: 0 }]);
    expect(dog.heard()[0]?.notes.slice(0, 3)).toStrictEqual([
      "All clear: no shareable link is open on 1 bastion.",
      "Since yesterday: 0 revoked, 0 deleted by somebody, 0 gone with their bastion.",
      "Coverage: 1 of 1 bastion read, 0 with shareable links switched off; the longest unseen was looked at 1 min ago.",
    ]);
  });

  it("lists what is open, oldest first, and what was closed", async () => {
    const dog = await morning();
    dog.azure.create(dog.bastion, vmId("vm-1"));
    await dog.event({});
    await dog.run(hours(1));
    dog.azure.create(dog.bastion, vmId("vm-2"));
    const gone = dog.azure.create(dog.bastion, vmId("vm-3"));
    await dog.event({});
    await dog.run(minutes(5));
    dog.azure.remove(gone);
    await dog.event({ operation: "deleteshareablelinksbytoken/action" });
    await tell(dog);
    const alert = dog.heard().at(-1);
    expect(alert?.links.map(({ vmId: vm }) => vm)).toStrictEqual([vmId("vm-1"), vmId("vm-2")]);
    expect(alert?.notes.slice(0, 2)).toStrictEqual([
      "2 links open on 1 bastion, the oldest for 1 h 5 min. 2 due within a day, 0 extended.",
      "Since yesterday: 0 revoked, 1 deleted by somebody, 0 gone with their bastion.",
    ]);
  });

  it("says which bastion cannot be read, and why", async () => {
    const dog = await morning();
    dog.azure.habits.unreadable = { kind: "forbidden", why: "403 AuthorizationFailed" };
    await dog.sweep();
    await dog.run(minutes(1));
    await tell(dog);
    expect(dog.heard().at(-1)?.notes.join("\n")).toContain("Not readable since 2026-11-21 08:01:00 UTC: bas-hub. 403 AuthorizationFailed");
  });

  it("is sent once a day, and made up for when the hour was missed", async () => {
    const dog = await morning();
    expect(await tell(dog, { timeZone: "UTC", hour: 9 })).toBe("not due");
    await dog.run(hours(5));
    expect(await tell(dog, { timeZone: "UTC", hour: 9 })).toBe("sent");
    expect(await tell(dog, { timeZone: "UTC", hour: 9 })).toBe("not due");
    await dog.run(hours(20));
    expect(await tell(dog, { timeZone: "UTC", hour: 9 })).toBe("sent");
    expect(dog.table.ledger(watchdogPartition).filter(({ kind }) => kind === "digest-sent")).toHaveLength(2);
  });
});

describe("A bastion that nobody looks at", () => {
  it("is told of after an hour, once a day", async () => {
    const dog = await morning();
    expect(await reportStale(dog.ports, dog.settings)).toBe(0);
    dog.clock.advance(minutes(59));
    expect(await reportStale(dog.ports, dog.settings)).toBe(0);
    dog.clock.advance(minutes(2));
    for (let hour = 0; hour < 3; hour += 1) expect(await reportStale(dog.ports, dog.settings)).toBe(1);
    expect(dog.heard()).toMatchObject([{ kind: "watchdog-trouble" }]);
    expect(dog.heard()[0]?.notes.at(-1)).toBe("bas-hub: last looked at 1 h 2 min ago.");
    dog.clock.advance(hours(24));
    await reportStale(dog.ports, dog.settings);
    expect(dog.heard()).toHaveLength(2);
  });

  it("because it cannot be read has its own alert, and no second one", async () => {
    const dog = await morning();
    dog.azure.habits.unreadable = { kind: "forbidden", why: "403" };
    await dog.sweep();
    await dog.run(hours(3));
    expect(await reportStale(dog.ports, dog.settings)).toBe(0);
    expect(dog.heard().map(({ kind }) => kind)).toStrictEqual(["unreadable"]);
  });
});
