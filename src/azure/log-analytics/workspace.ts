/**
 * One Log Analytics workspace, through `@azure/monitor-query`: the only file that knows the package. It has a successor; docs/adr/0007 says
 * why it is here all the same, and what a switch takes. Loaded with the first query, so that no cold start pays for it.
 */
import type { LogsQueryClient } from "@azure/monitor-query";
import { createDefaultHttpClient, type HttpClient } from "@azure/core-rest-pipeline";
import * as z from "zod";
import { connectArm, type Arm, type ArmCall, type ArmOptions } from "../arm/pipeline.ts";
import type { Exchange } from "../arm/exchange.ts";
import { refusalOf } from "../arm/refusal.ts";

export interface WorkspaceOptions extends ArmOptions {
  /** The workspace's own GUID, not its ARM id. */
  readonly workspaceId: string;
}

/** One row by column name, as JSON has it: dates are texts, and nothing in it was checked. */
export type LogRow = Readonly<Record<string, unknown>>;

export type RowsAnswer =
  | { readonly kind: "rows"; readonly rows: readonly LogRow[] }
  | { readonly kind: "none"; readonly why: string };

export interface Workspace {
  /** Never throws. Half an answer is none: what is missing from it cannot be seen. */
  ask(query: string): Promise<RowsAnswer>;
}

/** Every query bounds itself in time; this is only what the SDK wants said. */
const allTime = { duration: "P100D" } as const;
const serverTimeoutInSeconds = 10;

/** Throws for an endpoint that would send the token over an open wire. Connects to nothing yet. */
export function logWorkspace(options: WorkspaceOptions): Workspace {
  const connection = connectArm(options);
  return { ask: (query) => askThrough(connection, options.workspaceId, query) };
}

const table = z.looseObject({
  columns: z.array(z.looseObject({ name: z.string() })),
  rows: z.array(z.array(z.unknown())),
});
const result = z.looseObject({ tables: z.array(table), error: z.unknown().optional() });

/** The SDK asks; rows are read from the record, as the SDK makes a date of 1970 out of null and fails as a whole over one odd cell. */
async function askThrough(connection: Arm, workspaceId: string, query: string): Promise<RowsAnswer> {
  const call = connection.call();
  await clientOver(connection, call)
    .then((client) => client.queryWorkspace(workspaceId, query, allTime, { serverTimeoutInSeconds }))
    .catch(() => undefined);
  const exchange = call.exchanges.at(-1);
  const isAnswered = exchange?.kind === "answer" && exchange.status === 200;
  const read = isAnswered ? result.safeParse(exchange.body).data : undefined;
  if (!read) return { kind: "none", why: whyNone(exchange, connection) };
  if (read.error !== undefined && read.error !== null)
    return { kind: "none", why: "Log Analytics answered with a part of the rows only" };
  return { kind: "rows", rows: read.tables.flatMap(rowsOf) };
}

function whyNone(exchange: Exchange | undefined, { clock }: Arm): string {
  const { verdict, why } = refusalOf(exchange, { what: "Asking Log Analytics", now: clock.now() });
  const missing = missingTable.exec(why)?.[1];
  if (missing !== undefined) return `${why}; ${neverSent(missing)}`;
  return verdict === "forbidden"
    ? `${why}; grant the watchdog's identity Log Analytics Reader on the workspace`
    : why;
}

/** A workspace has a table only once something was sent to it. */
const missingTable = /Failed to resolve table\b.*?'([A-Za-z]\w*)'/;

const neverSent = (name: string): string =>
  `the workspace has no table ${name}, so nothing was ever sent to it: switch ${categories[name] ?? "its diagnostic category"} on`;

const categories: Readonly<Record<string, string>> = {
  MicrosoftAzureBastionAuditLogs: "the diagnostic category BastionAuditLogs of the bastions",
};

/**
 * The SDK's own pipeline stays for what it knows of the wire; each request then goes through ours, which pins the host, attaches the token
 * and bounds time and size. The SDK refuses to send any token by http, so it is told https and given a token that opens nothing.
 */
async function clientOver({ clock }: Arm, { client }: ArmCall): Promise<LogsQueryClient> {
  const sdk = await import("@azure/monitor-query");
  const wire = createDefaultHttpClient();
  const { protocol } = new URL(client.endpoint);
  const httpClient: HttpClient = {
    sendRequest(request) {
      request.url = request.url.replace(/^https:/, protocol);
      request.allowInsecureConnection = client.allowInsecureConnection;
      return client.pipeline.sendRequest(wire, request);
    },
  };
  const noToken = {
    getToken: () => Promise.resolve({ token: "none", expiresOnTimestamp: clock.now() + 3_600_000 }),
  };
  const endpoint = client.endpoint.replace(/^http:/, "https:");
  return new sdk.LogsQueryClient(noToken, { endpoint, httpClient, retryOptions: { maxRetries: 0 } });
}

const rowsOf = ({ columns, rows }: z.output<typeof table>): readonly LogRow[] =>
  rows.map((row) => Object.fromEntries(columns.map(({ name }, index) => [name, row[index]])));
