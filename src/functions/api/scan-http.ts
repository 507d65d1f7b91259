import type { HttpHandler, HttpResponseInit } from "@azure/functions";
import { reasonOf } from "../../core/domain/foreign.ts";
import { scan } from "../../core/flows/scan/scan.ts";
import type { ScanScope } from "../../core/flows/scan/scan-scope.ts";
import type { ScanReport } from "../../core/domain/reports/scan-report.ts";
import { after, isoInstant, seconds } from "../../core/domain/time.ts";
import { scanCsv, scanJson, scanTable } from "../../core/render/reports/scan-report.ts";
import { portsOf, type App } from "../invocation.ts";
import { continuationFor, foreignContinuation, placeIn } from "./request/continuation.ts";
import { headersFor } from "./request/formats.ts";
import { readBody } from "./request/read-request.ts";
import { bastionPlace, noQuery, scanRequest } from "./request/requests.ts";
import { machineRoute } from "./request/route.ts";
import { problem } from "./problem.ts";

/** The platform cuts an answer at 230 s; a look that is under way has 25 s to end. */
const budget = seconds(200);
/** What an answer of a few megabytes holds. */
export const mostLinks = 10_000;

const badBody = "The request body is not a valid scan request";
const formats = ["json", "csv", "text"] as const;
type ScanFormat = (typeof formats)[number];

/** `POST /api/scan`: what is open right now, live as far as those who only ask may. Changes nothing but what they asked. What does not fit into the time comes with the `continuation`. */
export const scanHttp = (app: App): HttpHandler =>
  machineRoute({
    badQuery: "A scan has no query",
    query: noQuery,
    formats,
    failed: "The estate could not be read",
    why: reasonOf,
    answer: async ({ format, request, context }) => {
      const ports = portsOf(app, context);
      const until = after(ports.clock.now(), budget);
      const body = await readBody(request, scanRequest, badBody);
      if ("refused" in body) return body.refused;
      const { continuation, ...scope } = body.value;
      const place = continuation === undefined ? [undefined] : placeIn(continuation, scope, bastionPlace);
      if (!place) return problem(400, badBody, foreignContinuation);
      return answer(
        await scan({ ...scope, after: place[0], until, mostLinks }, ports, {
          policy: app.settings.policy,
          scope: app.settings,
        }),
        scope,
        format,
      );
    },
  });

const renderings: Readonly<Record<ScanFormat, (report: ScanReport) => string>> = {
  json: (report) => JSON.stringify(scanJson(report)),
  csv: scanCsv,
  text: scanTable,
};

/** A continuation is in the body where there is room for it, and in a header for those that read tables. */
function answer(report: ScanReport, scope: ScanScope, format: ScanFormat): HttpResponseInit {
  const continuation =
    report.continuation === undefined ? undefined : continuationFor(scope, [report.continuation]);
  return {
    body: renderings[format]({ ...report, continuation }),
    headers: {
      ...headersFor(format, "scan"),
      "x-scan-complete": String(report.complete),
      "x-scan-as-of": isoInstant(report.asOf),
      ...(continuation === undefined ? {} : { "x-scan-continuation": continuation }),
    },
  };
}
