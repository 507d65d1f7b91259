import type { HttpResponseInit } from "@azure/functions";
import { refusalHtml, type SignIn } from "../../core/render/console/refusal-page.ts";
import { styleHash } from "../../core/render/console/style.ts";

const policy = `default-src 'none'; style-src '${styleHash}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`;

/** No script, no frame, no cache, no address to anybody. */
const guarded: Readonly<Record<string, string>> = {
  "content-security-policy": policy,
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
};

export const htmlPage = (html: string, status = 200): HttpResponseInit => ({
  status,
  body: html,
  headers: { ...guarded, "content-type": "text/html; charset=utf-8" },
});

/** After a POST: the browser gets the page that says what happened, and loading that again does nothing. */
export const seeOther = (location: string): HttpResponseInit => ({
  status: 303,
  headers: { ...guarded, location },
});

export interface Refused {
  readonly status: 400 | 401 | 403 | 404 | 409 | 413 | 502;
  readonly title: string;
  readonly why: string;
  readonly signIn?: SignIn | undefined;
}

export const refusedPage = ({ status, ...refusal }: Refused): HttpResponseInit =>
  htmlPage(refusalHtml(refusal), status);
