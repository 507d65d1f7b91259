import { describe, expect, it } from "vitest";
import { after, hours, minutes, seconds } from "../../../src/core/domain/time.ts";
import { alertSentences } from "../../../src/core/render/words/alert-sentences.ts";
import { aSignIn, memoryLogs } from "../../memory/memory-logs.ts";
import { vmId } from "../../memory/samples.ts";
import { hubPartition, watchdog } from "../../memory/watchdog.ts";

/** A watchdog with a workspace, and a link to `vm-1` by Jane that people were told of. */
async function withLink(logs = memoryLogs()) {
  const dog = watchdog({ rules: [{ name: "default", ttl: "PT2H" }] }, "enforce", [], { logs });
  await dog.sweep();
  await dog.run(seconds(5));
  const openedAt = dog.clock.now();
  const linkId = dog.azure.create(dog.bastion, vmId("vm-1"));
  await dog.event({});
  await dog.run(seconds(5));
  const notesOf = (kind: string) =>
    dog
      .heard()
      .filter((alert) => alert.kind === kind)
      .flatMap(alertSentences);
  return { dog, logs, linkId, openedAt, notesOf };
}

describe("Whether a link was used is told with its end", () => {
  it("by the watchdog: by whom, from where, and how often somebody failed", async () => {
    const { dog, logs, openedAt, notesOf } = await withLink();
    const later = after(openedAt, minutes(30));
    logs.entries.push(aSignIn(dog.bastion, openedAt), aSignIn(dog.bastion, later, { failed: true }));
    await dog.run(hours(3));
    expect(notesOf("revoked")).toStrictEqual([
      "Used: 1 session by azureuser from 203.0.113.20 over a link, failed sign-ins: 1.",
    ]);
  });

  it("by somebody else", async () => {
    const { dog, linkId, notesOf } = await withLink();
    dog.clock.advance(minutes(30));
    dog.azure.remove(linkId);
    await dog.event({ operation: "deleteshareablelinksbytoken/action" });
    await dog.run(seconds(30));
    const [note] = notesOf("deleted");
    expect(note).toMatch(/^Never used, as far as Bastion's audit log had arrived \(until 2\d{3}-.* UTC\)\.$/);
  });

  it("and that nobody knows, with the reason", async () => {
    const { dog, logs, notesOf } = await withLink();
    logs.refusal = "Log Analytics did not answer within 2 s";
    await dog.run(hours(3));
    expect(notesOf("revoked")).toStrictEqual([
      "Whether it was used is not known: Log Analytics did not answer within 2 s.",
    ]);
  });

  it("in one alert for many links: the used ones by name, the others by number", async () => {
    const { dog, logs, openedAt, notesOf } = await withLink();
    for (const name of ["vm-2", "vm-3"]) dog.azure.create(dog.bastion, vmId(name));
    await dog.event({});
    await dog.run(seconds(30));
    logs.entries.push(
      aSignIn(dog.bastion, after(openedAt, minutes(1)), { vmId: vmId("vm-2").toUpperCase() }),
    );
    for (const { linkId } of [...dog.azure.links]) dog.azure.remove(linkId);
    dog.clock.advance(hours(1));
    await dog.sweep();
    await dog.run(minutes(1));
    const [first, second, ...rest] = notesOf("deleted");
    expect(first).toBe("vm-2 was used: 1 session by azureuser from 203.0.113.20 over a link.");
    expect(second).toMatch(/^2 of them were never used, as far as/);
    expect(rest).toStrictEqual([]);
  });

  it("and kept in the ledger, in figures and without names", async () => {
    const { dog, logs, openedAt } = await withLink();
    logs.entries.push(aSignIn(dog.bastion, openedAt));
    await dog.run(hours(3));
    const closed = dog.table.ledger(hubPartition).filter(({ kind }) => kind === "link-closed");
    expect(closed.map(({ data }) => data)).toStrictEqual([
      { closedBy: "revoked-by-watchdog", used: "used", sessions: 1, failedSignIns: 0, wholeLog: true },
    ]);
  });

  it("and nobody is asked while no link ends, nor told anything where no workspace is configured", async () => {
    const { dog, logs } = await withLink();
    await dog.run(minutes(4));
    expect(logs.asked.signIns).toStrictEqual([]);
    const plain = watchdog();
    await plain.sweep();
    plain.azure.create(plain.bastion, vmId("vm-1"));
    await plain.event({});
    await plain.run(hours(12));
    expect(plain.heard().find(({ kind }) => kind === "revoked")?.notes).toStrictEqual([]);
  });
});
