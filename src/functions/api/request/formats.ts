import type { HttpRequest, HttpResponseInit } from "@azure/functions";
import Negotiator from "negotiator";
import { problem } from "../problem.ts";

export type Format = "json" | "jsonl" | "csv" | "text";

/** What each format is asked for by. The first name is the one that answers carry. */
const names = {
  json: ["application/json", "application/json;charset=utf-8"],
  jsonl: ["application/x-ndjson", "application/jsonl"],
  csv: ["text/csv", "text/csv;charset=utf-8", "text/csv;header=present"],
  text: ["text/plain", "text/plain;charset=utf-8"],
} as const;

const contentTypes: Readonly<Record<Format, string>> = {
  json: "application/json; charset=utf-8",
  jsonl: "application/x-ndjson; charset=utf-8",
  csv: "text/csv; charset=utf-8; header=present",
  text: "text/plain; charset=utf-8",
};

/** What the caller likes best of what there is (RFC 9110 §12.5.1); the first if they say nothing. Undefined: they take none of it. */
export function formatFor<Offered extends Format>(
  request: HttpRequest,
  offered: readonly Offered[],
): Offered | undefined {
  const accept = request.headers.get("accept") ?? "";
  if (accept.trim() === "") return offered[0];
  const byName = new Map<string, Offered>(
    offered.flatMap((format) => names[format].map((name) => [name, format] as const)),
  );
  const chosen = new Negotiator({ headers: { accept } }).mediaType([...byName.keys()]);
  return chosen === undefined ? undefined : byName.get(chosen);
}

/** What every answer that was negotiated carries; `file` names what a browser saves a CSV as. */
export const headersFor = (format: Format, file: string): Record<string, string> => ({
  "content-type": contentTypes[format],
  "cache-control": "no-store",
  vary: "accept",
  "x-content-type-options": "nosniff",
  ...(format === "csv" ? { "content-disposition": `attachment; filename="${file}.csv"` } : {}),
});

export function noSuchFormat(offered: readonly Format[]): HttpResponseInit {
  const answer = problem(
    406,
    "No such format",
    `This comes as ${offered.map((format) => names[format][0]).join(", ")}.`,
  );
  return { ...answer, headers: { ...answer.headers, vary: "accept" } };
}
