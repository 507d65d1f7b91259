import { describe, expect, it } from "vitest";
import { eventually } from "../../local/scenario/eventually.ts";
import { jane, omar } from "../../local/scenario/people.ts";
import type { Card } from "../../local/scenario/teams-channel.ts";
import { cardSaying, logSaying, noSweep, putBase64, putRaw, stage, withinInMs } from "./stage.ts";

const on = stage({ settings: noSweep });

const trouble = "The watchdog itself needs attention";

/** A well-formed event about a bastion, with whatever a stranger changes in it. */
function event({
  subscription = "11111111-0000-4000-8000-000000000001",
  host = "bas-hub-weu",
  data = {},
  ...envelope
}: Changes): string {
  const id = `/subscriptions/${subscription}/resourceGroups/rg-hub-weu/providers/Microsoft.Network/bastionHosts/${host}`;
  return JSON.stringify({
    id: "00000000-0000-4000-8000-00000000bad0",
    specversion: "1.0",
    source: `/subscriptions/${subscription}`,
    type: "Microsoft.Resources.ResourceActionSuccess",
    time: new Date().toISOString(),
    subject: id,
    data: {
      operationName: "Microsoft.Network/bastionHosts/createshareablelinks/action",
      resourceUri: id,
      claims: {},
      ...data,
    },
    ...envelope,
  });
}

interface Changes {
  readonly subscription?: string;
  readonly host?: string;
  readonly data?: object;
  readonly [member: string]: unknown;
}

async function scanRequest(body: string, headers: Readonly<Record<string, string>>): Promise<Response> {
  return fetch(`${on().stack.functionsUrl}/api/scan`, {
    method: "POST",
    body,
    headers: { "content-type": "application/json", ...headers },
  });
}

/** The first card that `act` leads to. A channel takes its turn: after four cards the next comes two seconds later. */
async function cardAfter(act: () => Promise<void>): Promise<Card> {
  const before = (await on().channel.upToDate()).length;
  await act();
  const saw = () => on().channel.titles();
  return eventually({ expected: "a new card", withinInMs, saw }, () => on().channel.cards.slice(before)[0]);
}

describe("messages in the activity queue", () => {
  it.each([
    ["that are no JSON", "{ this is no JSON", "expected an event, found a text of"],
    [
      "that are JSON, but no event",
      '{"hello":"world"}',
      "found an object that is none of these: an Event Grid event; a CloudEvent",
    ],
    [
      "whose bastion has dots for a name",
      event({ host: ".." }),
      "closest to a CloudEvent: expected the id of a bastion host in resourceUri of data, found a text of",
    ],
    [
      "without a readable time",
      event({ time: "yesterday" }),
      "expected a date in time, found a text of 9 characters",
    ],
  ])("%s are recorded and told", async (_what, text, why) => {
    const { title, words } = await cardAfter(() => putBase64(on(), "activity", text));
    expect(title).toBe(trouble);
    expect(words).toContain("An event was rejected");
    expect(words).toContain(why);
  });

  it("that fill a whole message with one word are recorded and told, and the word is not repeated", async () => {
    const { words } = await cardAfter(() => putBase64(on(), "activity", event({ time: "x".repeat(44_000) })));
    expect(words).toContain("An event was rejected");
    expect(words).not.toContain("xxxxxxxx");
  });

  it("about resources of another type are ignored with a log line", async () => {
    const operationName = "Microsoft.Compute/virtualMachines/start/action";
    await putBase64(on(), "activity", event({ id: "foreign", data: { operationName } }));
    expect(await logSaying(on(), "Event ignored", "not a bastion operation the watchdog reacts to")).toMatch(
      /^information activityMessage: /,
    );
  });

  it("about a bastion outside the scope are ignored with a warning, and Azure is not asked about it", async () => {
    const subscription = "22222222-0000-4000-8000-000000000002";
    await putBase64(on(), "activity", event({ id: "outside", subscription }));
    expect(
      await logSaying(on(), "Event ignored: its bastion is outside WATCHDOG_SCOPE", subscription),
    ).toMatch(/^warning activityMessage: /);
    expect((await on().azure.requests()).filter(({ path }) => path.includes(subscription))).toEqual([]);
  });
});

describe("messages in our own queues", () => {
  it.each([
    ["reconcile", "not json at all", "A reconcile message was rejected"],
    ["reconcile", '{"cause":"sweep"}', "A reconcile message was rejected"],
    ["sessions", '{"since":"2026-11-21T10:00:00Z"}', "A message about sessions was rejected"],
    [
      "reconcile-later",
      '{"bastionId":"/subscriptions/x","cause":"sweep","since":"2026-11-21T10:00:00Z"}',
      "A reconcile message was rejected",
    ],
    ["alerts", '{"partition":"|ledger","seq":-1}', "An alert message was rejected"],
    ["alerts", "[[[[", "An alert message was rejected"],
  ])("that %s cannot use (%s) are recorded and told", async (queue, text, what) => {
    const { title, words } = await cardAfter(() => putBase64(on(), queue, text));
    expect(title).toBe(trouble);
    expect(words).toContain(what);
  });

  it("that are not base64 are recorded and told, once for each queue", async () => {
    const before = (await on().channel.upToDate()).length;
    const queues = ["activity", "reconcile", "reconcile-later", "alerts", "sessions"];
    for (const queue of queues) await putRaw(on(), queue, "%%% ä ö ü, not base64 %%%");
    const news = () => on().channel.titles().slice(before);
    await eventually({ expected: "five cards", withinInMs, saw: news }, () =>
      news().length >= 5 ? true : undefined,
    );
    expect(news()).toEqual([trouble, trouble, trouble, trouble, trouble]);
  });
});

describe("POST /api/scan", () => {
  it.each(["{", "[]", '"everything"', '{"vmm":"vm-staging-01"}', '{"vm":7}'])(
    "answers the body %s with 400 and what is wrong",
    async (body) => {
      const response = await scanRequest(body, { "x-functions-key": on().stack.key });
      expect(response.status).toBe(400);
      expect(response.headers.get("content-type")).toBe("application/problem+json");
      expect(await response.json()).toMatchObject({
        title: "The request body is not a valid scan request",
        status: 400,
      });
    },
  );

  it("answers 401 without the key, and with a wrong one", async () => {
    expect((await scanRequest("", {})).status).toBe(401);
    expect((await scanRequest("", { "x-functions-key": "wrong" })).status).toBe(401);
  });
});

describe("a nextLink to another host", () => {
  it("is not followed: the host sees neither our token nor us, and the card says that the list is incomplete", async () => {
    const { azure } = on();
    await azure.simulate("faults", { hostileNextLink: true });
    await azure.createLinks(omar, "bas-edge-neu", ["vm-legacy-01"]);
    const card = await cardSaying(on(), "vm-legacy-01 is reachable from the internet");
    await azure.simulate("faults", { hostileNextLink: false });
    expect(card.words).toContain("Azure's list was incomplete: there may be more links.");
    const hostile: unknown = await (await fetch(`${azure.url}/_sim/hostile`)).json();
    expect(hostile).toMatchObject({ requests: [] });
  });
});

describe("after all of that", () => {
  it("the watchdog alerts a new link, and its process never died", async () => {
    await on().azure.createLinks(jane, "bas-hub-weu", ["vm-staging-01"]);
    await cardSaying(
      on(),
      "Shareable link opened: vm-staging-01 is reachable from the internet",
      "jane@contoso.example",
    );
    expect((await fetch(`${on().stack.functionsUrl}/api/health`)).status).toBe(200);
    expect(
      on()
        .stack.functionsLog()
        .filter((line) => /^critical|The app died|The app stopped/.test(line)),
    ).toEqual([]);
  });
});
