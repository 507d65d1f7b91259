import { eventually } from "../../local/scenario/eventually.ts";
import { type Stage, withinInMs } from "./stage.ts";

/** The address of the page about the newest open link to a machine. */
export async function linkPage({ stack }: Stage, machine: string): Promise<string> {
  const html = await page(stack.functionsUrl, "/console", await signIn(stack.functionsUrl));
  const href = new RegExp(`href="(/console/link[^"]*)"[^>]*><b>${machine}<`).exec(html)?.[1];
  if (href === undefined) throw new Error(`The console lists no open link to ${machine}`);
  return decoded(href);
}

/** The console as a browser's form submission reaches it: an operator's session, the page's own hidden fields, a reason. Whoever comes while the bastion is being decided about, opens the page again. */
export async function pressInConsole(
  { stack }: Stage,
  path: string,
  words: string,
  why: string,
): Promise<void> {
  const cookie = await signIn(stack.functionsUrl);
  let said = "";
  await eventually({ expected: `the console does "${words}"`, withinInMs, saw: () => said }, async () => {
    const form = formSaying(words, await page(stack.functionsUrl, path, cookie));
    const body = new URLSearchParams([...form, ["why", why]]);
    const headers = { cookie, origin: stack.functionsUrl, "sec-fetch-site": "same-origin" };
    const answer = await fetch(`${stack.functionsUrl}/console/actions`, {
      method: "POST",
      headers,
      body,
      redirect: "manual",
    });
    said = answer.headers.get("location") ?? (await answer.text());
    if (said.includes("said=done-")) return true;
    const isLate = said.includes("said=busy") || said.includes("has changed since");
    if (!isLate) throw new Error(`The console answered ${answer.status}: ${said}`);
    return undefined;
  });
}

/** The hidden fields of a page's form. */
function formSaying(words: string, html: string): readonly [string, string][] {
  const form = [...html.matchAll(/<form class="act"[\s\S]*?<\/form>/g)]
    .map(([text]) => text)
    .find((text) => text.includes(words));
  if (form === undefined) throw new Error(`The page has no form that says "${words}"`);
  return [...form.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g)].map(
    ([, name = "", value = ""]) => [name, decoded(value)],
  );
}

async function signIn(url: string): Promise<string> {
  const login = await fetch(`${url}/.auth/login/local?as=operator`, { redirect: "manual" });
  return (login.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
}

const page = async (url: string, path: string, cookie: string): Promise<string> =>
  (await fetch(url + path, { headers: { cookie } })).text();

const decoded = (html: string): string =>
  html.replaceAll(
    /&(?:#(\d+)|#x([0-9a-f]+)|(amp|lt|gt|quot));/gi,
    (_, decimal?: string, hex?: string, name?: string) =>
      name === undefined
        ? String.fromCodePoint(decimal === undefined ? parseInt(hex ?? "", 16) : Number(decimal))
        : (named[name.toLowerCase()] ?? ""),
  );
const named: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"' };
