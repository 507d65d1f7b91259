import { describe, expect, it } from "vitest";
import { creatorsInLog } from "../../../../src/core/domain/attribution/creators-in-log.ts";
import { ownerOf } from "../../../../src/core/domain/attribution/attribution.ts";
import { loggedOperations } from "../../../../src/core/domain/attribution/logged-operations.ts";
import { isoInstant } from "../../../../src/core/domain/time.ts";
import { at } from "../../../memory/clock.ts";
import { aBastion } from "../../../memory/samples.ts";

const today = (time: string) => at(`2026-11-21T${time}Z`);
const hub = aBastion("bas-hub").id;

const record = (operationId: string, status: string, time: string, changes: object = {}) => ({
  operationId,
  eventDataId: `${operationId} ${status}`,
  operationName: { value: "Microsoft.Network/bastionHosts/createShareableLinks/action" },
  resourceId: hub.toUpperCase(),
  status: { value: status },
  eventTimestamp: `2026-11-21T${time}Z`,
  claims: { upn: "jane@contoso.example" },
  ...changes,
});

const operations = (records: readonly unknown[], now = "10:00:00") =>
  loggedOperations(records, today(now)).map(({ bastion, signal }) => [
    bastion.id.toLowerCase() === hub.toLowerCase(),
    signal.operation,
    signal.beganAt === undefined ? undefined : isoInstant(signal.beganAt).slice(11, 19),
    isoInstant(signal.occurredAt).slice(11, 19),
  ]);

describe("Records of the Activity Log", () => {
  it.each<[string, readonly unknown[], readonly unknown[]]>([
    [
      "of one operation are one, from its begin to its end, in whatever order they come",
      [
        record("a", "Succeeded", "08:00:10"),
        record("a", "Started", "08:00:00"),
        record("a", "Accepted", "08:00:00"),
      ],
      [[true, "create", "08:00:00", "08:00:10"]],
    ],
    [
      "of several are several, oldest first",
      [record("b", "Succeeded", "08:02:00"), record("a", "Succeeded", "08:00:10")],
      [
        [true, "create", undefined, "08:00:10"],
        [true, "create", undefined, "08:02:00"],
      ],
    ],
    [
      "of a failed create are a failed create",
      [record("a", "Failed", "08:00:10")],
      [[true, "create-failed", undefined, "08:00:10"]],
    ],
    [
      "of what is under way are nothing",
      [record("a", "Started", "08:00:00"), record("a", "Accepted", "09:31:00")],
      [],
    ],
    [
      "of what was accepted half an hour ago are a create",
      [record("a", "Started", "08:00:00"), record("a", "Accepted", "08:00:00")],
      [[true, "create", "08:00:00", "08:00:00"]],
    ],
    ["of what only began are nothing", [record("a", "Started", "08:00:00")], []],
    [
      "of other operations, and what is no record, are nothing",
      [
        record("a", "Succeeded", "08:00:00", {
          operationName: { value: "Microsoft.Network/virtualNetworks/write" },
        }),
        ...[null, "text", 7, [], {}],
        record("b", "Succeeded", "not a time"),
      ],
      [],
    ],
  ])("%s", (_, records, expected) => {
    expect(operations(records)).toStrictEqual(expected);
  });
});

describe("Creators by the Activity Log", () => {
  const create = (id: string, who: string, from: string, to: string) => [
    record(id, "Started", from, { claims: { upn: who } }),
    record(id, "Succeeded", to, { claims: { upn: who } }),
  ];
  const made = (time: string) => ({ from: today(time), to: today(time), listedAt: today("09:00:00") });
  const undated = { from: undefined, to: today("09:00:00"), listedAt: today("09:00:00") };
  const jane = create("a", "jane@contoso.example", "08:00:00", "08:00:12");
  const omar = create("b", "omar@contoso.example", "08:00:10", "08:00:20");
  const named = (links: Parameters<typeof creatorsInLog>[0], records: readonly unknown[]) => {
    const { creators, unexplained } = creatorsInLog(links, loggedOperations(records, today("09:00:00")));
    return [creators.map((one) => ownerOf(one)), unexplained.map(({ signal }) => signal.operation)];
  };

  it.each<[string, Parameters<typeof creatorsInLog>[0], readonly unknown[], readonly unknown[]]>([
    ["are who created in that time", [made("08:00:09.600")], jane, [["jane@contoso.example"], []]],
    ["may be off by three seconds", [made("08:00:15")], jane, [["jane@contoso.example"], []]],
    [
      "are unknown where no create fits, which is then without a link",
      [made("08:00:15.001")],
      jane,
      [["unknown"], ["create"]],
    ],
    ["are unknown where the log has none", [made("08:00:09")], [], [["unknown"], []]],
    [
      "are candidates where two fit",
      [made("08:00:11")],
      [...jane, ...omar],
      [["one of jane@contoso.example, omar@contoso.example"], ["create"]],
    ],
    [
      "are each known where only one fits each",
      [made("08:00:05"), made("08:00:18")],
      [...jane, ...omar],
      [["jane@contoso.example", "omar@contoso.example"], []],
    ],
    [
      "of a link without a date may be all",
      [undated],
      [...jane, ...omar],
      [["one of jane@contoso.example, omar@contoso.example"], ["create"]],
    ],
    [
      "are not who deleted, which is told",
      [made("08:00:09")],
      [
        ...jane,
        record("c", "Succeeded", "08:30:00", {
          operationName: { value: "Microsoft.Network/bastionHosts/deleteShareableLinksByToken/action" },
        }),
      ],
      [["jane@contoso.example"], ["delete"]],
    ],
  ])("%s", (_, links, records, expected) => {
    expect(named(links, records)).toStrictEqual(expected);
  });
});
