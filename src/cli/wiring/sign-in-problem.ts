import { redact } from "../../azure/http/redact.ts";
import { reasonOf } from "../../core/domain/foreign.ts";
import type { Milliseconds } from "../../core/domain/time.ts";

/** What kept somebody from being signed in. */
interface Failure {
  readonly error: unknown;
  /** How long it took, and how long it might have taken. */
  readonly took: Milliseconds;
  readonly limit: Milliseconds;
}

/**
 * Why nobody is signed in, in the credential's own words, and what to do about it. `az` comes first, because that is the sign-in people remember; its
 * reason is told whole where Entra gives one.
 */
export function signInProblem({ error, took, limit }: Failure): string {
  const reasons = reasonsIn(error).map(reasonOf);
  const [said = ""] = reasons;
  const again = "then run this again.";
  if (took >= limit)
    return `\`az\` did not answer within ${Math.round(limit / 1000)} s. Check that \`az account get-access-token\` works, ${again}`;
  if (/could not be found/i.test(said))
    return `Azure CLI (\`az\`) was not found on this computer. Install it, run \`az login\`, ${again}`;
  const command = /az login(?: --scope https:\/\/[\w./-]+)?/.exec(said)?.[0];
  const entra = /AADSTS\d+:[^\n]*?(?=\.?\s+(?:Trace ID|Timestamp)\b|\.?\s*\n|\.?$)/.exec(said)?.[0];
  if (entra !== undefined)
    return `Your Azure sign-in no longer works: ${redact(entra)}. Run \`${command ?? "az login"}\`, ${again}`;
  if (command !== undefined) return `You are not signed in to Azure. Run \`${command}\`, ${again}`;
  const tried = reasons.map((reason) => redact(reason)).join("; ");
  return `No Azure sign-in was found. Run \`az login\`, ${again} What was tried: ${tried}`;
}

/** A chain of credentials fails with the errors of all of them. */
function reasonsIn(error: unknown): readonly unknown[] {
  const inner: unknown = error instanceof Error && "errors" in error ? error.errors : undefined;
  return Array.isArray(inner) && inner.length > 0 ? inner.flatMap(reasonsIn) : [error];
}
