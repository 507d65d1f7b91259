import { describe, expect, it } from "vitest";
import {
  deliverJson,
  parseDeliverRequest,
  parseReconcileRequest,
  reconcileJson,
} from "../../../../src/core/domain/state/messages.ts";
import { watchdogPartition } from "../../../../src/core/domain/partition.ts";
import { at } from "../../../memory/clock.ts";
import { aBastion } from "../../../memory/samples.ts";

const bastionId =
  "/subscriptions/11111111-0000-4000-8000-000000000001/resourceGroups/rg-Hub/providers/Microsoft.Network/bastionHosts/bas-Hub";
const partition = bastionId.toLowerCase().replaceAll("/", "|");

describe("A reconcile request", () => {
  it("is read back as it was written, to the millisecond", () => {
    const request = {
      bastionId: aBastion("bas-Hub").id,
      cause: "wake-up",
      since: at("2026-11-21T08:00:00.123Z"),
    } as const;
    expect(parseReconcileRequest(JSON.parse(reconcileJson(request)))).toStrictEqual({ request });
    const waiting = { ...request, waitingSince: at("2026-11-21T08:00:30.001Z") };
    expect(parseReconcileRequest(JSON.parse(reconcileJson(waiting)))).toStrictEqual({ request: waiting });
  });

  it("ignores fields of a newer program", () => {
    const message = { bastionId, cause: "event", since: "2026-11-21T08:00:00Z", priority: 3 };
    expect(parseReconcileRequest(message)).toStrictEqual({
      request: { bastionId, cause: "event", since: at("2026-11-21T08:00:00Z") },
    });
  });

  it.each([
    ["nothing", undefined, "expected object"],
    ["a text", "reconcile everything", "expected object"],
    ["a list", [], "expected object"],
    ["no fields", {}, "bastionId"],
    [
      "another resource",
      { bastionId: "/subscriptions/x", cause: "event", since: "2026-11-21" },
      "is not the id of a bastion host",
    ],
    [
      "a path that climbs",
      { bastionId: bastionId.replace("rg-Hub", ".."), cause: "event", since: "2026-11-21" },
      "is not the id",
    ],
    ["an unknown cause", { bastionId, cause: "boredom", since: "2026-11-21" }, "cause"],
    [
      "a date that is none",
      { bastionId, cause: "event", since: "2026-02-31" },
      "must be a date such as 2026-12-04T18:00:00.000Z",
    ],
    ["a number for a date", { bastionId, cause: "event", since: 1_795_248_000_000 }, "since"],
  ])("names the problem with %s", (_, message, problem) => {
    expect(parseReconcileRequest(message)).toStrictEqual({
      problem: expect.stringContaining(problem) as unknown,
    });
  });
});

describe("A deliver request", () => {
  it.each([partition, watchdogPartition])("is read back for %s", (text) => {
    expect(parseDeliverRequest({ partition: text, seq: 12 })).toStrictEqual({
      request: { partition: text, seq: 12 },
    });
    expect(JSON.parse(deliverJson({ partition: watchdogPartition, seq: 12 }))).toStrictEqual({
      partition: "|watchdog",
      seq: 12,
    });
  });

  it.each([
    ["null", null, "expected object"],
    ["a partition in another case", { partition: partition.toUpperCase(), seq: 1 }, "partition"],
    [
      "the index",
      { partition: "|index", seq: 1 },
      "is neither the watchdog's own partition nor one of a bastion host",
    ],
    ["a number that no row has", { partition, seq: 0 }, "seq"],
    ["half a number", { partition, seq: 1.5 }, "seq"],
    ["a text for a number", { partition, seq: "1" }, "seq"],
  ])("names the problem with %s", (_, message, problem) => {
    expect(parseDeliverRequest(message)).toStrictEqual({
      problem: expect.stringContaining(problem) as unknown,
    });
  });
});
