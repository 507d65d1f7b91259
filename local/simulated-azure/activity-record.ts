import type { Caller } from "./caller.ts";

/** One record of the Activity Log: who asked Azure to do what on which resource, and how it ended. */
export interface ActivityRecord {
  readonly id: string;
  /** The end of the operation. */
  readonly at: number;
  readonly kind: "Action" | "Write" | "Delete";
  readonly outcome: "Success" | "Failure";
  readonly operationName: string;
  readonly resourceId: string;
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly correlationId: string;
  readonly clientRequestId: string;
  readonly clientIpAddress: string;
  readonly method: string;
  readonly url: string;
  readonly caller: Caller;
}
