import { describe, expect, it } from "vitest";
import { neverMatching } from "../../../../src/core/domain/policy/never-matches.ts";

const group = "/subscriptions/1/resourceGroups/rg/providers/";

describe("A pattern fits", () => {
  it.each`
    vm                                                                | fits
    ${"**"}                                                           | ${true}
    ${"**/vm-1"}                                                      | ${true}
    ${"**vm-1"}                                                       | ${true}
    ${"**/virtualMachines/vm-1"}                                      | ${true}
    ${"**/VIRTUALMACHINES/vm-1"}                                      | ${true}
    ${"**/virtualMachines"}                                           | ${true}
    ${"**/virtualMachine/vm-1"}                                       | ${false}
    ${"**/virtualMachine?/vm-1"}                                      | ${true}
    ${"**/virtualMachine??/vm-1"}                                     | ${false}
    ${"**/virtualMachines/vm-1/"}                                     | ${false}
    ${"**/virtualMachines/*/*"}                                       | ${true}
    ${"**/set/virtualMachines/0"}                                     | ${true}
    ${"**/virtualMachineScaleSets/*/virtualMachines/*"}               | ${true}
    ${"**/bastionHosts/*"}                                            | ${false}
    ${"/subscriptions/*/resourceGroups/rg-?/**"}                      | ${true}
    ${"/subscriptions/**/resourceGroups/**"}                          | ${true}
    ${"/subscription/*/resourceGroups/rg/**"}                         | ${false}
    ${"/subscriptions/*/providers/**"}                                | ${false}
    ${"/subscriptions/*/resourceGroups/*/*/*/*/*"}                    | ${true}
    ${"/subscriptions/*/resourceGroups/*/*/*/*"}                      | ${false}
    ${"/subscriptions/*/resourceGroups/*/*/*/*/*/*/*"}                | ${true}
    ${"/subscriptions/*/resourceGroups/*/*/*/*/*/*/*/*"}              | ${false}
    ${`${group}Microsoft.Compute/virtualMachines/vm-1`}               | ${true}
    ${`${group}Microsoft.Compute/virtualMachines/`}                   | ${false}
    ${`${group}Microsoft.Compute/virtualMachines/vm-1x/extensions/e`} | ${false}
    ${`${group}Microsoft.Classic/virtualMachines/vm-1`}               | ${false}
    ${"*"}                                                            | ${false}
    ${"*/subscriptions/*/resourceGroups/*/providers/*/*/*"}           | ${true}
    ${"?subscriptions/*/resourceGroups/*/providers/*/*/*"}            | ${false}
  `("the ID of a VM, $vm: $fits", ({ vm, fits }: { vm: string; fits: boolean }) => {
    expect(neverMatching({ name: "r", match: { vm } })).toStrictEqual(fits ? [] : ["vm"]);
  });

  it.each`
    bastion                                             | fits
    ${"**/bas-hub"}                                     | ${true}
    ${`${group}Microsoft.Network/bastionHosts/bas-hub`} | ${true}
    ${"**/bastionHosts/*"}                              | ${true}
    ${"**/virtualMachines/*"}                           | ${false}
    ${"/subscriptions/*/resourceGroups/*/*/*/*/*/*/*"}  | ${false}
  `("the ID of a bastion, $bastion: $fits", ({ bastion, fits }: { bastion: string; fits: boolean }) => {
    expect(neverMatching({ name: "r", match: { bastion } })).toStrictEqual(fits ? [] : ["bastion"]);
  });

  it("neither, or anything where none is asked for", () => {
    expect(neverMatching({ name: "r", match: { vm: "x", bastion: "x" } })).toStrictEqual(["vm", "bastion"]);
    expect(neverMatching({ name: "r", match: { resourceGroup: "x" } })).toStrictEqual([]);
    expect(neverMatching({ name: "r" })).toStrictEqual([]);
  });
});
