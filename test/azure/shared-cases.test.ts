import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { credentialFor } from "../../src/azure/identity/credential.ts";
import { workspaceLogs } from "../../src/azure/log-analytics/logs.ts";
import { resourceGraphEstate } from "../../src/azure/resource-graph/estate.ts";
import { eventsIn, eventsInText } from "../../src/core/domain/attribution/events-in.ts";
import { callerName, type Signal } from "../../src/core/domain/attribution/signal.ts";
import { textOf } from "../../src/core/domain/foreign.ts";
import { summaryOf, usageOf } from "../../src/core/domain/links/usage.ts";
import { usageWords } from "../../src/core/render/words/usage-words.ts";
import { judge } from "../../src/core/domain/policy/policy.ts";
import { days, hours, instant, isoInstant, parseInstant } from "../../src/core/domain/time.ts";
import { acceptEvent, consequenceOf, type Consequence } from "../../src/core/flows/watch/accept-event.ts";
import { unsignedToken } from "../../local/local-settings.ts";
import { at } from "../memory/clock.ts";
import { aBastion, vmId } from "../memory/samples.ts";
import { policyOf, watchdog } from "../memory/watchdog.ts";
import { needsShared, shared } from "../needs.ts";
import { receiver } from "./receiver.ts";

/** What is right of each case is said in its own file; `T-teams-urls` and `I01` are not about reading. */
const bytesOf = (name: string) => readFileSync(shared(`cases/${name}`));
const caseOf = (name: string) => JSON.parse(bytesOf(name).toString()) as Record<string, unknown>;
const weighed = (event: unknown): Consequence =>
  consequenceOf(event, at("2026-11-21T08:01:00Z"), { principalId: undefined });
const signalIn = (event: unknown): Signal => {
  const read = weighed(event);
  return read.kind === "signal" ? read.signal : expect.fail(read.why);
};
const callerIn = (name: string) => signalIn(caseOf(name)).caller;

describe.runIf(needsShared("cases/"))("A case of ../shared/cases", () => {
  it.each([
    ["E01-personal-account.json", "guest", "jane@outlook.example"],
    ["E03-guest-direct.json", "guest", "jane@partner.example"],
    ["E06-managed-identity-name.json", "managed-identity", "id-deploy"],
    ["E09-claims-as-text.json", "user", "jane@contoso.example"],
    ["E11-httprequest-empty-text.json", "user", "jane@contoso.example"],
  ])("%s is a creation by a %s called %s", (name, kind, called) => {
    const { operation, caller } = signalIn(caseOf(name));
    expect([operation, caller.kind, callerName(caller)]).toStrictEqual(["create", kind, called]);
  });

  it.each(["E01-personal-account.json", "E03-guest-direct.json"])("%s is a high alert", async (name) => {
    const dog = watchdog();
    dog.clock.set(at("2026-11-21T08:00:05Z"));
    dog.azure.create(dog.bastion, vmId("vm-1"));
    await acceptEvent(caseOf(name), dog.ports, dog.settings);
    expect(dog.heard()).toMatchObject([{ kind: "created", severity: "high" }]);
  });

  it("E12 is ignored", () => {
    expect(weighed(caseOf("E12-other-resource-as-text.json")).kind).toBe("ignored");
  });

  it("E17 is from where the request came, with a token from elsewhere", () => {
    const { ipAddress, tokenIpAddress } = callerIn("E17-two-addresses.json");
    expect([ipAddress, tokenIpAddress]).toStrictEqual(["198.51.100.99", "203.0.113.24"]);
  });

  it("E18 is by nobody known", () => {
    expect(callerIn("E18-group-is-no-caller.json")).toMatchObject({ kind: "unknown", objectId: undefined });
  });

  it("E26 is read", () => {
    const [event] = eventsIn(JSON.parse(bytesOf("E26-az-monitor-activity-log-list.json").toString()));
    const { operation, caller } = signalIn(event);
    expect([operation, callerName(caller)]).toStrictEqual(["create", "jane@contoso.example"]);
  });

  it("E27 is E03, saved as UTF-16", () => {
    const saved = Buffer.from(`\uFEFF${bytesOf("E03-guest-direct.json").toString()}`, "utf16le");
    expect(eventsInText(textOf(saved))).toStrictEqual([caseOf("E03-guest-direct.json")]);
  });

  it("E32 forbids the guest of E03", () => {
    const caller = callerIn("E03-guest-direct.json");
    const reported = { eventId: "e", reportedAt: at("2026-11-21T08:00:05Z"), correlationId: undefined };
    const attribution = { kind: "known", caller, ...reported } as const;
    const subject = { bastionId: aBastion("bas-hub").id, vmId: vmId("vm-1"), tags: undefined, attribution };
    const verdict = judge(subject, policyOf(caseOf("E32-policy.json")), at("2026-11-21T08:00:05Z"));
    expect(verdict).toMatchObject({
      rule: "rest",
      tightenedBy: ["partners may not"],
      allowed: false,
      severity: "high",
    });
  });

  it("A16 is one moment in three spellings", () => {
    const { unread } = caseOf("A16-dates.json") as { readonly unread: readonly string[] };
    const moments = unread.map((text) => isoInstant(parseInstant(text) ?? instant(0)));
    expect(moments).toStrictEqual(Array.from({ length: 3 }, () => "2024-07-23T16:07:55.000Z"));
  });

  const asked = async <Answer>(status: number, name: string, ask: (url: string) => Promise<Answer>) => {
    const server = await receiver();
    server.say(status, caseOf(name));
    return ask(server.url);
  };
  const credential = credentialFor({ kind: "static", token: unsignedToken({ oid: "x" }) });
  const signInsAt = (endpoint: string, since = at("2024-07-23T16:00:00Z")) =>
    workspaceLogs({ endpoint, credential, workspaceId: "w", patienceInMs: 5_000 }).signIns({
      bastionIds: ["/b"],
      vmIds: ["/v"],
      since,
      newest: since,
    });

  it("L01 is one session when its row was written", async () => {
    const answer = await asked(200, "L01-audit-row-without-start.json", signInsAt);
    const [entry] = answer.kind === "read" ? answer.entries : expect.fail(answer.why);
    const from = at("2024-07-23T16:00:00Z");
    const span = {
      bastionId: entry?.bastionId ?? "",
      vmId: entry?.vmId ?? "",
      from,
      until: instant(from + hours(1)),
    };
    expect([
      entry?.startedAt,
      usageWords(summaryOf(usageOf(span, answer, instant(from + days(1))))),
    ]).toStrictEqual([
      at("2024-07-23T16:03:34.776Z"),
      "1 session by azureuser from 198.51.100.9 over a link",
    ]);
  });

  it("L04 says that the table does not exist", async () => {
    const answer = await asked(400, "L04-table-missing.json", signInsAt);
    expect(answer.kind === "unread" && answer.why).toContain(
      "no table MicrosoftAzureBastionAuditLogs, so nothing was ever sent to it: switch the diagnostic category BastionAuditLogs",
    );
  });

  const estateAt = (endpoint: string) => resourceGraphEstate({ endpoint, credential, scope: "everything" });

  it("R01 says what Resource Graph means", async () => {
    await expect(
      asked(429, "R01-resource-graph-throttled.json", (url) => estateAt(url).bastions()),
    ).rejects.toThrow("429 RateLimiting Client application has been throttled");
  });

  it("R05 is decided by the tags of the scale set", async () => {
    const {
      vmId: id,
      scaleSet,
      policy,
    } = caseOf("R05-scale-set-tags.json") as {
      readonly vmId: string;
      readonly scaleSet: object;
      readonly policy: object;
    };
    const server = await receiver();
    server.say(200, { totalRecords: 1, count: 1, resultTruncated: "false", data: [scaleSet] });
    const tags = (await estateAt(server.url).virtualMachines([id])).get(id.toLowerCase())?.tags;
    const attribution = { kind: "unknown", searched: "creation" } as const;
    const subject = { bastionId: aBastion("bas-hub").id, vmId: id, tags, attribution };
    const verdict = judge(subject, policyOf(policy), at("2026-11-21T08:00:05Z"));
    expect(verdict).toMatchObject({
      rule: "rest",
      tightenedBy: ["no links into tagged production"],
      allowed: false,
    });
  });
});
