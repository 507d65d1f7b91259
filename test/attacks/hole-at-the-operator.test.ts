import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import type { CliContext, SignedIn } from "../../src/cli/command.ts";
import { run } from "../../src/cli/run.ts";
import { holeIdOf } from "../../src/core/domain/links/link.ts";
import { settableClock } from "../memory/clock.ts";
import { memoryActivityLog } from "../memory/memory-activity-log.ts";
import { memoryAzure, type MemoryAzure } from "../memory/memory-azure.ts";
import { memoryNaming } from "../memory/memory-naming.ts";
import { aBastion, vmId } from "../memory/samples.ts";

const bastion = aBastion("bas-hub");

/** Somebody signed in to this Azure, and what `revoke` says to them. */
function operator() {
  const clock = settableClock();
  const azure: MemoryAzure = memoryAzure(clock);
  azure.addBastion(bastion);
  const signedIn: SignedIn = {
    account: { objectId: "x", name: "olga" },
    controlPlane: azure.controlPlane,
    activityLog: memoryActivityLog(clock),
    naming: memoryNaming(),
    estate: () => azure.estate,
  };
  const context: Partial<CliContext> = {
    clock,
    azure: () => Promise.resolve(signedIn),
    readLines: () => Readable.from([]),
    wait: (length) => {
      clock.advance(length);
      return Promise.resolve();
    },
  };
  const revoke = async (linkId: string) => {
    const said: string[] = [];
    const say = (text: string) => {
      said.push(text);
    };
    const terminal = {
      print: (text: string) => Promise.resolve(text).then(say),
      note: say,
      progress: say,
      bar: () => undefined,
      ask: () => Promise.resolve(undefined),
    };
    const words = ["revoke", linkId, "--bastion", bastion.id, "--yes"];
    return { code: await run(words, terminal, context as CliContext), said: said.join("\n") };
  };
  return { azure, revoke };
}

describe("An operator revokes a link whatever else the list lacks, and hears what is so", () => {
  it("beside an entry without a URL", async () => {
    const { azure, revoke } = operator();
    const decoy = azure.create(bastion, vmId("vm-decoy"));
    const linkId = azure.create(bastion, vmId("vm-1"));
    azure.habits.withoutUrl = [decoy];
    expect(await revoke(linkId)).toMatchObject({ code: 0 });
    expect(azure.links.map((link) => link.linkId)).toStrictEqual([decoy]);
  });

  it("a link that loses its URL while it is taken down is not called gone", async () => {
    const { azure, revoke } = operator();
    const linkId = azure.create(bastion, vmId("vm-1"));
    const real = { ...azure.controlPlane };
    azure.habits.deletesIgnored = true;
    Object.assign(azure.controlPlane, {
      revokeLinks: (...all: Parameters<typeof real.revokeLinks>) => {
        azure.habits.withoutUrl = [linkId];
        return real.revokeLinks(...all);
      },
    });
    const { code, said } = await revoke(linkId);
    expect(said).toContain("is still listed after two minutes");
    expect(code).toBe(2);
  });

  it("one that never had a URL, by its VM, if that has no other", async () => {
    const { azure, revoke } = operator();
    azure.habits.withoutUrl = [azure.create(bastion, vmId("vm-1"))];
    const id = holeIdOf(vmId("vm-1"), azure.links[0]?.createdAt);
    const { code, said } = await revoke(id);
    expect(said).toContain(
      "Azure lists it without its URL: it is deleted by its VM, if that has no other link",
    );
    expect(said).toContain("No token deletes it; it was deleted as its VM's only link.");
    expect([code, azure.links]).toStrictEqual([0, []]);
  });

  it("and not where its VM has another link, in whatever casing", async () => {
    const { azure, revoke } = operator();
    azure.habits.withoutUrl = [azure.create(bastion, vmId("vm-1"))];
    azure.create(bastion, vmId("VM-1"));
    const { code, said } = await revoke(holeIdOf(vmId("vm-1"), azure.links[0]?.createdAt));
    expect(said).toContain("is still open: its VM has other links");
    expect([code, azure.links.length]).toStrictEqual([2, 2]);
  });

  it("one whose deletes by token come to nothing, by its VM, within the two minutes", async () => {
    const { azure, revoke } = operator();
    azure.habits.tokensIgnored = true;
    const linkId = azure.create(bastion, vmId("vm-1"));
    const { code, said } = await revoke(linkId);
    expect(said).toContain("No token deletes it; it was deleted as its VM's only link.");
    expect([code, azure.links]).toStrictEqual([0, []]);
  });

  it("is told which entries it may be, where the list holds no such link", async () => {
    const { azure, revoke } = operator();
    azure.habits.withoutUrl = [azure.create(bastion, vmId("vm-1"))];
    const { code, said } = await revoke("a".repeat(26));
    expect(said).toContain("unless it is among these, which Azure lists without a URL:\n");
    expect(said).toContain(`${holeIdOf(vmId("vm-1"), azure.links[0]?.createdAt)} vm-1`);
    expect(code).toBe(1);
  });

  it("a bastion that refuses the list in words about the feature is not called switched off", async () => {
    const { azure, revoke } = operator();
    const linkId = azure.create(bastion, vmId("vm-1"));
    Object.assign(azure.controlPlane, {
      listLinks: () =>
        Promise.resolve({ kind: "unexplained", why: "409 Conflict at rg-shareablelink-disabled" }),
    });
    const { code, said } = await revoke(linkId);
    expect(said).toContain("409 Conflict at rg-shareablelink-disabled");
    expect(code).toBe(1);
  });
});
