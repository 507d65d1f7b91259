import type { Instant } from "../time.ts";

/** How the two witnesses of a subscription are: Event Grid, and the Activity Log. */
export interface WitnessLine {
  readonly subscriptionId: string;
  /** Of the newest operation that each was seen to report. */
  readonly eventsSpokeAt: Instant | undefined;
  readonly logSpokeAt: Instant | undefined;
  /** Undefined: its row cannot be read. */
  readonly readTo: Instant | undefined;
  /** Why the Activity Log is not read, where people have to look: in Azure's words, or `row-unreadable`, `no-run`. */
  readonly unread: string | undefined;
  /** The newest operation that the log has, and that Event Grid has not brought since. */
  readonly missing: Instant | undefined;
}

/** Whether links may go unnoticed there. */
export const isTroubled = ({ unread, missing }: Pick<WitnessLine, "unread" | "missing">): boolean =>
  unread !== undefined || missing !== undefined;
