/** What may be repeated of a stranger's answer: the first words of it, and nothing that gives away where the message went. */

const bodyBytes = 4_096;
const quotedLength = 200;

/** The first words of an answer, without the address the message went to. An answer that cannot be read is no words. */
export async function excerpt(response: Response, url: string): Promise<string> {
  const text = await beginningOf(response, bodyBytes).catch(() => "");
  const withoutSecrets = secretsOf(url).reduce((rest, secret) => rest.replaceAll(secret, "…"), text);
  const clean = withoutSecrets
    .replace(/https?:[^\s"'<>]*/gi, "…")
    .replace(/\b(sig|code)(=|%3d|\\u003d)[^\s"'<>&]*/gi, "$1=…")
    .replace(/[^\p{L}\p{M}\p{N}\p{P}\p{S}]+/gu, " ")
    .trim();
  return clean.length > quotedLength ? `${clean.slice(0, quotedLength - 1)}…` : clean;
}

/** At most so many bytes of a body, as text; the rest is not waited for. */
export async function beginningOf({ body }: Response, bytes: number): Promise<string> {
  if (body === null) return "";
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= bytes) break;
  }
  return new TextDecoder().decode(Buffer.concat(chunks).subarray(0, bytes));
}

/** The address and each part of it that could stand for it, as written and decoded; longest first. */
function secretsOf(url: string): readonly string[] {
  const { href, pathname, search, searchParams } = new URL(url);
  const signature = [...searchParams].filter(([name]) => name === "sig").map(([, value]) => value);
  const parts = [
    url,
    href,
    `${pathname}${search}`,
    search,
    ...pathname.split("/"),
    ...searchParams.values(),
  ].filter((part) => part.length >= 12);
  const written = [...parts, ...signature].flatMap((part) => [part, encodeURIComponent(part)]);
  return [...new Set(written)].filter((part) => part !== "").sort((a, b) => b.length - a.length);
}

/** The code of a network error. Its message is left out, because it may repeat the address. */
export function networkReason(error: unknown, timeoutInMs: number): string {
  if (error instanceof Error && error.name === "TimeoutError")
    return `no answer within ${timeoutInMs / 1_000} s`;
  const cause: unknown = error instanceof Error ? error.cause : undefined;
  const code: unknown =
    typeof cause === "object" && cause !== null && "code" in cause ? cause.code : undefined;
  return typeof code === "string" && /^[A-Z_]{3,40}$/.test(code) ? code : "the connection failed";
}
