import * as z from "zod";
import type { Reply, Silence } from "../http/reply.ts";
import { ok, ServiceError } from "../http/reply.ts";
import type { IdentifiedCall } from "../http/routes.ts";
import { bodyAs, tokenRoutes } from "../http/routes.ts";
import { bindParameters, narrowed, type Row } from "./kusto.ts";
import { projected, stagesOf } from "./kusto.ts";
import {
  activityColumns,
  activityRow,
  type Columns,
  sessionColumns,
  sessionRow,
  signInRow,
} from "./log-tables.ts";
import type { World } from "../world.ts";

const queryRequest = z.object({
  query: z.string(),
  timespan: z.string().optional(),
  workspaces: z.array(z.string()).optional(),
});

export const logAnalyticsRoutes = tokenRoutes("token", {
  "POST /v1/workspaces/{workspace}/query": queryLogs,
});

/**
 * Not all of KQL: `let` parameters, the conditions that `narrowed` knows, one `summarize … by`, `top`, and the last `project`. Orders and other
 * conditions are not applied; the caller gets more rows than asked for, never fewer.
 */
function queryLogs(call: IdentifiedCall, world: World): Reply | Silence {
  const { query } = bodyAs(queryRequest, call);
  if (world.faults.strikes("logsHang")) return "hang";
  refuseOnBadDays(world);
  const { parameters, text } = bindParameters(query);
  const stages = stagesOf(text);
  const table = tableNamedIn(text, world);
  const rows = narrowed(table.rows, stages, parameters);
  const columns = columnsAfter(stages, table.columns);
  const project = stages.findLast((stage) => /^project\s/i.test(stage))?.slice("project ".length);
  const answer = answerWith(project === undefined ? rows : projected(rows, project), columns);
  return ok(world.faults.strikes("logsPartial") ? { ...halfOf(answer), error: partialError } : answer);
}

function refuseOnBadDays({ faults }: World): void {
  if (faults.strikes("logs403")) {
    const message = "The provided credentials have insufficient access to perform the requested operation";
    throw new ServiceError({ status: 403, code: "InsufficientAccessError" }, message);
  }
  if (faults.strikes("logsTableMissing"))
    throw badArgument(
      "'where' operator: Failed to resolve table or column expression named 'MicrosoftAzureBastionAuditLogs'",
    );
}

/** What is the matter stands at the very inside. */
function badArgument(reason: string): ServiceError {
  const innermost = { code: "SEM0100", message: reason };
  const innererror = {
    code: "SemanticError",
    message: "A semantic error occurred.",
    innererror: innermost,
  };
  return new ServiceError(
    { status: 400, code: "BadArgumentError", inner: { innererror } },
    "The request had some invalid properties",
  );
}

const partialError = { code: "PartialError", message: "There were some errors when processing your query." };

function halfOf({ tables }: Answer): Answer {
  return {
    tables: tables.map((table) => ({
      ...table,
      rows: table.rows.slice(0, Math.floor(table.rows.length / 2)),
    })),
  };
}

/** `summarize X = max(Y) by Z` and `project` leave the columns that they name, of the types they had. */
function columnsAfter(stages: readonly string[], columns: Columns): Columns {
  const [, newest, of, by] =
    stages.map((stage) => /^summarize (\w+) = \w+\((\w+)\) by (\w+)$/.exec(stage)).find(Boolean) ?? [];
  if (newest && of && by) return { [by]: columns[by] ?? "string", [newest]: columns[of] ?? "string" };
  const project = stages.findLast((stage) => /^project\s/i.test(stage))?.slice("project ".length);
  if (project === undefined) return columns;
  const [types = {}] = projected([columns], project);
  return Object.fromEntries(
    Object.entries(types).map(([name, type]) => [name, typeof type === "string" ? type : "string"]),
  );
}

/** A row is there once it is ingested: the delay of the settings after what it tells of. */
function tableNamedIn(query: string, world: World): { rows: Row[]; columns: Columns } {
  const { memory, timeline, settings, faults } = world;
  const arrived = (rows: Row[]): Row[] => {
    if (faults.strikes("logsNotIngested")) return [];
    const delayed = rows.map((row) => ({
      ...row,
      ingestion_time: Date.parse(String(row["TimeGenerated"])) + settings.ingestionDelayInMs,
    }));
    return delayed.filter((row) => row.ingestion_time <= timeline.now());
  };
  if (/\bAzureActivity\b/.test(query))
    return { rows: arrived(memory.activity.map(activityRow)), columns: activityColumns };
  if (/\bMicrosoftAzureBastionAuditLogs\b/.test(query)) {
    const live = memory.sessions.map((session) => sessionRow(session, timeline.now()));
    return { rows: arrived([...live, ...memory.signIns.map(signInRow)]), columns: sessionColumns };
  }
  throw badArgument("Failed to resolve table expression: the simulated Azure has no table of that name");
}

interface Answer {
  readonly tables: readonly {
    readonly name: string;
    readonly columns: readonly object[];
    readonly rows: readonly unknown[][];
  }[];
}

function answerWith(rows: readonly Row[], types: Columns): Answer {
  const names = Object.keys(types);
  const columns = Object.entries(types).map(([name, type]) => ({ name, type }));
  return {
    tables: [
      { name: "PrimaryResult", columns, rows: rows.map((row) => names.map((name) => row[name] ?? null)) },
    ],
  };
}
