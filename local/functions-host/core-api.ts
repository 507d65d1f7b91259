/**
 * The stand-in for `@azure/functions-core`, the module that only the real worker provides. `@azure/functions` registers its programming
 * model, its functions and its hooks here, and never learns the difference.
 */
import Module from "node:module";
import type { FunctionMetadata, InvocationRequest, InvocationResponse, LogLevel } from "./rpc.ts";

/** A handler, as the programming model calls it: inputs first, context last. */
type Handler = (...args: unknown[]) => unknown;

export interface CoreInvocationContext {
  readonly invocationId: string;
  readonly request: InvocationRequest & { readonly invocationId: string };
  readonly metadata: FunctionMetadata;
  state: "preInvocationHooks" | "invocation" | "postInvocationHooks" | undefined;
  log(level: LogLevel, category: "user" | "system", message: string): void;
}

interface InvocationModel {
  getArguments(): Promise<{ context: unknown; inputs: unknown[] }>;
  invokeFunction(context: unknown, inputs: unknown[], handler: Handler): Promise<unknown>;
  getResponse(context: unknown, result: unknown): Promise<InvocationResponse>;
}

interface ProgrammingModel {
  getInvocationModel(context: CoreInvocationContext): InvocationModel;
  getCapabilities?(capabilities: Record<string, string>): Promise<Record<string, string>>;
}

export type HookContext = Record<string, unknown>;
type Hook = (context: HookContext) => unknown;

interface RegisteredFunction {
  readonly metadata: FunctionMetadata;
  readonly handler: Handler;
}

/** What the app has told us so far. */
export interface Registry {
  readonly functions: Map<string, RegisteredFunction>;
  readonly hooks: Map<string, Set<Hook>>;
  model: ProgrammingModel | undefined;
  /** Once the app is loaded a further registration is a mistake, as in Azure. */
  locked: boolean;
}

export const emptyRegistry = (): Registry => ({
  functions: new Map(),
  hooks: new Map(),
  model: undefined,
  locked: false,
});

/** From now on `require("@azure/functions-core")` answers with an API that fills `registry`. */
export function provideCoreApi(registry: Registry, log: (level: LogLevel, message: string) => void): void {
  const api = coreApi(registry, log);
  const prototype: { require: (this: unknown, id: string) => unknown } = Module.prototype;
  prototype.require = new Proxy(prototype.require, {
    apply: (target, self, args: [string]): unknown =>
      args[0] === "@azure/functions-core" ? api : Reflect.apply(target, self, args),
  });
}

class Disposable {
  readonly #dispose: () => unknown;

  constructor(dispose: () => unknown) {
    this.#dispose = dispose;
  }

  dispose(): unknown {
    return this.#dispose();
  }
}

function coreApi(registry: Registry, log: (level: LogLevel, message: string) => void) {
  return {
    version: "3.11.1",
    hostVersion: "4.1049.0",
    Disposable,
    getProgrammingModel: () => registry.model,
    setProgrammingModel: (model: ProgrammingModel) => {
      registry.model = model;
    },
    registerFunction: (metadata: FunctionMetadata, handler: Handler) =>
      registerFunction(registry, { metadata, handler }),
    registerHook: (name: string, hook: Hook) => registerHook(registry, name, hook),
    log: (level: LogLevel, _category: string, message: string) => {
      log(level, message);
    },
  };
}

function registerFunction(registry: Registry, registered: RegisteredFunction): Disposable {
  const { name } = registered.metadata;
  if (registry.locked) throw new Error(`Function "${name}" was registered after the app had started`);
  if (registry.functions.has(name)) throw new Error(`Two functions are named "${name}"`);
  if (typeof registered.handler !== "function") throw new Error(`Function "${name}" has no handler`);
  registry.functions.set(name, registered);
  return new Disposable(() => registry.functions.delete(name));
}

const hookNames = new Set(["appStart", "appTerminate", "preInvocation", "postInvocation", "log"]);

function registerHook(registry: Registry, name: string, hook: Hook): Disposable {
  if (!hookNames.has(name)) throw new RangeError(`Unrecognized hook "${name}"`);
  const hooks = registry.hooks.get(name) ?? new Set();
  registry.hooks.set(name, hooks.add(hook));
  return new Disposable(() => hooks.delete(hook));
}
