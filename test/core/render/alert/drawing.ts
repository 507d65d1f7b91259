import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { shared } from "../../../needs.ts";

const require = createRequire(import.meta.url);
/** Microsoft's own colours and sizes of Teams where the specs are at hand, else the renderer's defaults. */
async function teamsLook(theme: "light" | "dark"): Promise<object> {
  const file = shared(`spec/adaptive-cards/microsoft-teams-${theme}.json`);
  return existsSync(file) ? (JSON.parse(await readFile(file, "utf8")) as object) : {};
}

const page = (theme: "light" | "dark"): string => `<!doctype html><meta charset="utf-8">
<style>body { margin: 8px; background: ${theme === "dark" ? "#1f1f1f" : "#f5f5f5"}; color: ${theme === "dark" ? "#fff" : "#242424"} } #card { border-radius: 4px; overflow: hidden; overflow-wrap: anywhere }
.ac-pushButton { padding: 6px 16px; border: 1px solid #8888; border-radius: 4px; background: transparent; color: inherit }</style><div id="card"></div>`;

/**
 * Draws the card the way a Teams client does: Microsoft's renderer, with a full markdown reader for every text that reads markdown.
 * Long words break, as they do where phones draw the card natively.
 */
export async function draw(canvas: Page, card: object, theme: "light" | "dark" = "light"): Promise<void> {
  await canvas.setContent(page(theme));
  await canvas.addScriptTag({ path: require.resolve("adaptivecards/dist/adaptivecards.min.js") });
  await canvas.addScriptTag({
    path: join(require.resolve("markdown-it"), "../browser/markdown-it.umd.min.js"),
  });
  const input = JSON.stringify({ card, hostConfig: await teamsLook(theme) });
  await canvas.evaluate(`(() => {
    const { card, hostConfig } = ${input};
    const markdown = globalThis.markdownit({ linkify: true });
    AdaptiveCards.AdaptiveCard.onProcessMarkdown = (text, result) => { result.outputHtml = markdown.render(text); result.didProcess = true; };
    const drawn = new AdaptiveCards.AdaptiveCard();
    drawn.hostConfig = new AdaptiveCards.HostConfig(hostConfig);
    drawn.onExecuteAction = () => {};
    drawn.parse(card, new AdaptiveCards.SerializationContext(AdaptiveCards.Versions.v1_5));
    document.getElementById("card").append(drawn.render());
  })()`);
}
