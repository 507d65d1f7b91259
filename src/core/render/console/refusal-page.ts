import { markup, type Html } from "../text/safe-html.ts";
import { document } from "./layout.ts";
import { hrefTo, nothing } from "./parts.ts";

/** Why a page is not shown. Says nothing about what the console holds. */
export interface RefusalPage {
  readonly title: string;
  readonly why: string;
  /** Where to sign in, where that would help. */
  readonly signIn?: SignIn | undefined;
}

/** `local`: the stand-in on a developer's machine, which asks who one wants to be. */
export interface SignIn {
  readonly by: "aad" | "local";
  readonly returnTo: string;
}

/** A whole page, the same for everybody who is refused for this reason; the caller sets the HTTP status. */
export const refusalHtml = ({ title, why, signIn }: RefusalPage): string =>
  document(
    title,
    markup`<h1>${title}</h1><section><p>${why}</p>${signIn ? signInLinks(signIn) : nothing}<p><a href="/console">To the console</a></p></section>`,
  );

function signInLinks({ by, returnTo }: SignIn): Html {
  const back = { post_login_redirect_uri: returnTo };
  if (by === "aad") return markup`<p><a href="${hrefTo("/.auth/login/aad", back)}">Sign in</a></p>`;
  const as = (role: string) =>
    markup`<p><a href="${hrefTo("/.auth/login/local", { as: role, ...back })}">Sign in as ${role}</a></p>`;
  return markup`${as("reader")}${as("operator")}`;
}
