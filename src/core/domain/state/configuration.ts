import { after, minutes, type Instant } from "../time.ts";

/** What decides how links are judged, and since when somebody runs by it. */
interface Settings {
  /** SHA-256 of the policy's text. */
  readonly policyHash: string;
  readonly mode: "enforce" | "observe";
  /** When the process started that judges by it, or wrote the fact. */
  readonly startedAt: Instant;
}

/** The newest configuration, by the `configuration-changed` facts of the watchdog's own ledger. */
export interface Configuration extends Settings {
  /** Number of the newest fact that changed policy or mode. The text does not count: a mistake rolled back has a new number. */
  readonly number: number;
  /** When a bastion was last judged by it, give or take a minute; undefined: none yet. */
  readonly judgedAt: Instant | undefined;
  /** Hash of scope and channels by the newest fact of all, which need not have changed more than them, and when its writer started. */
  readonly reach: {
    readonly hash: string;
    readonly startedAt: Instant;
    /** As the fact has them. */
    readonly scope?: string | undefined;
    readonly channels?: string | undefined;
  };
}

/**
 * How a process stands to the newest configuration. `newer`: it started later than whoever wrote that fact, and writes its own before it judges.
 * `older`: it leaves everything to the newer ones.
 */
export type Standing = "in-force" | "newer" | "older";

/** `newest`: undefined before the first fact. */
export function standingOf(own: Settings, newest: Configuration | undefined): Standing {
  if (newest === undefined) return "newer";
  if (own.policyHash === newest.policyHash && own.mode === newest.mode) return "in-force";
  return own.startedAt > newest.startedAt ? "newer" : "older";
}

/** How long an older process waits for the newer ones to judge anything: a clock that is wrong must not end enforcement. */
const patience = minutes(10);

/** Whether a message that an older process has sent back since `waitingSince` has waited too long, and no bastion was judged meanwhile. */
export const isAbandoned = (
  { judgedAt }: Configuration,
  waitingSince: Instant | undefined,
  now: Instant,
): boolean =>
  waitingSince !== undefined &&
  now >= after(waitingSince, patience) &&
  (judgedAt === undefined || judgedAt < waitingSince);
