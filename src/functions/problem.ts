import type { HttpResponseInit } from "@azure/functions";

/** An error as RFC 9457 problem details. */
export const problem = (status: number, title: string, detail: string): HttpResponseInit => ({
  status,
  body: JSON.stringify({ type: "about:blank", title, status, detail }),
  headers: { "content-type": "application/problem+json", "cache-control": "no-store" },
});
