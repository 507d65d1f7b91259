import { describe, expect, it } from "vitest";
import { instant, isoInstant, minutes, seconds } from "../../../../src/core/domain/time.ts";
import { partitionOf, watchdogPartition } from "../../../../src/core/domain/partition.ts";
import { acceptEvent } from "../../../../src/core/flows/watch/accept-event.ts";
import { reportTrouble } from "../../../../src/core/flows/alerts/report-trouble.ts";
import { claims, evidence, gridEvent } from "../../domain/attribution/recorded.ts";
import { aBastion, vmId } from "../../../memory/samples.ts";
import {
  hubPartition,
  ourPrincipal,
  watchdog,
  type EventOptions,
  type Watchdog,
} from "../../../memory/watchdog.ts";

const foreign = () => {
  const bastion = aBastion("bas-hub");
  return {
    ...bastion,
    id: bastion.id.replace("11111111", "99999999"),
    subscriptionId: "99999999-0000-4000-8000-000000000001",
  };
};
const inGroups = (dog: Watchdog) => ({ ...dog.settings, managementGroups: ["mg-corp"] });
const writeEvent = (bastionId: string, operation: string) => ({
  id: "e",
  specversion: "1.0",
  type: "Microsoft.Resources.ResourceWriteSuccess",
  time: "2026-11-21T08:00:00Z",
  subject: bastionId,
  data: { operationName: `Microsoft.Network/bastionHosts/${operation}`, resourceUri: bastionId },
});

describe("An event", () => {
  it("is remembered before anything can fail, so that its redelivery loses nothing", async () => {
    const dog = watchdog();
    dog.azure.habits.unreadable = { kind: "busy", why: "409", retryAfter: seconds(20) };
    await dog.event({ id: "one" });
    expect((await dog.table.read(hubPartition)).signals).toMatchObject([
      { eventId: "one", operation: "create" },
    ]);
    await dog.event({ id: "one" });
    expect((await dog.table.read(hubPartition)).signals).toHaveLength(1);
  });

  it("about something else costs no call", async () => {
    const dog = watchdog();
    await acceptEvent(writeEvent(dog.bastion.id, "read"), dog.ports, dog.settings);
    expect(dog.crashes.calls()).toBe(0);
    expect(dog.log.entries).toMatchObject([{ level: "info", message: "Event ignored" }]);
  });

  it.each([
    ["a member", claims.member, "medium"],
    ["a partner's guest", claims.partner, "high"],
    ["a personal account", claims.personalAccount, "high"],
    ["a personal account, its claims as text", JSON.stringify(claims.personalAccount), "high"],
  ])("of a creation by %s leads to an alert", async (_, claimed, severity) => {
    const dog = watchdog();
    dog.azure.create(dog.bastion, vmId("vm-1"));
    const { id } = dog.bastion;
    const moment = { eventTime: isoInstant(dog.clock.now()), subject: id };
    await acceptEvent(gridEvent({ claims: claimed, resourceUri: id }, moment), dog.ports, dog.settings);
    expect(dog.heard()).toMatchObject([
      { kind: "created", severity, actors: { creator: { kind: "known" } } },
    ]);
  });

  it("of our own reading is known by the role assignment alone, which has no hyphens", async () => {
    const dog = watchdog();
    const authorization = { evidence: evidence(ourPrincipal, "ServicePrincipal") };
    const operationName = "Microsoft.Network/bastionHosts/getShareableLinks/action";
    const read = gridEvent({ operationName, claims: "", authorization, resourceUri: dog.bastion.id });
    await acceptEvent(read, dog.ports, dog.settings);
    expect(dog.crashes.calls()).toBe(0);
  });

  it("of our own reading costs no call", async () => {
    const dog = watchdog();
    await dog.event({
      operation: "getshareablelinks/action",
      caller: { objectId: ourPrincipal.toUpperCase() },
    });
    expect(dog.crashes.calls()).toBe(0);
  });

  it.each(["deleteshareablelinksbytoken/action", "createshareablelinks/action"] as const)(
    "of %s by our own identity is remembered like any other: whether it was the watchdog is for the look to say",
    async (operation) => {
      const dog = watchdog();
      await dog.event({ operation, caller: { objectId: ourPrincipal } });
      expect(dog.azure.lists).toHaveLength(1);
      expect((await dog.table.read(hubPartition)).signals).toHaveLength(1);
    },
  );

  it("about a bastion outside the subscriptions is ignored, and counted", async () => {
    const dog = watchdog();
    await dog.event({ bastion: foreign() });
    expect(dog.azure.lists).toStrictEqual([]);
    expect((await dog.table.read(partitionOf(foreign()))).signals).toStrictEqual([]);
    expect((await dog.table.read(watchdogPartition)).host?.dropped).toStrictEqual({ events: 1, told: 0 });
  });

  it.each`
    given                        | looks
    ${"named by Resource Graph"} | ${1}
    ${"seen before"}             | ${1}
    ${"known to nobody"}         | ${0}
  `(
    "about a bastion $given is looked into $looks times when management groups are in scope",
    async ({ given, looks }: { given: string; looks: number }) => {
      const dog = watchdog();
      if (given !== "known to nobody") dog.azure.addBastion(foreign());
      dog.azure.habits.graphOmits = given === "seen before";
      if (given === "seen before") await dog.table.rememberBastions([foreign()]);
      await acceptEvent(writeEvent(foreign().id, "write"), dog.ports, inGroups(dog));
      expect(dog.azure.lists).toHaveLength(looks);
    },
  );

  it("that cannot be read is recorded and told once", async () => {
    const dog = watchdog();
    await acceptEvent({ hello: "world" }, dog.ports, dog.settings);
    expect(dog.table.ledger(watchdogPartition)).toMatchObject([{ kind: "message-rejected" }]);
    expect(dog.heard()).toMatchObject([
      { kind: "watchdog-trouble", bastionId: undefined, severity: "medium" },
    ]);
  });

  it("of a creation that a later list already shows costs no list, and names the creator", async () => {
    const dog = watchdog();
    dog.azure.create(dog.bastion, vmId("vm-1"));
    const createdAt = dog.clock.now();
    await dog.run(minutes(1));
    await dog.sweep();
    await dog.run(minutes(1));
    const lists = dog.azure.lists.length;
    await dog.event({ at: createdAt, caller: { userPrincipalName: "jane@contoso.example" } });
    expect(dog.azure.lists).toHaveLength(lists);
    expect((await dog.table.read(hubPartition)).links).toMatchObject([
      { attribution: { kind: "known", caller: { userPrincipalName: "jane@contoso.example" } } },
    ]);
  });

  it.each`
    what                                                   | operation                               | ago
    ${"a creation that the list may be too early to show"} | ${"createshareablelinks/action"}        | ${seconds(61)}
    ${"a creation dated by a clock that is ahead of ours"} | ${"createshareablelinks/action"}        | ${-minutes(5)}
    ${"a deletion, however old"}                           | ${"deleteshareablelinksbytoken/action"} | ${minutes(3)}
    ${"a change of the host, which no list shows"}         | ${"write"}                              | ${minutes(3)}
  `(
    "of $what makes us look",
    async ({ operation, ago }: Required<Pick<EventOptions, "operation">> & { readonly ago: number }) => {
      const dog = watchdog();
      await dog.sweep();
      await dog.run(minutes(1));
      const lists = dog.azure.lists.length;
      await dog.event({ operation, at: instant(dog.clock.now() - ago) });
      expect(dog.azure.lists).toHaveLength(lists + 1);
    },
  );

  it("of a creation that the later list does not show is looked into after five seconds", async () => {
    const dog = watchdog();
    await dog.sweep();
    await dog.run(minutes(1));
    const lists = dog.azure.lists.length;
    await dog.event({ at: instant(dog.clock.now() - minutes(3)) });
    expect(dog.azure.lists).toHaveLength(lists);
    await dog.run(seconds(6));
    expect(dog.azure.lists).toHaveLength(lists + 1);
  });

  it("never revokes anything, whatever it claims", async () => {
    const dog = watchdog({ rules: [{ name: "never", allow: false }] });
    await dog.sweep();
    await dog.run(minutes(1));
    dog.azure.create(dog.bastion, vmId("vm-1"));
    await dog.event({ operation: "delete" });
    await dog.event({ operation: "deleteshareablelinksbytoken/action" });
    expect(dog.azure.revocations).toStrictEqual([]);
  });
});

describe("Trouble", () => {
  const trouble = (n: number) =>
    ({ kind: "message-rejected", source: "activity", why: `Trouble ${n}` }) as const;

  it("that comes five times at once is told five times", async () => {
    const dog = watchdog();
    await Promise.all([1, 2, 3, 4, 5].map((n) => reportTrouble(trouble(n), dog.ports, dog.settings)));
    expect(
      dog.table
        .ledger(watchdogPartition)
        .map(({ seq, data }) => [seq > 0, data["why"]])
        .sort(),
    ).toStrictEqual([1, 2, 3, 4, 5].map((n) => [true, `Trouble ${n}`]));
    expect(new Set(dog.heard().map(({ id }) => id)).size).toBe(5);
  });

  it("that could not be told at once is told later", async () => {
    const dog = watchdog();
    dog.teams.answerNext({ kind: "unavailable", why: "503", retryAfter: seconds(40) });
    await reportTrouble(trouble(1), dog.ports, dog.settings);
    expect(dog.heard()).toHaveLength(0);
    await dog.run(minutes(2));
    expect(dog.heard()).toHaveLength(1);
  });

  it("that cannot be written throws, so that its message comes back", async () => {
    const dog = watchdog();
    dog.crashes.failAt(2, "before");
    await expect(reportTrouble(trouble(1), dog.ports, dog.settings)).rejects.toThrow(
      "Crash before the effect of commit",
    );
    expect(dog.heard()).toHaveLength(0);
  });

  it.each(["before", "after"] as const)(
    "is told when the first try dies %s any single call, and its message comes back",
    async (when) => {
      for (const call of [1, 2, 3]) {
        const dog = watchdog();
        dog.crashes.failAt(call, when);
        await reportTrouble(trouble(1), dog.ports, dog.settings).catch(() =>
          reportTrouble(trouble(1), dog.ports, dog.settings),
        );
        expect(dog.heard().length).toBeGreaterThan(0);
      }
    },
  );
});
