import { describe, expect, it } from "vitest";
import {
  after,
  hours,
  isoInstant,
  minutes,
  seconds,
  type Instant,
  type Milliseconds,
} from "../../src/core/domain/time.ts";
import { vmId } from "../memory/samples.ts";
import { hubPartition, watchdog, type Watchdog } from "../memory/watchdog.ts";

const start = watchdog().clock.now();
const until = (wait: Milliseconds) => isoInstant(after(start, wait));
const never = { name: "production: never", allow: false };

interface Opened {
  readonly dog: Watchdog;
  readonly made: Instant;
}

/** Jane opens a link a minute after the start, under these rules; her event comes in time. */
async function opened(rules: readonly object[], more: object = {}): Promise<Opened> {
  const dog = watchdog({ rules, ...more });
  await dog.sweep();
  await dog.run(minutes(1));
  dog.azure.create(dog.bastion, vmId("vm-prod-db-01"));
  const made = dog.clock.now();
  await dog.event({ at: after(made, seconds(2)) });
  await dog.run(seconds(30));
  return { dog, made };
}

const told = ({ dog }: Opened) =>
  dog.heard().map(({ kind, links }) => `${kind}, ends ${ago(links[0]?.deadline)}`);
const ago = (moment: Instant | undefined) =>
  moment === undefined ? "?" : `${(moment - start) / minutes(1)} min`;

/** Sweeps until the link is gone, and answers how many minutes after the start that was. */
async function goneAfter({ dog }: Opened, most: Milliseconds): Promise<number | undefined> {
  while (dog.clock.now() < after(start, most)) {
    await dog.sweep();
    await dog.run(minutes(1));
    if (dog.azure.links.length === 0) return Math.floor((dog.clock.now() - start) / minutes(1));
  }
  return undefined;
}

describe("An exception that ends keeps production open not a minute longer, and that is said when the link is opened", () => {
  const vendor = { name: "vendor until tonight", match: { creator: "jane@*" }, ttl: "P2D" };

  it("its end is the deadline, on the first card; the warning comes before it, as long before as the exception says", async () => {
    const link = await opened([{ ...vendor, warnBefore: "PT20M", validUntil: until(hours(3)) }, never]);
    expect(told(link)).toStrictEqual(["created, ends 180 min"]);
    await link.dog.run(minutes(155));
    expect(told(link)).toStrictEqual(["created, ends 180 min"]);
    await link.dog.run(minutes(5));
    expect(told(link)).toStrictEqual(["created, ends 180 min", "expiring, ends 180 min"]);
    expect(await goneAfter(link, hours(4))).toBeLessThanOrEqual(182);
  });

  it("opened ten minutes before the end with an hour's notice it has those ten minutes", async () => {
    const link = await opened([{ ...vendor, warnBefore: "PT1H", validUntil: until(minutes(10)) }, never]);
    expect(told(link)[0]).toBe("created, ends 10 min");
    expect(await goneAfter(link, hours(2))).toBeLessThanOrEqual(12);
  });

  it("neither grace nor an extension reaches past the end", async () => {
    const dog = watchdog({ rules: [{ ...vendor, match: {}, validUntil: until(hours(3)) }, never] });
    dog.azure.create(dog.bastion, vmId("vm-prod-db-01"), until(-hours(30)));
    await dog.sweep();
    await dog.run(minutes(1));
    const [link] = (await dog.table.read(hubPartition)).links;
    expect(link).toMatchObject({ preexisting: true, deadline: after(start, hours(3)) });
  });

  it("where the rules that follow allow it, the later of that end and what they give holds", async () => {
    const short = await opened([
      { ...vendor, warnBefore: "PT5M", validUntil: until(hours(3)) },
      { name: "rest", ttl: "PT1H" },
    ]);
    expect(told(short)).toStrictEqual(["created, ends 180 min"]);
    const long = await opened([
      { ...vendor, warnBefore: "PT5M", validUntil: until(hours(3)) },
      { name: "rest", ttl: "PT5H" },
    ]);
    expect(told(long)).toStrictEqual(["created, ends 301 min"]);
  });

  it("of several ends in a row the first that leaves it over counts", async () => {
    const link = await opened([
      { ...vendor, validUntil: until(hours(3)) },
      { name: "freeze", allow: false, match: { vm: "**/vm-prod-*" }, validUntil: until(hours(2)) },
      { name: "on-call", match: { creator: "jane@*" }, ttl: "PT10H", validUntil: until(hours(6)) },
      never,
    ]);
    expect(told(link)).toStrictEqual(["created, ends 360 min"]);
  });

  it("a freeze that ends does not save what it forbids now", async () => {
    const link = await opened([
      { name: "freeze", allow: false, validUntil: until(hours(2)) },
      { name: "rest", ttl: "PT8H" },
    ]);
    expect(await goneAfter(link, hours(3))).toBeLessThanOrEqual(3);
  });

  it("that a newer policy brings, ending soon, still has the notice that was told", async () => {
    const link = await opened([{ name: "rest", ttl: "PT8H" }]);
    await link.dog.run(minutes(9));
    link.dog.restart({
      policy: { rules: [{ ...vendor, warnBefore: "PT30M", validUntil: until(minutes(20)) }, never] },
    });
    expect(await goneAfter(link, hours(3))).toBeGreaterThanOrEqual(40);
    expect(told(link).slice(0, 4)).toStrictEqual([
      "created, ends 481 min",
      "configuration-changed, ends ?",
      "deadline-moved, ends 40.5 min",
      "expiring, ends 40.5 min",
    ]);
  });
});
