import type { Places } from "./bastion.ts";
import type { Recorder } from "./recorder.ts";

export interface Questions {
  readonly on: Places;
  /** Keeps what bastions and Resource Graph answer, and nothing of the deployment itself. */
  readonly recorder: Recorder;
  readonly subscriptionIds: readonly string[];
  /** Resource id of the app; without it the questions about it are not asked. */
  readonly appId?: string | undefined;
  /** Resource id of the account where anchors lie. */
  readonly evidenceId?: string | undefined;
  readonly tenantId?: string | undefined;
}

export interface Fact {
  /** Of docs/verify-first.md. */
  readonly number: number;
  readonly answer: string;
}

/** What a question came to, or why there is no answer. */
export async function answered(number: number, ask: () => Promise<string>): Promise<Fact> {
  try {
    return { number, answer: await ask() };
  } catch (error) {
    return { number, answer: `not known: ${error instanceof Error ? error.message : "failed"}` };
  }
}
