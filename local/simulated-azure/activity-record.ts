import type { Caller } from "./caller.ts";

/** How an event is spelled: as documented, with `authorization` in PascalCase, or with its objects as JSON in a text. All three were recorded. */
export const spellings = ["documented", "pascalCase", "text"] as const;

export type Spelling = (typeof spellings)[number];

/** One operation in the Activity Log: who asked Azure to do what on which resource, and how it ended. */
export interface ActivityRecord {
  readonly id: string;
  readonly operationId: string;
  readonly startedAt: number;
  /** Azure took it and went on with it after its answer. */
  readonly wasAccepted: boolean;
  /** The end of the operation. */
  readonly at: number;
  readonly spelling: Spelling;
  readonly kind: "Action" | "Write" | "Delete";
  readonly outcome: "Success" | "Failure";
  readonly operationName: string;
  readonly resourceId: string;
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly correlationId: string;
  readonly clientRequestId: string;
  /** Where the request came from; the token says where it was got. */
  readonly clientIpAddress: string;
  readonly method: string;
  readonly url: string;
  readonly caller: Caller;
}

/** An operation that has not ended. */
export type UnderWay = Omit<ActivityRecord, "at" | "outcome" | "wasAccepted"> & { wasAccepted: boolean };
