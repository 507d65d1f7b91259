import { describe, expect, it } from "vitest";
import { hours, minutes, type Milliseconds } from "../../src/core/domain/time.ts";
import { vmId } from "../memory/samples.ts";
import { watchdog, type Watchdog } from "../memory/watchdog.ts";

const vm = vmId("vm-1");
const prod = { env: "prod" };

/** The VM has these tags when its link is opened; then sweeps, until `length` has passed. */
async function openedWith(
  tags: Readonly<Record<string, string>>,
  rules: readonly object[],
  length: Milliseconds = minutes(5),
): Promise<Watchdog> {
  const dog = watchdog({ rules }, "enforce", ["webhook"]);
  await dog.sweep();
  await dog.run(minutes(1));
  dog.azure.tag(vm, tags);
  dog.azure.create(dog.bastion, vm);
  await dog.event({});
  for (let passed = 0; passed < length; passed += minutes(5)) {
    await dog.run(minutes(5));
    await dog.sweep();
  }
  await dog.run(minutes(1));
  return dog;
}

const first = (dog: Watchdog) => dog.heard()[0];
const linkOf = (dog: Watchdog) => first(dog)?.links[0];

describe("A rule that matches by tag is never dropped, whatever it leaves open", () => {
  it.each(["PT8H", "PT4H", "PT1H", "P5D"])("one that forbids, beside a catch-all of %s", async (ttl) => {
    const dog = await openedWith(prod, [
      { name: "no links to anything tagged prod", match: { tags: prod }, allow: false, severity: "high" },
      { name: "everything else", ttl },
    ]);
    expect(dog.azure.links).toStrictEqual([]);
    expect(first(dog)?.severity).toBe("high");
    expect(linkOf(dog)).toMatchObject({
      rule: "everything else",
      tightenedBy: ["no links to anything tagged prod"],
      allowed: false,
    });
  });

  it("one that pages and ends sessions, and states no ttl, beside a shorter catch-all", async () => {
    const dog = await openedWith({ pci: "1" }, [
      { name: "pci", match: { tags: { pci: "*" } }, endSessions: true, severity: "high" },
      { name: "everything else", ttl: "PT2H" },
    ]);
    expect(first(dog)?.severity).toBe("high");
    expect(linkOf(dog)).toMatchObject({ tightenedBy: ["pci"] });
  });

  it("one that enforces, and would be longer, beside one that observes", async () => {
    const dog = await openedWith(
      prod,
      [
        { name: "prod", match: { tags: prod }, mode: "enforce", ttl: "P9D" },
        { name: "pilot", mode: "observe", ttl: "PT1H", warnBefore: "PT15M" },
      ],
      hours(1.2),
    );
    expect(dog.azure.links).toStrictEqual([]);
  });

  it("two of them, where the first is looser than the second and than the catch-all", async () => {
    const dog = await openedWith({ ...prod, team: "db" }, [
      { name: "db", match: { tags: { team: "db" } }, ttl: "P3D" },
      { name: "prod", match: { tags: prod }, allow: false },
      { name: "everything else", ttl: "PT8H" },
    ]);
    expect(dog.azure.links).toStrictEqual([]);
    expect(linkOf(dog)?.tightenedBy).toStrictEqual(["prod"]);
  });
});

describe("Whoever may write tags loosens nothing by them", () => {
  const strict = { name: "strict", ttl: "PT1H", warnBefore: "PT15M", channels: ["teams"], severity: "high" };
  it.each([
    ["a longer life", { ttl: "P9D", maxLifetime: "P30D" }],
    ["observation", { mode: "observe" }],
    ["silence, on another channel", { severity: "low", channels: ["webhook"], fallback: ["webhook"] }],
    [
      "all of it, with one stricter field as a lure",
      { ttl: "P9D", mode: "observe", severity: "low", warnBefore: "PT1M" },
    ],
  ])("%s", async (_, loose) => {
    const dog = await openedWith(
      { mine: "yes" },
      [{ name: "loose", match: { tags: { mine: "yes" } }, ...loose }, strict],
      hours(1.2),
    );
    expect(dog.azure.links).toStrictEqual([]);
    expect(first(dog)).toMatchObject({ kind: "created", severity: "high" });
  });

  it("nor does a rule that allows, before one that forbids", async () => {
    const dog = await openedWith({ mine: "yes" }, [
      { name: "loose", match: { tags: { mine: "yes" } }, allow: true, ttl: "PT1H" },
      { name: "nobody", allow: false },
    ]);
    expect(dog.azure.links).toStrictEqual([]);
  });
});
