/**
 * One Log Analytics workspace, through `@azure/monitor-query`: the only file that knows the package. It has a successor; docs/adr/0007 says
 * why it is here all the same, and what a switch takes. Loaded with the first query, so that no cold start pays for it.
 */
import type { LogsQueryClient, LogsTable } from "@azure/monitor-query";
import { createDefaultHttpClient, type HttpClient } from "@azure/core-rest-pipeline";
import { connectArm, type Arm, type ArmCall, type ArmOptions } from "../arm/pipeline.ts";
import { refusalOf } from "../arm/refusal.ts";

export interface WorkspaceOptions extends ArmOptions {
  /** The workspace's own GUID, not its ARM id. */
  readonly workspaceId: string;
}

/** One row by column name. Nothing in it was checked. */
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

async function askThrough(connection: Arm, workspaceId: string, query: string): Promise<RowsAnswer> {
  const call = connection.call();
  try {
    const client = await clientOver(connection, call);
    const result = await client.queryWorkspace(workspaceId, query, allTime, { serverTimeoutInSeconds });
    if (!("tables" in result))
      return { kind: "none", why: "Log Analytics answered with a part of the rows only" };
    return { kind: "rows", rows: result.tables.flatMap(rowsOf) };
  } catch {
    const { verdict, why } = refusalOf(call.exchanges.at(-1), {
      what: "Asking Log Analytics",
      now: connection.clock.now(),
    });
    const remedy =
      verdict === "forbidden" ? "; grant the watchdog's identity Log Analytics Reader on the workspace" : "";
    return { kind: "none", why: `${why}${remedy}` };
  }
}

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

const rowsOf = ({ columnDescriptors, rows }: LogsTable): readonly LogRow[] =>
  rows.map((row) => Object.fromEntries(columnDescriptors.map(({ name = "" }, index) => [name, row[index]])));
