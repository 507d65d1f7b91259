import { describe, expect, it } from "vitest";
import { messagePage } from "../../../../src/core/flows/views/console-view.ts";
import { messageHtml } from "../../../../src/core/render/console/alert-pages.ts";
import { partitionOf } from "../../../../src/core/domain/partition.ts";
import { minutes } from "../../../../src/core/domain/time.ts";
import { asCaller, operator, order } from "../../../memory/console-order.ts";
import { evidenceWorld } from "../../../memory/evidence-ports.ts";
import { aBastion, vmId } from "../../../memory/samples.ts";
import { watchdog, type Watchdog } from "../../../memory/watchdog.ts";

const olga = operator("olga", 1);
const omar = operator("omar", 2);

/** Forbidden links on four bastions at one moment, the last by omar: one message. */
async function afterAStorm() {
  const rules = [{ name: "none", allow: false, mode: "observe" }];
  const dog = watchdog({ rules }, "enforce", [], { acknowledgeWithin: minutes(15) });
  const bastions = [dog.bastion, ...["bas-b", "bas-c", "bas-d"].map(aBastion)];
  for (const bastion of bastions.slice(1)) dog.azure.addBastion(bastion);
  await dog.sweep();
  await dog.run(minutes(1));
  for (const [index, bastion] of bastions.entries()) dog.azure.create(bastion, vmId(`vm-${index}`));
  await Promise.all(
    bastions.map((bastion, index) => dog.event({ bastion, ...(index === 3 && { caller: asCaller(omar) }) })),
  );
  await dog.run(minutes(1));
  const opened = dog.teams.messages.filter(({ alerts }) => alerts[0]?.kind === "created");
  const [messageId = ""] = (await statesOn(dog, bastions[1])).flatMap((delivery) =>
    delivery?.state === "accepted" && delivery.message !== undefined ? [delivery.message] : [],
  );
  return { dog, bastions, opened, messageId };
}

const statesOn = async (dog: Watchdog, bastion = dog.bastion) =>
  (await dog.table.readAlerts(partitionOf(bastion), 0)).map(({ deliveries }) => deliveries["teams"]);

const acknowledgeAll = (dog: Watchdog, messageId: string, person = olga) =>
  order(dog, person, { action: "acknowledge", target: { kind: "message", messageId }, why: "on it" });

const awaitedOn = async (dog: Watchdog, bastion = dog.bastion) =>
  (await dog.table.read(partitionOf(bastion))).host?.awaited.map(({ kind }) => kind);

describe("A message that carried several alerts", () => {
  it("is kept by its name, which each of its alerts has", async () => {
    const { dog, bastions, opened, messageId } = await afterAStorm();
    expect(opened.map(({ alerts }) => alerts.length)).toStrictEqual([4]);
    const message = await dog.table.readMessage(messageId);
    expect(message?.alerts.map(({ partition }) => partition)).toStrictEqual(bastions.map(partitionOf));
    expect(message?.alerts.map(({ alertId }) => alertId)).toStrictEqual(
      opened[0]?.alerts.map(({ id }) => id),
    );
  });

  it("has a page that shows each of them, and a form for all", async () => {
    const { dog, messageId } = await afterAStorm();
    const page = await messagePage(messageId, evidenceWorld(dog).ports);
    if (!page) throw new Error("There is no such page");
    const token = () => "token";
    const html = messageHtml(page, {
      now: dog.clock.now(),
      person: olga,
      mode: "enforce",
      token,
      said: undefined,
      count: 0,
    });
    expect(html).toContain("<h1>4 alerts in one message</h1>");
    for (const name of ["vm-0", "vm-1", "vm-2", "vm-3"]) expect(html).toContain(name);
    expect(html).toContain("Acknowledge all 4 alerts");
    expect(html.match(/\/console\/alerts\?message=/g)).toHaveLength(4);
  });

  it("is taken care of as a whole, once, with a fact on each bastion", async () => {
    const { dog, bastions, messageId } = await afterAStorm();
    expect(await acknowledgeAll(dog, messageId)).toStrictEqual({ kind: "done", count: 4 });
    for (const bastion of bastions) {
      expect(await awaitedOn(dog, bastion)).toStrictEqual([]);
      const facts = dog.table.ledger(partitionOf(bastion)).map(({ kind }) => kind);
      expect(facts.filter((kind) => kind === "alert-acknowledged")).toHaveLength(1);
    }
    expect(await acknowledgeAll(dog, messageId)).toStrictEqual({
      kind: "refused",
      why: "already-acknowledged",
    });
  });

  it("leaves to somebody else what names the person", async () => {
    const { dog, bastions, messageId } = await afterAStorm();
    expect(await acknowledgeAll(dog, messageId, omar)).toStrictEqual({ kind: "done", count: 3, stays: 1 });
    expect(await awaitedOn(dog, bastions[3])).toStrictEqual(["created"]);
  });

  it("that nobody kept is not there", async () => {
    const { dog } = await afterAStorm();
    expect(await acknowledgeAll(dog, `m${"a".repeat(52)}`)).toStrictEqual({
      kind: "refused",
      why: "not-found",
    });
  });
});
