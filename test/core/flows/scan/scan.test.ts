import { describe, expect, it } from "vitest";
import { scan } from "../../../../src/core/flows/scan/scan.ts";
import type { ScanScope } from "../../../../src/core/flows/scan/scan-scope.ts";
import { scanJson, scanTable } from "../../../../src/core/render/reports/scan-report.ts";
import { hours, minutes, seconds } from "../../../../src/core/domain/time.ts";
import { parseBastionId, type BastionId } from "../../../../src/core/domain/arm-id.ts";
import { aSignIn, memoryLogs } from "../../../memory/memory-logs.ts";
import { aBastion, vmId } from "../../../memory/samples.ts";
import { watchdog, type Watchdog } from "../../../memory/watchdog.ts";

const scanOf = (dog: Watchdog, scope: ScanScope = {}) => scan(scope, dog.ports, dog.settings);

function elsewhere(): BastionId {
  const bastion = parseBastionId(
    "/subscriptions/22222222-0000-4000-8000-000000000002/resourceGroups/rg-Spoke/providers/Microsoft.Network/bastionHosts/bas-spoke",
  );
  if (!bastion) throw new Error("No bastion");
  return bastion;
}

describe("A scan", () => {
  it("writes nothing but what it asked, sends nothing and revokes nothing", async () => {
    const dog = watchdog({ rules: [{ name: "never", allow: false }] });
    dog.azure.create(dog.bastion, vmId("vm-1"), "2025-01-01T00:00:00Z");
    await scanOf(dog);
    expect([...dog.table.everything().values()].flat().map(({ key }) => key)).toStrictEqual([
      "5scan:11111111-0000-4000-8000-000000000001",
      "5scan:resource-graph",
    ]);
    expect(dog.queues.waiting()).toStrictEqual([]);
    expect(dog.azure.revocations).toStrictEqual([]);
    expect(dog.heard()).toStrictEqual([]);
  });

  it("changes no row of what is watched already", async () => {
    const dog = watchdog();
    dog.azure.create(dog.bastion, vmId("vm-1"));
    await dog.sweep();
    await dog.run(minutes(5));
    const rows = () =>
      [...dog.table.everything()].flatMap(([name, stored]) =>
        stored.filter(({ key }) => !key.startsWith("5scan:")).map((row) => [name, row]),
      );
    const before = [rows(), dog.queues.waiting()];
    await scanOf(dog);
    expect([rows(), dog.queues.waiting()]).toStrictEqual(before);
  });

  it.each<[ScanScope, number, number]>([
    [{}, 2, 3],
    [{ subscription: "11111111-0000-4000-8000-000000000001" }, 1, 2],
    [{ subscription: "33333333-0000-4000-8000-000000000003" }, 0, 0],
    [{ resourceGroup: "RG-SPOKE" }, 1, 1],
    [{ bastion: "BAS-HUB" }, 1, 2],
    [{ bastion: aBastion("bas-hub").id.toUpperCase() }, 1, 2],
    [{ bastion: "bas" }, 0, 0],
    [{ vm: "VM-1" }, 2, 2],
    [{ vm: vmId("vm-2") }, 2, 1],
    [{ resourceGroup: "rg-spoke", vm: "vm-2" }, 1, 0],
  ])("of %j looks at %i bastions and tells of %i links", async (scope, bastions, links) => {
    const dog = watchdog();
    dog.azure.addBastion(elsewhere());
    dog.azure.create(dog.bastion, vmId("vm-1"));
    dog.azure.create(dog.bastion, vmId("vm-2"));
    dog.azure.create(elsewhere(), vmId("vm-1"));
    const report = await scanOf(dog, scope);
    expect([report.bastions.length, report.links.length]).toStrictEqual([bastions, links]);
    expect(report.complete).toBe(true);
  });

  it.each`
    habit                                                                       | read          | complete | why
    ${{ unreadable: { kind: "busy", why: "409 busy", retryAfter: undefined } }} | ${"no"}       | ${false} | ${"409 busy"}
    ${{ unreadable: { kind: "forbidden", why: "403" } }}                        | ${"no"}       | ${false} | ${"403"}
    ${{ incomplete: true }}                                                     | ${"partly"}   | ${false} | ${"a page did not arrive"}
    ${{ featureOff: true }}                                                     | ${"complete"} | ${true}  | ${"shareable links are switched off"}
  `(
    "of a bastion with $habit is complete: $complete",
    async (row: { habit: object; read: string; complete: boolean; why: string }) => {
      const dog = watchdog();
      Object.assign(dog.azure.habits, row.habit);
      expect(await scanOf(dog)).toMatchObject({
        complete: row.complete,
        bastions: [{ read: row.read, why: row.why }],
      });
    },
  );

  it("is complete though a bastion that was watched is deleted", async () => {
    const dog = watchdog();
    await dog.sweep();
    dog.azure.removeBastion(dog.bastion);
    expect(await scanOf(dog)).toMatchObject({
      complete: true,
      bastions: [{ read: "complete", why: "this bastion no longer exists", linkCount: 0 }],
    });
  });

  it("looks at bastions that Resource Graph omits, if they were ever seen", async () => {
    const dog = watchdog();
    await dog.sweep();
    dog.azure.habits.graphOmits = true;
    expect((await scanOf(dog)).bastions).toHaveLength(1);
  });

  it.each`
    rule                | createdAt                     | verdict            | deadline
    ${{ ttl: "PT8H" }}  | ${"2026-11-21T08:00:00Z"}     | ${"within policy"} | ${"2026-11-21T16:00:00.000Z"}
    ${{ ttl: "PT8H" }}  | ${"2026-11-21T02:00:00.001Z"} | ${"within policy"} | ${"2026-11-21T10:00:00.001Z"}
    ${{ ttl: "PT8H" }}  | ${"2026-11-21T02:00:00Z"}     | ${"expiring soon"} | ${"2026-11-21T10:00:00.000Z"}
    ${{ ttl: "PT8H" }}  | ${"2020-01-01T00:00:00Z"}     | ${"overdue"}       | ${"2020-01-01T08:00:00.000Z"}
    ${{ ttl: "PT8H" }}  | ${"nonsense"}                 | ${"within policy"} | ${"2026-11-21T16:00:00.000Z"}
    ${{ allow: false }} | ${"2026-11-21T08:00:00Z"}     | ${"forbidden"}     | ${"2026-11-21T08:00:00.000Z"}
  `(
    "says $verdict of a link of $createdAt under $rule",
    async (row: { rule: object; createdAt: string; verdict: string; deadline: string }) => {
      const dog = watchdog({ rules: [{ name: "it", ...row.rule }] });
      dog.azure.create(dog.bastion, vmId("vm-1"), row.createdAt);
      expect(scanJson(await scanOf(dog))).toMatchObject({
        links: [
          {
            verdict: row.verdict,
            deadline: row.deadline,
            rule: "it",
            createdBy: "unknown",
            status: "not yet tracked",
          },
        ],
      });
    },
  );

  it("says overdue of a tracked link that Azure would not delete", async () => {
    const dog = watchdog({ rules: [{ name: "quick", ttl: "PT1H", warnBefore: "PT15M" }] });
    await dog.sweep();
    await dog.run(minutes(1));
    dog.azure.create(dog.bastion, vmId("vm-1"));
    await dog.event({});
    dog.azure.habits.deletesIgnored = true;
    await dog.run(hours(2));
    expect((await scanOf(dog)).links).toMatchObject([
      { verdict: "overdue", status: "revoke-failed", createdBy: "jane@contoso.example" },
    ]);
  });

  it("throws when Resource Graph fails: half an estate looks like a whole one", async () => {
    const dog = watchdog();
    dog.azure.habits.graphFails = true;
    await expect(scanOf(dog)).rejects.toThrow("Resource Graph answered 500");
  });
});

describe("A scan as text", () => {
  it("is a table of what is due first, and of what was not read", async () => {
    const dog = watchdog();
    await dog.sweep();
    await dog.run(minutes(1));
    const linkId = dog.azure.create(dog.bastion, vmId("vm-1"));
    await dog.event({});
    dog.clock.advance(minutes(30) + seconds(5));
    dog.azure.habits.incomplete = true;
    expect(scanTable(await scanOf(dog)).split("\n")).toStrictEqual([
      "1 open link on 1 bastion, 2026-11-21 08:31:05 UTC",
      "",
      "VM    BASTION  CREATED                  BY                    DUE            VERDICT        RULE     LINK",
      `vm-1  bas-hub  2026-11-21 08:01:00 UTC  jane@contoso.example  in 7 h 30 min  within policy  default  ${linkId}`,
      "",
      "NOT FULLY READ  WHY",
      "bas-hub         a page did not arrive",
      "",
      "This scan is incomplete: there may be more links.",
      "",
    ]);
  });
});

describe("A scan as JSON", () => {
  it("has every moment as ISO 8601, and no URL or token", async () => {
    const dog = watchdog();
    dog.azure.create(dog.bastion, vmId("vm-1"), "11/21/2026 07:59:59");
    dog.azure.create(dog.bastion, vmId("vm-2"), "nonsense");
    const json = JSON.stringify(scanJson(await scanOf(dog)));
    expect(json).toContain('"scannedAt":"2026-11-21T08:00:00.000Z"');
    expect(json).toContain('"createdAt":"2026-11-21T07:59:59.000Z"');
    expect(json).toContain('"createdAt":null');
    for (const { token } of dog.azure.links) expect(json).not.toContain(token);
  });
});

describe("A scan with a workspace", () => {
  const opened = async () => {
    const logs = memoryLogs();
    const dog = watchdog({ rules: [{ name: "default", ttl: "PT8H" }] }, "enforce", [], { logs });
    dog.azure.create(dog.bastion, vmId("vm-1"));
    dog.azure.create(dog.bastion, vmId("vm-2"));
    const at = dog.clock.now();
    await dog.run(minutes(30));
    return { dog, logs, at };
  };

  it("says of each link whether it was used, by one question for all", async () => {
    const { dog, logs, at } = await opened();
    logs.entries.push(aSignIn(dog.bastion, at));
    const report = await scanOf(dog);
    const words = scanJson(report).links.map(({ vmId: vm, used }) => [vm, used]);
    expect(words.toSorted()).toStrictEqual([
      [vmId("vm-1"), "1 session by azureuser from 203.0.113.20 over a link"],
      [vmId("vm-2"), "never used until 2026-11-21 08:20:00 UTC"],
    ]);
    expect(logs.asked.signIns).toHaveLength(1);
    expect(scanTable(report)).toContain("USED");
  });

  it("that does not answer says so, and tells of the links all the same", async () => {
    const { dog, logs } = await opened();
    logs.refusal = "the identity lacks Log Analytics Reader";
    const report = await scanOf(dog);
    const { links, complete } = scanJson(report);
    expect(links.map(({ used }) => used)).toStrictEqual(
      Array(2).fill("not known: the identity lacks Log Analytics Reader"),
    );
    expect(complete).toBe(true);
    const lines = scanTable(report).split("\n");
    expect(lines.filter((line) => / not known {2,}\S+$/.test(line))).toHaveLength(2);
    expect(lines.at(-2)).toBe(
      "Whether 2 links were used is not known: the identity lacks Log Analytics Reader.",
    );
  });

  it("is the only one with such a column", async () => {
    const dog = watchdog();
    dog.azure.create(dog.bastion, vmId("vm-1"));
    expect(scanTable(await scanOf(dog))).not.toContain("USED");
  });
});
