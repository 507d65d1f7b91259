import { reportStale } from "../../../src/core/flows/scheduled/report-stale.ts";
import { alertSentences } from "../../../src/core/render/words/alert-sentences.ts";
import { describe, expect, it } from "vitest";
import { after, hours, isoInstant, minutes, seconds } from "../../../src/core/domain/time.ts";
import { at } from "../../memory/clock.ts";
import { vmId } from "../../memory/samples.ts";
import { watchdogPartition } from "../../../src/core/domain/partition.ts";
import { hubPartition, ourPrincipal, watchdog, type Watchdog } from "../../memory/watchdog.ts";

const staging = vmId("vm-staging-01");
const kinds = (dog: Watchdog) => dog.heard().map(({ kind }) => kind);

/** A watchdog that has looked at its empty bastion once, so that nothing is older than it. */
async function awake(...options: Parameters<typeof watchdog>): Promise<Watchdog> {
  const dog = watchdog(...options);
  await dog.sweep();
  await dog.run(minutes(1));
  return dog;
}

describe("A link that an event announces", () => {
  it("is alerted with its VM and its creator as the Activity Log reports", async () => {
    const dog = await awake();
    const linkId = dog.azure.create(dog.bastion, staging);
    dog.clock.advance(seconds(1));
    await dog.event({});
    expect(dog.heard()).toMatchObject([
      {
        kind: "created",
        severity: "medium",
        linkCount: 1,
        links: [{ linkId, vmId: staging, rule: "default" }],
        actors: {
          creator: {
            kind: "known",
            caller: {
              userPrincipalName: "jane@contoso.example",
              ipAddress: "203.0.113.7",
              signInMethods: "unknown",
            },
          },
        },
      },
    ]);
  });

  it("is alerted once, however often the event is delivered", async () => {
    const dog = await awake();
    dog.azure.create(dog.bastion, staging);
    for (let n = 0; n < 3; n += 1) await dog.event({ id: "the same" });
    await dog.run(minutes(10));
    expect(kinds(dog)).toStrictEqual(["created"]);
  });

  it("comes with the others of its call in one alert", async () => {
    const dog = await awake();
    for (const name of ["vm-1", "vm-2", "vm-3", "vm-4", "vm-5"]) dog.azure.create(dog.bastion, vmId(name));
    await dog.event({});
    expect(dog.heard()).toMatchObject([{ kind: "created", linkCount: 5 }]);
  });

  it("keeps its creator when another one's event comes later", async () => {
    const dog = await awake();
    dog.azure.create(dog.bastion, staging);
    await dog.event({});
    dog.clock.advance(seconds(30));
    dog.azure.create(dog.bastion, vmId("vm-2"));
    await dog.event({ caller: { objectId: "other", userPrincipalName: "mallory@contoso.example" } });
    await dog.run(minutes(5));
    expect(
      dog
        .heard()
        .map(({ kind, actors: { creator }, links }) => [
          kind,
          creator?.kind === "known" && creator.caller.userPrincipalName,
          links[0]?.vmId,
        ]),
    ).toStrictEqual([
      ["created", "jane@contoso.example", staging],
      ["created", "mallory@contoso.example", vmId("vm-2")],
    ]);
  });

  it("lists the candidates when two callers' operations fit", async () => {
    const dog = await awake();
    dog.azure.create(dog.bastion, staging);
    dog.azure.habits.unreadable = { kind: "busy", why: "409", retryAfter: seconds(5) };
    await dog.event({});
    await dog.event({ caller: { objectId: "other", userPrincipalName: "mallory@contoso.example" } });
    dog.azure.habits.unreadable = undefined;
    await dog.run(seconds(20));
    const [alert] = dog.heard();
    const names =
      alert?.actors.creator?.kind === "ambiguous"
        ? alert.actors.creator.candidates.map(({ userPrincipalName }) => userPrincipalName)
        : [];
    expect(names.sort()).toStrictEqual(["jane@contoso.example", "mallory@contoso.example"]);
  });
});

describe("A link that no event announces", () => {
  it("is found by the sweep and told as such", async () => {
    const dog = await awake();
    dog.azure.create(dog.bastion, staging);
    dog.clock.advance(minutes(4));
    await dog.sweep();
    await dog.run(minutes(1));
    expect(dog.heard()).toMatchObject([
      { kind: "unannounced", actors: { creator: { kind: "unknown" } }, links: [{ vmId: staging }] },
    ]);
  });

  it("waits a moment for its event when it is fresh", async () => {
    const dog = await awake();
    dog.azure.create(dog.bastion, staging);
    await dog.sweep();
    await dog.run(seconds(1));
    expect(kinds(dog)).toStrictEqual([]);
    await dog.event({});
    await dog.run(minutes(1));
    expect(kinds(dog)).toStrictEqual(["created"]);
  });

  it("gets its creator in a second alert when the event comes late", async () => {
    const dog = await awake();
    const made = dog.clock.now();
    dog.azure.create(dog.bastion, staging);
    await dog.sweep();
    await dog.run(minutes(4));
    await dog.event({ at: made });
    expect(dog.heard()).toMatchObject([
      { kind: "unannounced" },
      { kind: "creator-reported", actors: { creator: { kind: "known" } }, links: [{ vmId: staging }] },
    ]);
  });

  it.each`
    event    | told             | deadline
    ${true}  | ${"created"}     | ${"2026-11-21T15:59:00Z"}
    ${false} | ${"preexisting"} | ${"2026-11-28T08:00:00Z"}
  `(
    "but was made a moment before the very first look gets grace unless its event comes: $event, $told",
    async ({ event, told, deadline }: { event: boolean; told: string; deadline: string }) => {
      const dog = watchdog();
      const made = after(dog.clock.now(), -minutes(1));
      dog.azure.create(dog.bastion, staging, isoInstant(made));
      await dog.sweep();
      if (event) await dog.event({ at: made });
      await dog.run(seconds(20));
      expect(dog.heard()).toMatchObject([{ kind: told, links: [{ deadline: at(deadline) }] }]);
    },
  );

  it("and is closed before its event comes gets its creator all the same, and no second story", async () => {
    const dog = await awake();
    const made = dog.clock.now();
    const linkId = dog.azure.create(dog.bastion, staging);
    await dog.sweep();
    await dog.run(seconds(1));
    dog.azure.remove(linkId);
    await dog.event({ operation: "deleteshareablelinksbytoken/action" });
    await dog.run(seconds(5));
    await dog.event({ at: made });
    await dog.run(minutes(5));
    expect(kinds(dog)).toStrictEqual(["created-and-gone", "creator-reported"]);
  });

  it("that was there before the watchdog comes in one summary, with a week of grace", async () => {
    const dog = watchdog();
    dog.azure.create(dog.bastion, staging, "2025-03-01T10:00:00.0000Z");
    dog.azure.create(dog.bastion, vmId("vm-2"), "2025-04-01T10:00:00.0000Z");
    await dog.sweep();
    await dog.run(seconds(1));
    expect(dog.heard()).toMatchObject([{ kind: "preexisting", linkCount: 2 }]);
    await dog.run(hours(24 * 7) - minutes(1));
    expect(dog.azure.revocations).toHaveLength(0);
    await dog.run(minutes(2));
    expect(dog.azure.links).toHaveLength(0);
  });
});

describe("A link that is gone before anybody looked", () => {
  it("is told five seconds after a delete followed", async () => {
    const dog = await awake();
    await dog.event({});
    await dog.event({
      operation: "deleteshareablelinksbytoken/action",
      caller: { objectId: "m", userPrincipalName: "mallory@contoso.example" },
    });
    await dog.run(seconds(7));
    expect(dog.heard()).toMatchObject([
      {
        kind: "created-and-gone",
        linkCount: 0,
        actors: { creator: { caller: { userPrincipalName: "jane@contoso.example" } } },
      },
    ]);
    expect(dog.heard().slice(0, 1).flatMap(alertSentences).join(" ")).toContain(
      "mallory@contoso.example deleted links on this bastion afterwards",
    );
  });

  it("is told after two minutes when no delete was reported", async () => {
    const dog = await awake();
    await dog.event({});
    await dog.run(seconds(119));
    expect(kinds(dog)).toStrictEqual([]);
    await dog.run(seconds(10));
    expect(kinds(dog)).toStrictEqual(["created-and-gone"]);
  });
});

describe("The deadline", () => {
  const quick = { rules: [{ name: "quick", ttl: "PT1H", warnBefore: "PT15M" }] };

  it("is announced, warned of, kept and proven, without any sweep", async () => {
    const dog = await awake(quick);
    dog.azure.create(dog.bastion, staging);
    await dog.event({});
    await dog.run(minutes(46));
    expect(kinds(dog)).toStrictEqual(["created", "expiring"]);
    await dog.run(minutes(13));
    expect(dog.azure.links).toHaveLength(1);
    await dog.run(minutes(2));
    expect(dog.azure.links).toHaveLength(0);
    expect(kinds(dog)).toStrictEqual(["created", "expiring", "revoked"]);
  });

  it("does not touch a newer link on the same VM", async () => {
    const dog = await awake(quick);
    dog.azure.create(dog.bastion, staging);
    await dog.event({});
    await dog.run(minutes(50));
    const newer = dog.azure.create(dog.bastion, staging);
    await dog.event({});
    await dog.run(minutes(12));
    expect(dog.azure.links.map(({ linkId }) => linkId)).toStrictEqual([newer]);
  });

  it("is only told in observe mode, once", async () => {
    const dog = await awake(quick, "observe");
    dog.azure.create(dog.bastion, staging);
    await dog.event({});
    await dog.run(hours(3));
    expect(kinds(dog)).toStrictEqual(["created", "expiring", "would-revoke"]);
    expect(dog.azure.revocations).toHaveLength(0);
  });

  it("is asked again, louder, when Azure accepts the delete and does nothing", async () => {
    const dog = await awake(quick);
    dog.azure.create(dog.bastion, staging);
    await dog.event({});
    dog.azure.habits.deletesIgnored = true;
    await dog.run(minutes(62));
    expect(kinds(dog)).toStrictEqual(["created", "expiring"]);
    await dog.run(minutes(2));
    expect(kinds(dog)).toStrictEqual(["created", "expiring", "revoke-failed"]);
    dog.azure.habits.deletesIgnored = false;
    await dog.run(minutes(6));
    expect(kinds(dog).slice(3).toSorted()).toStrictEqual(["revoke-failed", "revoked", "trouble-ended"]);
    expect(dog.azure.revocations).toHaveLength(4);
  });

  it("passes no forbidden link: it goes as soon as its announcement is committed", async () => {
    const dog = await awake({
      rules: [{ name: "never", match: { vm: "**/vm-prod-*" }, allow: false }, { name: "rest" }],
    });
    dog.azure.create(dog.bastion, vmId("vm-prod-01"));
    await dog.event({});
    expect(dog.azure.revocations).toHaveLength(0);
    await dog.run(seconds(10));
    expect(kinds(dog)).toStrictEqual(["created", "revoked"]);
    expect(dog.heard()[0]).toMatchObject({ severity: "high" });
  });

  it("lets at most the breaker's number go in an hour, and pages", async () => {
    const dog = await awake({ ...quick, maxRevocationsPerHour: 2 });
    for (const name of ["vm-1", "vm-2", "vm-3"]) dog.azure.create(dog.bastion, vmId(name));
    await dog.event({});
    await dog.run(minutes(65));
    expect(dog.azure.links).toHaveLength(1);
    expect(kinds(dog)).toContain("revocations-held");
    await dog.run(hours(2));
    expect(dog.azure.links).toHaveLength(0);
  });

  it("never acts on a date that cannot be one", async () => {
    const dog = await awake(quick);
    dog.azure.create(dog.bastion, staging, "01/01/0001 00:00:00");
    await dog.event({});
    await dog.run(minutes(59));
    expect(dog.azure.revocations).toHaveLength(0);
    await dog.run(minutes(2));
    expect(dog.azure.revocations).toHaveLength(1);
  });
});

describe("A rule that ends sessions", () => {
  it("says how many were ended with the link, and how many may continue", async () => {
    const dog = await awake({
      rules: [{ name: "quick", ttl: "PT1H", warnBefore: "PT15M", endSessions: true }],
    });
    dog.azure.sessions.push(
      { vmId: staging, isLink: true },
      { vmId: staging, isLink: false },
      { vmId: vmId("vm-2"), isLink: true },
    );
    dog.azure.create(dog.bastion, staging);
    await dog.event({});
    await dog.run(minutes(62));
    expect(dog.heard().at(-1)).toMatchObject({
      kind: "revoked",
      notes: [{ kind: "sessions-ended", ended: 1, others: 1 }],
    });
  });
});

describe("A link in its second life", () => {
  const quick = { rules: [{ name: "quick", ttl: "PT1H", warnBefore: "PT15M", maxLifetime: "PT90M" }] };

  it("is told louder, and has only what is left of the VM's lifetime", async () => {
    const dog = await awake(quick);
    dog.azure.create(dog.bastion, staging);
    await dog.event({});
    await dog.run(minutes(65));
    dog.azure.create(dog.bastion, staging);
    await dog.event({});
    expect(dog.heard().at(-1)).toMatchObject({ kind: "re-created", severity: "high" });
    await dog.run(minutes(29));
    expect(dog.azure.links).toHaveLength(1);
    await dog.run(minutes(3));
    expect(dog.azure.links).toHaveLength(0);
  });

  it("loses none of its time to links that were open beside it", async () => {
    const dog = await awake({
      rules: [{ name: "quick", ttl: "PT1H", warnBefore: "PT15M", maxLifetime: "PT90M" }],
    });
    const first = dog.azure.create(dog.bastion, staging);
    await dog.event({});
    await dog.run(minutes(10));
    dog.azure.create(dog.bastion, staging);
    await dog.event({});
    await dog.run(minutes(30));
    dog.azure.remove(first);
    await dog.event({ operation: "deleteshareablelinksbytoken/action" });
    expect((await dog.table.read(hubPartition)).links).toMatchObject([
      { deadline: at("2026-11-21T09:11:00Z") },
    ]);
  });

  it("is the old one going on when a closed id is listed again", async () => {
    const dog = await awake();
    const linkId = dog.azure.create(dog.bastion, staging);
    await dog.event({});
    dog.azure.habits.hidden = [linkId];
    await dog.sweep();
    await dog.run(minutes(2));
    dog.azure.habits.hidden = [];
    await dog.sweep();
    await dog.run(minutes(2));
    expect(kinds(dog)).toStrictEqual(["created", "deleted", "created"]);
    expect(dog.heard().at(-1)).toMatchObject({
      links: [{ life: 2 }],
      notes: [{ kind: "listed-again", vmIds: [staging] }],
    });
  });
});

describe("An alert that a channel never takes", () => {
  it("is told on the others, and stays a fact", async () => {
    const dog = await awake();
    const why = "404: the flow was deleted";
    dog.teams.answerAlways({ kind: "unavailable", why, retryAfter: undefined });
    dog.azure.create(dog.bastion, staging);
    await dog.event({});
    await dog.run(hours(25));
    const facts = dog.table.ledger(watchdogPartition);
    expect(facts.slice(0, 2)).toMatchObject([
      { kind: "configuration-changed" },
      { kind: "channel-paused", data: { channel: "teams", why } },
    ]);
    expect(
      facts.filter(({ kind, data }) => kind === "alert-undelivered" && data["kind"] === "created"),
    ).toMatchObject([{ data: { channel: "teams", why } }]);
  });
});

describe("Two operations of one caller that overlap", () => {
  it("leave no operation unexplained", async () => {
    const dog = await awake();
    dog.azure.create(dog.bastion, vmId("vm-1"));
    dog.clock.advance(seconds(5));
    dog.azure.create(dog.bastion, vmId("vm-2"));
    dog.clock.advance(seconds(5));
    await dog.event({});
    dog.clock.advance(seconds(5));
    await dog.event({});
    await dog.run(minutes(5));
    expect(dog.heard()).toMatchObject([{ kind: "created", linkCount: 2 }]);
  });

  it("still tell of the second's link when only that one is gone", async () => {
    const dog = await awake();
    dog.azure.create(dog.bastion, vmId("vm-1"));
    await dog.event({});
    dog.clock.advance(minutes(1));
    await dog.event({});
    await dog.run(minutes(5));
    expect(kinds(dog)).toStrictEqual(["created", "created-and-gone"]);
  });
});

describe("Somebody else", () => {
  it("who deletes a link is named", async () => {
    const dog = await awake();
    const linkId = dog.azure.create(dog.bastion, staging);
    await dog.event({});
    dog.clock.advance(minutes(5));
    dog.azure.remove(linkId);
    await dog.event({
      operation: "deleteshareablelinksbytoken/action",
      caller: { objectId: "b", userPrincipalName: "bob@contoso.example" },
    });
    expect(dog.heard().at(-1)).toMatchObject({
      kind: "deleted",
      actors: { deleter: { caller: { userPrincipalName: "bob@contoso.example" } } },
      links: [{ vmId: staging }],
    });
  });

  it("who deletes a link without an event stays unknown, after a second look", async () => {
    const dog = await awake();
    const linkId = dog.azure.create(dog.bastion, staging);
    await dog.event({});
    dog.azure.remove(linkId);
    dog.clock.advance(minutes(5));
    await dog.sweep();
    await dog.run(seconds(1));
    expect(kinds(dog)).toStrictEqual(["created"]);
    await dog.run(seconds(30));
    expect(dog.heard().at(-1)).toMatchObject({ kind: "deleted", actors: { deleter: { kind: "unknown" } } });
  });

  it("who reads the list is told; we ourselves and the creator are not", async () => {
    const dog = await awake();
    dog.azure.create(dog.bastion, staging);
    await dog.event({});
    await dog.event({ operation: "getshareablelinks/action" });
    await dog.event({ operation: "getshareablelinks/action", caller: { objectId: ourPrincipal } });
    await dog.event({
      operation: "getshareablelinks/action",
      caller: { objectId: "r", userPrincipalName: "rita@contoso.example" },
    });
    await dog.run(minutes(1));
    expect(dog.heard().slice(1)).toMatchObject([
      { kind: "links-read", actors: { caller: { caller: { userPrincipalName: "rita@contoso.example" } } } },
    ]);
  });
});

describe("A policy that wants readers and refusals off", () => {
  it("has no card of them, and the ledger keeps them", async () => {
    const alerts = { "links-read": "off", "create-failed": "off" };
    const dog = await awake({ rules: [{ name: "default" }], alerts });
    dog.azure.create(dog.bastion, staging);
    await dog.event({});
    const rita = { objectId: "r", userPrincipalName: "rita@contoso.example" };
    await dog.event({ operation: "getshareablelinks/action", caller: rita });
    await dog.event({ type: "Microsoft.Resources.ResourceActionFailure", caller: rita });
    await dog.run(minutes(1));
    expect(dog.cards().map(({ kind }) => kind)).toStrictEqual(["created"]);
    expect(kinds(dog)).toStrictEqual(["created", "create-failed", "links-read"]);
    expect(dog.table.ledger(hubPartition).map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(["links-read-by-other", "create-failed"]),
    );
  });
});

describe("A list that does not tell everything", () => {
  it("proves no link gone", async () => {
    const dog = await awake();
    const linkId = dog.azure.create(dog.bastion, staging);
    await dog.event({});
    dog.azure.habits.incomplete = true;
    dog.azure.habits.hidden = [linkId];
    for (let n = 0; n < 3; n += 1) {
      await dog.sweep();
      await dog.run(minutes(5));
    }
    expect(kinds(dog)).toStrictEqual(["created", "read-partly"]);
  });

  it("revokes what it shows, and nothing else", async () => {
    const dog = await awake({ rules: [{ name: "quick", ttl: "PT1H" }] });
    const shown = dog.azure.create(dog.bastion, staging);
    const hidden = dog.azure.create(dog.bastion, vmId("vm-hidden"));
    await dog.event({});
    dog.azure.habits.incomplete = true;
    dog.azure.habits.hidden = [hidden];
    for (let n = 0; n < 4; n += 1) {
      await dog.run(minutes(30));
      await dog.sweep();
    }
    expect(dog.azure.revocations).toStrictEqual([shown]);
  });

  it("is told after ten minutes as what it is, once, with its end", async () => {
    const dog = await awake();
    dog.azure.create(dog.bastion, staging);
    await dog.event({});
    dog.azure.habits.incomplete = true;
    await dog.sweep();
    await dog.run(hours(2));
    expect(await reportStale(dog.ports, dog.settings)).toBe(0);
    dog.azure.habits.incomplete = false;
    await dog.run(minutes(10));
    expect(dog.heard().slice(1)).toMatchObject([
      { kind: "read-partly", severity: "medium", notes: [{ why: "a page did not arrive" }] },
      { kind: "readable-again" },
    ]);
  });
});

describe("A bastion", () => {
  it("that is busy is asked again until it answers, and the link is alerted then", async () => {
    const dog = await awake();
    dog.azure.create(dog.bastion, staging);
    dog.azure.habits.unreadable = {
      kind: "busy",
      why: "409 AnotherOperationInProgress",
      retryAfter: seconds(20),
    };
    await dog.event({});
    await dog.run(seconds(70));
    dog.azure.habits.unreadable = undefined;
    await dog.run(seconds(20));
    expect(dog.heard()).toMatchObject([
      { kind: "created-unnamed", linkCount: 0 },
      { kind: "created", actors: { creator: { kind: "known" } }, linkCount: 1 },
    ]);
  });

  it("that is busy for less than a minute costs no half alert", async () => {
    const dog = await awake();
    dog.azure.create(dog.bastion, staging);
    dog.azure.habits.unreadable = {
      kind: "busy",
      why: "409 AnotherOperationInProgress",
      retryAfter: seconds(20),
    };
    await dog.event({});
    await dog.run(seconds(30));
    dog.azure.habits.unreadable = undefined;
    await dog.run(seconds(20));
    expect(kinds(dog)).toStrictEqual(["created"]);
  });

  it("that refuses us is told at once, and again when it can be read", async () => {
    const dog = await awake();
    dog.azure.habits.unreadable = { kind: "forbidden", why: "403" };
    await dog.sweep();
    await dog.run(seconds(1));
    expect(kinds(dog)).toStrictEqual(["unreadable"]);
    dog.azure.habits.unreadable = undefined;
    await dog.run(minutes(5));
    await dog.sweep();
    await dog.run(seconds(1));
    expect(kinds(dog)).toStrictEqual(["unreadable", "readable-again"]);
  });

  it("that is deleted takes its links with it, and is told once", async () => {
    const dog = await awake();
    dog.azure.create(dog.bastion, staging);
    await dog.event({});
    dog.azure.removeBastion(dog.bastion);
    for (let n = 0; n < 3; n += 1) {
      await dog.run(minutes(5));
      await dog.sweep();
    }
    expect(kinds(dog)).toStrictEqual(["created", "bastion-deleted"]);
  });

  it("whose feature is switched on is told with the one who did it", async () => {
    const dog = watchdog();
    dog.azure.habits.featureOff = true;
    await dog.sweep();
    await dog.run(minutes(1));
    dog.azure.habits.featureOff = false;
    await dog.event({ operation: "write" });
    expect(dog.heard().at(-1)).toMatchObject({
      kind: "feature-on",
      actors: { caller: { caller: { userPrincipalName: "jane@contoso.example" } } },
    });
  });

  it("out of scope is left alone", async () => {
    const dog = await awake();
    const { bastion } = dog;
    const foreign = {
      ...bastion,
      id: bastion.id.replace("11111111", "99999999"),
      subscriptionId: "99999999-0000-4000-8000-000000000001",
    };
    await dog.event({ bastion: foreign });
    expect(dog.azure.lists).toHaveLength(1);
    expect(dog.log.entries.at(-1)).toMatchObject({
      level: "warn",
      message: "Event ignored: its bastion is outside WATCHDOG_SCOPE",
    });
  });
});

describe("More links than one transaction holds", () => {
  const storm = (dog: Watchdog, size: number) => {
    for (let n = 0; n < size; n += 1) dog.azure.create(dog.bastion, vmId(`vm-${n}`));
  };

  it("are all remembered and told in one alert", async () => {
    const dog = await awake();
    storm(dog, 500);
    await dog.event({});
    await dog.run(minutes(2));
    expect(dog.heard()).toMatchObject([
      { kind: "created", severity: "high", linkCount: 500 },
      { kind: "nearly-full", severity: "medium", notes: [{ kind: "room", links: 500, left: 0 }] },
    ]);
    expect((await dog.table.read(hubPartition)).links).toHaveLength(500);
  });

  it.each([6, 7, 8, 9, 10])(
    "are told once when the writer dies at call %i and another begins again",
    async (call) => {
      const dog = await awake();
      storm(dog, 250);
      dog.crashes.failAt(call, "before");
      await expect(dog.event({ id: "one" })).rejects.toThrow("Crash before");
      dog.clock.advance(minutes(1));
      await dog.event({ id: "one" });
      await dog.run(minutes(3));
      expect(new Set(dog.heard().map(({ id, kind, linkCount }) => `${id} ${kind} ${linkCount}`)).size).toBe(
        1,
      );
      expect(dog.heard()[0]).toMatchObject({ kind: "created", linkCount: 250 });
      expect((await dog.table.read(hubPartition)).unfinished).toHaveLength(0);
    },
  );

  it("are taken down within the breaker, and told in few alerts", async () => {
    const dog = await awake({
      rules: [{ name: "quick", ttl: "PT1H", warnBefore: "PT15M" }],
      maxRevocationsPerHour: 1000,
    });
    storm(dog, 200);
    await dog.event({});
    await dog.run(hours(2));
    expect(dog.azure.links).toHaveLength(0);
    expect(dog.heard().length).toBeLessThan(15);
    expect(
      dog
        .heard()
        .filter(({ kind }) => kind === "revoked")
        .reduce((sum, { linkCount }) => sum + linkCount, 0),
    ).toBe(200);
  });
});
