import { alertKindNames, traitsOf, type AlertKind } from "../../../src/core/domain/alerts/alert-kinds.ts";
import type { Sample } from "./samples.ts";

/** The pictures that the index shows, of all that the gallery draws. */
export const shownPictures = [
  "card-created-light-700.png",
  "card-created-dark-360.png",
  "card-forbidden-by-a-guest-light-700.png",
  "card-joined-light-700.png",
  "card-digest-light-700.png",
  "mail-created-light-700.png",
] as const;

/** `docs/cards/README.md`: what the gallery holds, how to have it, and the best of its pictures. */
export const indexOf = (samples: readonly Sample[]): string => `# Every alert, as people and programs get it

\`npm run cards\` makes all of this from the real renderers; nothing is drawn by hand. Names, addresses and ids are invented.

| in \`dist/cards\` | what |
| --- | --- |
| \`cards/<sample>.json\` | what a Teams Workflows flow is sent |
| \`mail/<sample>.html\` | what Graph is sent |
| \`events/<sample>.json\` | what the signed webhook is sent |
| \`pictures/\` | cards and mails, light and dark, 700 px and 360 px wide |

| sample | shows |
| --- | --- |
${samples.map(({ name, shows }) => `| \`${name}\` | ${shows} |`).join("\n")}

## The webhook's events

CloudEvents 1.0. [\`docs/alert-event.schema.json\`](../alert-event.schema.json) describes \`data\`; its \`$id\` is each event's \`dataschema\` and changes when a
receiver has to. Fields may be added. What is not known is null. An event holds at most 40 links: an alert about more comes as several,
\`<id>\`, \`<id>-2\` and so on, with \`data.part\`. \`sentences\` are for people; everything in them stands in other fields as well.

| kind | severity, where no rule says otherwise | who did it |
| --- | --- | --- |
${alertKindNames.map((kind) => `| \`${kind}\` | ${severityOf(kind)} | \`${traitsOf(kind).by}\` |`).join("\n")}

## The webhook's signature

Each event comes as \`application/cloudevents+json\` with \`X-Watchdog-Signature: t=<unix seconds>,v1=<hex>\`. To verify one, compute
HMAC-SHA256 with the shared secret over \`<t>.<body as received>\`, compare it with \`v1\` in constant time, and refuse what is older than five
minutes. While the secret is replaced there are two \`v1\`, one for each: accept either. \`source\` and \`id\` name the event; a repeat has the same ones. \`data.shortId\` is what people see of the id.

## Pictures

${shownPictures.map((file) => `### ${titleOf(file)}\n\n![${titleOf(file)}](pictures/${file})`).join("\n\n")}
`;

const severityOf = (kind: AlertKind): string => {
  const { severity, rises } = traitsOf(kind);
  return rises ? `${severity}; high if forbidden, by a guest, or about five and more` : severity;
};

/** `card-created-dark-360.png` → `Card: created, dark, 360 px`. */
function titleOf(file: string): string {
  const [, form = "", name = "", theme = "", width = ""] =
    /^(card|mail)-(.+)-(light|dark)-(\d+)\.png$/.exec(file) ?? [];
  return `${form === "card" ? "Card" : "Mail"}: ${name.replaceAll("-", " ")}, ${theme}, ${width} px`;
}
