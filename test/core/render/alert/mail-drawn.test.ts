import { fc } from "../../../fast-check.ts";
import MarkdownIt from "markdown-it";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Alert } from "../../../../src/core/domain/alerts/alert.ts";
import { renderMail } from "../../../../src/core/render/alert/mail.ts";
import { launchChromium } from "../../../chromium.ts";
import { needs } from "../../../needs.ts";
import { hostileNames, hostileText } from "../hostile-text.ts";
import { actors, alert, jane, kinds, known, link, saying } from "./sample-alerts.ts";

const consoleUrl = "https://watchdog.contoso.example/console";
const pages = { consoleUrl, portalUrl: "https://portal.azure.com" };
const isOurs = (url: string): boolean => url === consoleUrl || url === `${consoleUrl}/alerts`;
const foreign = "img, script, iframe, object, form, input, svg, at, h2, code, strong, em, link, base";

/** One alert in which everything a stranger can choose is this text. */
const allBy = (name: string, kind: Alert["kind"] = "created"): Alert =>
  alert({
    kind,
    id: name,
    bastionId: name,
    links: [link(name, { rule: name, vmId: name }), link(`${name}2`, { rule: name })],
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

interface Drawn {
  readonly links: readonly string[];
  readonly foreign: number;
  readonly headings: number;
  readonly handlers: number;
  readonly text: string;
}

/** What a browser makes of each mail, without running or fetching anything. */
const parse = (page: Page, mails: readonly string[]): Promise<readonly Drawn[]> =>
  page.evaluate(`${JSON.stringify(mails)}.map((mail) => {
    const parsed = new DOMParser().parseFromString(mail, "text/html");
    return {
      links: [...parsed.querySelectorAll("[href]")].map((link) => link.getAttribute("href")),
      foreign: parsed.querySelectorAll(${JSON.stringify(foreign)}).length,
      headings: parsed.querySelectorAll("h1").length,
      handlers: [...parsed.querySelectorAll("*")].flatMap((one) => [...one.attributes]).filter(({ name }) => /^(on|src)/.test(name)).length,
      text: [...parsed.querySelectorAll("h1, p")].map((one) => one.textContent).join("\\n"),
    };
  })`);

const linkify = new MarkdownIt({ linkify: true }).linkify.set({ fuzzyLink: true, fuzzyEmail: true });
/** What an eager mail program would turn into a link; a mail to the address that is shown is no disguise. */
const linksIn = (text: string): readonly string[] =>
  (linkify.match(text) ?? []).filter(({ schema }) => schema !== "mailto:").map(({ url }) => url);

describe("a mail as Chromium draws it", () => {
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

  it("would show a link that got through, so that the tests below can fail", async () => {
    const mail = renderMail(alert()).html.replace(
      "everything else",
      '<a href="https://evil.example">x</a><img src="x" onerror="y">',
    );
    expect(await parse(page, [mail])).toMatchObject([{ foreign: 1, handlers: 2 }]);
    expect((await parse(page, [mail]))[0]?.links).toContain("https://evil.example");
  });

  it("has no link but ours, one heading, no picture and no script in it, whatever strangers are called", async () => {
    const alerts = [...hostileNames].map((name) => allBy(name));
    const drawn = await parse(
      page,
      alerts.map((one) => renderMail(one, pages).html),
    );
    expect(drawn).toMatchObject(
      alerts.map(() => ({ links: [consoleUrl], foreign: 0, headings: 1, handlers: 0 })),
    );
  });

  it("nor after any text at all, in HTML and subject", async () => {
    const hostile = fc
      .sample(fc.tuple(hostileText, fc.constantFrom(...kinds)), { numRuns: 400, seed: 2026 })
      .map(([name, kind]) => allBy(name, kind));
    const mails = hostile.map((one) => renderMail(one, pages));
    const drawn = await parse(
      page,
      mails.map(({ html }) => html),
    );
    expect(
      drawn.filter(
        ({ links, foreign: found, headings, handlers }) =>
          !isOurs(links.join()) || found + handlers > 0 || headings !== 1,
      ),
    ).toEqual([]);
    expect(drawn.flatMap(({ text }) => linksIn(text))).toEqual([]);
    expect(mails.flatMap(({ subject }) => linksIn(subject)).filter((url) => !isOurs(url))).toEqual([]);
    expect(mails.filter(({ subject }) => /[\r\n\p{Cc}]/u.test(subject))).toEqual([]);
  });

  it("fetches nothing when it is opened", async () => {
    for (const name of hostileNames) await page.setContent(renderMail(allBy(name), pages).html);
    expect(asked.filter((url) => url.startsWith("http"))).toEqual([]);
  });

  it.each(["light", "dark"] as const)(
    "can be read in %s: every text stands out from its ground",
    async (colorScheme) => {
      await page.emulateMedia({ colorScheme });
      for (const severity of ["low", "medium", "high"] as const) {
        await page.setContent(renderMail(alert({ severity, notes: [saying("Read me.")] }), pages).html);
        const contrasts: unknown = await page.evaluate(contrastsOfTexts);
        expect(Array.isArray(contrasts) ? contrasts.length : 0).toBeGreaterThan(20);
        expect(Math.min(...(contrasts as number[]))).toBeGreaterThanOrEqual(4.5);
      }
      await page.emulateMedia({ colorScheme: null });
    },
  );

  it.each<[string, (html: string) => string]>([
    ["fits a phone", (html) => html],
    ["fits as narrow a pane of Outlook on Windows", asWordReads],
  ])("%s: nothing is wider than the screen", async (_, read) => {
    for (const kind of kinds) {
      const long = alert({ kind, actor: actors.ambiguous, links: [link("v".repeat(64))] });
      await page.setContent(read(renderMail(long, pages).html));
      const overflow = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
      expect({ kind, fits: Number(overflow) <= 0 }).toEqual({ kind, fits: true });
    }
  });

  it("tears no word of ours where a name is long", async () => {
    await page.setContent(renderMail(alert({ links: [link("v".repeat(64))] }), pages).html);
    const breaks = await page.evaluate(
      `[...document.querySelectorAll("h1, p")].map((one) => getComputedStyle(one).wordBreak)`,
    );
    expect(new Set(breaks as string[])).toEqual(new Set(["break-word"]));
  });
});

/** Word leaves out style sheets with `@media`, values of `word-break` of a later date, round corners, and boxes around links. */
const asWordReads = (html: string): string =>
  html
    .replace(/<style>.*?<\/style>/s, "")
    .replaceAll(/word-break:break-word;|border-radius:[^;]+;|max-width:[^;]+;/g, "")
    .replaceAll(/(<a [^>]*style=")[^"]*/g, "$1");

/** WCAG contrast of each element that has a text of its own, against the nearest background that is not transparent. */
const contrastsOfTexts = `(() => {
  const channels = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = (colour) => channels(colour).slice(0, 3).map((c) => c / 255).map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, index) => sum + c * [0.2126, 0.7152, 0.0722][index], 0);
  const ground = (one) => {
    const colour = getComputedStyle(one).backgroundColor;
    return channels(colour)[3] === 0 && one.parentElement ? ground(one.parentElement) : colour;
  };
  return [...document.querySelectorAll("body *")]
    .filter((one) => [...one.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim() !== ""))
    .map((one) => [light(getComputedStyle(one).color), light(ground(one))].sort((a, b) => b - a))
    .map(([bright, dim]) => (bright + 0.05) / (dim + 0.05));
})()`;
