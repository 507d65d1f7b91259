import type {
  ActionSet,
  CardElement,
  CardColumn,
  ColumnSet,
  Container,
  ContainerStyle,
  FactSet,
  OpenUrl,
  RichTextBlock,
  TextBlock,
  TextRun,
} from "./card-elements.ts";
import { markup, type Html } from "../text/safe-html.ts";

/**
 * A card as a mail: tables and inline styles, because Outlook on Windows draws with Word, which knows padding, borders and widths of
 * cells and nothing of them elsewhere. Where a client knows dark mode it takes the colours of the style sheet; where it does not, it
 * turns the light ones around by itself, which they survive.
 */
export const mailHtml = (elements: readonly CardElement[], title: string): string =>
  `<!doctype html>\n${page(elements, title).html}\n`;

const colours: Readonly<Record<ContainerStyle, { readonly ground: string; readonly edge: string }>> = {
  attention: { ground: "#fbe9ea", edge: "#b10e1c" },
  warning: { ground: "#fdf1e7", edge: "#bc4b09" },
  accent: { ground: "#ecedf9", edge: "#4f52b2" },
  emphasis: { ground: "#f3f2f1", edge: "#8a8886" },
  default: { ground: "#ffffff", edge: "#ffffff" },
};

const darkColours = markup`@media (prefers-color-scheme: dark) {
.ground { background-color: #1b1b1b !important; }
.card { background-color: #292929 !important; border-color: #474747 !important; }
.ink { color: #f2f2f2 !important; }
.quiet { color: #b4b4b4 !important; }
.attention { background-color: #45232a !important; }
.warning { background-color: #40291a !important; }
.accent { background-color: #2e2f52 !important; }
.emphasis { background-color: #333336 !important; }
.button { background-color: #292929 !important; border-color: #6b6b6b !important; }
.label { color: #a6a7f2 !important; }
.rule { border-color: #474747 !important; }
}`;

const layout = markup`role="presentation" cellpadding="0" cellspacing="0" border="0"`;
const wide = markup`${layout} width="100%"`;

const page = (elements: readonly CardElement[], title: string): Html => markup`<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<meta name="format-detection" content="telephone=no, date=no, address=no, email=no, url=no">
<title>${title}</title>
<style>
${darkColours}
@media screen {
p, h1 { word-break: break-word !important; }
}
</style>
</head>
<body class="ground" style="margin:0;background-color:#f3f2f1;">
<table ${wide} class="ground" style="background-color:#f3f2f1;"><tr><td style="padding:16px 8px;">
<table ${wide} align="center" class="card" style="max-width:640px;background-color:#ffffff;border:1px solid #e0dfde;">
${elements.map(line)}</table>
</td></tr></table>
</body>
</html>`;

const paddings: Partial<Record<CardElement["type"], string>> = {
  Container: "0 0 10px",
  ActionSet: "4px 16px 12px",
};

const line = (element: CardElement): Html =>
  markup`<tr><td style="padding:${paddings[element.type] ?? "0 16px 10px"};">${drawn(element)}</td></tr>\n`;

/** What stands one below the other in a cell. */
const stacked = (items: readonly CardElement[]): readonly Html[] =>
  items.map((item, index) => drawn(item, index > 0));

function drawn(element: CardElement, isBelow = false): Html {
  switch (element.type) {
    case "TextBlock":
      return sentence(element);
    case "RichTextBlock":
      return paragraph(element, isBelow);
    case "ColumnSet":
      return row(element);
    case "Container":
      return bar(element);
    case "FactSet":
      return numbers(element);
    case "ActionSet":
      return buttons(element);
  }
}

const font = "font-family:Segoe UI,Helvetica Neue,Arial,sans-serif;line-height:1.4;font-size:14px;";
const quiet = "color:#616161;";
const bolder = "font-weight:600;";
const paragraphLook = `${font}color:#242424;`;
/**
 * A phone is narrow, and a name of sixty characters may have no place to break. Word knows only `break-all`, which tears every word of
 * the paragraph, so it is asked for where nothing else helps; who reads `@media` breaks the name alone.
 */
function breaking(text: string): string {
  const pieces = text.replaceAll("-", " ").split(" ");
  return `word-break:${pieces.some(({ length }) => length > 30) ? "break-all" : "break-word"};`;
}

const sentence = ({ text, isSubtle, weight }: TextBlock): Html => {
  const look = `${paragraphLook}margin:0;${isSubtle ? quiet : ""}${weight === undefined ? "" : bolder}`;
  return markup`<p class="${isSubtle ? "quiet" : "ink"}" style="${look}">${text}</p>`;
};

/** The only large text of a card is its title, which is the heading of the mail. */
function paragraph({ inlines, spacing }: RichTextBlock, isBelow: boolean): Html {
  const tag = inlines.some(({ size }) => size === "large") ? "h1" : "p";
  const look = `${paragraphLook}margin:${isBelow && spacing === "small" ? "4px 0 0" : "0"};${breaking(inlines.map(({ text }) => text).join(""))}`;
  return markup`<${tag} class="ink" style="${look}">${inlines.map(run)}</${tag}>`;
}

const sizes = { small: "font-size:13px;", medium: "font-size:15px;", large: "font-size:18px;" } as const;

function run({ text, size, weight, isSubtle }: TextRun): Html {
  const look = `${size === undefined ? "" : sizes[size]}${weight === undefined ? "" : bolder}${isSubtle ? quiet : ""}`;
  if (look === "") return markup`${text}`;
  return markup`<span class="${isSubtle ? "quiet" : "ink"}" style="${look}">${text}</span>`;
}

const row = ({ columns }: ColumnSet): Html => markup`<table ${wide}><tr>${columns.map(cell)}</tr></table>`;

function cell({ width, items }: CardColumn): Html {
  const look = width === "stretch" ? "" : `width:${width};min-width:${width};`;
  return markup`<td valign="top" style="padding:0 8px 0 0;${look}">${stacked(items)}</td>`;
}

function bar({ style, items }: Container): Html {
  const { ground, edge } = colours[style];
  const look = `padding:14px 16px 12px 12px;background-color:${ground};border-left:4px solid ${edge};`;
  return markup`<table ${wide}><tr><td class="${style}" style="${look}">${stacked(items)}</td></tr></table>`;
}

/** A table also for those who hear it read. */
const numbers = ({ facts }: FactSet): Html =>
  markup`<table cellpadding="0" cellspacing="0" border="0" width="100%">${facts.map(number)}</table>`;

const numberLook = `${font}padding:3px 8px 3px 0;border-top:1px solid #e0dfde;`;

const number = ({ title, value }: FactSet["facts"][number]): Html =>
  markup`<tr><th scope="row" align="left" valign="top" class="quiet rule" style="${numberLook}width:84px;font-weight:400;${quiet}">${title}</th><td valign="top" class="ink rule" style="${numberLook}color:#242424;">${value}</td></tr>`;

const buttons = ({ actions }: ActionSet): Html =>
  markup`<table ${layout}><tr>${actions.map(button)}</tr></table>`;

/** The cell has the look, because Word draws no box around a link. */
const buttonLook = "padding:7px 16px;border:1px solid #c7c7c7;border-radius:4px;background-color:#ffffff;";
const labelLook = `${font}color:#4f52b2;font-weight:600;text-decoration:none;`;

const button = ({ title, url }: OpenUrl): Html =>
  markup`<td class="button" style="${buttonLook}"><a class="label" href="${url}" target="_blank" rel="noopener noreferrer" style="${labelLook}">${title}</a></td><td style="width:8px;">&nbsp;</td>`;
