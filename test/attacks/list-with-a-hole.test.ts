import { describe, expect, it } from "vitest";
import { readEntries } from "../../src/azure/bastion/link-entry.ts";
import { days, hours, isoInstant, minutes, seconds, type Instant } from "../../src/core/domain/time.ts";
import { scan } from "../../src/core/flows/scan/scan.ts";
import { vmId } from "../memory/samples.ts";
import { awake, sweepFor } from "../memory/sweep-for.ts";
import { hubPartition, watchdog, type Watchdog } from "../memory/watchdog.ts";

const rules = [
  { name: "no production", match: { vm: "**/vm-prod-*" }, allow: false, severity: "high" },
  { name: "rest", ttl: "PT1H", warnBefore: "PT15M" },
];
const production = vmId("vm-prod-db-01");

const kinds = (dog: Watchdog) => dog.heard().map(({ kind }) => kind);
const host = async (dog: Watchdog) => (await dog.table.read(hubPartition)).host;

describe("Whoever has one entry listed without a URL stops nothing on its bastion", () => {
  it("not the revocation of the forbidden link beside it", async () => {
    const dog = await awake({ rules });
    dog.azure.habits.withoutUrl = [dog.azure.create(dog.bastion, vmId("vm-decoy"))];
    dog.azure.create(dog.bastion, production);
    await sweepFor(dog, minutes(10));
    expect(dog.azure.links.map((link) => link.vmId)).toStrictEqual([vmId("vm-decoy")]);
    expect(kinds(dog)).toContain("revoked");
  });

  it("not the word that another link is gone, nor that the bastion was looked at", async () => {
    const dog = await awake({ rules });
    dog.azure.habits.withoutUrl = [dog.azure.create(dog.bastion, vmId("vm-decoy"))];
    const gone = dog.azure.create(dog.bastion, vmId("vm-1"));
    await sweepFor(dog, minutes(10));
    dog.azure.remove(gone);
    await sweepFor(dog, minutes(10));
    expect(dog.heard().filter(({ kind }) => kind === "deleted")).toMatchObject([
      { links: [{ vmId: vmId("vm-1") }] },
    ]);
    expect((await host(dog))?.checkedAt).toBeGreaterThan(dog.clock.now() - minutes(6));
    expect((await host(dog))?.unreadable).toBeUndefined();
  });
});

describe("Whoever has their own link listed without a URL keeps it no longer than with one", () => {
  it("a forbidden one that never had a URL is told high, and goes by its VM", async () => {
    const dog = await awake({ rules });
    dog.azure.habits.withoutUrl = [dog.azure.create(dog.bastion, production)];
    await sweepFor(dog, minutes(15));
    expect(dog.heard()).toMatchObject([
      {
        severity: "high",
        links: [{ vmId: production, allowed: false }],
        notes: [{ kind: "without-url", because: "new" }],
      },
      { kind: "revoked" },
    ]);
    expect(dog.azure.links).toStrictEqual([]);
  });

  it("one that is older than the watchdog has the week that any such link has", async () => {
    const dog = watchdog({ rules });
    const createdAt = isoInstant((dog.clock.now() - hours(3)) as Instant);
    dog.azure.habits.withoutUrl = [dog.azure.create(dog.bastion, vmId("vm-1"), createdAt)];
    await sweepFor(dog, minutes(20));
    expect(kinds(dog)).toStrictEqual(["preexisting"]);
    const [link] = (await dog.table.read(hubPartition)).links;
    expect(link?.deadline).toBeGreaterThan(dog.clock.now() + days(6));
  });

  it("one that never had a URL is judged by the tags of its VM from the first", async () => {
    const byTag = { name: "no production", match: { tags: { env: "prod" } }, allow: false };
    const dog = watchdog({ rules: [byTag, { name: "rest", ttl: "P1D" }] });
    await sweepFor(dog, minutes(5));
    dog.azure.tag(vmId("vm-1"), { env: "prod" });
    const createdAt = isoInstant((dog.clock.now() - minutes(3)) as Instant);
    dog.azure.habits.withoutUrl = [dog.azure.create(dog.bastion, vmId("vm-1"), createdAt)];
    await sweepFor(dog, minutes(5));
    expect(dog.heard()[0]).toMatchObject({
      severity: "high",
      links: [{ rule: "rest", tightenedBy: ["no production"], allowed: false }],
    });
    expect(dog.heard()[0]?.notes.map(({ kind }) => kind)).not.toContain("tags-unknown");
  });

  it("one that is seen only once, on its way to a URL, is told once, as itself", async () => {
    const dog = await awake({ rules });
    const linkId = dog.azure.create(dog.bastion, vmId("vm-1"));
    dog.azure.habits.withoutUrl = [linkId];
    await dog.event({});
    await dog.run(seconds(20));
    dog.azure.habits.withoutUrl = [];
    await sweepFor(dog, minutes(10));
    expect(dog.heard()).toMatchObject([
      { kind: "created", links: [{ linkId }], actors: { creator: { kind: "known" } } },
    ]);
  });

  it("a URL that comes later brings no new clock, no second card and no second life", async () => {
    const dog = await awake({ rules });
    const linkId = dog.azure.create(dog.bastion, vmId("vm-1"));
    dog.azure.habits.withoutUrl = [linkId];
    await sweepFor(dog, minutes(20));
    const [before] = (await dog.table.read(hubPartition)).links;
    dog.azure.habits.withoutUrl = [];
    await sweepFor(dog, minutes(10));
    expect((await dog.table.read(hubPartition)).links).toMatchObject([
      { linkId, life: 1, deadline: before?.deadline, hole: undefined, announced: true },
    ]);
    expect(kinds(dog)).toStrictEqual(["unannounced"]);
    expect(dog.table.ledger(hubPartition).filter(({ kind }) => kind === "link-renamed")).toMatchObject([
      { links: [{ linkId }], data: { links: before?.linkId } },
    ]);
    await sweepFor(dog, hours(1));
    expect(dog.azure.links).toStrictEqual([]);
  });

  it("an id that comes back, first without its URL, is a later life of that id", async () => {
    const dog = await awake({ rules });
    const createdAt = isoInstant(dog.clock.now());
    const linkId = dog.azure.create(dog.bastion, vmId("vm-1"), createdAt);
    await sweepFor(dog, minutes(5));
    const [back] = dog.azure.links.splice(0, 1);
    await sweepFor(dog, minutes(10));
    if (back) dog.azure.links.push(back);
    dog.azure.habits.withoutUrl = [linkId];
    await sweepFor(dog, minutes(10));
    dog.azure.habits.withoutUrl = [];
    await sweepFor(dog, minutes(5));
    dog.azure.remove(linkId);
    await sweepFor(dog, minutes(10));
    expect(dog.table.closed(hubPartition).map(({ link }) => [link.linkId, link.life])).toStrictEqual([
      [linkId, 1],
      [linkId, 2],
    ]);
  });

  it("one that loses its URL when it is due is not gone, and goes by its VM", async () => {
    const dog = await awake({ rules });
    const linkId = dog.azure.create(dog.bastion, vmId("vm-1"));
    await sweepFor(dog, minutes(50));
    dog.azure.habits.withoutUrl = [linkId];
    await sweepFor(dog, minutes(30));
    expect(kinds(dog)).toStrictEqual(["unannounced", "expiring", "revoked"]);
    expect(dog.azure.links).toStrictEqual([]);
    expect(dog.table.ledger(hubPartition).find(({ kind }) => kind === "revoked-by-vm")).toMatchObject({
      data: { links: linkId, why: "token-without-effect" },
    });
  });

  it("a demand, too, holds for a link that lost its URL, and waits where the VM has a link that must stay", async () => {
    const dog = await awake({ rules });
    const due = dog.azure.create(dog.bastion, vmId("vm-1"));
    await sweepFor(dog, minutes(50));
    const young = dog.azure.create(dog.bastion, vmId("vm-1"));
    dog.azure.habits.withoutUrl = [due];
    await sweepFor(dog, minutes(40));
    expect(dog.azure.links.map(({ linkId }) => linkId)).toStrictEqual([due, young]);
    expect(kinds(dog)).toContain("revoke-failed");
    await sweepFor(dog, hours(2));
    expect(dog.azure.links).toStrictEqual([]);
  });

  it("nor does another link of its VM, made in the same second: neither counts as gone while the entry may be it", async () => {
    const dog = await awake({ rules });
    const [one, other] = [0, 1].map(() => dog.azure.create(dog.bastion, vmId("vm-1")));
    await sweepFor(dog, minutes(5));
    dog.azure.habits.withoutUrl = [one, other].flatMap((linkId) => linkId ?? []);
    await sweepFor(dog, minutes(10));
    if (one) dog.azure.remove(one);
    await sweepFor(dog, minutes(10));
    expect(dog.table.closed(hubPartition)).toStrictEqual([]);
    dog.azure.habits.withoutUrl = [];
    await sweepFor(dog, minutes(10));
    expect(dog.table.closed(hubPartition).map(({ link }) => link.linkId)).toStrictEqual([one]);
    expect((await dog.table.read(hubPartition)).links).toMatchObject([{ linkId: other, life: 1 }]);
  });

  it("it is in a scan as the link that it is, known before or not", async () => {
    const dog = await awake({ rules });
    const linkId = dog.azure.create(dog.bastion, vmId("vm-1"));
    await sweepFor(dog, minutes(5));
    dog.azure.habits.withoutUrl = [linkId, dog.azure.create(dog.bastion, production)];
    const { complete, links } = await scan({}, dog.ports, dog.settings);
    expect(complete).toBe(true);
    expect(links).toMatchObject([
      { vmId: production, status: "not yet tracked", verdict: "forbidden" },
      { linkId, vmId: vmId("vm-1"), status: "open", verdict: "within policy" },
    ]);
  });

  it("one without URL and date cannot be told from a newer one: it is watched, told as it fails, and takes no other with it", async () => {
    const dog = await awake({ rules });
    dog.azure.habits.dateWithoutUrl = "none";
    dog.azure.habits.withoutUrl = [dog.azure.create(dog.bastion, production)];
    await sweepFor(dog, minutes(30));
    expect(dog.heard().slice(0, 2)).toMatchObject([
      { severity: "high" },
      { kind: "revoke-failed", severity: "high" },
    ]);
    expect(dog.azure.links).toHaveLength(1);
  });
});

describe("Whoever makes URLs end alike hides no link behind another", () => {
  const entry = (name: string, bsl: string) => ({
    bsl,
    vm: { id: vmId(name) },
    createdAt: "2026-11-21T08:00:00.0000Z",
  });

  it.each([
    [
      "the same last word",
      (token: string) => `https://bst-1.bastion.azure.com/api/shareable-url/${token}/connect`,
    ],
    ["the token behind a hash", (token: string) => `https://bst-1.bastion.azure.com/#/client?token=${token}`],
    ["the token in the query", (token: string) => `https://bst-1.bastion.azure.com/shareable-url?t=${token}`],
  ])("%s: each VM has an entry, none is passed over", (_, url) => {
    const names = ["vm-dev", "vm-prod", "vm-db"];
    const { listing } = readEntries(
      names.map((name) => entry(name, url(`secret-${name}`))),
      [],
    );
    expect([...listing.links, ...listing.holes].map((link) => link.vmId)).toStrictEqual(names.map(vmId));
  });

  it("also where only one URL copies the end of another, and beside a link of its own", () => {
    const { listing } = readEntries(
      [
        entry("vm-dev", "https://bst-1.bastion.azure.com/api/shareable-url/aaaa"),
        entry("vm-prod", "https://bst-1.bastion.azure.com/elsewhere/aaaa"),
        entry("vm-db", "https://bst-1.bastion.azure.com/api/shareable-url/bbbb"),
      ],
      [],
    );
    expect([listing.links, listing.holes].map((some) => some.map((link) => link.vmId))).toStrictEqual([
      [vmId("vm-db")],
      [vmId("vm-dev"), vmId("vm-prod")],
    ]);
  });
});

describe("Whoever fills a bastion is heard of before it is full", () => {
  it("once a day from 450 links on, with what is left", async () => {
    const dog = await awake({ rules });
    const fill = (from: number, to: number) => {
      for (let n = from; n < to; n += 1)
        dog.azure.create(dog.bastion, vmId(`vm-${n}`), isoInstant(dog.clock.now()));
    };
    fill(0, 449);
    await sweepFor(dog, minutes(10));
    expect(kinds(dog)).not.toContain("nearly-full");
    fill(449, 451);
    await sweepFor(dog, minutes(40));
    expect(dog.heard().filter(({ kind }) => kind === "nearly-full")).toMatchObject([
      { severity: "medium", notes: [{ kind: "room", links: 451, left: 49 }] },
    ]);
  });
});
