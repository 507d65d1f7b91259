import { describe, expect, it } from "vitest";
import { readActivityEvent } from "../../../../src/core/domain/attribution/activity-event.ts";
import { ownerOf } from "../../../../src/core/domain/attribution/attribution.ts";
import { at } from "../../../memory/clock.ts";
import { jane } from "../../../memory/samples.ts";
import { bastionId, claims, exported, gridEvent, logRecord, objectIds, tableRow } from "./recorded.ts";

const read = (event: unknown) => readActivityEvent(event, at("2026-11-23T09:40:00Z"));
const group = "/subscriptions/11111111-0000-4000-8000-0000000000f1/resourceGroups/rg";
const vm = `${group}/providers/Microsoft.Compute/virtualMachines/vm-1`;

describe("An event that does not say what happened", () => {
  const silent = (resource: string | undefined, eventType?: string) =>
    read(gridEvent({ operationName: undefined, resourceUri: resource }, { subject: undefined, eventType }));
  const missing = {
    kind: "invalid",
    why: "closest to an Event Grid event: expected a text in operationName of data, found nothing",
  };
  const others = { kind: "ignored", why: "not a bastion operation the watchdog reacts to" };

  it.each<[string, string | undefined, string | undefined, object]>([
    ["to a VM", vm, undefined, others],
    ["to a bastion", bastionId, undefined, missing],
    ["to bastions", `${group}/providers/Microsoft.Network/BASTIONHOSTS`, undefined, missing],
    [
      "to whatever has a name like one",
      `${group}/providers/Contoso.Lab/bastionHostsOfOld/x`,
      undefined,
      others,
    ],
    ["to nothing it names", undefined, undefined, missing],
    ["to what is no ID", "vm-1", undefined, missing],
    ["to what only holds one", `https://portal.example${vm}`, undefined, missing],
    ["of a type of Resource Manager's", bastionId, "MICROSOFT.RESOURCES.ResourceActionSuccess", missing],
    ["of another service's type", bastionId, "Microsoft.Storage.BlobCreated", others],
    ["of a type that only holds one", bastionId, "Contoso.Microsoft.Resources.ResourceActionSuccess", others],
  ])("%s, %s of type %s", (_, resource, type, answer) => {
    expect(silent(resource, type)).toStrictEqual(answer);
  });
});

describe("How an operation ended", () => {
  const kindOf = (eventType: string | undefined, status?: string, operationName?: string) => {
    const read_ = read(gridEvent({ status, ...(operationName && { operationName }) }, { eventType }));
    return read_.kind === "signal"
      ? read_.signal.operation
      : read_.kind === "ignored"
        ? read_.why
        : read_.kind;
  };
  it.each<[string | undefined, string | undefined, string]>([
    ["Microsoft.Resources.ResourceActionSuccess", undefined, "create"],
    ["Microsoft.Resources.ResourceActionFailure", undefined, "create-failed"],
    ["Microsoft.Resources.ResourceActionCancel", undefined, "create-failed"],
    ["Contoso.Failover.ResourceActionSuccess", undefined, "create"],
    ["Contoso.Failover.Resource", "Started", "the operation has not ended"],
    ["Contoso.Start.ResourceActionSuccess", undefined, "create"],
    [undefined, "Accepted", "the operation has not ended"],
    [undefined, "Failed", "create-failed"],
    ["Microsoft.Resources.ResourceActionFailure", "Succeeded", "create-failed"],
    [undefined, undefined, "create"],
  ])("by the end of its type %s, or by its status %s: %s", (type, status, outcome) => {
    expect(kindOf(type, status)).toBe(outcome);
  });

  it("does not matter where it is none of ours", () => {
    const other = "Microsoft.Network/bastionHosts/somethingElse/action";
    for (const status of ["Started", "Failed", "Succeeded"])
      expect(kindOf(undefined, status, other)).toBe("not a bastion operation the watchdog reacts to");
  });
});

describe("An event that cannot be read", () => {
  const why = (event: unknown) => {
    const answer = read(event);
    return answer.kind === "invalid" ? answer.why : answer.kind;
  };

  it("names the field where something else stands, not the one that is empty", () => {
    expect(why(gridEvent({ resourceUri: null }, { subject: "bas-West" }))).toBe(
      "closest to an Event Grid event: expected the id of a bastion host in subject, found a text of 8 characters",
    );
    expect(why(tableRow({ _ResourceId: "", ResourceId: 7 }))).toBe(
      "closest to a row of the table AzureActivity: expected the id of a bastion host in ResourceId, found a number",
    );
  });

  it.each<[string, object, string]>([
    [
      "by its type",
      { id: "e", type: "Microsoft.Resources.X", data: { resourceUri: bastionId } },
      "a CloudEvent",
    ],
    [
      "by its claims",
      { resourceId: bastionId, identity: { claims: claims.member } },
      "a record of a diagnostic export",
    ],
    [
      "by what it must say rather than by the rest",
      {
        ...{ resourceId: bastionId, eventTimestamp: "soon", operationName: exported()["operationName"] },
        ...{ resultType: "Success", identity: { claims: claims.member } },
      },
      "an Activity Log record, as `az monitor activity-log list` prints it",
    ],
  ])("is compared with the envelope that it is closest to: %s", (_, event, envelope) => {
    expect(why(event)).toMatch(new RegExp(`^closest to ${envelope}: `));
  });
});

it("Claims that are no object give way to those beside them", () => {
  const answer = read(tableRow({ Claims: "cut off {", Claims_d: claims.member, Authorization: "" }));
  expect(answer).toMatchObject({ signal: { caller: { objectId: objectIds.mia } } });
});

it("A record is one of the log, whatever its ID, and an event is not", () => {
  const idOf = (event: unknown) => {
    const answer = read(event);
    return answer.kind === "signal" ? answer.signal.eventId : undefined;
  };
  expect(idOf(logRecord())).toBe("activity-log:00000000-0000-4000-8000-0000000000e9");
  expect(idOf(logRecord({ eventDataId: "activity-log:1" }))).toBe("activity-log:1");
  expect(idOf(gridEvent())).toBe("00000000-0000-4000-8000-0000000000e9");
});

it("Who made a link is one name, all who may have, or unknown", () => {
  const [eve, bob] = [
    { ...jane, userPrincipalName: "eve@contoso.example" },
    { ...jane, userPrincipalName: "bob@contoso.example" },
  ];
  const known = {
    kind: "known",
    caller: eve,
    eventId: "e",
    reportedAt: at("2026-11-23T09:40:00Z"),
    correlationId: undefined,
  } as const;
  expect(ownerOf(known)).toBe("eve@contoso.example");
  expect(ownerOf({ kind: "ambiguous", candidates: [eve, bob] })).toContain(
    "one of eve@contoso.example, bob@contoso.example",
  );
  expect(ownerOf({ kind: "ambiguous", candidates: [eve, bob], others: true })).toBe(
    "one of eve@contoso.example, bob@contoso.example or someone else",
  );
  expect(ownerOf({ kind: "ambiguous", candidates: [], others: true })).toBe("unknown");
  expect(ownerOf({ kind: "unknown", searched: "creation" })).toBe("unknown");
});
