import type { QueueClient } from "@azure/storage-queue";
import type { FunctionOf } from "./functions.ts";
import type { QueueOptions } from "./host-json.ts";
import type { Invoker } from "./invoker.ts";
import type { Log } from "./log.ts";

export interface ListenerContext {
  readonly invoker: Invoker;
  readonly options: QueueOptions;
  /** How long a message is hidden from others while a handler runs. */
  readonly leaseInMs: number;
  readonly log: Log;
}

/** One queue and the function that its messages are for. */
export interface Listening {
  readonly target: FunctionOf<"queue">;
  readonly queue: QueueClient;
  readonly poison: QueueClient;
  readonly context: ListenerContext;
  readonly log: (level: "warning" | "error", message: string) => void;
}
