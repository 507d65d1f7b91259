import type { HttpHandler, HttpRequest } from "@azure/functions";
import * as z from "zod";
import { scan, type ScanScope } from "../core/flows/scan.ts";
import { scanJson, scanTable } from "../core/render/scan-report.ts";
import { portsOf, type App } from "./invocation.ts";
import { problem } from "./problem.ts";

const name = z.string().trim().min(1).max(512).optional();
const scopeSchema = z.strictObject({ subscription: name, resourceGroup: name, bastion: name, vm: name });

/** `POST /api/scan`: what is open right now, live. Changes nothing. JSON, or a text table for `Accept: text/plain`. */
export const scanHttp =
  (app: App): HttpHandler =>
  async (request, context) => {
    const scope = await readScope(request);
    if ("problem" in scope) return problem(400, "The body is no scan request", scope.problem);
    try {
      const report = await scan(scope.scope, portsOf(app, context), app.settings);
      return wantsText(request)
        ? { body: scanTable(report), headers: { ...noStore, "content-type": "text/plain; charset=utf-8" } }
        : { jsonBody: scanJson(report), headers: noStore };
    } catch (error) {
      context.error("Scan failed", error);
      return problem(
        502,
        "The estate could not be read",
        error instanceof Error ? error.message : "Resource Graph or the table did not answer.",
      );
    }
  };

const noStore = { "cache-control": "no-store" };

async function readScope(request: HttpRequest): Promise<{ readonly scope: ScanScope } | { readonly problem: string }> {
  const body = await request.text();
  if (body.trim() === "") return { scope: {} };
  const parsed = scopeSchema.safeParse(jsonOf(body));
  return parsed.success ? { scope: parsed.data } : { problem: z.prettifyError(parsed.error) };
}

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function wantsText(request: HttpRequest): boolean {
  const accept = request.headers.get("accept") ?? "";
  return accept.includes("text/plain") && !accept.includes("application/json");
}
