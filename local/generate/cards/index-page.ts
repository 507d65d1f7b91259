import type { Sample } from "./samples.ts";

/** The gallery's front page. */
export const indexOf = (samples: readonly Sample[], pictures: readonly string[]): string => `# Every alert, as people and machines get it

Made by \`npm run cards\` from the real renderers; nothing here is drawn by hand. Cards are what a Teams Workflows flow is sent, mails what
Graph is sent, events what the signed webhook is sent. Names, addresses and ids are invented.

| sample | shows | card | mail | event |
| --- | --- | --- | --- | --- |
${samples.map(row).join("\n")}

## The webhook's signature

Each event comes as \`application/cloudevents+json\` with \`X-Watchdog-Signature: t=<unix seconds>,v1=<hex>\`. To believe one: compute
HMAC-SHA256 with the shared secret over \`<t>.<body as received>\`, compare it with \`v1\` in constant time, and refuse what is older than five
minutes. \`source\` and \`id\` name the event; a repeat has the same ones. \`data.shortId\` is what people see of the id.

## Pictures

${pictures.map((file) => `### ${titleOf(file)}\n\n![${titleOf(file)}](pictures/${file})`).join("\n\n")}
`;

const row = ({ name, shows }: Sample): string =>
  `| ${name} | ${shows} | [JSON](cards/${name}.json) | [HTML](mail/${name}.html), [text](mail/${name}.txt) | [JSON](events/${name}.json) |`;

/** `card-created-dark-360.png` → `Card: created, dark, 360 px`. */
function titleOf(file: string): string {
  const [, form = "", name = "", theme = "", width = ""] = /^(card|mail)-(.+)-(light|dark)-(\d+)\.png$/.exec(file) ?? [];
  return `${form === "card" ? "Card" : "Mail"}: ${name.replaceAll("-", " ")}, ${theme}, ${width} px`;
}
