import type { AlertDraft } from "../../alerts/alert.ts";
import { traitsOf } from "../../alerts/alert-kinds.ts";
import type { TrackedLink } from "../../links/link.ts";
import type { Fact } from "../../ledger/ledger.ts";
import type { HostState } from "../../state/watched.ts";
import { isoDay, type Instant } from "../../time.ts";
import { noStep, type Situation, type Step } from "../situation.ts";

/** Tells of stored moments that were not believed, once a day; the fact is written whenever there were some. `tooFar`: links whose end was set back. */
export function correctedMoments(tooFar: readonly TrackedLink[], { host, now }: Situation): Step {
  const names = [...new Set([...host.corrected, ...tooFar.map(({ linkId }) => `link ${linkId}`)])];
  return { ...noStep, ...correctionsOf(names, host, now) };
}

/** So many are named. */
const mostNamed = 5;

/** The same of what the host row names alone. */
export function correctionsOf(
  names: readonly string[],
  { correctedToldFor }: Pick<HostState, "correctedToldFor">,
  now: Instant,
): { readonly facts: readonly Fact[]; readonly alerts: readonly AlertDraft[] } {
  if (names.length === 0) return { facts: [], alerts: [] };
  const moments = { shown: names.slice(0, mostNamed), more: Math.max(0, names.length - mostNamed) };
  const alert: AlertDraft = {
    kind: "watchdog-trouble",
    severity: traitsOf("watchdog-trouble").severity,
    at: now,
    notes: [{ kind: "moments-corrected", moments }],
  };
  return {
    facts: [
      {
        at: now,
        kind: "moments-corrected",
        links: [],
        actor: undefined,
        data: { moments: names.join(", ") },
      },
    ],
    alerts: correctedToldFor === isoDay(now) ? [] : [alert],
  };
}

/** What the host row keeps: nothing is left to tell, and whether it was told. */
export const correctedAfter = (
  { host, now }: Pick<Situation, "host" | "now">,
  facts: readonly Pick<Fact, "kind">[],
): Pick<HostState, "corrected" | "correctedToldFor"> => ({
  corrected: [],
  correctedToldFor: facts.some(({ kind }) => kind === "moments-corrected")
    ? isoDay(now)
    : host.correctedToldFor,
});
