import { alertSentences } from "../../../src/core/render/words/alert-sentences.ts";
import { beforeEach, describe, expect, it } from "vitest";
import { days, hours, minutes } from "../../../src/core/domain/time.ts";
import { UnreadableRow } from "../../../src/core/domain/state/watched.ts";
import { partitionOf } from "../../../src/core/domain/partition.ts";
import { bastionPage, linkPage, overview } from "../../../src/core/flows/views/console-view.ts";
import { digest } from "../../../src/core/flows/scheduled/digest.ts";
import { bastionsView, linksView } from "../../../src/core/flows/views/api-view.ts";
import { readTarget } from "../../../src/core/flows/store/read-estate.ts";
import { reportStale } from "../../../src/core/flows/scheduled/report-stale.ts";
import { evidenceWorld } from "../../memory/evidence-ports.ts";
import { aBastion, vmId } from "../../memory/samples.ts";
import { watchdog, type Watchdog } from "../../memory/watchdog.ts";

const edge = aBastion("bas-edge");
const everything = { text: "", bastion: "", owner: "", status: "", page: 1 } as const;
const why = 'What is remembered of it: Row "1link:torn" does not have the expected shape';

/** Two bastions with a link each were looked at; then a row of one was damaged. */
let dog: Watchdog;
beforeEach(async () => {
  dog = watchdog();
  dog.azure.addBastion(edge);
  dog.azure.create(dog.bastion, vmId("vm-hub"));
  dog.azure.create(edge, vmId("vm-edge"));
  await dog.sweep();
  await dog.run(minutes(2));
  dog.table.tamper(partitionOf(edge), "1link:torn", {});
});

describe("A row that cannot be read", () => {
  it("hides one bastion on the overview, which says so, and no other", async () => {
    const page = await overview(everything, dog.clock.now(), evidenceWorld(dog).ports);
    expect(page.shown.map(({ link }) => link.vmId)).toStrictEqual([vmId("vm-hub")]);
    expect(page.bastions).toMatchObject([
      { bastionId: edge.id, open: 0, host: { checkedAt: undefined, unreadable: { why, gone: false } } },
      { bastionId: dog.bastion.id, open: 1, host: { unreadable: undefined } },
    ]);
  });

  it("leaves the pages of other bastions and their links alone", async () => {
    const { ports } = evidenceWorld(dog);
    const world = { ports, settings: dog.settings, now: dog.clock.now() };
    const [link] = (await dog.table.read(partitionOf(dog.bastion))).links;
    if (!link) throw new Error("There is a link");
    const page = await linkPage({ bastionId: dog.bastion.id, linkId: link.linkId }, world);
    expect(page?.forms.map(({ kind, count }) => [kind, count])).toStrictEqual([
      ["link", 1],
      ["vm", 1],
      ["bastion", 1],
    ]);
    expect(await bastionPage(dog.bastion.id, dog.clock.now(), ports)).toMatchObject({
      links: [{ link: { vmId: vmId("vm-hub") } }],
    });
  });

  it("is what the page of its own bastion says", async () => {
    const page = await bastionPage(edge.id, dog.clock.now(), evidenceWorld(dog).ports);
    expect(page).toMatchObject({
      links: [],
      rows: { watched: { host: { unreadable: { why, gone: false } } } },
    });
  });

  it("is named to machines that ask how well bastions are watched", async () => {
    expect(await bastionsView(dog.clock.now(), dog.table)).toMatchObject([
      { bastionId: edge.id, coverage: "unreadable", why, links: { open: 0 } },
      { bastionId: dog.bastion.id, coverage: "read", links: { open: 1 } },
    ]);
  });

  it("fails the list of links, and whatever acts on many bastions: half of them would look like all", async () => {
    const query = { sort: "deadline", descending: false, closedWithin: days(30), limit: 10 } as const;
    await expect(linksView(query, dog.clock.now(), dog.table)).rejects.toThrow(UnreadableRow);
    await expect(readTarget({ kind: "vm", vmId: vmId("vm-hub") }, dog.table)).rejects.toThrow(UnreadableRow);
  });

  it("does not silence the digest, which counts the bastion among the unreadable", async () => {
    dog.clock.advance(hours(1));
    await digest({ timeZone: "UTC", hour: 0 }, { ...dog.ports, table: dog.table }, dog.settings);
    const [told] = dog.heard().slice(-1);
    expect(told).toMatchObject({ kind: "digest", linkCount: 1 });
    expect(told && alertSentences(told).join("\n")).toContain(why);
  });

  it("among the alerts costs the digest those of one bastion, and a line in the log", async () => {
    dog.table.tamper(partitionOf(edge), "1link:torn", undefined);
    dog.table.tamper(partitionOf(edge), "8sent:000000000000", {});
    await digest({ timeZone: "UTC", hour: 0 }, { ...dog.ports, table: dog.table }, dog.settings);
    expect(dog.heard().at(-1)?.kind).toBe("digest");
    expect(dog.log.entries).toContainEqual({
      level: "error",
      message: "Digest without the alerts of a bastion",
      fields: { bastion: edge.id, why: 'Row "8sent:000000000000" does not have the expected shape' },
    });
  });

  it("does not silence the word about bastions that nobody looks at", async () => {
    dog.clock.advance(days(1));
    expect(await reportStale(dog.ports, dog.settings)).toBe(1);
    expect(dog.heard().slice(-1).flatMap(alertSentences).join("\n")).toContain(
      "bas-hub: last checked 2026-11-21 08:00:15 UTC.",
    );
  });
});

it("A store that fails is no unreadable row: nothing is shown as if it were known", async () => {
  dog.crashes.failAt(2, "before");
  await expect(overview(everything, dog.clock.now(), evidenceWorld(dog).ports)).rejects.toThrow(
    "Crash before the effect of read",
  );
});
