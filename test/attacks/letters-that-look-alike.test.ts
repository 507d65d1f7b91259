import { describe, expect, it } from "vitest";
import { parseBastionId, type BastionId } from "../../src/core/domain/arm-id.ts";
import { isPartition, partitionOf } from "../../src/core/domain/partition.ts";
import { minutes } from "../../src/core/domain/time.ts";
import { readBastions } from "../../src/azure/resource-graph/estate-rows.ts";
import { parseDeliverRequest } from "../../src/core/domain/state/messages.ts";
import { vmId } from "../memory/samples.ts";
import { policyOf, watchdog } from "../memory/watchdog.ts";
import { askedTags } from "../../src/core/domain/policy/tags.ts";
import { judge } from "../../src/core/domain/policy/policy.ts";
import { noEventYet } from "../../src/core/domain/attribution/attribution.ts";

const subscription = "/subscriptions/11111111-0000-4000-8000-000000000001";

function bastionIn(group: string): BastionId {
  const bastion = parseBastionId(
    `${subscription}/resourceGroups/${group}/providers/Microsoft.Network/bastionHosts/bas-hub`,
  );
  if (!bastion) throw new Error("It is the id of a bastion");
  return bastion;
}

/** Each folds to the other by Unicode, and to Azure they are two groups. */
const twins = [
  ["a KELVIN SIGN for k", "rg-network", "rg-networ\u212A"],
  ["a LONG S for s", "rg-spoke", "rg-\u017Fpoke"],
  ["a dotted capital I", "rg-i", "rg-\u0130"],
  ["an ANGSTROM SIGN for å", "rg-\u00E5", "rg-\u212B"],
] as const;

describe("Whoever names a group with a letter that looks alike hides no bastion behind another", () => {
  it.each(twins)("%s makes another bastion, another partition, another row", (_, group, twin) => {
    const [one, other] = [bastionIn(group), bastionIn(twin)];
    expect(partitionOf(one)).not.toBe(partitionOf(other));
    expect(readBastions([{ id: one.id }, { id: other.id }])).toHaveLength(2);
    for (const partition of [partitionOf(one), partitionOf(other)]) {
      expect(isPartition(partition)).toBe(true);
      expect(parseDeliverRequest({ partition, seq: 1 })).toStrictEqual({ request: { partition, seq: 1 } });
    }
  });

  it.each(twins)(
    "with %s in its group a bastion is swept beside its twin, by the next sweep",
    async (_, group, twin) => {
      const dog = watchdog();
      dog.azure.addBastion(bastionIn(group));
      await dog.sweep();
      await dog.run(minutes(5));
      dog.azure.addBastion(bastionIn(twin));
      dog.azure.create(bastionIn(twin), vmId("vm-prod"));
      await dog.sweep();
      await dog.run(minutes(5));
      expect(
        dog.heard().map(({ bastionId, links }) => [bastionId, links.map((link) => link.vmId)]),
      ).toStrictEqual([[bastionIn(twin).id, [vmId("vm-prod")]]]);
    },
  );

  it.each(twins)("%s gives no group the rule of another", (_, group, twin) => {
    const policy = policyOf({
      rules: [
        { name: "theirs", match: { resourceGroup: group }, ttl: "P5D" },
        { name: "nobody else", allow: false },
      ],
    });
    const ruleFor = (name: string) =>
      judge(
        {
          bastionId: bastionIn(group).id,
          vmId: `${subscription}/resourceGroups/${name}/providers/Microsoft.Compute/virtualMachines/vm-1`,
          tags: undefined,
          attribution: noEventYet,
        },
        policy,
        Date.UTC(2026, 10, 21) as never,
      ).rule;
    expect([ruleFor(group), ruleFor(group.toUpperCase()), ruleFor(twin)]).toStrictEqual([
      "theirs",
      "theirs",
      "nobody else",
    ]);
  });

  it("a tag with a KELVIN SIGN in its name is not the one that a rule asks for, and stands in for none that was known", () => {
    const policy = policyOf({
      rules: [{ name: "short", match: { tags: { Risk: "high" } }, ttl: "PT1H" }, { name: "rest" }],
    });
    const tags = { risk: "high", "ris\u212A": "none" };
    expect(askedTags(tags, policy)).toStrictEqual({ risk: "high" });
    const vm = vmId("vm-1");
    const ruleFor = (has: Readonly<Record<string, string>>) =>
      judge(
        { bastionId: bastionIn("rg").id, vmId: vm, tags: has, attribution: noEventYet },
        policy,
        Date.UTC(2026, 10, 21) as never,
      ).tightenedBy;
    expect([tags, { "ris\u212A": "high" }].map(ruleFor)).toStrictEqual([["short"], []]);
  });

  it.each(["\u017F", "\u212A"])("%j stands for no letter of an id's own words", (letter) => {
    const { id } = bastionIn("rg");
    const spelled =
      letter === "\u212A"
        ? id.replace("Network", `Networ${letter}`)
        : id.replace("subscriptions", `${letter}ubscriptions`);
    expect(parseBastionId(spelled)).toBeUndefined();
  });
});
