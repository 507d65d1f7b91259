import { text } from "node:stream/consumers";
import type { ContainerClient } from "@azure/storage-blob";
import * as z from "zod";
import type { Evidence } from "../../core/ports.ts";
import {
  queueAndBlobOptions,
  refusePlainText,
  serviceUrl,
  storageTimeoutInMs,
  type StorageAccess,
} from "./storage-clients.ts";

/**
 * Where anchors, archived ledgers and policies lie. The infrastructure makes it, under retention; it is made here only where there is a key to the account:
 * locally.
 */
export const evidenceContainer = "evidence";

/** A blob container in which nothing is ever overwritten. Its SDK is loaded at the first use: most functions never need it. */
export function evidence(access: StorageAccess, container: string = evidenceContainer): Evidence {
  let connected: Promise<ContainerClient> | undefined;
  const client = () => (connected ??= connect(access, container));
  return {
    create: async (name, body) =>
      createBlob(await client(), { name, body, isOwn: access.kind === "connection-string" }),
    read: async (name) => readBlob(await client(), name),
    list: async (prefix) => listBlobs(await client(), prefix),
  };
}

async function connect(access: StorageAccess, container: string): Promise<ContainerClient> {
  const { ContainerClient } = await import("@azure/storage-blob");
  const options = queueAndBlobOptions(access);
  const client =
    access.kind === "identity"
      ? new ContainerClient(`${serviceUrl(access, "blob")}/${container}`, access.credential, options)
      : new ContainerClient(access.value, container, options);
  refusePlainText(client.url);
  return client;
}

const timeLimit = () => AbortSignal.timeout(storageTimeoutInMs);

interface NewBlob {
  readonly name: string;
  readonly body: string;
  /** The container is ours to make. */
  readonly isOwn: boolean;
}

async function createBlob(
  client: ContainerClient,
  { name, body, isOwn }: NewBlob,
): Promise<"created" | "exists"> {
  const first = await upload(client, name, body);
  if (first !== "no container") return first;
  if (!isOwn) throw new Error(`There is no container ${client.containerName}: deploy the infrastructure`);
  await client.createIfNotExists();
  const second = await upload(client, name, body);
  if (second !== "no container") return second;
  throw new Error(`The container ${client.containerName} was made and is not there; it may be being deleted`);
}

async function upload(
  client: ContainerClient,
  name: string,
  body: string,
): Promise<"created" | "exists" | "no container"> {
  try {
    await client.getBlockBlobClient(name).upload(body, Buffer.byteLength(body), {
      conditions: { ifNoneMatch: "*" },
      blobHTTPHeaders: {
        blobContentType: name.endsWith(".json") ? "application/json" : "application/x-ndjson",
      },
      abortSignal: timeLimit(),
    });
    return "created";
  } catch (error) {
    if (isRefusal(error, existing)) return "exists";
    if (isRefusal(error, forbidden) && (await readBlob(client, name)) !== undefined) return "exists";
    if (isRefusal(error, noContainer)) return "no container";
    throw error;
  }
}

async function readBlob(client: ContainerClient, name: string): Promise<string | undefined> {
  try {
    const { readableStreamBody } = await client
      .getBlobClient(name)
      .download(0, undefined, { abortSignal: timeLimit() });
    return readableStreamBody ? await text(readableStreamBody) : "";
  } catch (error) {
    if (isRefusal(error, missing)) return undefined;
    throw error;
  }
}

async function listBlobs(client: ContainerClient, prefix: string): Promise<readonly string[]> {
  const names: string[] = [];
  try {
    for await (const { name } of client.listBlobsFlat({ prefix })) names.push(name);
  } catch (error) {
    if (!isRefusal(error, noContainer)) throw error;
  }
  return names.sort();
}

/** Who may only add blobs is refused where one is there: as somebody who would write over it, not as somebody too late. */
const forbidden = ["AuthorizationPermissionMismatch"];
const existing = ["BlobAlreadyExists", "ConditionNotMet", "BlobImmutableDueToPolicy"];
const noContainer = ["ContainerNotFound"];
const missing = ["BlobNotFound", "ContainerNotFound"];

const refusal = z.object({
  statusCode: z.number(),
  code: z.string().optional(),
  details: z.object({ errorCode: z.string() }).partial().optional(),
});

function isRefusal(error: unknown, codes: readonly string[]): boolean {
  const parsed = refusal.safeParse(error);
  return parsed.success && codes.includes(parsed.data.details?.errorCode ?? parsed.data.code ?? "");
}
