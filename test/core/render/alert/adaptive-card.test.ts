import { fc } from "../../../fast-check.ts";
import { describe, expect, it, test } from "vitest";
import type { Alert } from "../../../../src/core/domain/alerts/alert.ts";
import type { Caller } from "../../../../src/core/domain/attribution/signal.ts";
import { allClouds } from "../../../../src/config/clouds.ts";
import {
  messageBytes,
  renderCard,
  workflowMessage,
} from "../../../../src/core/render/alert/adaptive-card.ts";
import type { AdaptiveCard } from "../../../../src/core/render/alert/card-elements.ts";
import { needsShared } from "../../../needs.ts";
import {
  elementsOf,
  officialSchema,
  officialSchemaFile,
  outsideSubset,
  parseEvents,
  readAloud,
} from "./card-checks.ts";
import { hostileText } from "../hostile-text.ts";
import { actors, alert, at, bastionId, jane, kinds, known, link, saying, vmId } from "./sample-alerts.ts";

const consoleUrl = "https://watchdog.contoso.example/console";
const pages = { consoleUrl, portalUrl: "https://portal.azure.com" };
const sizeOf = (card: AdaptiveCard): number => Buffer.byteLength(JSON.stringify(workflowMessage(card)));
const ourPages =
  /^https:\/\/(portal\.azure\.com\/#@\/resource\/|watchdog\.contoso\.example\/console(\/(link|bastion|alerts)\?[\w%&=.*-]+)?$)/;

const variants = kinds.flatMap((kind) =>
  Object.entries(actors).flatMap(([who, actor]) =>
    [0, 1, 3, 23].map((count) => {
      const links = Array.from({ length: count }, (_, index) => link(`vm-${index}`));
      return {
        name: `${kind} by ${who}, ${count} links`,
        alert: alert({ kind, actor, links, notes: [saying("Read me.")] }),
      };
    }),
  ),
);

describe("every kind of alert, by everybody, about none, one and many links", () => {
  it("is a card that Microsoft's renderer takes without a word", () => {
    for (const { name, alert } of variants)
      expect({ name, events: parseEvents(renderCard(alert, pages)) }).toEqual({ name, events: [] });
  });

  it.runIf(needsShared(officialSchemaFile))("is valid by the official schema", async () => {
    const schemaErrors = await officialSchema();
    for (const { name, alert } of variants)
      expect({ name, errors: schemaErrors(renderCard(alert, pages)) }).toEqual({ name, errors: [] });
  });

  it("uses nothing but what a Workflows flow draws", () => {
    for (const { name, alert } of variants)
      expect({ name, outside: outsideSubset(renderCard(alert, pages)) }).toEqual({ name, outside: [] });
  });

  it("fits into a message, and names no host but the portal and our console", () => {
    for (const { alert } of variants) {
      const card = renderCard(alert, pages);
      expect(sizeOf(card)).toBeLessThan(messageBytes);
      for (const [url] of JSON.stringify(card).matchAll(/https?:\/\/[^"]*/g)) expect(url).toMatch(ourPages);
    }
  });

  it("says how bad it is in words, and carries the alert's id", () => {
    for (const { alert } of variants)
      expect(readAloud(renderCard(alert))[1]).toBe(
        "▲ High severity · alert w4f7a2c2 · 2026-11-21 08:00:45 UTC",
      );
  });
});

test("the message is the wrapper a Workflows flow reads", () => {
  const card = renderCard(alert());
  expect(workflowMessage(card)).toEqual({
    type: "message",
    attachments: [
      { contentType: "application/vnd.microsoft.card.adaptive", contentUrl: null, content: card },
    ],
  });
  expect(card).toMatchObject({ type: "AdaptiveCard", version: "1.4", msteams: { width: "Full" } });
  expect(card.fallbackText).toBe(
    "Bastion shareable links, high severity. Anyone who has the link can reach the sign-in page of the VM from the internet, without an Azure account.",
  );
});

describe("buttons", () => {
  const urls = (card: AdaptiveCard): unknown[] =>
    elementsOf(card).flatMap(({ type, title, url }) => (type === "Action.OpenUrl" ? [[title, url]] : []));

  it("open the machine and the bastion in the portal, and our console", () => {
    expect(urls(renderCard(alert(), pages))).toEqual([
      [
        "Open in the watchdog",
        `${consoleUrl}/link?bastion=${encodeURIComponent(bastionId)}&id=abcdefghijklmnopqrstuvwxyz`,
      ],
      ["Open VM in portal", `https://portal.azure.com/#@/resource${vmId("vm-staging-01")}`],
      ["Open bastion in portal", `https://portal.azure.com/#@/resource${bastionId}`],
    ]);
  });

  it.each(allClouds.map(({ name, portal }) => [name, portal] as const))(
    "open the portal of %s, and of no other cloud",
    (_, portalUrl) => {
      const text = JSON.stringify(urls(renderCard(alert(), { portalUrl })));
      expect(text.match(/https:\/\/[^/]+/g)).toEqual([portalUrl, portalUrl]);
    },
  );

  const ofBastion = `bastion=${encodeURIComponent(bastionId)}`;
  const several = { links: [link("vm-1"), link("vm-2")] };
  it.each<[string, Partial<Alert>, string]>([
    ["one link to its own page", {}, `/link?${ofBastion}&id=abcdefghijklmnopqrstuvwxyz`],
    ["several links to their bastion", several, `/bastion?${ofBastion}`],
    ["a bastion without a link to the bastion", { kind: "unreadable", links: [] }, `/bastion?${ofBastion}`],
    ["what nobody acknowledged to where it can be", { kind: "unacknowledged" }, `/alerts?${ofBastion}`],
    [
      "the watchdog's own that nobody acknowledged",
      { kind: "unacknowledged", links: [], bastionId: undefined },
      "/alerts",
    ],
    [
      "the digest, which is there uncut, to the list of alerts",
      { ...several, kind: "digest", bastionId: undefined },
      "/alerts",
    ],
    ["an id that is none to the front page", { bastionId: "https://evil.example/?a=b&c" }, ""],
    ["an id too long for a button to the front page", { bastionId: `${bastionId}${"x".repeat(600)}` }, ""],
  ])("lead from %s", (_, more, page) => {
    expect(urls(renderCard(alert(more), pages))[0]).toEqual(["Open in the watchdog", consoleUrl + page]);
  });

  it.each([
    ["https://watchdog.contoso.example", "https://watchdog.contoso.example/console"],
    ["https://watchdog.contoso.example/", "https://watchdog.contoso.example/console"],
    ["https://watchdog.contoso.example/console/?x=y#z", "https://watchdog.contoso.example/console"],
    ["https://watchdog.contoso.example/tools", "https://watchdog.contoso.example/tools/console"],
    ["http://127.0.0.1:7071/console", "http://127.0.0.1:7071/console"],
    ["http://watchdog.contoso.example", undefined],
    ["https://user:secret@watchdog.contoso.example", undefined],
    ["ftp://watchdog.contoso.example", undefined],
  ])("from %s, where the console is", (setting, page) => {
    const [button] = urls(
      renderCard(alert({ kind: "test", bastionId: undefined, links: [] }), { consoleUrl: setting }),
    );
    expect(button).toEqual(page === undefined ? undefined : ["Open in the watchdog", page]);
  });

  it("leave out the machine when there are several", () => {
    expect(
      urls(renderCard(alert({ links: [link("vm-1"), link("vm-2")] }), { portalUrl: pages.portalUrl })),
    ).toEqual([["Open bastion in portal", `https://portal.azure.com/#@/resource${bastionId}`]]);
  });

  it("are not made from ids that are none, nor from addresses that are no web page", () => {
    const broken = alert({ links: [link("x?y#z/../..")], bastionId: "javascript:alert(1)" });
    expect(urls(renderCard(broken, { ...pages, consoleUrl: "javascript:alert(1)" }))).toEqual([]);
  });
});

describe("whatever strangers are called", () => {
  const caller: fc.Arbitrary<Caller> = fc.record({
    kind: fc.constantFrom("user", "guest", "service-principal", "managed-identity", "unknown"),
    objectId: fc.option(hostileText, { nil: undefined }),
    appId: fc.option(hostileText, { nil: undefined }),
    userPrincipalName: fc.option(hostileText, { nil: undefined }),
    name: fc.option(hostileText, { nil: undefined }),
    ipAddress: fc.option(hostileText, { nil: undefined }),
    signInMethods: fc.oneof(fc.constant("unknown" as const), fc.array(hostileText, { maxLength: 12 })),
    role: fc.option(hostileText, { nil: undefined }),
    roleScope: fc.option(
      fc.oneof(
        hostileText,
        hostileText.map((name) => `/subscriptions/${name}`),
      ),
      { nil: undefined },
    ),
  });
  const actor = fc.oneof(
    caller.map((who) => known(who)),
    fc
      .array(caller, { minLength: 2, maxLength: 20 })
      .map((candidates) => ({ kind: "ambiguous" as const, candidates })),
    fc.constant(actors.unknown),
  );
  const hostileLink = fc
    .record({ name: hostileText, rule: hostileText })
    .map(({ name, rule }) => link(name, { rule }));
  const hostileAlert: fc.Arbitrary<Alert> = fc
    .record({
      kind: fc.constantFrom(...kinds),
      actor,
      id: hostileText,
      bastionId: hostileText,
      links: fc.array(hostileLink, { maxLength: 10 }),
      notes: fc.array(hostileText.map(saying)),
    })
    .map((parts) => alert(parts));
  const markdown = (card: AdaptiveCard): unknown[] =>
    elementsOf(card).flatMap(({ type, text, title }) =>
      type === "TextBlock" ? [text] : type === "Action.OpenUrl" ? [title] : [],
    );

  it("none of it gets where markdown is read, and the card stays a card", () => {
    fc.assert(
      fc.property(hostileAlert, (hostile) => {
        const card = renderCard(hostile);
        const tame = renderCard(
          alert({
            kind: hostile.kind,
            links: hostile.links.map((_, index) => link(`vm-${index}`)),
            actors: hostile.actors,
          }),
        );
        const allowed = new Set([...markdown(tame), "Notes", "Rule"]);
        expect(markdown(card).filter((text) => !allowed.has(text))).toEqual([]);
        expect(card.fallbackText).toBe(tame.fallbackText);
        expect(outsideSubset(card)).toEqual([]);
        expect(parseEvents(card)).toEqual([]);
        expect(sizeOf(card)).toBeLessThan(messageBytes);
        expect(readAloud(card).join("\n")).not.toMatch(
          /\{\{|<\/?at|[\u202A-\u202E\u2066-\u2069\u200B]|(?<!\[):\/\//,
        );
      }),
      { numRuns: 500 },
    );
  });

  it("the largest alert of all still fits, and says what it leaves out", () => {
    for (const filler of ["👩‍👩‍👧‍👦", "日", '"', "\\", "\u0000", "é", "ſ"]) {
      const long = filler.repeat(10_000);
      const name = filler.repeat(90);
      const huge: Caller = {
        ...jane,
        userPrincipalName: long,
        name: long,
        ipAddress: long,
        signInMethods: Array.from({ length: 50 }, () => long),
        role: long,
        roleScope: long,
      };
      const links = Array.from({ length: 500 }, (_, index) =>
        link(name, {
          vmId: `/subscriptions/${name}/resourceGroups/${name}/x/${name}`,
          rule: `${index}${long}`,
          deadline: at,
        }),
      );
      for (const who of [
        known(huge),
        { kind: "ambiguous" as const, candidates: Array.from({ length: 20 }, () => huge) },
      ]) {
        const card = renderCard(
          alert({
            links,
            actor: who,
            bastionId: `/subscriptions/${name}/resourceGroups/${name}/x/${name}`,
            notes: Array.from({ length: 100 }, () => saying(long)),
          }),
          pages,
        );
        expect(sizeOf(card)).toBeLessThan(messageBytes);
        expect(
          readAloud(card).filter((line) => /and \d+ more( \(sorted by deadline\))?$/.test(line)).length,
        ).toBe(who.kind === "ambiguous" ? 3 : 2);
      }
    }
  });
});
