import { beforeAll, describe, expect, it } from "vitest";
import { at } from "../../memory/clock.ts";
import { hub, hubPath, subscription, vmId } from "../../azure/arm-on-the-wire.ts";
import { activityColumns, sessionColumns } from "../../../local/simulated-azure/log-analytics/log-tables.ts";
import { kqlText } from "../../../src/azure/log-analytics/queries.ts";
import { fc, seedOfToday } from "../../fast-check.ts";
import { loggedMessages } from "../logged-messages.ts";
import { judge, partsOf, tables } from "./engine.ts";
import { faults } from "./put-back.ts";
import { readers } from "./sent.ts";
import { kqlTexts, textOf } from "./texts.ts";
import { cases, heldAgainst, undecided } from "./verdict.ts";

let logged: ReadonlyMap<string, ReadonlySet<string>>;
beforeAll(async () => {
  logged = await loggedMessages();
});

describe("Every query that stands in the project", () => {
  it.each(kqlTexts)("is one that Microsoft's engine takes, and finds what it is to find: $name", (text) => {
    expect(heldAgainst(text, logged)).toStrictEqual([]);
  });

  it("is judged: rules, tiles, detections, hunts, the exclusion, what the code asks, and what documents and scripts say", () => {
    const counts = new Map<string, number>();
    for (const { name } of kqlTexts) {
      const where = name.replace(/(?:: |\/[^/]*$).*/, "");
      counts.set(where, (counts.get(where) ?? 0) + 1);
    }
    expect(Object.fromEntries(counts)).toStrictEqual({
      alerts: 6,
      workbook: 10,
      "sentinel/analytics-rules": 4,
      "sentinel/hunting-queries": 3,
      sentinel: 1,
      queries: 2,
      command: 2,
    });
  });

  it.each(kqlTexts.filter(({ name }) => /^(?:alerts|sentinel)\//.test(name)))(
    "that is to find something is tried on rows that it has to find and on rows that it must not, which decide each of its conditions: $name",
    (text) => {
      const given = cases.filter(({ of }) => of === text.name).map(({ gives }) => gives > 0);
      expect(new Set(given)).toStrictEqual(new Set([true, false]));
      expect(undecided(text)).toStrictEqual([]);
    },
  );

  it.each(faults)("would be found if it $why: $of", ({ of, edits, found }) => {
    const text = textOf(of);
    const query = edits.reduce((broken, [right, wrong]) => {
      expect(broken).toContain(right);
      return broken.replaceAll(right, wrong);
    }, text.query);
    expect(heldAgainst({ ...text, query }, logged)).toContainEqual(expect.stringContaining(found));
  });
});

describe("Every query that the code sends", () => {
  it.each([
    [
      "sign-ins",
      {
        kind: "read",
        entries: [
          {
            bastionId: hub.id,
            vmId: vmId("vm-1"),
            tunnelId: "t-1",
            startedAt: at("2026-11-21T09:00:00Z"),
            endedAt: at("2026-11-21T09:10:00Z"),
            failed: true,
            viaLink: true,
            userName: "azureuser",
            ipAddress: "203.0.113.20",
            protocol: "ssh",
          },
        ],
        newest: { [hub.id.toLowerCase()]: at("2026-11-21T09:00:00Z") },
      },
    ],
    ["probes", [{ kind: "reached" }]],
    [
      "bastions",
      [{ bastion: { id: hubPath }, region: "westeurope", sku: "Standard", shareableLinksEnabled: true }],
    ],
    ["virtual machines", [{ vmId: vmId("vm-1"), tags: { env: "prod" } }]],
    ["management groups", [[subscription, ["mg-platform"]]]],
  ] as const)("is one that the engine takes, and gives the reader every column: %s", async (name, wanted) => {
    const { read, sent } = await readers[name]();
    expect(
      sent.flatMap(({ query, faults: found }) => found.map((one) => `${one} in ${query}`)),
    ).toStrictEqual([]);
    expect(sent.length).toBeGreaterThan(0);
    expect(read).toMatchObject(wanted);
  });
});

const unseen = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;
const anything = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ unit: fc.constantFrom('"', "\\", "'", "\n", "\r", "\u2028", "|", "/", ";", ")", "a") }),
);

describe("The simulated Azure", () => {
  it("has columns that Microsoft publishes, of their types", () => {
    expect(tables["AzureActivity"]).toMatchObject(activityColumns);
    expect(tables["MicrosoftAzureBastionAuditLogs"]).toMatchObject(sessionColumns);
  });
});

describe("A text that the code puts into a query", () => {
  it("is one literal to the engine, and stands for itself, whatever it holds", () => {
    const texts = fc.sample(anything, { numRuns: 500, seed: seedOfToday });
    const { faults: found, tree } = judge(`print ${texts.map(kqlText).join(", ")}`);
    const literals = partsOf(tree).filter(({ kind }) => kind === "StringLiteralExpression");
    expect(found).toStrictEqual([]);
    expect(literals.map(({ value }) => value)).toStrictEqual(
      texts.map((text) => text.replaceAll(unseen, "\u{FFFD}")),
    );
  });
});
