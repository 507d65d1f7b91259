import { describe, expect, it } from "vitest";
import { holeIdOf, type TrackedLink } from "../../src/core/domain/links/link.ts";
import { watchdogPartition, type Partition } from "../../src/core/domain/partition.ts";
import type { HostState } from "../../src/core/domain/state/watched.ts";
import { after, days, hours, instant, minutes, seconds, type Instant } from "../../src/core/domain/time.ts";
import { at } from "../memory/clock.ts";
import { aBastion, vmId } from "../memory/samples.ts";
import { hubPartition, watchdog, type Watchdog } from "../memory/watchdog.ts";

const rules = [
  { name: "no production", match: { vm: "**/vm-prod-*" }, allow: false },
  { name: "rest", ttl: "PT2H", warnBefore: "PT30M", maxLifetime: "PT8H" },
];
const far = at("2100-01-01T00:00:00Z");

/** One link that is due in an hour and a half. */
async function withLink(): Promise<Watchdog> {
  const dog = watchdog({ rules });
  await dog.sweep();
  await dog.run(minutes(5));
  dog.azure.create(dog.bastion, vmId("vm-1"));
  await dog.event({});
  await sweepFor(dog, minutes(30));
  return dog;
}

async function sweepFor(dog: Watchdog, length: number): Promise<void> {
  for (const end = after(dog.clock.now(), length); dog.clock.now() < end;) {
    await dog.sweep();
    await dog.run(minutes(5));
  }
}

/** Somebody with write access to storage. */
async function editHost(dog: Watchdog, changes: Partial<HostState>, partition: Partition = hubPartition) {
  const { host } = await dog.table.read(partition);
  dog.table.tamper(partition, "0host", { ...host, ...changes });
}

async function editLink(dog: Watchdog, changes: (link: TrackedLink) => Partial<TrackedLink>) {
  const row = dog.table
    .everything()
    .get(hubPartition)
    ?.find(({ key }) => key.startsWith("1link:"));
  const [link] = (await dog.table.read(hubPartition)).links;
  if (!row || !link) throw new Error("There is no link");
  dog.table.tamper(hubPartition, row.key, { link: { ...link, ...changes(link) } });
}

const troubles = (dog: Watchdog) =>
  dog
    .heard()
    .flatMap(({ notes }) =>
      notes.flatMap((note) => (note.kind === "moments-corrected" ? [note.moments.shown.join(" ")] : [])),
    );

const intent = { attempts: 1, correlationIds: [] };
const person = { by: "zoe", objectId: "zoe", why: "they say" };

describe("Whoever edits a stored moment gains no more than one notice, and people hear of it", () => {
  it.each<[string, (link: TrackedLink, now: Instant) => Partial<TrackedLink>]>([
    ["the deadline", () => ({ deadline: far })],
    ["the deadline, and what it was judged by", () => ({ deadline: far, judgedDeadline: far })],
    ["when it was first seen", () => ({ firstSeenAt: far })],
    [
      "when it was made and first seen",
      () => ({ createdAt: far, createdAtSource: "first-seen", firstSeenAt: far }),
    ],
    ["when it was missing", () => ({ missingSince: far })],
    ["when a list was without it", () => ({ absentAt: far })],
    ["an extension", () => ({ extension: { ...person, until: far, from: undefined } })],
    ["time given to its VM", () => ({ given: { ...person, until: far } })],
    [
      "a delete that is under way",
      (_, now) => ({ status: "revoking", intent: { ...intent, askedAt: now, leaseUntil: far } }),
    ],
    [
      "a delete that will be",
      () => ({ status: "revoking", intent: { ...intent, askedAt: far, leaseUntil: far } }),
    ],
    ["since when its tags are unknown", () => ({ untagged: { since: far, policyHash: "", told: false } })],
    ["since when it has no URL", () => ({ hole: { since: far, isOwnLife: false } })],
    ["a notice", (link) => ({ notice: { at: far, end: link.deadline, enforced: true }, status: "warned" })],
  ])("of a link: %s", async (_, changes) => {
    const dog = await withLink();
    await editLink(dog, (link) => changes(link, dog.clock.now()));
    await sweepFor(dog, hours(2.1));
    expect(dog.azure.links).toStrictEqual([]);
    expect(troubles(dog)).toHaveLength(1);
    expect(troubles(dog)[0]).toMatch(/^link [a-z2-7]{26}$/);
    expect(dog.heard().map(({ kind }) => kind)).toContain("expiring");
  });

  it("of a link: the deadline, again and again", async () => {
    const dog = await withLink();
    const told = (await dog.table.read(hubPartition)).links[0]?.deadline ?? far;
    while (dog.clock.now() < told) {
      await editLink(dog, () => ({ deadline: far }));
      await sweepFor(dog, minutes(5));
    }
    await sweepFor(dog, minutes(10));
    expect(dog.azure.links).toStrictEqual([]);
    expect(troubles(dog)).toHaveLength(1);
  });

  it.each<[keyof HostState, Partial<HostState>]>([
    ["checkedAt", { checkedAt: far, wakeAt: undefined }],
    ["claimUntil", { claimUntil: far }],
    ["eventLookAt", { eventLookAt: far }],
    ["lookedAt", { lookedAt: far }],
    ["heldToldAt", { heldToldAt: far }],
    ["breakerReleasedUntil", { breakerReleasedUntil: far }],
    [
      "unreadable",
      { unreadable: { why: "403", since: far, told: true, toldLoud: true, gone: false, partly: false } },
    ],
    [
      "recentRevocations",
      { recentRevocations: Array.from({ length: 40 }, () => ({ linkId: undefined, at: far })) },
    ],
    ["toldReaders", { toldReaders: [{ caller: "zoe", at: far }] }],
    ["toldDeleters", { toldDeleters: [{ caller: "zoe", at: far }] }],
    ["newHoles", { newHoles: [{ linkId: holeIdOf("vm", undefined), since: instant(0), absentAt: far }] }],
  ])("of a bastion: %s", async (field, changes) => {
    const dog = await withLink();
    await editHost(dog, changes);
    await sweepFor(dog, hours(1.7));
    expect(dog.azure.links).toStrictEqual([]);
    expect(troubles(dog)).toStrictEqual([field]);
  });

  it("of the watchdog's own: no process is older than one that starts in the future", async () => {
    const dog = await withLink();
    const { host } = await dog.table.read(watchdogPartition);
    if (!host?.configuration) throw new Error("Nothing is in force");
    const configuration = { ...host.configuration, policyHash: "another", startedAt: far, judgedAt: far };
    await editHost(
      dog,
      { configuration, sweep: { finishedAt: far, bastions: 1 }, eventAt: far },
      watchdogPartition,
    );
    await sweepFor(dog, hours(2.1));
    expect(dog.azure.links).toStrictEqual([]);
    expect(troubles(dog)).toHaveLength(1);
    expect(troubles(dog)[0]).toContain("configuration");
  });

  it("of when a subscription was first listed: nothing is older than the watchdog by it", async () => {
    const dog = await withLink();
    dog.table.tamper(watchdogPartition, `5first:${dog.bastion.subscriptionId}`, { since: far });
    const fresh = aBastion("bas-new");
    dog.azure.addBastion(fresh);
    dog.azure.create(fresh, vmId("vm-prod-db"));
    await sweepFor(dog, minutes(6));
    expect(dog.azure.links.map(({ vmId: vm }) => vm)).toStrictEqual([vmId("vm-1")]);
  });

  it("of an alert that waits for its channel: it is sent", async () => {
    const dog = await withLink();
    dog.teams.answerAlways({ kind: "unavailable", why: "503", retryAfter: undefined });
    dog.azure.create(dog.bastion, vmId("vm-2"));
    await dog.event({});
    const row = dog.table
      .everything()
      .get(hubPartition)
      ?.find(({ key }) => key.startsWith("3outbox:"));
    if (!row) throw new Error("Nothing waits");
    const deliveries = { teams: { state: "pending", attempts: 1, notBefore: far, lastError: "503" } };
    dog.table.tamper(hubPartition, row.key, { ...row.value, deliveries });
    dog.teams.answerAlways({ kind: "accepted" });
    await sweepFor(dog, minutes(5));
    expect(dog.heard().flatMap(({ links }) => links.map((link) => link.vmId))).toContain(vmId("vm-2"));
  });

  it("once a day, however often they do it, and the ledger has each", async () => {
    const dog = await withLink();
    for (let n = 0; n < 12; n += 1) {
      await editHost(dog, { checkedAt: far });
      await sweepFor(dog, hours(3));
    }
    expect(troubles(dog)).toHaveLength(2);
    expect(dog.table.ledger(hubPartition).filter(({ kind }) => kind === "moments-corrected")).toHaveLength(
      12,
    );
  });
});

describe("What a clock may differ, and what a person or a policy may give, is believed", () => {
  it.each<[string, (dog: Watchdog) => Promise<void>]>([
    [
      "a list of somebody whose clock is two minutes ahead",
      (dog) => editHost(dog, { checkedAt: after(dog.clock.now(), minutes(2)) }),
    ],
    [
      "a claim of theirs",
      (dog) => editHost(dog, { claimUntil: after(dog.clock.now(), minutes(2) + seconds(90)) }),
    ],
    [
      "an hour of a delete",
      (dog) =>
        editLink(dog, () => ({
          status: "revoking",
          intent: { ...intent, askedAt: dog.clock.now(), leaseUntil: after(dog.clock.now(), hours(1)) },
        })),
    ],
    [
      "the longest extension",
      (dog) =>
        editLink(dog, (link) => ({
          extension: { ...person, until: after(link.createdAt, days(10)), from: link.deadline },
        })),
    ],
    [
      "a notice that the policy gives",
      (dog) => editLink(dog, () => ({ deadline: after(dog.clock.now(), minutes(120)) })),
    ],
  ])("%s", async (_, edit) => {
    const dog = await withLink();
    await edit(dog);
    await sweepFor(dog, hours(1));
    expect(troubles(dog)).toStrictEqual([]);
  });

  it("under a newer policy whose times are shorter", async () => {
    const dog = await withLink();
    await editLink(dog, (link) => ({
      extension: { ...person, until: after(link.createdAt, hours(8)), from: link.deadline },
    }));
    dog.restart({
      policy: { rules: [{ name: "short", ttl: "PT1H", warnBefore: "PT15M", maxLifetime: "PT1H" }] },
    });
    await sweepFor(dog, hours(1));
    expect(troubles(dog)).toStrictEqual([]);
    expect(dog.azure.links).toStrictEqual([]);
  });
});
