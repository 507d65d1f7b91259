/** Runs functions: hands over the trigger's data, writes what comes out to the output bindings, logs failures, knows what is running. */
import type { App } from "./app-thread.ts";
import type { HostedFunction } from "./functions.ts";
import { type Log, hostLog } from "./log.ts";
import type { InvocationResponse, TypedData } from "./rpc.ts";

export interface TriggerData {
  readonly data: TypedData;
  readonly metadata?: Readonly<Record<string, TypedData>>;
}

export interface Invoker {
  /** Resolves once the handler succeeded and its outputs are written; rejects, after logging it, with the failure. */
  invoke(target: HostedFunction, input: TriggerData): Promise<InvocationResponse>;
  /** How many invocations run now, and how many were begun since the start. */
  counts(): { readonly running: number; readonly begun: number };
  /** Resolves when what runs now has ended. */
  idle(): Promise<void>;
}

type WriteOutputs = (target: HostedFunction, response: InvocationResponse) => Promise<void>;

export function invoker(app: App, writeOutputs: WriteOutputs, log: Log): Invoker {
  const running = new Set<Promise<unknown>>();
  let begun = 0;
  const run = async (target: HostedFunction, { data, metadata = {} }: TriggerData) => {
    try {
      const request = { inputData: [{ name: target.triggerName, data }], triggerMetadata: metadata };
      const response = await app.invoke(target.name, request);
      await writeOutputs(target, response);
      return response;
    } catch (error) {
      hostLog(log, target.name)(
        "error",
        `Invocation failed: ${error instanceof Error ? error.message : String(error)}`,
      );
      throw error;
    }
  };
  return {
    invoke: (target, input) => {
      begun += 1;
      const invocation = run(target, input);
      const settled = invocation.then(ignore, ignore).finally(() => running.delete(settled));
      running.add(settled);
      return invocation;
    },
    counts: () => ({ running: running.size, begun }),
    idle: async () => {
      await Promise.all(running);
    },
  };
}

const ignore = () => undefined;
