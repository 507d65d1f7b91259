import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Reply } from "../http/reply.ts";
import { openRoutes } from "../http/routes.ts";

const types = {
  html: "text/html; charset=utf-8",
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
} as const;

/** Only our own scripts run, also when a card tries otherwise. Cards may bring pictures, and their own inline styles. */
const headers = {
  "Content-Security-Policy":
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; img-src 'self' https: data:",
  "X-Content-Type-Options": "nosniff",
  "Cache-Control": "no-store",
};

const here = new URL("../teams-page/", import.meta.url);
const mailPage = new URL("../mail-page/", import.meta.url);
const packages = new URL("../../../node_modules/", import.meta.url);

/** The pages for people: what is here, the Teams channel with the real renderer, and the mail box. */
export const pageRoutes = openRoutes("open", {
  "GET /": () => file(new URL("start.html", here), "html"),
  "GET /teams": () => file(new URL("teams.html", here), "html"),
  "GET /mail": () => file(new URL("mail.html", mailPage), "html"),
  "GET /mail/assets/mail.css": () => file(new URL("mail.css", mailPage), "css"),
  "GET /mail/assets/mail.js": () => file(new URL("mail.js", mailPage), "js"),
  "GET /teams/assets/page.css": () => file(new URL("page.css", here), "css"),
  "GET /teams/assets/card.css": () => file(new URL("card.css", here), "css"),
  "GET /teams/assets/channel.js": () => file(new URL("channel.js", here), "js"),
  "GET /teams/assets/host-config.js": () => file(new URL("host-config.js", here), "js"),
  "GET /teams/assets/adaptivecards.js": () =>
    file(new URL("adaptivecards/dist/adaptivecards.min.js", packages), "js"),
  "GET /teams/assets/adaptivecards.css": () =>
    file(new URL("adaptivecards/dist/adaptivecards.css", packages), "css"),
  "GET /teams/assets/markdown-it.js": () =>
    file(new URL("markdown-it/dist/browser/markdown-it.umd.min.js", packages), "js"),
});

async function file(url: URL, type: keyof typeof types): Promise<Reply> {
  return {
    status: 200,
    headers: { ...headers, "Content-Type": types[type] },
    body: await readFile(fileURLToPath(url)),
  };
}
