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
  /** Resolves when what runs now has ended. */
  idle(): Promise<void>;
}

type WriteOutputs = (target: HostedFunction, response: InvocationResponse) => Promise<void>;

export function invoker(app: App, writeOutputs: WriteOutputs, log: Log): Invoker {
  const running = new Set<Promise<unknown>>();
  const run = async (target: HostedFunction, { data, metadata = {} }: TriggerData) => {
    try {
      const request = { inputData: [{ name: target.triggerName, data }], triggerMetadata: metadata };
      const response = await app.invoke(target.name, request);
      await writeOutputs(target, response);
      return response;
    } catch (error) {
      hostLog(log, target.name)("error", `Invocation failed: ${error instanceof Error ? error.message : String(error)}`);
      throw error;
    }
  };
  return {
    invoke: (target, input) => {
      const invocation = run(target, input);
      const settled = invocation.then(ignore, ignore).finally(() => running.delete(settled));
      running.add(settled);
      return invocation;
    },
    idle: async () => {
      await Promise.all(running);
    },
  };
}

const ignore = () => undefined;
