/** Whether the parts that an app stands on can be reached, for whoever asks before something happens. Nothing here changes anything. */
import * as z from "zod";
import type { ProbeAnswer } from "../core/ports.ts";
import { afterPatience } from "./arm/exchange.ts";
import { networkReason } from "./http/excerpt.ts";
import { evidence } from "./storage/evidence.ts";
import { connectGraph, type GraphOptions } from "./graph/graph-client.ts";
import { logWorkspace, type WorkspaceOptions } from "./log-analytics/workspace.ts";
import {
  queueClient,
  storageTimeoutInMs,
  tableClient,
  type StorageAccess,
} from "./storage/storage-clients.ts";

const reached = (note: string): ProbeAnswer => ({ kind: "reached", note });

export async function probeTable(access: StorageAccess, name: string): Promise<ProbeAnswer> {
  return outcomeOf(async () => {
    const pages = tableClient(access, name)
      .listEntities({ queryOptions: { filter: "PartitionKey eq '|index'", select: ["RowKey"] } })
      .byPage({ maxPageSize: 1 });
    await pages.next();
    return "it can be read";
  });
}

export async function probeQueue(access: StorageAccess, name: string): Promise<ProbeAnswer> {
  return outcomeOf(async () => {
    const abortSignal = AbortSignal.timeout(storageTimeoutInMs);
    const { approximateMessagesCount = 0 } = await queueClient(access, name).getProperties({ abortSignal });
    return `about ${approximateMessagesCount} messages in it`;
  });
}

export async function probeEvidence(access: StorageAccess): Promise<ProbeAnswer> {
  return outcomeOf(async () => {
    await evidence(access).list("anchors/none-has-this-name");
    return "it can be read";
  });
}

/** Asks for somebody who does not exist: 404 shows the permission as well as a name would, and tells us nobody's name. */
export async function probeDirectory(
  options: GraphOptions,
  kind: "users" | "servicePrincipals",
): Promise<ProbeAnswer> {
  const answer = await connectGraph(options).get(
    `/${kind}/00000000-0000-0000-0000-000000000000?$select=displayName`,
  );
  if (answer.kind === "silence") return { kind: "failed", why: answer.why + afterPatience(answer) };
  if (answer.status === 404 || answer.status === 200) return reached("Graph answers");
  return {
    kind: answer.status === 401 || answer.status === 403 ? "forbidden" : "failed",
    why: `Graph answered ${answer.status}${afterPatience(answer)}`,
  };
}

/** One row of a table of the workspace. A table that nothing was ever sent to is an error there, and no empty answer. */
export async function probeLogs(options: WorkspaceOptions, table: string): Promise<ProbeAnswer> {
  const answer = await logWorkspace(options).ask(`${table} | take 1`);
  if (answer.kind === "none") return { kind: "failed", why: answer.why };
  return reached(answer.rows.length === 0 ? "it can be read, and is empty" : "it can be read");
}

const patienceInMs = 10_000;

/** Whether the host of an address answers at all. Of the address only the host is used: path and query are its secret. */
export async function probeHost(url: string): Promise<ProbeAnswer> {
  const { origin, hostname } = new URL(url);
  try {
    const { status } = await fetch(origin, {
      method: "HEAD",
      redirect: "manual",
      signal: AbortSignal.timeout(patienceInMs),
    });
    return reached(`${hostname} answers (${status}); nothing was posted`);
  } catch (error) {
    return { kind: "failed", why: `${hostname}: ${networkReason(error, patienceInMs)}` };
  }
}

const refusal = z.object({
  statusCode: z.number().optional(),
  code: z.string().optional(),
  name: z.string().optional(),
});
const missing = /^(?:TableNotFound|QueueNotFound|ResourceNotFound|ContainerNotFound)$/;

/** A part that is made at its first use is not missing. An SDK's message may hold addresses; its code does not. */
async function outcomeOf(look: () => Promise<string>): Promise<ProbeAnswer> {
  try {
    return reached(await look());
  } catch (error) {
    const { statusCode, code, name = "an error" } = refusal.safeParse(error).data ?? {};
    const why = [statusCode, code ?? name].filter((word) => word !== undefined).join(" ");
    if (statusCode === 404 && (code === undefined || missing.test(code)))
      return reached("does not exist yet; the app creates it at first use");
    return { kind: statusCode === 401 || statusCode === 403 ? "forbidden" : "failed", why };
  }
}
