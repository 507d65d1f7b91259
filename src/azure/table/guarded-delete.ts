import type { PipelinePolicy, PipelineRequest } from "@azure/core-rest-pipeline";
import type { Version } from "../../core/domain/partition.ts";

/** By the signal that a request carries: of all that a transaction is given, nothing else reaches the pipeline. */
const guards = new WeakMap<NonNullable<PipelineRequest["abortSignal"]>, Version>();

/** What a transaction is given as its abort signal, so that its one delete insists on this version. */
export function guarding(version: Version): AbortSignal {
  const { signal } = new AbortController();
  guards.set(signal, version);
  return signal;
}

const unguarded = "\r\nIf-Match: *\r\n";

/**
 * Inside a transaction the SDK deletes with `If-Match: *` and takes no ETag (data-tables 13.3). The service does take one,
 * so it is put into the request on its way out. A JSON body has no bare line ends: only a header can look like this.
 */
export const guardedDelete: PipelinePolicy = {
  name: "guardedDelete",
  sendRequest(request, next) {
    const version = request.abortSignal && guards.get(request.abortSignal);
    if (version !== undefined) request.body = withGuard(request.body, version);
    return next(request);
  },
};

function withGuard(body: unknown, version: Version): string {
  const parts = typeof body === "string" ? body.split(unguarded) : [];
  if (parts.length !== 2)
    throw new Error("A guarded transaction needs exactly one delete, in the SDK's wording");
  return parts.join(`\r\nIf-Match: ${version}\r\n`);
}
