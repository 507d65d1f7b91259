import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { pages, samples } from "../../local/generate/cards/samples.ts";
import { settingsSchema } from "../../src/config/config.ts";
import { alertKindNames } from "../../src/core/domain/alerts/alert-kinds.ts";
import type { Alert } from "../../src/core/domain/alerts/alert.ts";
import type { AdaptiveCard } from "../../src/core/render/alert/card-elements.ts";
import { renderMail } from "../../src/core/render/alert/mail.ts";
import { renderMessage } from "../../src/core/render/alert/message.ts";
import { elementsOf } from "../core/render/alert/card-checks.ts";

const file = "alerts.md";
const page = readFileSync(new URL(`../../docs/${file}`, import.meta.url), "utf8");
const [, everyKind = ""] = page.split("\n## Every kind\n");
const parts = ["Means", "What to do", "If it comes again"];

/** The text of each section by its heading, whose anchor is the kind. */
const sections = new Map(
  everyKind
    .split(/^### /m)
    .slice(1)
    .map((section) => [/^`(.+)`\n/.exec(section)?.[1] ?? section, section] as const),
);

/** What a section says in each part. */
const saidIn = (section: string): readonly (readonly [part: string, text: string])[] =>
  [...section.matchAll(/^- \*\*(.+?):\*\* (.+)$/gm)].map(([, part = "", text = ""]) => [part, text]);

const helpOf = (card: AdaptiveCard): readonly unknown[] =>
  elementsOf(card).flatMap(({ title, url }) => (title === "Help" ? [url] : []));

describe("docs/alerts.md", () => {
  it("has a section for every kind of alert, in the order of the kinds, and for no other", () => {
    expect([...sections.keys()]).toStrictEqual(alertKindNames);
  });

  it("has no heading twice, which would give the second another anchor", () => {
    const headings = [...page.matchAll(/^#+ (.+)$/gm)].map(([, text = ""]) =>
      text.toLowerCase().replaceAll("`", "").replaceAll(" ", "-"),
    );
    expect(headings.length).toBeGreaterThan(alertKindNames.length);
    expect(new Set(headings).size).toBe(headings.length);
  });

  it.each(alertKindNames)("says of %s what it means, what to do, and what if it comes again", (kind) => {
    const said = saidIn(sections.get(kind) ?? "");
    expect(said.map(([part]) => part)).toStrictEqual(parts);
    for (const [, text] of said) expect(text).toMatch(/^[A-Z0-9_[`].*[.)]$/);
  });

  it("has sentences of at most 25 words", () => {
    const sentences = [...sections].flatMap(([kind, section]) =>
      saidIn(section).flatMap(([, text]) =>
        text.split(/(?<=[.:]) /).map((sentence) => ({ kind, sentence, words: sentence.split(" ").length })),
      ),
    );
    expect(sentences.filter(({ words }) => words > 25)).toStrictEqual([]);
  });
});

describe("The button Help", () => {
  it.each(samples)("leads to a section that is there: $name", ({ alert }) => {
    const [url, ...others] = helpOf(renderMessage([alert], pages));
    expect(url).toBe(`${pages.docsUrl}/${file}#${alert.kind}`);
    expect(others).toStrictEqual([]);
    expect(sections.has(alert.kind)).toBe(true);
    expect(renderMail(alert, pages).html).toContain(`href="${String(url)}"`);
  });

  it("is on a joined card, too", () => {
    const [first, second]: readonly Alert[] = samples.map(({ alert }) => alert);
    if (!first || !second) throw new Error("The gallery is empty");
    expect(helpOf(renderMessage([first, { ...first, id: second.id }], pages))).toStrictEqual([
      `${pages.docsUrl}/${file}#created`,
    ]);
  });

  it("leads to these documents by default, and to a copy where one is set; a slash at the end is fine", () => {
    const shape = settingsSchema.shape.WATCHDOG_DOCS_URL;
    expect(shape.parse(undefined)).toBe(pages.docsUrl);
    const docsUrl = shape.parse("https://wiki.contoso.example/watchdog/");
    const [alert] = samples.map((sample) => sample.alert);
    expect(alert && helpOf(renderMessage([alert], { docsUrl }))).toStrictEqual([
      `https://wiki.contoso.example/watchdog/${file}#created`,
    ]);
    for (const url of [
      "http://x.example",
      "https://a@x.example",
      "https://x.example/?q",
      "https://x.example/#a",
    ])
      expect(shape.safeParse(url).error?.issues[0]?.message).toContain("must begin with https://");
  });
});
