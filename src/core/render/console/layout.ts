import type { Scene } from "../../domain/console/console-view.ts";
import { formatInstant } from "../../domain/time.ts";
import { markup, type Html } from "../text/safe-html.ts";
import { nothing, shown } from "./parts.ts";
import { spoken } from "./spoken.ts";
import { style } from "./style.ts";

const styleTag: Html = { html: `<style>${style}</style>` };

/** A whole page. Without a scene nobody is signed in, and nothing but the body is there. */
export function document(title: string, body: Html, scene?: Scene): string {
  const page = markup`<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="robots" content="noindex">
<title>${shown(title)} · bastion-watchdog</title>
${styleTag}
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header><strong>bastion-watchdog</strong>${scene ? head(scene) : nothing}</header>
<main id="main">
${scene ? banners(scene) : nothing}${body}
</main>
${scene ? foot(scene) : nothing}
</body>
</html>
`;
  return `<!doctype html>\n${page.html}`;
}

function head({ person }: Scene): Html {
  const name = person.userPrincipalName ?? person.name ?? person.objectId;
  return markup`<nav aria-label="Console"><a href="/console">Open links</a><a href="/console/alerts">Alerts</a><a href="/console/ledger?bastion=watchdog">Ledger</a></nav>
<span class="who">${shown(name)} · ${person.isOperator ? "operator" : "reader"} <a class="signout" href="/.auth/logout?post_logout_redirect_uri=/console">Sign out</a></span>`;
}

function banners({ mode, said, count, person, token }: Scene): Html {
  const words = said === undefined ? undefined : spoken(said, count);
  const observe =
    mode === "observe"
      ? markup`<div class="banner"><p>Observe mode: links past their deadline are not revoked.</p></div>`
      : nothing;
  const locked =
    person.isOperator && !token
      ? markup`<div class="banner"><p>The console is read-only: WATCHDOG_FORM_KEY is not set.</p></div>`
      : nothing;
  const result = words
    ? markup`<div class="banner${words.good ? "" : " bad"}" role="status"><p>${words.text}</p></div>`
    : nothing;
  return markup`${result}${observe}${locked}`;
}

const foot = ({ now, person }: Scene): Html =>
  markup`<footer>As remembered on ${formatInstant(now)}, for ${shown(person.userPrincipalName ?? person.objectId)}. All times are UTC. No page shows a link's URL: it is a password.</footer>`;
