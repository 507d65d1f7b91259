/** What is wrong with the address of a Teams Workflows flow, as far as it can be told without posting there. No message repeats any of it. */
import { isLoopbackHost } from "../core/domain/loopback.ts";
import { flowSuffixes } from "./clouds.ts";

/** Undefined where messages may get through. What is refused can never work, whatever Azure answers today. */
export function checkTeamsUrl(text: string): string | undefined {
  // A URL may be wrapped: what reads it skips line breaks.
  const written = text.replaceAll(/[\t\r\n]/g, "");
  const url = URL.canParse(written) ? new URL(written) : undefined;
  if (url && isLoopbackHost(url.hostname)) return localProblem(url);
  const known = explain(otherHosts, url?.hostname ?? "") ?? explain(spoilers, written);
  if (known !== undefined || !url) return known ?? "is not a URL";
  return problemIn([originProblem, hostProblem, pathProblem, queryProblem, signedProblem], url);
}

type Rule = (url: URL) => string | undefined;

function problemIn(rules: readonly Rule[], url: URL): string | undefined {
  for (const rule of rules) {
    const problem = rule(url);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

const hasPassword = ({ username, password }: URL): boolean => username !== "" || password !== "";
const noPassword = "must not carry a user name or password";

function localProblem(url: URL): string | undefined {
  if (hasPassword(url)) return noPassword;
  return /^https?:$/.test(url.protocol) ? undefined : "must begin with https:// or http://";
}

function originProblem(url: URL): string | undefined {
  if (hasPassword(url)) return noPassword;
  return url.protocol === "https:" ? undefined : "must begin with https://";
}

type Explanations = readonly (readonly [RegExp, string])[];
const explain = (explanations: Explanations, text: string): string | undefined =>
  explanations.find(([pattern]) => pattern.test(text))?.[1];

/** How addresses are spoilt on the way from the flow to the setting. */
const spoilers: Explanations = [
  [/^@?["'<`]|["'`]$/, "is in quotes or brackets: set it without them"],
  [/&(amp|#38|#x26);/i, "is escaped as in XML or HTML: write & for each &amp;"],
  [/\\u00|\\\//i, "is escaped as in JSON: write each character itself, & for \\u0026"],
  [/[\\^`]/, "is escaped as for a shell: leave out each \\, ^ and `"],
  [/api-version=3D/i, "is encoded as in the source of a mail: write = for each =3D"],
  [/^https?%3a/i, "is percent-encoded as a whole: decode it once"],
  [/invoke%3f|%26(sp|sv|sig)%3d/i, "is percent-encoded in part: ?, & and = must stand as they are"],
  [/%25|%%/, "is percent-encoded twice: write % for each %25 and %%"],
  [/[<>{}*…]|\.{3}/, "has a placeholder in it: copy the whole address from the flow"],
  [/[^\x21-\x7e]|["']/, "has a character in it that no such address has, like a space or a quote"],
];

/** Addresses that people take for the flow's. */
const otherHosts: Explanations = [
  [
    /(^|\.)(webhook|outlook)\.office(365)?\.com$/,
    "is an Office 365 connector, which Microsoft has retired: create a Workflows flow and set its URL",
  ],
  [
    /(^|\.)(flow\.microsoft|powerautomate|powerapps|teams\.microsoft|teams\.cloud\.microsoft)(\.com|\.us|\.cn)?$/,
    "is a page for people: open the flow's trigger and copy its HTTP URL",
  ],
  [
    /(^|\.)(safelinks\.protection\.(outlook|office365)\.(com|us)|urldefense\.(proofpoint\.)?com|google\.com)$/,
    "is a link that a mail filter rewrote: copy the URL from the flow's trigger",
  ],
];

function hostProblem({ hostname, port, hash }: URL): string | undefined {
  if (!flowSuffixes.some((suffix) => hostname.endsWith(suffix)))
    return `must be the address of a Teams Workflows flow: its host ends in ${flowSuffixes.join(", ")}`;
  if (port !== "") return "must have no port other than 443";
  return hash === "" ? undefined : "must not carry a fragment (#…), which is never sent";
}

const copyIt = "copy the whole URL from the flow's trigger";
const invocation = /\/workflows\/[^/]+\/triggers\/([^/]+)\/paths\/invoke(?:\/|$)/i;

const pathProblem = ({ pathname }: URL): string | undefined =>
  invocation.test(pathname)
    ? undefined
    : `must lead to /workflows/<id>/triggers/<name>/paths/invoke: ${copyIt}`;

const parameters = ["api-version", "sp", "sv", "sig"] as const;

/** A flow believes whoever knows `sig`, which signs `sp` (what may be done) and `sv`. */
function queryProblem({ searchParams }: URL): string | undefined {
  const missing = parameters.filter((name) => !searchParams.has(name));
  if (missing.length > 0)
    return `lacks ${missing.join(", ")}: it was cut off at an & (set it in quotes), or 'Who can trigger the flow' is not 'Anyone'`;
  const doubled = parameters.find((name) => searchParams.getAll(name).length > 1);
  if (doubled !== undefined) return `has ${doubled} more than once: two addresses were run together`;
  const wrong = parameters.find((name) => !forms[name].test(searchParams.get(name) ?? ""));
  return wrong === undefined ? undefined : `${wrongForm[wrong]}: ${copyIt}`;
}

function signedProblem({ pathname, searchParams }: URL): string | undefined {
  const [, signed = ""] = forms.sp.exec(searchParams.get("sp") ?? "") ?? [];
  const [, called = ""] = invocation.exec(pathname) ?? [];
  return isPlain(signed) && isPlain(called) && signed.toLowerCase() !== called.toLowerCase()
    ? `has an sp for another trigger than the one in its path: ${copyIt}`
    : undefined;
}

/** Others may be written in two ways. */
const isPlain = (name: string): boolean => /^[\w-]+$/.test(name);

const forms = {
  "api-version": /^\d[\w-]*$/,
  sp: /^\/(?:[^?]+\/)?triggers\/([^/]+)\/run$/i,
  sv: /^\d+\.\d+$/,
  sig: /^[\w-]{43}$/,
} as const;

const wrongForm = {
  "api-version": "has an api-version that is not one",
  sp: "has an sp that does not say /triggers/<name>/run",
  sv: "has an sv that is not a version",
  sig: "has a sig that is incomplete (43 letters, digits, - and _)",
} as const;
