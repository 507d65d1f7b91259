import { describe, expect, it } from "vitest";
import { after, hours, minutes, type Instant, type Milliseconds } from "../../src/core/domain/time.ts";
import { vmId } from "../memory/samples.ts";
import { watchdog, type Watchdog } from "../memory/watchdog.ts";

const vm = vmId("vm-x");
const none = {};
const prod = { env: "prod" };
const pii = { data: "pii" };

const byTag = (stricter: object) => ({
  rules: [
    { name: "prod by tag", match: { tags: prod }, ...stricter },
    { name: "pii by tag", match: { tags: pii }, ...stricter },
    { name: "rest", ttl: "PT8H", warnBefore: "PT1H" },
  ],
});
const short = byTag({ ttl: "PT1H", warnBefore: "PT15M" });
const never = byTag({ allow: false, severity: "high", warnBefore: "PT30M" });

/** The link is created now; at each step the owner writes tags, and five minutes pass with a sweep. Answers when it was gone; undefined: it never was. */
async function openUntil(
  dog: Watchdog,
  tagsAt: (step: number) => Readonly<Record<string, string>>,
): Promise<Milliseconds | undefined> {
  await dog.sweep();
  await dog.run(minutes(1));
  dog.azure.tag(vm, tagsAt(0));
  const made: Instant = dog.clock.now();
  dog.azure.create(dog.bastion, vm);
  await dog.event({});
  for (let step = 1; dog.clock.now() < after(made, hours(7.9)); step += 1) {
    await dog.run(minutes(5));
    if (dog.azure.links.length === 0) return dog.clock.now() - made;
    dog.azure.tag(vm, tagsAt(step));
    await dog.sweep();
  }
  return undefined;
}

describe("The owner of a VM toggles a tag that a stricter rule matches, and gains no time by it", () => {
  it.each`
    how                                        | tagsAt                                                   | most
    ${"not at all"}                            | ${() => prod}                                            | ${65}
    ${"every five minutes"}                    | ${(n: number) => (n % 2 === 0 ? prod : none)}            | ${65}
    ${"every ten minutes"}                     | ${(n: number) => (n % 4 < 2 ? prod : none)}              | ${65}
    ${"off before the warning, for good"}      | ${(n: number) => (n < 6 ? prod : none)}                  | ${65}
    ${"off after the warning, for good"}       | ${(n: number) => (n < 10 ? prod : none)}                 | ${65}
    ${"on after the opening, then to and fro"} | ${(n: number) => (n % 3 === 1 ? prod : none)}            | ${65}
    ${"with a second owner and a second tag"}  | ${(n: number) => [prod, none, pii, none][n % 4] ?? none} | ${65}
  `(
    "with a shorter ttl: $how",
    async ({ tagsAt, most }: { tagsAt: (step: number) => Record<string, string>; most: number }) => {
      const open = await openUntil(watchdog(short), tagsAt);
      expect(open).toBeLessThanOrEqual(minutes(most));
    },
  );

  it.each`
    how                                        | tagsAt                                                   | most
    ${"not at all"}                            | ${() => prod}                                            | ${5}
    ${"every five minutes"}                    | ${(n: number) => (n % 2 === 0 ? prod : none)}            | ${5}
    ${"on after the opening"}                  | ${(n: number) => (n > 0 ? prod : none)}                  | ${40}
    ${"on after the opening, off at once"}     | ${(n: number) => (n === 1 ? prod : none)}                | ${40}
    ${"on after the opening, then to and fro"} | ${(n: number) => (n % 2 === 1 ? prod : none)}            | ${40}
    ${"with a second owner and a second tag"}  | ${(n: number) => [none, prod, none, pii][n % 4] ?? none} | ${40}
  `(
    "with a rule that forbids: $how",
    async ({ tagsAt, most }: { tagsAt: (step: number) => Record<string, string>; most: number }) => {
      const open = await openUntil(watchdog(never), tagsAt);
      expect(open).toBeLessThanOrEqual(minutes(most));
    },
  );

  it("nor by a tag that observes and is trusted, once it is gone", async () => {
    const policy = {
      rules: [
        { name: "drill", match: { tags: { drill: "on" } }, trustTags: true, mode: "observe", ttl: "PT1H" },
        { name: "rest", ttl: "PT1H", warnBefore: "PT15M" },
      ],
    };
    const isOn = (step: number) => step > 8 && step % 2 === 0 && step < 30;
    const open = await openUntil(watchdog(policy), (step) => (isOn(step) ? { drill: "on" } : none));
    expect(open).toBeLessThanOrEqual(minutes(85));
  });

  it("and who only stays within the longer rule keeps all of it", async () => {
    const open = await openUntil(watchdog(short), (step) => (step % 2 === 0 ? { env: "test" } : none));
    expect(open).toBeUndefined();
  });
});
