import { describe, expect, it } from "vitest";
import type { LoggedOperation } from "../../../../src/core/domain/attribution/logged-operations.ts";
import type { Signal } from "../../../../src/core/domain/attribution/signal.ts";
import { heardOf, unheard } from "../../../../src/core/domain/attribution/unheard.ts";
import { at } from "../../../memory/clock.ts";
import { aBastion, aSignal, jane } from "../../../memory/samples.ts";

const bastion = aBastion("bas-hub");
const today = (time: string) => at(`2026-11-21T${time}Z`);
const omar = { ...jane, objectId: "22222222-0000-4000-8000-000000000008" };
const nobody = { ...jane, objectId: undefined, userPrincipalName: undefined, name: undefined };

const signal = (eventId: string, changes: Partial<Signal> = {}): Signal => ({
  ...aSignal(eventId),
  ...{ eventId, operation: "create", occurredAt: today("08:00:00"), correlationId: "c", caller: jane },
  ...changes,
});
const logged = (eventId: string, changes: Partial<Signal> = {}): LoggedOperation => ({
  bastion,
  signal: signal(`activity-log:${eventId}`, changes),
  record: {},
});

describe("Of the operations in the Activity Log", () => {
  it.each<[string, readonly LoggedOperation[], readonly Signal[], readonly string[]]>([
    ["one that nobody heard of is left", [logged("a")], [], ["a"]],
    ["one that Event Grid brought is not", [logged("a")], [signal("e")], []],
    ["one that the log brought before is not", [logged("a")], [signal("activity-log:a")], []],
    ["one more than Event Grid brought is left", [logged("a"), logged("b")], [signal("e")], ["b"]],
    ["one of another caller is left", [logged("a")], [signal("e", { caller: omar })], ["a"]],
    ["one whose caller Event Grid did not name is not", [logged("a")], [signal("e", { caller: nobody })], []],
    ["one of another correlation id is left", [logged("a")], [signal("e", { correlationId: "d" })], ["a"]],
    [
      "one whose correlation id is spelled in capitals is not",
      [logged("a")],
      [signal("e", { correlationId: "C" })],
      [],
    ],
    ["one of another operation is left", [logged("a")], [signal("e", { operation: "delete" })], ["a"]],
    [
      "one that was heard five minutes away is left",
      [logged("a"), logged("b", { correlationId: "d" })],
      [
        signal("e", { occurredAt: today("08:05:00") }),
        signal("f", { occurredAt: today("08:04:59"), correlationId: "d" }),
      ],
      ["a"],
    ],
    [
      "reads of a caller and hour are all heard by one, and those of another hour are not",
      [
        logged("a", { operation: "read", correlationId: "1" }),
        logged("b", { operation: "read", correlationId: "2", occurredAt: today("08:59:59") }),
        logged("c", { operation: "read", correlationId: "3", occurredAt: today("09:00:00") }),
        logged("d", { operation: "read", correlationId: "4", caller: omar }),
      ],
      [signal("e", { operation: "read", correlationId: "9", occurredAt: today("08:30:00") })],
      ["d", "c"],
    ],
    [
      "each has a signal of its own where that can be, whatever the order",
      [logged("a", { correlationId: undefined }), logged("b")],
      [signal("e"), signal("f", { correlationId: "x" })],
      [],
    ],
  ])("%s", (_, operations, signals, expected) => {
    const left = unheard(operations, signals.map(heardOf));
    expect(left.map(({ signal: { eventId } }) => eventId.replace("activity-log:", ""))).toStrictEqual(
      expected,
    );
  });
});
