import * as z from "zod";
import type { Reply } from "./http/reply.ts";
import { badRequest, ok } from "./http/reply.ts";
import type { IdentifiedCall } from "./http/routes.ts";
import { bodyAs, tokenRoutes } from "./http/routes.ts";
import type { Row } from "./kusto.ts";
import { projected, quotedIn, stagesOf } from "./kusto.ts";
import { activityColumns, activityRow, sessionColumns, sessionRow } from "./log-tables.ts";
import type { World } from "./world.ts";

const queryRequest = z.object({ query: z.string(), timespan: z.string().optional(), workspaces: z.array(z.string()).optional() });

export const logAnalyticsRoutes = tokenRoutes("token", { "POST /v1/workspaces/{workspace}/query": queryLogs });

/**
 * Not KQL either: the table is the one the query names, a correlation id in the query narrows it down, and the last `project` is applied.
 * Times, orders and other conditions are not; the caller gets more rows than asked for, never fewer.
 */
function queryLogs(call: IdentifiedCall, world: World): Reply {
  const { query } = bodyAs(queryRequest, call);
  const { rows, columns } = tableNamedIn(query, world);
  const project = stagesOf(query).findLast((stage) => /^project\s/i.test(stage));
  if (!project) return ok(answerWith(rows, columns));
  const list = project.slice("project ".length);
  const names = Object.keys(projected([{}], list)[0] ?? {});
  return ok(answerWith(projected(rows, list), names));
}

function tableNamedIn(query: string, world: World): { rows: Row[]; columns: readonly string[] } {
  if (/\bAzureActivity\b/.test(query)) return { rows: activityRows(query, world), columns: activityColumns };
  if (/\bMicrosoftAzureBastionAuditLogs\b/.test(query)) {
    return { rows: world.memory.sessions.map((session) => sessionRow(session, world.timeline.now())), columns: sessionColumns };
  }
  throw badRequest("BadArgumentError", "The request had some invalid properties: the query names no table the simulated Azure has.");
}

function activityRows(query: string, world: World): Row[] {
  if (world.faults.strikes("logsNotIngested")) return [];
  const ingestedUntil = world.timeline.now() - world.settings.ingestionDelayInMs;
  const ingested = world.memory.activity.filter(({ at }) => at <= ingestedUntil);
  if (!/\bCorrelationId\b\s*(==|=~|in)/i.test(query)) return ingested.map(activityRow);
  const asked = new Set(quotedIn(query).map((text) => text.toLowerCase()));
  return ingested.filter(({ correlationId }) => asked.has(correlationId.toLowerCase())).map(activityRow);
}

function answerWith(rows: readonly Row[], names: readonly string[]): object {
  const columns = names.map((name) => ({ name, type: typeOf(name, rows[0]?.[name]) }));
  return { tables: [{ name: "PrimaryResult", columns, rows: rows.map((row) => names.map((name) => row[name] ?? null)) }] };
}

function typeOf(name: string, sample: unknown): string {
  if (name === "TimeGenerated" || name.endsWith("Timestamp")) return "datetime";
  return typeof sample === "number" ? "long" : "string";
}
