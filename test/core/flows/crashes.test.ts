import { describe, expect, it } from "vitest";
import { factHash, type LedgerFact } from "../../../src/core/domain/ledger/ledger.ts";
import { minutes, seconds, type Milliseconds } from "../../../src/core/domain/time.ts";
import { acceptEvent } from "../../../src/core/flows/watch/accept-event.ts";
import { deliverAlert } from "../../../src/core/flows/alerts/deliver-alert.ts";
import { reconcile } from "../../../src/core/flows/watch/reconcile.ts";
import { SimulatedCrash } from "../../memory/crash-plan.ts";
import { vmId } from "../../memory/samples.ts";
import { hubPartition, watchdog, type Watchdog } from "../../memory/watchdog.ts";

/** As the platform does it: whatever throws comes back after a moment, until it goes through. */
const comesBackAfter = seconds(5);

async function untilItGoesThrough(dog: Watchdog, action: () => Promise<unknown>): Promise<void> {
  for (let attempt = 0; attempt < 5; attempt += 1) {
    try {
      await action();
      return;
    } catch (error) {
      if (!(error instanceof SimulatedCrash) && !(error instanceof AggregateError)) throw error;
      dog.clock.advance(comesBackAfter);
    }
  }
  throw new Error("Failed five times: the message would be poisoned");
}

async function run(dog: Watchdog, length: Milliseconds): Promise<void> {
  const { queues, clock, ports, settings } = dog;
  const end = clock.now() + length;
  for (let next = queues.nextVisible(); next !== undefined && next <= end; next = queues.nextVisible()) {
    if (next > clock.now()) clock.set(next);
    for (const request of queues.takeReconciles())
      await untilItGoesThrough(dog, () => reconcile(request, ports, settings));
    for (const request of queues.takeDelivers())
      await untilItGoesThrough(dog, () => deliverAlert(request, ports, settings));
  }
  if (clock.now() < end) clock.advance(end - clock.now());
}

const createEvent = (dog: Watchdog) => ({
  id: "create-1",
  specversion: "1.0",
  type: "Microsoft.Resources.ResourceActionSuccess",
  time: "2026-11-21T08:01:02Z",
  subject: dog.bastion.id,
  data: {
    operationName: "Microsoft.Network/bastionHosts/createShareableLinks/action",
    resourceUri: dog.bastion.id,
    claims: { oid: "22222222-0000-4000-8000-000000000007", upn: "jane@contoso.example" },
  },
});

/** First sight; two links made and announced by an event; one deleted by hand; the other warned of and taken down; a sweep at the end. */
async function history(dog: Watchdog): Promise<{ readonly kept: string; readonly removed: string }> {
  await untilItGoesThrough(dog, () => dog.sweep());
  await run(dog, minutes(1));
  const kept = dog.azure.create(dog.bastion, vmId("vm-kept"));
  const removed = dog.azure.create(dog.bastion, vmId("vm-removed"));
  dog.clock.advance(seconds(2));
  await untilItGoesThrough(dog, () => acceptEvent(createEvent(dog), dog.ports, dog.settings));
  await run(dog, minutes(10));
  dog.azure.remove(removed);
  await untilItGoesThrough(dog, () => dog.sweep());
  await run(dog, minutes(80));
  for (let sweep = 0; sweep < 2; sweep += 1) {
    await untilItGoesThrough(dog, () => dog.sweep());
    await run(dog, minutes(5));
  }
  return { kept, removed };
}

const policy = { rules: [{ name: "quick", ttl: "PT1H", warnBefore: "PT15M" }] };

function brokenLinks(facts: readonly LedgerFact[]): readonly number[] {
  let head = "";
  return facts.flatMap(({ prevHash, hash, ...rest }) => {
    const isWhole = prevHash === head && hash === factHash(prevHash, rest);
    head = hash;
    return isWhole ? [] : [rest.seq];
  });
}

/** What people heard about a link, each alert id once. */
const heardAbout = (dog: Watchdog, linkId: string): readonly string[] => [
  ...new Map(
    dog
      .heard()
      .filter(({ links }) => links.some((link) => link.linkId === linkId))
      .map(({ id, kind }) => [id, kind]),
  ).values(),
];

describe("The canonical history", () => {
  it("without a crash tells what happened, once each", async () => {
    const dog = watchdog(policy);
    const { kept, removed } = await history(dog);
    expect(dog.heard().map(({ kind, linkCount }) => [kind, linkCount])).toStrictEqual([
      ["created", 2],
      ["deleted", 1],
      ["expiring", 1],
      ["revoked", 1],
    ]);
    expect(heardAbout(dog, kept)).toStrictEqual(["created", "expiring", "revoked"]);
    expect(heardAbout(dog, removed)).toStrictEqual(["created", "deleted"]);
    expect(dog.azure.revocations).toStrictEqual([kept]);
    expect(brokenLinks(dog.table.ledger(hubPartition))).toStrictEqual([]);
  });

  const lastCall = 400;

  it.each(["before", "after"] as const)(
    "with a crash %s any single call of the outside world keeps every promise",
    async (when) => {
      const broken: string[] = [];
      let crashed = 0;
      for (let call = 1; call <= lastCall; call += 1) {
        const dog = watchdog(policy);
        dog.crashes.failAt(call, when);
        const { kept, removed } = await history(dog);
        if (dog.crashes.calls() < call) break;
        crashed += 1;
        broken.push(
          ...(await promisesBroken(dog, kept, removed)).map((promise) => `call ${call}: ${promise}`),
        );
      }
      expect(broken).toStrictEqual([]);
      expect(crashed).toBeGreaterThan(60);
      expect(crashed).toBeLessThan(lastCall);
    },
  );
});

/** Where the worker that asked Azure died with the answer, nobody can say whose delete it was. */
const isToldGone = (kinds: readonly string[]): boolean => ["revoked", "gone"].includes(kinds.at(-1) ?? "");

async function promisesBroken(dog: Watchdog, kept: string, removed: string): Promise<readonly string[]> {
  const about = { kept: heardAbout(dog, kept), removed: heardAbout(dog, removed) };
  const { outbox, links } = await dog.table.read(hubPartition);
  const facts = dog.table.ledger(hubPartition);
  const wrong = (isWrong: boolean, what: string) => (isWrong ? [what] : []);
  return [
    ...wrong(
      !about.kept.some((kind) => ["created", "unannounced"].includes(kind)),
      `P1 kept: ${about.kept.join()}`,
    ),
    ...wrong(
      !about.removed.some((kind) => ["created", "unannounced"].includes(kind)),
      `P1 removed: ${about.removed.join()}`,
    ),
    ...wrong(about.removed.at(-1) !== "deleted", `P2 removed: ${about.removed.join()}`),
    ...wrong(!isToldGone(about.kept), `P2 kept: ${about.kept.join()}`),
    ...wrong(outbox.length > 0, `P2 ${outbox.length} alerts unsent`),
    ...wrong(
      new Set(about.kept).size < about.kept.length || new Set(about.removed).size < about.removed.length,
      `P3 ${about.kept.join()}`,
    ),
    ...wrong(
      dog.azure.revocations.some((linkId) => linkId !== kept),
      "P4 another link was revoked",
    ),
    ...wrong(dog.azure.links.length > 0 || links.length > 0, "P5 a link is left"),
    ...wrong(brokenLinks(facts).length > 0, `P10 broken at ${brokenLinks(facts).join()}`),
    ...wrong(
      facts.filter(({ kind }) => kind === "revoke-requested").length === 0,
      "P10 no fact of the revocation",
    ),
  ];
}
