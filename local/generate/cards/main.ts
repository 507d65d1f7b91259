/**
 * `npm run cards`: writes every kind of card, mail and webhook event to `dist/cards/`, draws the best of them, and renews the index in
 * `docs/cards/` with the pictures it shows. The one part of `local/` that imports the product's source: what it shows is the renderers themselves.
 */
import { copyFile, writeFile } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { launchChromium } from "../chromium.ts";
import { writeGallery } from "./gallery.ts";
import { indexOf, shownPictures } from "./index-page.ts";
import { samples } from "./samples.ts";

const root = resolve(import.meta.dirname, "../../..");
const [gallery, docs] = [join(root, "dist/cards"), join(root, "docs/cards")];

const browser = await launchChromium();
try {
  await writeGallery(gallery, browser);
  await writeFile(join(docs, "README.md"), indexOf(samples));
  if (browser)
    for (const name of shownPictures)
      await copyFile(join(gallery, "pictures", name), join(docs, "pictures", name));
  console.log(`Wrote ${relative(process.cwd(), gallery)}${browser ? "" : ", without pictures"}`);
} finally {
  await browser?.close();
}
