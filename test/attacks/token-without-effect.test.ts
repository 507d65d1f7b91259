import { describe, expect, it } from "vitest";
import { minutes } from "../../src/core/domain/time.ts";
import { vmId } from "../memory/samples.ts";
import { awake, sweepFor } from "../memory/sweep-for.ts";
import { orderAtTheConsole } from "../simulation/operator.ts";
import { hubPartition, type Watchdog } from "../memory/watchdog.ts";

const rules = [
  { name: "no production", match: { vm: "**/vm-prod-*" }, allow: false },
  { name: "short", match: { vm: "**/vm-short" }, ttl: "PT1H", warnBefore: "PT15M" },
  { name: "rest", ttl: "P1D" },
];
const production = vmId("vm-prod-db-01");

const facts = (dog: Watchdog, kind: string) =>
  dog.table.ledger(hubPartition).filter((fact) => fact.kind === kind);

describe("A link whose delete by token Azure takes and does not do goes by its VM", () => {
  it("with the third delete, and not before", async () => {
    const dog = await awake({ rules });
    dog.azure.habits.tokensIgnored = true;
    const linkId = dog.azure.create(dog.bastion, production);
    await sweepFor(dog, minutes(15));
    expect(dog.azure.links).toStrictEqual([]);
    expect(dog.azure.revocations).toStrictEqual([linkId, linkId, linkId]);
    expect(facts(dog, "revoked-by-vm")).toMatchObject([
      { data: { links: linkId, why: "token-without-effect" } },
    ]);
    expect(
      dog
        .heard()
        .slice(-2)
        .map(({ kind }) => kind)
        .toSorted(),
    ).toStrictEqual(["revoked", "trouble-ended"]);
  });

  it("but takes no link of that VM with it that is not due", async () => {
    const dog = await awake({ rules });
    dog.azure.habits.tokensIgnored = true;
    const due = dog.azure.create(dog.bastion, vmId("vm-short"));
    await sweepFor(dog, minutes(50));
    const young = dog.azure.create(dog.bastion, vmId("vm-short"));
    await sweepFor(dog, minutes(40));
    expect(dog.azure.links.map(({ linkId }) => linkId)).toStrictEqual([due, young]);
    expect(facts(dog, "revoke-refused").at(-1)?.data["why"]).toBe("its VM has other links");
    await sweepFor(dog, minutes(120));
    expect(dog.azure.links).toStrictEqual([]);
  });

  it("and what went with its VM was revoked, also where its own last delete was refused", async () => {
    const dog = await awake({ rules });
    dog.azure.habits.tokensIgnored = true;
    const linkId = dog.azure.create(dog.bastion, vmId("vm-short"));
    await sweepFor(dog, minutes(60));
    const younger = dog.azure.create(dog.bastion, vmId("vm-short"));
    await sweepFor(dog, minutes(90));
    expect(
      dog.table
        .closed(hubPartition)
        .map(({ link, closedBy }) => [link.linkId, closedBy])
        .sort(),
    ).toStrictEqual([linkId, younger].map((id) => [id, "revoked-by-watchdog"]).sort());
    expect(facts(dog, "revoked-by-vm")).toMatchObject([{ data: { links: younger } }]);
  });

  it("nor one that was made in the same second, and that nobody asked to delete", async () => {
    const dog = await awake({ rules });
    dog.azure.habits.tokensIgnored = true;
    const demanded = dog.azure.create(dog.bastion, vmId("vm-1"));
    const twin = dog.azure.create(dog.bastion, vmId("vm-1"));
    await sweepFor(dog, minutes(5));
    const wish = { action: "revoke", bastion: dog.bastion, linkId: demanded } as const;
    await orderAtTheConsole(wish, dog.ports, dog.settings);
    await sweepFor(dog, minutes(30));
    expect(dog.azure.links.map(({ linkId }) => linkId)).toStrictEqual([demanded, twin]);
  });

  it("nor one that is only observed by now, though Azure was asked to delete it before", async () => {
    const dog = await awake({ rules });
    dog.azure.habits.deletesIgnored = true;
    const observed = dog.azure.create(dog.bastion, vmId("vm-short"));
    await sweepFor(dog, minutes(70));
    expect(dog.azure.revocations).toContain(observed);
    dog.restart({ mode: "observe" });
    const demanded = dog.azure.create(dog.bastion, vmId("vm-short"));
    await sweepFor(dog, minutes(5));
    dog.azure.habits.deletesIgnored = false;
    dog.azure.habits.tokensIgnored = true;
    await orderAtTheConsole(
      { action: "revoke", bastion: dog.bastion, linkId: demanded },
      dog.ports,
      dog.settings,
    );
    await sweepFor(dog, minutes(30));
    expect(facts(dog, "revoke-refused").at(-1)?.data["why"]).toBe("its VM has other links");
    expect(dog.azure.links.map(({ linkId }) => linkId)).toStrictEqual([observed, demanded]);
  });

  it("and deletes that Azure did not take count as none: they are no reason to go by VM", async () => {
    const dog = await awake({ rules });
    dog.azure.habits.deletesRefused = true;
    const linkId = dog.azure.create(dog.bastion, production);
    await sweepFor(dog, minutes(10));
    const { host, links } = await dog.table.read(hubPartition);
    const answers = host?.ownDeletes.map(({ answer }) => answer);
    expect(answers).toStrictEqual(Array(links[0]?.intent?.attempts ?? NaN).fill("refused"));
    dog.azure.habits.deletesRefused = false;
    await sweepFor(dog, minutes(20));
    expect(dog.azure.links).toStrictEqual([]);
    expect(facts(dog, "revoked-by-vm")).toStrictEqual([]);
    expect(new Set(dog.azure.revocations)).toStrictEqual(new Set([linkId]));
  });
});
