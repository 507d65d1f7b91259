import { fc } from "../fast-check.ts";
import { describe, expect, it } from "vitest";
import { scrub, type Exchange } from "./scrub.ts";

const recorded = (
  body: unknown,
  answer: unknown,
  headers: Readonly<Record<string, string>> = {},
  url = "https://management.azure.com/",
): Exchange => ({
  ...{ seq: 1, method: "POST", url, requestBody: body },
  ...{ status: 200, responseHeaders: headers, responseBody: answer },
});

const urlOf = (token: string): string =>
  `https://bst-7f1c2b6e-1111-4222-8333-0123456789ab.bastion.azure.com/api/shareable-url/${token}`;

/** Tokens as Azure makes them, as its examples have them, and as nobody has seen them yet. */
const token = fc.oneof(
  fc.uuid(),
  fc.stringMatching(/^token[a-z]{3,10}\d$/),
  fc.stringMatching(/^[A-Za-z0-9_-]{8,60}$/),
  fc.stringMatching(/^[A-Za-z0-9.~+=!*()-]{8,40}$/),
);

/** Ways in which a recording may hold a link. */
const spelling = fc.constantFrom<(token: string) => string>(
  (text) => text,
  urlOf,
  (text) => urlOf(text).toUpperCase(),
  (text) => encodeURIComponent(urlOf(text)),
  (text) => encodeURIComponent(encodeURIComponent(urlOf(text))),
  (text) => `Link ${urlOf(text)} could not be made (${text}).`,
  (text) => `x${text}x`,
  (text) => JSON.stringify({ inner: { bsl: urlOf(text) } }),
);

const place = fc.constantFrom<(text: string) => Exchange>(
  (text) => recorded({ [text]: 1 }, {}),
  (text) => recorded({ tokens: [text] }, {}),
  (text) => recorded({}, { error: { message: text, details: [{ message: [text] }] } }),
  (text) => recorded({}, {}, { location: `https://management.azure.com/operations?u=${text}` }),
  (text) => recorded({}, {}, { "x-anything": text }),
  (text) => recorded({}, text),
  (text) => recorded({}, {}, {}, `https://management.azure.com/?q=${text}`),
);

const plain = (value: unknown): string => {
  const text = JSON.stringify(value).toLowerCase();
  const once = text.replaceAll(/%([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return `${text}\n${once}\n${once.replaceAll(/%([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))}`.toLowerCase();
};

describe("The scrubber", () => {
  it("lets no URL and no token of a link through, wherever and however a recording holds it", () => {
    fc.assert(
      fc.property(
        token,
        fc.array(fc.tuple(spelling, place), { minLength: 1, maxLength: 6 }),
        (secret, holders) => {
          const listed = recorded(
            {},
            { value: [{ vm: { id: "/subscriptions/s/resourceGroups/rg/providers/x" }, bsl: urlOf(secret) }] },
          );
          const clean = plain(scrub([listed, ...holders.map(([spell, put]) => put(spell(secret)))]));
          expect(clean).not.toContain(secret.toLowerCase());
          expect(clean).not.toContain("bst-7f1c2b6e");
        },
      ),
      { numRuns: 500 },
    );
  });

  it("finds a link that stands in a text only", () => {
    const clean = plain(
      scrub([recorded({}, { message: `see ${urlOf("abcdefgh-1234")}, and abcdefgh-1234 again` })]),
    );
    expect(clean).not.toContain("abcdefgh-1234");
  });

  it("finds a token that is only ever deleted", () => {
    expect(
      plain(scrub([recorded({ tokens: ["only-here-1"] }, { error: { message: "only-here-1 is unknown" } })])),
    ).not.toContain("only-here-1");
  });

  it("gives a token alone the stand-in that it has in its URL, so that it can be seen which link is deleted", () => {
    const text = plain(
      scrub([recorded({ tokens: ["abcdefgh-1234"] }, { value: [{ bsl: urlOf("abcdefgh-1234") }] })]),
    );
    expect(text).toContain('"tokens":["00000000-0000-4000-8001-000000000001"]');
    expect(text).toContain('/api/shareable-url/00000000-0000-4000-8001-000000000001"');
  });

  it("leaves out keys, signatures, bearer tokens, people, addresses, ids and names, each with one stand-in", () => {
    const id =
      "/subscriptions/0f1e2d3c-4b5a-4968-8778-695a4b3c2d1e/resourceGroups/rg-secret-project/providers/Microsoft.Network/bastionHosts/bas-secret";
    const [first, second] = scrub([
      recorded(
        {},
        { caller: "jane.doe@bank.example", ip: "198.51.100.7", id, jwt: "eyJhbGciOi.eyJvaWQi.c2ln" },
        { authorization: "Bearer abc", "set-cookie": "x" },
      ),
      recorded(
        {},
        { by: "Jane.Doe@bank.example" },
        {},
        `https://func.azurewebsites.net/api/ledger?code=aaaabbbbccccdddd&bastion=bas-secret`,
      ),
    ]);
    expect(first?.responseHeaders).toStrictEqual({});
    expect(first?.responseBody).toStrictEqual({
      caller: "person-1@contoso.example",
      ip: "203.0.113.1",
      id: "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/name-1/providers/Microsoft.Network/bastionHosts/name-2",
      jwt: "removed",
    });
    expect(second?.responseBody).toStrictEqual({ by: "person-1@contoso.example" });
    expect(second?.url).toBe("https://func.azurewebsites.net/api/ledger?code=removed&bastion=name-2");
  });

  it("keeps what says how Azure behaves", () => {
    const headers = {
      "Retry-After": "15",
      Location: "https://management.azure.com/operationResults/1",
      "x-ms-ratelimit-remaining-subscription-writes": "199",
    };
    const body = {
      value: [{ createdAt: "2026-11-21T08:00:00.1234Z", message: null, expiresAt: "2026-11-22T08:00:00Z" }],
      nextLink: null,
    };
    expect(scrub([recorded({ vms: [] }, body, headers)])).toStrictEqual([
      recorded({ vms: [] }, body, headers),
    ]);
  });

  it("leaves out tags, users and machines of sessions, and every name in an id, but no place and no operation", () => {
    const host =
      "/subscriptions/s/resourceGroups/rg-secret/providers/Microsoft.Network/virtualNetworks/vnet-secret/subnets/AzureBastionSubnet";
    const operation = "/subscriptions/s/providers/Microsoft.Network/locations/westeurope/operationResults/1";
    const [clean] = scrub([
      recorded(null, {
        tags: { "cost centre": "4711", owner: "Jane Doe" },
        sessions: [{ userName: "jdoe", targetHostName: "payroll", protocol: "rdp" }],
        subnet: host,
        location: "westeurope",
        operation,
      }),
    ]);
    expect(clean?.responseBody).toStrictEqual({
      tags: { "tag-1": "removed", "tag-2": "removed" },
      sessions: [{ userName: "removed", targetHostName: "removed", protocol: "rdp" }],
      subnet:
        "/subscriptions/s/resourceGroups/name-3/providers/Microsoft.Network/virtualNetworks/name-2/subnets/name-1",
      location: "westeurope",
      operation,
    });
  });

  it("changes nothing the second time", () => {
    const once = scrub([
      recorded(
        { tokens: ["abcdefgh-1234"] },
        { value: [{ bsl: urlOf("abcdefgh-1234"), by: "a@b.example", ip: "198.51.100.7" }] },
      ),
    ]);
    expect(scrub(once)).toStrictEqual(once);
  });
});
