import { describe, expect, it } from "vitest";
import { minutes, seconds } from "../../src/core/domain/time.ts";
import type { LinkId } from "../../src/core/domain/links/link.ts";
import { askerOver } from "../../src/core/flows/asking/asking.ts";
import { forgetSession, knownSessions, listSessions } from "../../src/core/flows/asking/sessions.ts";
import { linkPage } from "../../src/core/flows/views/console-view.ts";
import type { EvidencePorts } from "../../src/core/ports.ts";
import { linkHtml } from "../../src/core/render/console/detail-pages.ts";
import { evidenceWorld } from "../memory/evidence-ports.ts";
import { aBastion, vmId } from "../memory/samples.ts";
import { watchdog } from "../memory/watchdog.ts";

const byTag = { rules: [{ name: "prod", match: { tags: { env: "prod" } }, allow: false }, { name: "rest" }] };

/** A watchdog that knows one open link, and its page. */
async function withLink(policy: object = { rules: [{ name: "rest" }] }) {
  const dog = watchdog(policy);
  const { ports } = evidenceWorld(dog);
  await dog.sweep();
  await dog.run(minutes(1));
  const linkId = dog.azure.create(dog.bastion, vmId("vm-1"));
  await dog.event({});
  await dog.run(minutes(3));
  const open = (id: LinkId = linkId, others: Partial<EvidencePorts> = {}) =>
    linkPage(
      { bastionId: dog.bastion.id, linkId: id },
      { ports: { ...ports, ...others }, settings: dog.settings, now: dog.clock.now() },
    );
  const worker = async () => {
    for (const request of dog.queues.takeSessions()) await listSessions(request, ports);
  };
  const asked = () => dog.queues.waiting().filter(({ queue }) => queue === "sessions");
  return { dog, ports, linkId, open, worker, asked };
}

const times = (count: number) => Array.from({ length: count }, (_, n) => n);

describe("Whoever opens pages in a loop", () => {
  it("has the sessions of a bastion asked for once in half a minute, by a function that nothing else waits for", async () => {
    const { dog, open, worker, asked } = await withLink();
    await Promise.all(times(50).map(() => open()));
    expect(asked()).toHaveLength(1);
    await worker();
    for (let n = 0; n < 60; n += 1) {
      await open();
      await worker();
      dog.clock.advance(seconds(1));
    }
    expect(dog.azure.sessionLists).toHaveLength(2);
  });

  it("waits for Azure in front of no page: it shows what is known, and of when", async () => {
    const { dog, open, worker } = await withLink();
    dog.azure.sessions.push({ vmId: vmId("vm-1"), isLink: true, sessionId: "s-1" });
    const never = () => new Promise<never>(() => undefined);
    const controlPlane = { ...dog.azure.controlPlane, liveSessions: never, listLinks: never };
    expect((await open(undefined, { controlPlane }))?.live).toBeUndefined();
    await worker();
    dog.clock.advance(seconds(20));
    const page = await open(undefined, { controlPlane });
    expect(page?.live).toMatchObject({ answer: { kind: "listed", sessions: [{ sessionId: "s-1" }] } });
    const scene = {
      now: dog.clock.now(),
      person: { objectId: "p", userPrincipalName: "p", name: "P", isOperator: false },
      ...{ mode: "enforce" as const, token: undefined, said: undefined, count: 0 },
    };
    expect(page && linkHtml(page, scene)).toContain("20 s ago");
  });

  it("gets no more from several instances, nor where the marks cannot be read", async () => {
    const { dog, ports, open, asked } = await withLink();
    const fails = () => Promise.reject(new Error("503 ServerBusy"));
    const asker = askerOver({ table: { readAsking: fails, writeAsking: fails }, clock: dog.clock });
    for (let n = 0; n < 10; n += 1) await open(undefined, { asker });
    expect(asked()).toHaveLength(1);
    for (let n = 0; n < 10; n += 1) await open(undefined, { asker: askerOver(ports) });
    expect(asked()).toHaveLength(2);
  });

  it("gets nothing asked of Azure while storage is down", async () => {
    const { dog, ports, open, asked } = await withLink();
    const before = [dog.azure.lists.length, dog.azure.sessionLists.length];
    const fails = () => Promise.reject(new Error("503 ServerBusy"));
    await expect(open(undefined, { table: { ...ports.table, read: fails } })).rejects.toThrow("503");
    expect([dog.azure.lists.length, dog.azure.sessionLists.length]).toStrictEqual(before);
    expect(asked()).toStrictEqual([]);
  });

  it("takes from what the subscription grants those who ask, also for sessions of ever other bastions", async () => {
    const { ports, asked } = await withLink();
    const bastions = times(150).map((n) => aBastion(`bas-${n}`));
    for (const bastion of bastions) await knownSessions(bastion, ports);
    expect(asked()).toHaveLength(100);
  });

  it("has a message that comes late or twice ask nothing", async () => {
    const { dog, ports, open, worker } = await withLink();
    await open();
    const [request] = dog.queues.takeSessions();
    if (!request) throw new Error("Nothing was asked");
    expect(await listSessions(request, ports)).toBe("kept");
    expect(await listSessions(request, ports)).toBe("answered already");
    dog.clock.advance(minutes(1));
    await open();
    dog.clock.advance(minutes(5));
    await worker();
    expect(dog.azure.sessionLists).toHaveLength(1);
  });

  it("asks Resource Graph for tags no oftener than leaves it to the sweep, and is shown what was last known", async () => {
    const { dog, open } = await withLink(byTag);
    let asked = 0;
    const estate = {
      ...dog.azure.estate,
      virtualMachines: (vmIds: readonly string[]) => {
        asked += 1;
        return dog.azure.estate.virtualMachines(vmIds);
      },
    };
    const pages = [];
    for (let n = 0; n < 40; n += 1) {
      pages.push(await open(undefined, { estate }));
      dog.clock.advance(seconds(0.25));
    }
    expect(asked).toBe(9);
    expect(new Set(pages.map((page) => page?.extendableUntil)).size).toBe(1);
    expect(pages[0]?.extendableUntil).toBeDefined();
  });

  it("shows a session that was ended no more, and not again before Azure is asked", async () => {
    const { dog, open, worker, ports } = await withLink();
    dog.azure.sessions.push({ vmId: vmId("vm-1"), isLink: true, sessionId: "s-1" });
    await open();
    await worker();
    await forgetSession(dog.bastion, "s-1", ports);
    expect((await open())?.live).toMatchObject({ answer: { kind: "listed", sessions: [] } });
  });
});
