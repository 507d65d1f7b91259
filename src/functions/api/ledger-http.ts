import type { HttpHandler, HttpResponseInit } from "@azure/functions";
import type * as z from "zod";
import {
  findLedger,
  readPage,
  type LedgerPage,
  type LedgerPorts,
} from "../../core/flows/store/read-ledger.ts";
import type { Partition } from "../../core/domain/partition.ts";
import { exportHead, exportLine, ledgerJson } from "../../core/render/reports/ledger-export.ts";
import type { EvidenceApp } from "../invocation.ts";
import { headersFor } from "./request/formats.ts";
import { ledgerQuery } from "./request/requests.ts";
import { machineRoute } from "./request/route.ts";
import { problem } from "./problem.ts";

type Query = z.output<typeof ledgerQuery>;

const formats = ["jsonl", "json", "csv"] as const;
type LedgerFormat = (typeof formats)[number];

/**
 * `GET /api/ledger?bastion=…`: the facts of one ledger, a page at a time, and whether they verify. JSON Lines, or JSON or CSV by `Accept`. Changes nothing. A broken ledger is
 * answered too: evidence has to be readable most of all when somebody touched it.
 */
export const ledgerHttp = ({ world }: EvidenceApp): HttpHandler =>
  machineRoute({
    badQuery: "Invalid query parameters",
    query: ledgerQuery,
    formats,
    failed: "The ledger could not be read",
    answer: ({ query, format }) => answer(query, format, world),
  });

async function answer(query: Query, format: LedgerFormat, world: LedgerPorts): Promise<HttpResponseInit> {
  const found = await findLedger(query.bastion, world);
  switch (found.kind) {
    case "unknown":
      return problem(
        404,
        "No such ledger",
        "No bastion of this id or name was ever seen. `watchdog` names the ledger of what belongs to no bastion.",
      );
    case "ambiguous":
      return problem(
        400,
        "Ambiguous bastion name",
        `Give the ARM id; several bastions have this name:\n${found.bastionIds.join("\n")}`,
      );
    case "found": {
      const page = await readPage(
        { partition: found.partition, from: query.from, limit: query.limit },
        world,
      );
      return { body: bodyOf(format, found.partition, page), headers: headersOf(format, query, page) };
    }
  }
}

function bodyOf(format: LedgerFormat, partition: Partition, page: LedgerPage): string {
  if (format === "json") return JSON.stringify(ledgerJson(partition, page));
  return exportHead(format) + page.records.map((record) => exportLine(format, partition, record)).join("");
}

function headersOf(
  format: LedgerFormat,
  query: Query,
  { verification, next }: LedgerPage,
): Record<string, string> {
  const parameters = new URLSearchParams({
    bastion: query.bastion,
    from: String(next),
    limit: String(query.limit),
  });
  return {
    ...headersFor(format, "ledger"),
    "x-ledger-verified": String(verification.ok),
    ...(verification.ok ? {} : { "x-ledger-problem": `${verification.reason} at ${verification.seq}` }),
    ...(next === undefined ? {} : { link: `</api/ledger?${parameters.toString()}>; rel="next"` }),
  };
}
