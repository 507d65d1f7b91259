import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Alert } from "../../../../src/core/domain/alerts/alert.ts";
import { renderCard } from "../../../../src/core/render/alert/adaptive-card.ts";
import { launchChromium } from "../../../chromium.ts";
import { needs } from "../../../needs.ts";
import { draw } from "./drawing.ts";
import { hostileNames } from "../hostile-text.ts";
import { actors, alert, jane, kinds, known, link, saying } from "./sample-alerts.ts";

const consoleUrl = "https://watchdog.contoso.example/console";
const pages = { consoleUrl, portalUrl: "https://portal.azure.com" };

/** One alert in which everything a stranger can choose is this text. */
const allBy = (name: string): Alert =>
  alert({
    links: [link(name, { rule: name }), link(`${name}2`, { rule: name })],
    notes: [saying(name)],
    actor: known({
      ...jane,
      userPrincipalName: name,
      name: `${name}!`,
      role: name,
      roleScope: name,
      ipAddress: name,
      signInMethods: [name],
    }),
  });

describe("a card as Chromium draws it", () => {
  let browser: Browser | undefined;
  let page: Page;
  const asked: string[] = [];
  beforeAll(async () => {
    browser = await launchChromium();
    if (!browser) return;
    page = await browser.newPage({ viewport: { width: 360, height: 400 } });
    page.on("request", (request) => asked.push(request.url()));
  }, 60_000);
  beforeEach(({ skip }) => {
    skip(!needs("Chromium", browser !== undefined), "no Chromium could be started");
  });
  afterAll(() => browser?.close());

  const count = (selector: string): Promise<number> => page.locator(selector).count();

  it("draws a link where a text does read markdown, so that the tests below can fail", async () => {
    await draw(page, {
      type: "AdaptiveCard",
      version: "1.4",
      body: [{ type: "TextBlock", text: "[click](https://evil.example)" }],
    });
    expect(await count("a[href]")).toBe(1);
  });

  it("has no link, picture, script or mention in it, whatever strangers are called", async () => {
    for (const name of hostileNames) {
      await draw(page, renderCard(allBy(name), pages));
      expect({
        name,
        found: await count("#card :is(a, img, script, iframe, at, h1, h2, table, code, strong, em)"),
      }).toEqual({
        name,
        found: 0,
      });
    }
    expect(asked.filter((url) => url.startsWith("http"))).toEqual([]);
  });

  it("shows a template as text and not as the date Teams makes of it", async () => {
    await draw(page, renderCard(allBy("{{DATE(2026-01-01T00:00:00Z)}}")));
    expect(await page.locator("#card").innerText()).toContain("{ {DATE(2026-01-01T00:00:00Z)}}");
  });

  it("has buttons with our words only", async () => {
    await draw(page, renderCard(alert(), pages));
    expect(await page.locator("button").allInnerTexts()).toEqual([
      "Open in the watchdog",
      "Open VM in portal",
      "Open bastion in portal",
    ]);
  });

  it("has no button whose words take two lines on a phone", async () => {
    const docsUrl = "https://watchdog.contoso.example/docs";
    await draw(page, renderCard(alert(), { ...pages, docsUrl }));
    const buttons = await page.evaluate(
      "[...document.querySelectorAll('#card button')].map((e) => [e.innerText, e.getBoundingClientRect().height])",
    );
    const [[, least] = ["", 0], ...others] = buttons as readonly (readonly [string, number])[];
    expect(others.map(([words]) => words)).toEqual(["Help", "Open VM in portal", "Open bastion in portal"]);
    expect(others.filter(([, height]) => height !== least)).toEqual([]);
  });

  it("fits a phone in both themes: nothing is wider than its card", async () => {
    for (const theme of ["light", "dark"] as const) {
      for (const kind of kinds) {
        await draw(
          page,
          renderCard(alert({ kind, actor: actors.ambiguous, links: [link("v".repeat(64))] }), pages),
          theme,
        );
        const overflow = await page.evaluate(
          "Math.max(...[...document.querySelectorAll('#card *')].map((e) => e.getBoundingClientRect().right)) - innerWidth",
        );
        expect({ theme, kind, fits: Number(overflow) <= 0 }).toEqual({ theme, kind, fits: true });
      }
    }
  });
});
