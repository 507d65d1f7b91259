import { describe, expect, it } from "vitest";
import { azureNames } from "../../../src/azure/naming/names.ts";
import type { DirectoryEntry } from "../../../src/core/domain/attribution/directory-entry.ts";
import type { Caller } from "../../../src/core/domain/attribution/signal.ts";
import { days, minutes } from "../../../src/core/domain/time.ts";
import { at, settableClock } from "../../memory/clock.ts";
import { jane } from "../../memory/samples.ts";
import { armOnTheWire, countingCredential, type Played, type Wire } from "../arm-on-the-wire.ts";

const [first, second] = ["11111111-0000-4000-8000-00000000000a", "11111111-0000-4000-8000-00000000000b"];
const pipeline: Caller = {
  ...jane,
  kind: "service-principal",
  objectId: "22222222-0000-4000-8000-0000000000aa",
  appId: "33333333-0000-4000-8000-0000000000aa",
  userPrincipalName: undefined,
  name: undefined,
};
const listed = (subscriptionId: string, displayName: unknown) => ({ subscriptionId, displayName });
const page = (...value: readonly object[]) => ({ json: { value } });

async function naming(...answers: readonly Played[]) {
  const wire = await armOnTheWire(...answers);
  const clock = settableClock();
  const people: Caller[] = [];
  const directory = {
    whoIs: (caller: Caller) => {
      people.push(caller);
      return Promise.resolve({ displayName: "sp-deploy-pipeline" } as DirectoryEntry);
    },
  };
  const options = { endpoint: wire.endpoint, credential: countingCredential(), clock, directory };
  return { ...{ wire, clock, people }, names: azureNames(options) };
}

const asked = ({ requests }: Wire) => requests.map(({ method, url }) => `${method} ${url}`);
const subscriptions = (...ids: readonly string[]) => ({ subscriptions: ids, callers: [] });

describe("Names of subscriptions", () => {
  it("are the list that Resource Manager shows, asked for once for all of them, with the moment of asking", async () => {
    const { wire, names } = await naming(page(listed(first, "Contoso Platform"), listed(second, "Sandbox")));
    expect(await names.namesOf(subscriptions(first.toUpperCase()))).toStrictEqual(
      new Map([[first, { name: "Contoso Platform", asOf: at("2026-11-21T08:00:00Z") }]]),
    );
    expect([...(await names.namesOf(subscriptions(second))).values()]).toMatchObject([{ name: "Sandbox" }]);
    expect(asked(wire)).toStrictEqual(["GET /subscriptions?api-version=2022-12-01"]);
  });

  it("come page by page", async () => {
    const { names } = await naming(
      (endpoint) => ({
        json: {
          value: [listed(first, "One")],
          nextLink: `${endpoint}/subscriptions?api-version=2022-12-01&more`,
        },
      }),
      page(listed(second, "Two")),
    );
    const found = await names.namesOf(subscriptions(first, second));
    expect([...found.values()].map(({ name }) => name)).toStrictEqual(["One", "Two"]);
  });

  it("are asked for again after a day; the old one serves a week where nobody answers, with its age", async () => {
    const { wire, clock, names } = await naming(page(listed(first, "Before")), page(listed(first, "After")), {
      status: 503,
    });
    const told = async () => [...(await names.namesOf(subscriptions(first))).values()][0];
    await told();
    clock.advance(days(1) - 1);
    expect(await told()).toMatchObject({ name: "Before" });
    clock.advance(1);
    expect(await told()).toStrictEqual({ name: "After", asOf: at("2026-11-22T08:00:00Z") });
    clock.advance(days(6));
    expect(await told()).toStrictEqual({ name: "After", asOf: at("2026-11-22T08:00:00Z") });
    clock.advance(days(1));
    expect(await told()).toBeUndefined();
    expect(wire.requests).toHaveLength(4);
  });

  it("that nobody knows are asked for again after five minutes, and not before", async () => {
    const { wire, clock, names } = await naming(page());
    for (const wait of [0, minutes(5) - 1, 1]) {
      clock.advance(wait);
      expect(await names.namesOf(subscriptions(first))).toStrictEqual(new Map());
    }
    expect(wire.requests).toHaveLength(2);
  });

  it.each<[string, Played]>([
    ["refused", { status: 403, json: { error: { code: "AuthorizationFailed", message: "no" } } }],
    ["cut", { instead: "reset" }],
    ["no list", { json: { odd: 1 } }],
    ["without a name", page({ subscriptionId: first })],
    ["with a number for a name", page(listed(first, 7))],
  ])("are missing where the answer is %s", async (_, answer) => {
    const { names } = await naming(answer);
    expect(await names.namesOf(subscriptions(first))).toStrictEqual(new Map());
  });

  it("are cut to eighty characters, and asked for by ids alone", async () => {
    const { wire, names } = await naming(page(listed(first, "x".repeat(500))));
    expect(await names.namesOf(subscriptions("not-a-guid"))).toStrictEqual(new Map());
    expect(wire.requests).toStrictEqual([]);
    expect((await names.namesOf(subscriptions(first))).get(first)?.name).toHaveLength(80);
  });
});

describe("Names of software", () => {
  it("are the directory's, by the id that the Activity Log names it by, and asked for once a day", async () => {
    const { clock, people, names } = await naming();
    const ask = () => names.namesOf({ subscriptions: [], callers: [pipeline, jane] });
    const asOf = at("2026-11-21T08:00:00Z");
    expect(await ask()).toStrictEqual(new Map([[pipeline.appId, { name: "sp-deploy-pipeline", asOf }]]));
    await ask();
    expect(people).toStrictEqual([pipeline]);
    clock.advance(days(1));
    await ask();
    expect(people).toHaveLength(2);
  });

  it("are missing where no directory may be asked", async () => {
    const wire = await armOnTheWire(page());
    const names = azureNames({ endpoint: wire.endpoint, credential: countingCredential() });
    expect(await names.namesOf({ subscriptions: [], callers: [pipeline] })).toStrictEqual(new Map());
  });
});

it("Nobody waits for a name longer than they would, and the next has it", async () => {
  let answer: (entry: DirectoryEntry) => void = () => undefined;
  const whoIs = () => new Promise<DirectoryEntry>((resolve) => (answer = resolve));
  const wire = await armOnTheWire(page());
  const options = { endpoint: wire.endpoint, credential: countingCredential(), clock: settableClock() };
  const names = azureNames({ ...options, directory: { whoIs }, patienceInMs: 5 });
  const ask = () => names.namesOf({ subscriptions: [], callers: [pipeline] });
  expect((await ask()).size).toBe(0);
  answer({ displayName: "sp-late" } as DirectoryEntry);
  await new Promise(setImmediate);
  expect([...(await ask()).values()]).toMatchObject([{ name: "sp-late" }]);
});
