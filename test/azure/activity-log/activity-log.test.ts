import { describe, expect, it } from "vitest";
import { armActivityLog } from "../../../src/azure/activity-log/activity-log.ts";
import type { LogQuestion } from "../../../src/core/ports.ts";
import { at } from "../../memory/clock.ts";
import type { Wire, WireAnswer } from "../arm-on-the-wire.ts";
import { armOnTheWire, countingCredential, subscription } from "../arm-on-the-wire.ts";

const question: LogQuestion = {
  subscriptionId: subscription,
  from: at("2026-11-21T08:00:00Z"),
  until: at("2026-11-21T09:00:00Z"),
  about: { resourceProvider: "Microsoft.Network" },
  mostPages: 3,
};

const read = (wire: Wire, changes: Partial<LogQuestion> = {}) =>
  armActivityLog({ endpoint: wire.endpoint, credential: countingCredential() }).read({
    ...question,
    ...changes,
  });

const asked = (url: string) => Object.fromEntries(new URL(url, "http://localhost").searchParams);

describe("The Activity Log, asked for by Resource Manager", () => {
  it("is asked for a time and a provider, without what may hold a link's URL", async () => {
    const wire = await armOnTheWire({
      json: {
        value: [
          {
            eventDataId: "one",
            properties: { responseBody: "https://bst-1.bastion.azure.com/api/shareable-url/x" },
          },
        ],
      },
    });
    expect(await read(wire)).toEqual({
      kind: "read",
      records: [{ eventDataId: "one" }],
      pages: 1,
      complete: true,
      why: undefined,
    });
    const [request] = wire.requests;
    expect(request?.url).toContain(
      `/subscriptions/${subscription}/providers/Microsoft.Insights/eventtypes/management/values?`,
    );
    const { $select, ...rest } = asked(request?.url ?? "");
    expect(rest).toEqual({
      "api-version": "2015-04-01",
      $filter:
        "eventTimestamp ge '2026-11-21T08:00:00.000Z' and eventTimestamp le '2026-11-21T09:00:00.000Z' and resourceProvider eq 'Microsoft.Network'",
    });
    expect($select?.split(",")).not.toContain("properties");
    expect($select?.split(",")).toContain("claims");
  });

  it("is asked for one resource, whose quotes end nothing", async () => {
    const wire = await armOnTheWire({ json: { value: [] } });
    await read(wire, { about: { resourceUri: "/subscriptions/x/it's" } });
    expect(asked(wire.requests[0]?.url ?? "")["$filter"]).toContain(
      " and resourceUri eq '/subscriptions/x/it''s'",
    );
  });

  it("comes page by page, and is not complete where pages are left", async () => {
    const pageOf = (number: number) => (endpoint: string) => ({
      json: { value: [{ number }], nextLink: `${endpoint}/next?page=${number + 1}&skipToken=a%2Bb` },
    });
    const wire = await armOnTheWire(...[0, 1, 2, 3].map(pageOf));
    expect(await read(wire)).toEqual({
      kind: "read",
      records: [{ number: 0 }, { number: 1 }, { number: 2 }],
      pages: 3,
      complete: false,
      why: "more than 3 pages",
    });
    expect(wire.requests.map(({ url }) => url).slice(1)).toEqual([
      "/next?page=1&skipToken=a%2Bb",
      "/next?page=2&skipToken=a%2Bb",
    ]);
  });

  it("is what came, where a later page is refused or leads elsewhere", async () => {
    const first = (nextLink: string) => (endpoint: string) => ({
      json: { value: [{ eventDataId: "one" }], nextLink: nextLink || `${endpoint}/next` },
    });
    expect(await read(await armOnTheWire(first(""), { status: 500, json: {} }))).toMatchObject({
      records: [{ eventDataId: "one" }],
      complete: false,
    });
    const elsewhere = await armOnTheWire(first("https://elsewhere.example/next"));
    expect(await read(elsewhere)).toMatchObject({
      records: [{ eventDataId: "one" }],
      complete: false,
      why: expect.stringContaining("elsewhere.example") as string,
    });
    expect(elsewhere.requests).toHaveLength(1);
  });

  it.each<[string, WireAnswer, object]>([
    ["403", { status: 403, json: { error: { code: "AuthorizationFailed" } } }, { kind: "forbidden" }],
    ["429", { status: 429, headers: { "Retry-After": "3" } }, { kind: "busy", retryAfter: 3_000 }],
    ["400", { status: 400, json: { code: "BadRequest" } }, { kind: "failed" }],
    ["500", { status: 500 }, { kind: "failed" }],
    ["no page", { json: [] }, { kind: "failed" }],
    ["a reset", { instead: "reset" }, { kind: "failed" }],
  ])("cannot be read after %s, and why", async (_, answer, expected) => {
    expect(await read(await armOnTheWire(answer))).toMatchObject(expected);
  });
});
