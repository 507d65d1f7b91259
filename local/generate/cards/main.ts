/**
 * `npm run cards`: writes every kind of card, mail and webhook event to `docs/cards/`, and draws the best of them. The one part of
 * `local/` that imports the product's source: what it shows is the renderers themselves.
 */
import { join, relative, resolve } from "node:path";
import { writeGallery } from "./gallery.ts";
import { launchChromium } from "../chromium.ts";

const directory = join(resolve(import.meta.dirname, "../../.."), "docs/cards");

const browser = await launchChromium();
try {
  await writeGallery(directory, browser);
  console.log(`Wrote ${relative(process.cwd(), directory)}${browser ? "" : ", without pictures"}`);
} finally {
  await browser?.close();
}
