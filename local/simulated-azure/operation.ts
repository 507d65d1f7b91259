/** A long-running operation: asked for, and ended or not. */
export interface Operation {
  readonly id: string;
  readonly startedAt: number;
  /** Where `Location` and `Azure-AsyncOperation` point, unsigned. */
  readonly resultAt: string;
  readonly statusAt: string;
  /** How often it was asked for before its end. */
  polls: number;
  /** Undefined until it ends. */
  outcome?: Outcome;
}

/** How an operation ended: what its status holds beside the word, and what `Location` answers with. */
export interface Outcome {
  readonly properties?: object;
  readonly status: 200 | 204;
  readonly body?: unknown;
}
