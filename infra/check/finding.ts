/** What a finding is about; documents and tests call the checks by these names. */
export type Rule =
  | "compiler"
  | "sources"
  | "keys"
  | "wildcards"
  | "roles"
  | "actions"
  | "events"
  | "settings"
  | "platform"
  | "queues";

/** Something wrong in one of the files that say what a deployment makes. */
export interface Finding {
  readonly path: string;
  readonly rule: Rule;
  readonly message: string;
}

/** For a file and a rule: a message becomes a finding. */
export const findings =
  (path: string, rule: Rule) =>
  (messages: readonly string[]): readonly Finding[] =>
    messages.map((message) => ({ path, rule, message }));
