import { describe, expect, it } from "vitest";
import { expressionsIn, sentencesIn, sourcesUnder, type Source } from "./imports.ts";

/** What is said is kept as facts and becomes words in `render/` alone. */
const factual = sourcesUnder(
  "src/core/domain/alerts",
  "src/core/domain/decide",
  "src/core/domain/links",
  "src/core/domain/reports",
  "src/core/flows/alerts",
  "src/core/flows/scheduled",
  "src/core/flows/watch",
);

/** How a run ended, for its log. */
const outcomes = {
  "src/core/flows/watch/reconcile.ts": [
    '"gave way after conflicts"',
    '"nothing to do"',
    '"newer settings are in force"',
    '"another process is checking it"',
  ],
};

const found = (
  sources: readonly Source[],
  what: (source: Source) => readonly string[],
): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(
    sources.flatMap((source) => {
      const all = what(source);
      return all.length > 0 ? [[source.path, all] as const] : [];
    }),
  );

/** Where a regular expression reads what a stranger wrote, or characters. Nothing of ours has to be found again in a text. */
const readsNoSentence: Readonly<Record<string, string>> = {
  "src/core/domain/alerts/alert.ts": "an alert's id",
  "src/core/domain/alerts/lane/message-id.ts": "a message's id",
  "src/core/domain/links/link.ts": "a link's id",
  "src/core/render/alert/card-places.ts": "the scope of a role, and an address",
  "src/core/render/reports/answer-schemas.ts": "hashes",
  "src/core/render/text/csv.ts": "characters that need quotes",
  "src/core/render/text/safe-html.ts": "characters that need entities",
  "src/core/render/text/safe-text.ts": "strangers' texts",
  "src/core/render/text/text-table.ts": "characters that take two columns",
};

describe("Facts", () => {
  it("are told in sentences by the renderers alone", () => {
    expect(found(factual, sentencesIn)).toEqual(outcomes);
  });

  it("are never read out of a sentence again", () => {
    const rendered = sourcesUnder("src/core/render");
    expect(Object.keys(found([...factual, ...rendered], expressionsIn)).toSorted()).toEqual(
      Object.keys(readsNoSentence).toSorted(),
    );
  });
});
