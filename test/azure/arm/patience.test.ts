import { describe, expect, it } from "vitest";
import { armControlPlane } from "../../../src/azure/bastion/control-plane.ts";
import { resourceGraphEstate } from "../../../src/azure/resource-graph/estate.ts";
import { probeDirectory } from "../../../src/azure/probes.ts";
import { instant, type Milliseconds } from "../../../src/core/domain/time.ts";
import {
  armOnTheWire,
  countingCredential,
  hub,
  subscription,
  type Played,
  type Wire,
  type WireAnswer,
} from "../arm-on-the-wire.ts";
import { entry, onlyThese, token } from "../bastion/links-on-the-wire.ts";

/** Azure for somebody who waits at a terminal, and how long he waited. */
function patientAt({ endpoint }: Wire) {
  const waits: Milliseconds[] = [];
  const patience = {
    wait(length: Milliseconds) {
      waits.push(length);
      return Promise.resolve();
    },
  };
  const clock = { now: () => instant(Date.parse("2026-11-21T09:00:00Z")) };
  const options = { endpoint, credential: countingCredential(), patience, clock };
  const scope = { subscriptions: [subscription], managementGroups: [] };
  return {
    waits,
    options,
    plane: armControlPlane(options),
    estate: resourceGraphEstate({ ...options, scope }),
  };
}
type Patient = ReturnType<typeof patientAt>;

/** What Azure says when all is well, how it is asked, and what became of it in a word: "read" or why not. */
const reads: Readonly<
  Record<string, { readonly well: WireAnswer; readonly ask: (on: Patient) => Promise<string> }>
> = {
  "Asking Resource Graph": {
    well: { json: { data: [{ id: hub.id }] } },
    ask: ({ estate }) =>
      estate.bastions().then(
        (found) => (found.length === 1 ? "read" : "nothing"),
        (error: unknown) => (error as Error).message,
      ),
  },
  "Listing the links of bst-hub": {
    well: { json: { value: [entry(token)] } },
    ask: async ({ plane }) => {
      const answer = await plane.listLinks(hub);
      if (answer.kind !== "listed") return answer.why;
      return answer.listing.complete && answer.listing.links.length === 1 ? "read" : "nothing";
    },
  },
  "Reading bst-hub": {
    well: { json: { location: "westeurope" } },
    ask: async ({ plane }) => {
      const answer = await plane.getBastion(hub);
      return answer.kind === "found" ? "read" : answer.why;
    },
  },
};

const refusal = (status: number, code: string): WireAnswer => ({
  status,
  json: { error: { code, message: "Words." } },
});
const later = "Try again in 1 min";
const faults: readonly (readonly [string, WireAnswer, string])[] = [
  ["429", refusal(429, "TooManyRequests"), `429 TooManyRequests Words. (tried 3 times). ${later}`],
  ["500", refusal(500, "InternalServerError"), `500 InternalServerError Words. (tried 3 times). ${later}`],
  ["502", { status: 502, text: "<html>" }, `502 the answer is not JSON (tried 3 times). ${later}`],
  ["503", refusal(503, "ServerBusy"), `503 ServerBusy Words. (tried 3 times). ${later}`],
  ["504", refusal(504, "GatewayTimeout"), `504 GatewayTimeout Words. (tried 3 times). ${later}`],
  ["reset", { instead: "reset" }, "no answer: ECONNRESET (tried 3 times). Check the network, then try again"],
];

const cases = Object.entries(reads).flatMap(([what, { well, ask }]) =>
  faults.flatMap(([fault, answer, why]) => [
    { what, fault, how: "once", ask, answers: [answer, well], said: "read", requests: 2, waited: [2_000] },
    {
      what,
      fault,
      how: "twice",
      ask,
      answers: [answer, answer, well],
      said: "read",
      requests: 3,
      waited: [2_000, 4_000],
    },
    {
      what,
      fault,
      how: "always",
      ask,
      answers: [answer],
      said: `${what}: ${why}`,
      requests: 3,
      waited: [2_000, 4_000],
    },
  ]),
);

describe("A read of somebody who waits", () => {
  it("is asked for here in every combination", () => {
    expect(cases).toHaveLength(3 * 6 * 3);
  });

  it.each(cases)(
    "$what, with $fault $how, takes $requests requests",
    async ({ ask, answers, said, requests, waited }) => {
      const wire = await armOnTheWire(...answers);
      const patient = patientAt(wire);
      expect(await ask(patient)).toBe(said);
      expect(wire.requests).toHaveLength(requests);
      expect(
        new Set(wire.requests.map(({ method, url, body }) => JSON.stringify([method, url, body]))).size,
      ).toBe(1);
      expect(patient.waits).toStrictEqual(waited);
    },
  );

  it.each<[Record<string, string>, readonly number[], string]>([
    [{ "Retry-After": "7" }, [7_000, 7_000], "(tried 3 times). Try again in 7 s"],
    [{ "x-ms-user-quota-resets-after": "00:00:05" }, [5_000, 5_000], "(tried 3 times). Try again in 5 s"],
    [{ "Retry-After": "0" }, [0, 0], "(tried 3 times). Try again in 0 s"],
    [{ "Retry-After": "60" }, [60_000, 60_000], "(tried 3 times). Try again in 1 min"],
    [{ "Retry-After": "61" }, [], "(tried once). Try again in 1 min 1 s"],
  ])("waits as long as %j asks, and leaves a longer wait to the caller", async (headers, waited, said) => {
    const patient = patientAt(await armOnTheWire({ ...refusal(429, "RateLimiting"), headers }));
    const why = `Asking Resource Graph: 429 RateLimiting Words. ${said}`;
    await expect(patient.estate.bastions()).rejects.toThrow(new Error(why));
    expect(patient.waits).toStrictEqual(waited);
  });

  it.each<[string, WireAnswer, number, string]>([
    [
      "409 of a busy bastion",
      refusal(409, "AnotherOperationInProgress"),
      3,
      `409 AnotherOperationInProgress Words. (tried 3 times). ${later}`,
    ],
    [
      "400 of an upgrade",
      refusal(400, "OperationNotAllowedWhenResourceInUpgradingState"),
      3,
      `(tried 3 times). ${later}`,
    ],
    ["403", refusal(403, "AuthorizationFailed"), 1, "403 AuthorizationFailed Words."],
    ["404", refusal(404, "ResourceNotFound"), 1, "404 ResourceNotFound Words."],
    ["409 of a lock", refusal(409, "ScopeLocked"), 1, "409 ScopeLocked Words."],
    ["501", refusal(501, "NotImplemented"), 1, "501 NotImplemented Words."],
    ["silence", { instead: "hang" }, 1, "no answer within 20000 ms"],
  ])("with %3$s", async (_, answer, requests, said) => {
    const wire = await armOnTheWire(answer);
    const listed = await patientAt(wire).plane.listLinks(hub);
    expect([wire.requests.length, "why" in listed && listed.why.endsWith(said)]).toStrictEqual([
      requests,
      true,
    ]);
  });

  it("turns the later pages of a list with the same patience, and never asks for the first one again", async () => {
    const second: Played = (endpoint) => ({ json: { value: [entry(token)], nextLink: `${endpoint}/page2` } });
    const wire = await armOnTheWire(
      second,
      refusal(503, "ServerBusy"),
      { instead: "reset" },
      { json: { value: [] } },
    );
    expect(await patientAt(wire).plane.listLinks(hub)).toMatchObject({
      kind: "listed",
      listing: { complete: true, links: [{}] },
    });
    expect(wire.requests.map(({ url }) => url.includes("page2"))).toStrictEqual([false, true, true, true]);
  });

  it("is no delete: that is asked for again only after a look", async () => {
    const wire = await armOnTheWire({ json: { value: [entry(token)] } }, refusal(503, "ServerBusy"));
    const { plane, waits } = patientAt(wire);
    const answer = await plane.listLinks(hub);
    if (answer.kind !== "listed") throw new Error(answer.why);
    const linkIds = answer.listing.links.map(({ linkId }) => linkId);
    expect(await plane.revokeLinks(hub, answer.listing, onlyThese(linkIds))).toMatchObject({ kind: "busy" });
    expect([wire.requests.length, waits]).toStrictEqual([2, []]);
  });

  it.each([
    [
      [{ status: 503 }, { status: 429, headers: { "Retry-After": "3" } }, { status: 404 }],
      { kind: "reached" },
      [2_000, 3_000],
    ],
    [
      [{ status: 429 }],
      { kind: "failed", why: `Graph answered 429 (tried 3 times). ${later}` },
      [2_000, 4_000],
    ],
    [[{ status: 403 }], { kind: "forbidden", why: "Graph answered 403" }, []],
  ])("of the directory, answered with %j", async (answers, expected, waited) => {
    const { options, waits } = patientAt(await armOnTheWire(...answers));
    expect(await probeDirectory(options, "users")).toMatchObject(expected);
    expect(waits).toStrictEqual(waited);
  });
});
