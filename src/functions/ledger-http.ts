import type { HttpHandler, HttpRequest, HttpResponseInit, InvocationContext } from "@azure/functions";
import * as z from "zod";
import { findLedger, readPage, type LedgerPage, type LedgerPorts } from "../core/flows/read-ledger.ts";
import type { Partition } from "../core/domain/watched.ts";
import { exportHead, exportLine, verificationJson } from "../core/render/ledger-export.ts";
import type { EvidenceApp } from "./invocation.ts";
import { problem } from "./problem.ts";

const mostFacts = 5_000;
const wholeNumber = (most: number) =>
  z
    .string()
    .regex(/^\d{1,12}$/, `must be a whole number up to ${most}`)
    .transform(Number)
    .refine((number) => number <= most, `must be at most ${most}`);

/** `code` and `clientId` are the platform's own. */
const querySchema = z.strictObject({
  bastion: z.string().trim().min(1).max(512),
  from: wholeNumber(999_999_999_999).default(0),
  limit: wholeNumber(mostFacts)
    .refine((number) => number > 0, "must be at least 1")
    .default(1_000),
  code: z.string().optional(),
  clientId: z.string().optional(),
});
type Query = z.output<typeof querySchema>;

/**
 * `GET /api/ledger?bastion=…`: the facts of one ledger, a page at a time, and whether they verify. JSON Lines, or JSON or CSV by `Accept`. Changes nothing. A broken ledger is
 * answered too: evidence has to be readable most of all when somebody touched it.
 */
export const ledgerHttp =
  ({ world }: EvidenceApp): HttpHandler =>
  async (request, context) => {
    const query = readQuery(request);
    if ("problem" in query) return problem(400, "The query is no ledger query", query.problem);
    const format = formatFor(request.headers.get("accept") ?? "");
    if (!format) return problem(406, "No such format", "A ledger comes as application/x-ndjson, application/json or text/csv.");
    try {
      return await answer(query.query, format, world);
    } catch (error) {
      return unreadable(error, context);
    }
  };

function unreadable(error: unknown, context: InvocationContext): HttpResponseInit {
  context.error("Reading a ledger failed", error);
  return problem(502, "The ledger could not be read", "The store did not answer as it should. Try again; the log says why.");
}

function readQuery(request: HttpRequest): { readonly query: Query } | { readonly problem: string } {
  const names = [...request.query.keys()];
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined) return { problem: `A parameter is given twice: "${repeated.slice(0, 50)}"` };
  const parsed = querySchema.safeParse(Object.fromEntries(request.query));
  return parsed.success ? { query: parsed.data } : { problem: z.prettifyError(parsed.error) };
}

type Format = "jsonl" | "json" | "csv";

const formats: Readonly<Record<string, Format>> = {
  "application/x-ndjson": "jsonl",
  "application/jsonl": "jsonl",
  "application/json": "json",
  "text/csv": "csv",
  "application/*": "jsonl",
  "text/*": "csv",
  "*/*": "jsonl",
};

/** The first type in the header that we have; its weights are not weighed. */
function formatFor(accept: string): Format | undefined {
  const types = accept.split(",").map((part) => part.split(";")[0]?.trim().toLowerCase() ?? "");
  if (accept.trim() === "") return "jsonl";
  return types.map((type) => formats[type]).find((format) => format !== undefined);
}

async function answer(query: Query, format: Format, world: LedgerPorts): Promise<HttpResponseInit> {
  const found = await findLedger(query.bastion, world);
  switch (found.kind) {
    case "unknown":
      return problem(
        404,
        "No such ledger",
        "No bastion of this id or name was ever seen. `watchdog` names the ledger of what belongs to no bastion.",
      );
    case "ambiguous":
      return problem(400, "The name is not enough", `Give the ARM id; several bastions have this name:\n${found.bastionIds.join("\n")}`);
    case "found": {
      const page = await readPage({ partition: found.partition, from: query.from, limit: query.limit }, world);
      return { body: bodyOf(format, found.partition, page), headers: headersOf(format, query, page) };
    }
  }
}

function bodyOf(format: Format, partition: Partition, page: LedgerPage): string {
  if (format === "json")
    return JSON.stringify({ partition, ...verificationJson(page.verification), next: page.next ?? null, records: page.records });
  return exportHead(format) + page.records.map((record) => exportLine(format, partition, record)).join("");
}

const contentTypes: Readonly<Record<Format, string>> = {
  jsonl: "application/x-ndjson; charset=utf-8",
  json: "application/json; charset=utf-8",
  csv: "text/csv; charset=utf-8; header=present",
};

function headersOf(format: Format, query: Query, { verification, next }: LedgerPage): Record<string, string> {
  const parameters = new URLSearchParams({ bastion: query.bastion, from: String(next), limit: String(query.limit) });
  return {
    "content-type": contentTypes[format],
    "cache-control": "no-store",
    vary: "accept",
    "x-content-type-options": "nosniff",
    "x-ledger-verified": String(verification.ok),
    ...(verification.ok ? {} : { "x-ledger-problem": `${verification.reason} at ${verification.seq}` }),
    ...(next === undefined ? {} : { link: `</api/ledger?${parameters.toString()}>; rel="next"` }),
    ...(format === "csv" ? { "content-disposition": 'attachment; filename="ledger.csv"' } : {}),
  };
}
