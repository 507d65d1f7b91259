import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { writeGallery } from "../../../local/generate/cards/gallery.ts";
import { indexOf, shownPictures } from "../../../local/generate/cards/index-page.ts";
import { pages, samples } from "../../../local/generate/cards/samples.ts";
import { messageBytes, workflowMessage } from "../../../src/core/render/alert/adaptive-card.ts";
import { renderMessage } from "../../../src/core/render/alert/message.ts";
import { outsideSubset, parseEvents } from "../../core/render/alert/card-checks.ts";
import { kinds } from "../../core/render/alert/sample-alerts.ts";

async function galleryIn(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "watchdog-cards-"));
  onTestFinished(() => rm(directory, { recursive: true }));
  await writeGallery(directory, undefined);
  return directory;
}

const filesIn = async (directory: string): Promise<Record<string, string>> => {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const texts = await Promise.all(
    paths.map(async (path) => [path.slice(directory.length + 1), await readFile(path, "utf8")] as const),
  );
  return Object.fromEntries(texts);
};

describe("the card gallery", () => {
  it("has every kind of alert, and every sample once", () => {
    const shown = new Set(samples.map(({ alert }) => alert.kind));
    expect(kinds.filter((kind) => !shown.has(kind))).toEqual([]);
    expect(new Set(samples.map(({ name }) => name)).size).toBe(samples.length);
    expect(new Set(samples.map(({ alert }) => alert.id)).size).toBe(samples.length);
  });

  it("holds cards that Teams takes", () => {
    for (const { name, alert, others = [] } of samples) {
      const card = renderMessage([alert, ...others], pages);
      expect({ name, events: parseEvents(card), outside: outsideSubset(card) }).toEqual({
        name,
        events: [],
        outside: [],
      });
      expect(Buffer.byteLength(JSON.stringify(workflowMessage(card)))).toBeLessThan(messageBytes);
    }
  });

  it("is written whole, and the same each time", async () => {
    const first = await filesIn(await galleryIn());
    expect(Object.keys(first)).toHaveLength(samples.length * 3);
    expect(await filesIn(await galleryIn())).toEqual(first);
    expect(JSON.parse(first["cards/created.json"] ?? "")).toMatchObject({ type: "message" });
  });

  it("has one index in the repository, with every sample and the pictures it shows, and nothing else there", async () => {
    const docs = await filesIn(join(import.meta.dirname, "../../../docs/cards"));
    expect(docs["README.md"]).toBe(indexOf(samples));
    expect(docs["README.md"]).toContain("| `created` | Kind `created` |");
    expect(Object.keys(docs).sort()).toEqual(
      ["README.md", ...shownPictures.map((name) => `pictures/${name}`)].sort(),
    );
  });
});
