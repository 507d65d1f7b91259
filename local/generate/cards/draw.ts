import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";

/** A picture to take. Phones are 360 px wide. */
export interface Picture {
  readonly theme: "light" | "dark";
  readonly width: 700 | 360;
}

const require = createRequire(import.meta.url);
const look = join(import.meta.dirname, "../../simulated-azure/teams-page");
const scripts = [
  require.resolve("adaptivecards/dist/adaptivecards.min.js"),
  join(require.resolve("markdown-it"), "../browser/markdown-it.umd.min.js"),
  join(look, "host-config.js"),
];

/** The card the way the simulated channel draws it: Microsoft's renderer, markdown where Teams reads it, the channel's own look. */
export async function cardPicture(browser: Browser, card: object, picture: Picture): Promise<Buffer> {
  const page = await openPage(browser, picture);
  try {
    await page.setContent(
      '<!doctype html><meta charset="utf-8"><body style="padding:12px"><div class="card full"></div>',
    );
    await page.addStyleTag({ content: await styles() });
    for (const path of scripts) await page.addScriptTag({ path });
    await page.evaluate(`(() => {
      const markdown = globalThis.markdownit({ html: false, linkify: false });
      AdaptiveCards.AdaptiveCard.onProcessMarkdown = (text, result) => { result.outputHtml = markdown.render(text); result.didProcess = true; };
      const card = new AdaptiveCards.AdaptiveCard();
      card.hostConfig = new AdaptiveCards.HostConfig(channelHostConfig(${picture.theme === "dark"}));
      card.onExecuteAction = () => {};
      card.parse(${JSON.stringify(card)});
      document.querySelector(".card").append(card.render());
    })()`);
    return await page.screenshot({ fullPage: true });
  } finally {
    await page.close();
  }
}

/** A mail as a mail program draws it: no script runs, nothing is fetched. */
export async function mailPicture(browser: Browser, html: string, picture: Picture): Promise<Buffer> {
  const page = await openPage(browser, picture);
  try {
    await page.setContent(html);
    return await page.screenshot({ fullPage: true });
  } finally {
    await page.close();
  }
}

async function openPage(browser: Browser, { theme, width }: Picture): Promise<Page> {
  const page = await browser.newPage({
    viewport: { width, height: 200 },
    deviceScaleFactor: 1.5,
    colorScheme: theme,
  });
  await page.route("**/*", (route) => route.abort());
  return page;
}

async function styles(): Promise<string> {
  const files = [
    require.resolve("adaptivecards/dist/adaptivecards.css"),
    join(look, "page.css"),
    join(look, "card.css"),
  ];
  return (await Promise.all(files.map((file) => readFile(file, "utf8")))).join("\n");
}
