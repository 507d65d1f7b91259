import { describe, expect, it } from "vitest";
import { eventually } from "../../local/scenario/eventually.ts";
import { jane, omar, pipeline } from "../../local/scenario/people.ts";
import { fireSweep, looked } from "../../local/scenario/scene.ts";
import { stage } from "./stage.ts";

const hub = "bas-hub-weu";
const edge = "bas-edge-neu";

const policy = '{"rules":[{"name":"a minute and a quarter","ttl":"PT75S","warnBefore":"PT10S"}]}';
const on = stage({
  settings: { WATCHDOG_SWEEP_SCHEDULE: "*/10 * * * * *", WATCHDOG_POLICY: policy },
  leaseInSeconds: 5,
});

/** A worker that dies keeps its claim on a bastion for a minute and a half, and its messages for the lease. */
const withinInMs = 150_000;

/** Machines that a card speaks of as opened. */
const alerted = (): readonly string[] => {
  const cards = on().channel.cards.filter(
    ({ title }) => title.includes("reachable from the internet") || title.includes("opened on"),
  );
  return on()
    .azure.machines.filter((machine) => cards.some(({ words }) => words.includes(machine)))
    .toSorted();
};

function idOf(words: string): string {
  const id = /alert ([a-z][a-z2-7]{7}) /.exec(words)?.[1];
  if (id === undefined) throw new Error(`A card without an alert's id: ${words}`);
  return id;
}

/** Resolves while the watchdog waits for Azure's list of the links: the request is there, and has no answer. */
async function listAsked(bastion: string): Promise<void> {
  const path = `${on().azure.bastionId(bastion)}/getShareableLinks`.toLowerCase();
  const requests = () => on().azure.requests();
  await eventually(
    { expected: `a list of ${bastion} asked for in vain`, withinInMs: 30_000, saw: requests },
    async () =>
      (await requests()).find((request) => request.path.toLowerCase() === path && request.status === 0),
  );
}

describe("a Functions host that is killed", () => {
  it(
    "right after links were created, or while it lists them, alerts every link, takes each down, and keeps its ledger",
    { timeout: 270_000 },
    async () => {
      const { azure, stack } = on();
      const startedAt = Date.now();
      await fireSweep(stack);
      for (const bastion of [hub, edge]) await looked({ azure }, bastion, startedAt);

      await azure.createLinks(jane, hub, ["vm-staging-01"]);
      await stack.killFunctions();
      await azure.createLinks(omar, hub, ["vm-build-01"]);
      await stack.restartFunctions();

      await stack.killFunctions();
      await azure.createLinks(pipeline, edge, ["vm-legacy-01", "vm-prod-db-01", "vm-prod-web-01"]);
      await azure.simulate("faults", { hangs: true });
      await stack.restartFunctions();
      await listAsked(edge);
      await stack.killFunctions();
      await azure.simulate("faults", { hangs: false });
      expect(alerted()).not.toContain("vm-legacy-01");
      await stack.restartFunctions();

      await eventually(
        { expected: "a card about each of the five machines", withinInMs, saw: alerted },
        () => (alerted().length === 5 ? true : undefined),
      );
      const { cards } = on().channel;
      expect(
        cards.filter((card) =>
          cards.some((other) => idOf(other.words) === idOf(card.words) && other.words !== card.words),
        ),
      ).toEqual([]);

      const open = async () => (await azure.state()).links.length;
      await eventually({ expected: "no link left past its time", withinInMs: 90_000, saw: open }, async () =>
        (await open()) === 0 ? true : undefined,
      );
      for (const bastion of [hub, edge]) {
        const answer = await fetch(`${stack.functionsUrl}/api/ledger?bastion=${bastion}`, {
          headers: { "x-functions-key": stack.key },
        });
        expect([answer.status, answer.headers.get("x-ledger-verified")]).toStrictEqual([200, "true"]);
      }
    },
  );
});
