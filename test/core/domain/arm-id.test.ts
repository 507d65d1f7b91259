import { fc } from "../../fast-check.ts";
import { describe, expect, it } from "vitest";
import { endlessIds } from "../../../bench/rig/hostile-input.ts";
import { idKey, isVirtualMachineId, parseBastionId, resourceName } from "../../../src/core/domain/arm-id.ts";

const subscription = "/subscriptions/11111111-0000-4000-8000-00000000000A";
const bastion = (group: string, name: string) =>
  `${subscription}/resourceGroups/${group}/providers/Microsoft.Network/bastionHosts/${name}`;
const machine = (name: string, group = "rg-app") =>
  `${subscription}/resourceGroups/${group}/providers/Microsoft.Compute/virtualMachines/${name}`;

describe("The id of a bastion host", () => {
  it("is kept as Azure spells it, with its parts", () => {
    expect(parseBastionId(bastion("rg-Hub", "bas-Hub"))).toStrictEqual({
      id: "/subscriptions/11111111-0000-4000-8000-00000000000A/resourceGroups/rg-Hub/providers/Microsoft.Network/bastionHosts/bas-Hub",
      subscriptionId: "11111111-0000-4000-8000-00000000000a",
      resourceGroup: "rg-Hub",
      name: "bas-Hub",
    });
  });

  it.each([
    ["in lower case", bastion("rg-hub", "bas-hub").toLowerCase()],
    ["in upper case", bastion("rg-hub", "bas-hub").toUpperCase()],
    ["with resourcegroups", bastion("rg-hub", "bas-hub").replace("resourceGroups", "resourcegroups")],
    ["with parentheses, dots and underscores", bastion("rg_(hub).eu-1", "bas_hub.1")],
    ["with letters of another script", bastion("rg-größe-管理", "bas-ü")],
    ["with names that begin with a dot", bastion(".hidden", "..bas")],
    ["with ninety characters in a name", bastion("r".repeat(90), "b".repeat(90))],
  ])("is accepted %s", (_, id) => {
    expect(parseBastionId(id)?.id).toBe(id);
  });

  it("has one key however it is cased", () => {
    expect(idKey(bastion("rg-HUB", "BAS"))).toBe(idKey(bastion("RG-hub", "bas")));
  });

  it.each([
    ["nothing", ""],
    ["a trailing slash", `${bastion("rg", "bas")}/`],
    ["no leading slash", bastion("rg", "bas").slice(1)],
    ["something behind it", `${bastion("rg", "bas")}/bastionHostConnections/1`],
    ["a line break behind it", `${bastion("rg", "bas")}\n`],
    ["space around it", ` ${bastion("rg", "bas")} `],
    ["a group of one dot", bastion(".", "bas")],
    ["a group of two dots", bastion("..", "bas")],
    ["a name of two dots", bastion("rg", "..")],
    ["a name of three dots", bastion("rg", "...")],
    ["escaped dots", bastion("%2e%2e", "bas")],
    ["an escaped slash", bastion("rg", "bas%2Fx")],
    ["an empty group", bastion("", "bas")],
    ["an empty name", bastion("rg", "")],
    ["a slash in a name", bastion("rg", "a/b")],
    ["a backslash in a name", bastion("rg", "a\\b")],
    ["a query", bastion("rg", "bas?api-version=1")],
    ["a fragment", bastion("rg", "bas#x")],
    ["a semicolon", bastion("rg", "bas;x")],
    ["a space in a name", bastion("rg", "bas hub")],
    ["a right-to-left override", bastion("rg", "bas\u202ehub")],
    ["a null character", bastion("rg", "bas\0")],
    ["ninety-one characters in a name", bastion("rg", "b".repeat(91))],
    ["a subscription that is no GUID", bastion("rg", "bas").replace("11111111-0000", "1111")],
    ["another provider", bastion("rg", "bas").replace("Microsoft.Network", "Microsoft.Evil")],
    ["a dot that is any character", bastion("rg", "bas").replace("Microsoft.Network", "MicrosoftXNetwork")],
    ["a virtual machine", machine("vm-1")],
    ["a host in front", `https://management.azure.com${bastion("rg", "bas")}`],
    ["two slashes in front", `/${bastion("rg", "bas")}`],
  ])("is refused with %s", (_, id) => {
    expect(parseBastionId(id)).toBeUndefined();
  });

  /** Letters that `URL` escapes are spelled differently there, but are the same path. */
  const pathOf = (id: string): string =>
    decodeURIComponent(new URL(`https://management.azure.com${id}`).pathname);

  it("that is accepted is the same path after a URL was made of it", () => {
    const part = fc.constantFrom(
      ..."./\\?#%:@;&=+ \t\n_-()".split(""),
      "..",
      "%2e",
      "%2F",
      "a",
      "Z",
      "7",
      "ü",
      "管",
      "\u0130",
      "\u202e",
      "😀",
    );
    const hostile = fc.oneof(
      fc.array(part, { maxLength: 5 }).map((parts) => parts.join("")),
      fc.string({ maxLength: 5 }),
      fc.constant("rg-1"),
    );
    let accepted = 0;
    fc.assert(
      fc.property(hostile, hostile, (group, name) => {
        const id = bastion(group, name);
        if (parseBastionId(id) === undefined) return;
        accepted += 1;
        expect(pathOf(id)).toBe(id);
      }),
      { numRuns: 5_000 },
    );
    expect(accepted).toBeGreaterThan(100);
  });

  /** How fast, the bench says: `hostile-input`. */
  it("is refused where it is endless", () => {
    expect(endlessIds.map(parseBastionId)).toStrictEqual([undefined, undefined, undefined]);
  });
});

describe("The id of a virtual machine", () => {
  const instance = `${subscription}/resourceGroups/rg/providers/Microsoft.Compute/virtualMachineScaleSets/set-1/virtualMachines/3`;

  it.each([machine("vm-1"), machine("VM-1").toUpperCase(), instance])("%s is one", (id) => {
    expect(isVirtualMachineId(id)).toBe(true);
  });

  it.each([
    machine(".."),
    machine("vm", ".."),
    instance.replace("set-1", "."),
    machine("vm/extensions/x"),
    bastion("rg", "bas"),
    "",
  ])("%s is none", (id) => {
    expect(isVirtualMachineId(id)).toBe(false);
  });

  it.each`
    id                    | name
    ${machine("vm-1")}    | ${"vm-1"}
    ${machine("42")}      | ${"42"}
    ${instance}           | ${"set-1/3"}
    ${"vm-1"}             | ${"vm-1"}
    ${"/"}                | ${""}
    ${bastion("r", "ba")} | ${"ba"}
  `("$id is called $name", ({ id, name }: { id: string; name: string }) => {
    expect(resourceName(id)).toBe(name);
  });
});
