/** One invocation through the programming model, hooks included, in the order of the real worker. */
import type { CoreInvocationContext, HookContext, Registry } from "./core-api.ts";
import type { InvocationRequest, InvocationResponse, LogLevel } from "./rpc.ts";

interface Invocation {
  readonly id: string;
  readonly functionName: string;
  readonly request: InvocationRequest;
}

/** Resolves with what the handler gave back, rejects with what it threw. */
export async function runInvocation(
  registry: Registry,
  { id, functionName, request }: Invocation,
  log: (level: LogLevel, message: string) => void,
): Promise<InvocationResponse> {
  const registered = registry.functions.get(functionName);
  if (registered === undefined || registry.model === undefined)
    throw new Error(`No function "${functionName}" is registered`);
  const core: CoreInvocationContext = {
    invocationId: id,
    request: { ...request, invocationId: id },
    metadata: registered.metadata,
    state: undefined,
    log: (level, _category, message) => {
      log(level, message);
    },
  };
  const model = registry.model.getInvocationModel(core);
  const { context, inputs } = await model.getArguments();
  const before = { hookData: {}, invocationContext: context, inputs, functionCallback: registered.handler };
  core.state = "preInvocationHooks";
  await runHooks(registry, "preInvocation", before);
  core.state = "invocation";
  const run = () => model.invokeFunction(context, before.inputs, before.functionCallback);
  const after = { ...before, ...(await outcome(run)) };
  core.state = "postInvocationHooks";
  await runHooks(registry, "postInvocation", after);
  if (after.error !== null) throw asError(after.error);
  return model.getResponse(context, after.result);
}

const asError = (thrown: unknown) => (thrown instanceof Error ? thrown : new Error(String(thrown)));

async function outcome(run: () => Promise<unknown>): Promise<{ result: unknown; error: unknown }> {
  try {
    return { result: await run(), error: null };
  } catch (error) {
    return { result: null, error };
  }
}

/** Hooks run one after another; they change the invocation by changing `context`. */
export async function runHooks(registry: Registry, name: string, context: HookContext): Promise<void> {
  for (const hook of registry.hooks.get(name) ?? []) await hook(context);
}
