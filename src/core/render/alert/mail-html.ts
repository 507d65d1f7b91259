import type {
  ActionSet,
  CardElement,
  CardColumn,
  ColumnSet,
  Container,
  ContainerStyle,
  TextBlock,
  TextRun,
} from "./card-elements.ts";
import { markup, type Html } from "../text/safe-html.ts";

/**
 * A card as a mail: tables and inline styles, because Outlook on Windows draws with Word. Where a client knows dark mode it takes the
 * colours of the style sheet; where it does not, it turns the light ones around by itself, which they survive.
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
.ground { background: #1b1b1b !important; }
.card { background: #292929 !important; border-color: #474747 !important; }
.ink { color: #f2f2f2 !important; }
.quiet { color: #b4b4b4 !important; }
.attention { background: #45232a !important; }
.warning { background: #40291a !important; }
.accent { background: #2e2f52 !important; }
.emphasis { background: #333336 !important; }
.button { background: #292929 !important; border-color: #6b6b6b !important; color: #a6a7f2 !important; }
}`;

const table = markup`role="presentation" cellpadding="0" cellspacing="0" border="0" width="100%"`;

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
</style>
</head>
<body class="ground" style="margin:0;padding:0;background:#f3f2f1;">
<table ${table} class="ground" style="background:#f3f2f1;"><tr><td align="center" style="padding:16px 8px;">
<table ${table} class="card" style="max-width:640px;background:#ffffff;border:1px solid #e0dfde;text-align:left;">
${elements.map(line)}<tr><td height="16" style="font-size:0;line-height:0;">&nbsp;</td></tr>
</table>
</td></tr></table>
</body>
</html>`;

const line = (element: CardElement): Html => {
  const padding = element.type === "Container" ? "0" : "10px 16px 0";
  return markup`<tr><td style="padding:${padding};">${drawn(element)}</td></tr>\n`;
};

function drawn(element: CardElement): Html {
  switch (element.type) {
    case "TextBlock":
      return sentence(element);
    case "RichTextBlock":
      return markup`<p class="ink" style="${paragraphLook}">${element.inlines.map(run)}</p>`;
    case "ColumnSet":
      return row(element);
    case "Container":
      return bar(element);
    case "ActionSet":
      return buttons(element);
  }
}

const font = "font-family:Segoe UI,Helvetica Neue,Arial,sans-serif;line-height:1.4;font-size:14px;";
const quiet = "color:#616161;";
const bolder = "font-weight:600;";
/** Long names break anywhere: a phone is narrow, and a name of sixty characters has no place to break. */
const paragraphLook = `${font}margin:0;color:#242424;word-break:break-word;overflow-wrap:anywhere;`;

const sentence = ({ text, isSubtle, weight }: TextBlock): Html => {
  const look = `${paragraphLook}${isSubtle ? quiet : ""}${weight === undefined ? "" : bolder}`;
  return markup`<p class="${isSubtle ? "quiet" : "ink"}" style="${look}">${text}</p>`;
};

const sizes = { small: "font-size:13px;", medium: "font-size:15px;", large: "font-size:18px;" } as const;

function run({ text, size, weight, isSubtle }: TextRun): Html {
  const look = `${size === undefined ? "" : sizes[size]}${weight === undefined ? "" : bolder}${isSubtle ? quiet : ""}`;
  if (look === "") return markup`${text}`;
  return markup`<span class="${isSubtle ? "quiet" : "ink"}" style="${look}">${text}</span>`;
}

const row = ({ columns }: ColumnSet): Html => markup`<table ${table}><tr>${columns.map(cell)}</tr></table>`;

function cell({ width, items }: CardColumn): Html {
  const look = width === "stretch" ? "" : `width:${width};min-width:${width};`;
  return markup`<td valign="top" style="padding:0 8px 0 0;${look}">${items.map(drawn)}</td>`;
}

function bar({ style, items }: Container): Html {
  const { ground, edge } = colours[style];
  const look = `padding:14px 16px 12px 12px;background:${ground};border-left:4px solid ${edge};`;
  return markup`<table ${table}><tr><td class="${style}" style="${look}">${items.map(drawn)}</td></tr></table>`;
}

const buttonLook =
  `${font}display:inline-block;padding:7px 16px;margin:0 8px 8px 0;border:1px solid #c7c7c7;border-radius:4px;` +
  "background:#ffffff;color:#4f52b2;font-weight:600;text-decoration:none;";

const buttons = ({ actions }: ActionSet): Html =>
  markup`<p style="margin:6px 0 0;">${actions.map(
    ({ title, url }) =>
      markup`<a class="button" href="${url}" target="_blank" rel="noopener noreferrer" style="${buttonLook}">${title}</a>`,
  )}</p>`;
