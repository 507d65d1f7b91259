/**
 * What host and worker say to each other: the messages of the Functions RPC protocol that we use, in the shapes the programming model
 * (`@azure/functions`) reads and writes, and the few messages that carry them between our two threads.
 */

/** A value on its way between host and worker; exactly one field is set. */
export interface TypedData {
  readonly string?: string;
  readonly json?: string;
  readonly bytes?: Uint8Array;
  readonly int?: number;
  readonly double?: number;
  readonly http?: HttpData;
}

export interface HttpData {
  readonly method?: string;
  readonly url?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly params?: Readonly<Record<string, string>>;
  readonly statusCode?: string;
  readonly cookies?: readonly HttpCookie[];
  readonly body?: TypedData | null;
}

/** The worker wraps what may be missing: `{value: …}`. */
interface Nullable<Value> {
  readonly value?: Value | null;
}

export interface HttpCookie {
  readonly name?: string;
  readonly value?: string;
  readonly domain?: Nullable<string>;
  readonly path?: Nullable<string>;
  readonly expires?: Nullable<{ readonly seconds?: number | null }>;
  readonly secure?: Nullable<boolean>;
  readonly httpOnly?: Nullable<boolean>;
  readonly maxAge?: Nullable<number>;
  readonly sameSite?: string;
}

type Binding = Readonly<Record<string, unknown>>;

/** A function as the app registered it. The one binding whose type ends in `Trigger` starts it. */
export interface FunctionMetadata {
  readonly name: string;
  readonly bindings: Readonly<Record<string, Binding>>;
}

export interface InvocationRequest {
  readonly inputData: readonly { readonly name: string; readonly data: TypedData }[];
  readonly triggerMetadata: Readonly<Record<string, TypedData>>;
}

export interface InvocationResponse {
  readonly outputData?: readonly { readonly name: string; readonly data: TypedData }[];
  readonly returnValue?: TypedData | null;
}

export type LogLevel = "trace" | "debug" | "information" | "warning" | "error" | "critical";

/** One line of log. `functionName` is the function that spoke, or "app" outside any, or "host" for the host itself. */
export interface LogEntry {
  readonly level: LogLevel;
  readonly functionName: string;
  readonly message: string;
}

export type ToWorker =
  | {
      readonly kind: "invoke";
      readonly id: string;
      readonly functionName: string;
      readonly request: InvocationRequest;
    }
  | { readonly kind: "stop" };

export type FromWorker =
  | { readonly kind: "registered"; /** JSON of `FunctionMetadata[]`. */ readonly functions: string }
  | { readonly kind: "refused"; readonly error: string }
  | { readonly kind: "log"; readonly entry: LogEntry }
  | { readonly kind: "done"; readonly id: string; readonly response: InvocationResponse }
  | { readonly kind: "failed"; readonly id: string; readonly error: string };
