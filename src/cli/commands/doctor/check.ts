import { visibleText } from "../../../core/render/text/safe-text.ts";
import type { ProbeAnswer } from "../../../core/ports.ts";
import type { Probe } from "../../probes.ts";

/** One thing that was looked at. `fix` is what to do now: a sentence, or a command for whoever may run it. */
export interface Check {
  readonly name: string;
  readonly outcome: "ok" | "failed" | "skipped";
  readonly what: string;
  readonly fix: readonly string[];
}

export const ok = (name: string, what: string): Check => ({ name, outcome: "ok", what, fix: [] });
export const failed = (name: string, what: string, fix: readonly string[]): Check => ({
  name,
  outcome: "failed",
  what,
  fix,
});
export const skipped = (name: string, what: string): Check => ({ name, outcome: "skipped", what, fix: [] });

/** A probe's answer as a check; `fixFor` knows what helps. */
export async function checkOf(
  probe: Probe,
  fixFor: (answer: Exclude<ProbeAnswer, { kind: "reached" }>) => readonly string[],
): Promise<Check> {
  const answer = await probe.ask();
  const { name } = probe;
  return answer.kind === "reached"
    ? ok(name, answer.note)
    : failed(name, `${wordFor[answer.kind]}: ${answer.why}`, fixFor(answer));
}

const wordFor = { forbidden: "not allowed", failed: "not reached" } as const;
const marks = { ok: "✔", failed: "✖", skipped: "·" } as const;

export function checksText(checks: readonly Check[]): string {
  const width = Math.max(...checks.map(({ name }) => name.length));
  return checks
    .map(({ name, outcome, what, fix }) =>
      [
        `${marks[outcome]} ${visibleText(name).padEnd(width)}  ${visibleText(what)}`,
        ...fix.map((line) => `    ${line}`),
        "",
      ].join("\n"),
    )
    .join("");
}
