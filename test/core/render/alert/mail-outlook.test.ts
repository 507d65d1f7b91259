import { doIUseEmail } from "@jsx-email/doiuse-email";
import { describe, expect, it } from "vitest";
import { pages, samples } from "../../../../local/generate/cards/samples.ts";
import { renderMail } from "../../../../src/core/render/alert/mail.ts";
import { titleOf } from "../../../../src/core/render/words/alert-words.ts";
import { alert, link } from "./sample-alerts.ts";

const long = alert({ links: [link("v".repeat(64))] });
const mails = [...samples.map((sample) => sample.alert), long].map((one) => renderMail(one, pages).html);

/**
 * What caniemail.com says that an Outlook does not draw, or not everywhere, and why a mail may have it all the same. Held exactly:
 * what is new fails, and so does what no mail needs any longer.
 */
const accepted = {
  "@media: not by windows, windows-mail":
    "dark colours and the breaks of a name; inline styles stand without",
  "@media: in part by ios, android": "one in another is not drawn, and there is none",
  "<body> element: not by macos, ios, android": "the table around the card has the same ground",
  "role attribute: not by windows-mail": "tells screen readers that a table is layout; nothing to see",
  "align attribute: in part by macos": "only `left` and `right` fail; the card is centred",
  "width attribute: in part by windows": "only pictures are measured wrongly, and there are none",
  "max-width: in part by windows, windows-mail":
    "works on tables; before 2019 the card is as wide as the pane",
  "padding: in part by windows, windows-mail": "works on cells, and stands nowhere else",
  "border: in part by windows, windows-mail": "up to 8px on cells and tables, and stands nowhere else",
  "border-radius: not by windows, windows-mail": "a button has corners",
  "margin: in part by windows, windows-mail, ios, android": "no negative one, none on a span",
  "word-break: not by windows-mail": "a long name widens the mail",
  "word-break: in part by macos, ios, android": "they break long words by themselves",
  "line-height: in part by windows, windows-mail": "without a unit it is drawn as meant",
  "font-size: in part by windows, windows-mail": "`px` works",
  "font-weight: in part by windows, windows-mail": "600 is bold",
  "text-decoration: in part by windows, windows-mail": "one value, and no `overline`",
  "target attribute: in part by windows, windows-mail, macos, ios, android":
    "every link opens in a window of the browser",
};

/** What is found in any of the mails: a feature, and in which Outlooks it fails. */
function objections(all: readonly string[]): readonly string[] {
  const clients = new Map<string, Set<string>>();
  for (const found of all.map((mail) => doIUseEmail(mail, { emailClients: ["outlook.*"] })))
    for (const message of [...(found.success ? [] : found.errors), ...found.warnings]) {
      const [, feature = message, how, client = "?"] =
        /^`(.+)` is (not|only partially) supported by `outlook\.(.+)`$/.exec(message) ?? [];
      const key = `${feature}: ${how === "not" ? "not" : "in part"} by`;
      clients.set(key, (clients.get(key) ?? new Set()).add(client));
    }
  return [...clients].map(([key, names]) => `${key} ${[...names].join(", ")}`);
}

/** Each property of inline styles, with the elements that have it. */
function stylesOf(all: readonly string[]): Readonly<Record<string, readonly string[]>> {
  const elements = new Map<string, Set<string>>();
  for (const [, element = "", style = ""] of all.join("\n").matchAll(/<(\w+)[^>]* style="([^"]*)"/g))
    for (const [property = ""] of style.matchAll(/[\w-]+(?=:)/g))
      elements.set(property, (elements.get(property) ?? new Set()).add(element));
  return Object.fromEntries([...elements].map(([property, names]) => [property, [...names].sort()]));
}

describe("A mail in Outlook", () => {
  it("has nothing that it does not draw, but for what is accepted above", () => {
    expect([...objections(mails)].sort()).toStrictEqual(Object.keys(accepted).sort());
  });

  it("would be objected to for a property that is new", () => {
    expect(objections(['<p style="opacity:0.5">x</p>'])).toContain("opacity: not by windows, windows-mail");
  });

  it("has padding, borders and widths where Word draws them", () => {
    expect(stylesOf(mails)).toMatchObject({
      padding: ["td", "th"],
      border: ["table", "td"],
      "border-left": ["td"],
      width: ["td", "th"],
      "max-width": ["table"],
      margin: ["body", "h1", "p"],
      "background-color": ["body", "table", "td"],
      "word-break": ["h1", "p"],
    });
    const lengths = [...mails.join().matchAll(/[ ;"](?:margin|border(?:-left)?):([^;"]+)/g)];
    expect(new Set(lengths.map(([, value = ""]) => value.split(" ")[0]))).toEqual(
      new Set(["0", "1px", "4px"]),
    );
  });

  it("has each button in a cell that is the box around it", () => {
    const links = mails.flatMap((mail) => mail.match(/<a /g) ?? []).length;
    const cells = mails.flatMap(
      (mail) =>
        mail.match(
          /<td class="button" style="padding:7px 16px;border:1px [^"]+"><a [^>]+>[^<]+<\/a><\/td>/g,
        ) ?? [],
    );
    expect(links).toBeGreaterThan(40);
    expect(cells).toHaveLength(links);
  });

  it.each(samples)("has its title for the one heading: $name", ({ alert: sample }) => {
    const { html } = renderMail(sample, pages);
    const headings = [...html.matchAll(/<h1 [^>]+>(.*?)<\/h1>/gs)].map(([, text = ""]) =>
      text
        .replace(/<[^>]+>/g, "")
        .replaceAll("&#39;", "'")
        .replaceAll("&quot;", '"'),
    );
    expect(headings).toEqual([titleOf(sample)]);
  });

  it("is told to break a name anywhere only where it is too long for a line", () => {
    const paragraphs = mails.flatMap((mail) => [
      ...mail.matchAll(/word-break:break-all;">(.*?)<\/(?:p|h1)>/gs),
    ]);
    expect(paragraphs.length).toBeGreaterThan(1);
    for (const [, text = ""] of paragraphs) expect(text.replace(/<[^>]+>/g, "")).toMatch(/[^\s-]{31}/);
    expect(renderMail(alert(), pages).html).not.toContain("break-all");
  });
});
