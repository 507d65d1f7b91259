import type { HttpRequest } from "@azure/functions";

/** Where the next page is (RFC 8288), for those that read no JSON: the same question with its continuation, and without the key. */
export function nextPage({ url }: HttpRequest, continuation: string | undefined): Record<string, string> {
  if (continuation === undefined) return {};
  const { pathname, searchParams } = new URL(url);
  for (const name of ["code", "clientId"]) searchParams.delete(name);
  searchParams.set("continuation", continuation);
  return { link: `<${pathname}?${searchParams.toString()}>; rel="next"` };
}
