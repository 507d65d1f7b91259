import type { HttpResponseInit } from "@azure/functions";

interface Members extends Readonly<Record<string, unknown>> {
  readonly title: string;
  readonly detail: string;
}

/** An error as RFC 9457 problem details, with what members it has beside the standard's own. */
export const problemWith = (status: number, { title, detail, ...more }: Members) =>
  ({
    status,
    body: JSON.stringify({ type: "about:blank", title, status, detail, ...more }),
    headers: { "content-type": "application/problem+json", "cache-control": "no-store" },
  }) satisfies HttpResponseInit;

export const problem = (status: number, title: string, detail: string) =>
  problemWith(status, { title, detail });
