import { formatDuration, minutes, type Milliseconds } from "../../core/domain/time.ts";

/** What came of one request, kept beside what the SDK makes of it: raw JSON holds fields the SDK drops, and an SDK error holds too much. */
export type Exchange = (
  | {
      readonly kind: "answer";
      readonly status: number;
      readonly header: (name: string) => string | undefined;
      readonly body: unknown;
    }
  | { readonly kind: "silence"; readonly why: string }
) & {
  /** How often it was asked, where a fault that usually passes was met with patience and did not. */
  readonly gaveUpAfter?: number;
};

/** What follows the reason: how often it was asked, and what to do now. Empty unless a fault outlasted somebody's patience. */
export function afterPatience(
  { kind, gaveUpAfter }: Exchange,
  retryAfter: Milliseconds = minutes(1),
): string {
  if (gaveUpAfter === undefined) return "";
  const times = gaveUpAfter === 1 ? "once" : `${gaveUpAfter} times`;
  const cure =
    kind === "silence" ? "Check the network, then try again" : `Try again in ${formatDuration(retryAfter)}`;
  return ` (tried ${times}). ${cure}`;
}
