import type { AlertDraft } from "../../domain/alerts/alert.ts";
import { reroutedKinds } from "../../domain/alerts/destination.ts";
import type { Note } from "../../domain/alerts/note.ts";
import { reasonOf } from "../../domain/foreign.ts";
import { compareRules, isOnlyTighter } from "../../domain/state/compare-policies.ts";
import { parsePolicy } from "../../domain/policy/parse-policy.ts";
import { policyName, type Policy } from "../../domain/policy/policy.ts";
import type { Configuration } from "../../domain/state/configuration.ts";
import type { Instant } from "../../domain/time.ts";
import type { FlowContext } from "../settings.ts";

type Changed = Note & { readonly kind: "configuration-changed" };

/** What became of policy, mode, scope and channels, to every channel; nothing the first time. A changed policy that cannot be compared is told as that. */
export async function configurationAlerts(
  before: Configuration | undefined,
  next: Configuration,
  { context, now }: { readonly context: FlowContext; readonly now: Instant },
): Promise<readonly AlertDraft[]> {
  if (before === undefined) return [];
  const { policy } = context.settings;
  // Both are read in one time zone: a day alone ends elsewhere in another, and that is no change of a rule.
  const present = parsed(policy.text) ?? policy;
  const old = before.policyHash === policy.hash ? present : await policyOf(before.policyHash, context);
  const note = noteOf(before, next, { old, policy: present });
  const isQuiet =
    old !== undefined &&
    note.rules !== undefined &&
    isOnlyTighter(note.rules, policy) &&
    [note.mode, note.scope, note.channels, note.breaker, note.grace, note.alerts].every(
      (change) => change === undefined,
    );
  return [{ kind: "configuration-changed", severity: isQuiet ? "medium" : "high", at: now, notes: [note] }];
}

function noteOf(
  before: Configuration,
  next: Configuration,
  { old, policy }: { readonly old: Policy | undefined; readonly policy: Policy },
): Changed {
  const differs = <Value>(from: Value, to: Value) => (from === to ? undefined : { from, to });
  return {
    kind: "configuration-changed",
    rules: old && compareRules(old, policy),
    mode: differs(before.mode, next.mode),
    scope: differs(before.reach.scope ?? "", next.reach.scope ?? ""),
    channels: differs(before.reach.channels ?? "", next.reach.channels ?? ""),
    alerts: old && changedAlerts(old, policy),
    breaker: old && differs(old.maxRevocationsPerHour, policy.maxRevocationsPerHour),
    grace: old && differs(old.preexistingGrace, policy.preexistingGrace),
  };
}

function changedAlerts(old: Policy, { alerts }: Policy): Changed["alerts"] {
  const changed = reroutedKinds(old.alerts, alerts);
  return changed.length === 0 ? undefined : changed;
}

function parsed(text: string): Policy | undefined {
  const read = parsePolicy(text);
  return "policy" in read ? read.policy : undefined;
}

/** As it was kept with the evidence; undefined: it is not there, or is no policy of this version. */
async function policyOf(
  hash: string,
  { ports: { evidence, log } }: FlowContext,
): Promise<Policy | undefined> {
  try {
    const text = await evidence.read(policyName({ hash }));
    return text === undefined ? undefined : parsed(text);
  } catch (error) {
    log.warn("The policy before could not be read to compare", { policyHash: hash, why: reasonOf(error) });
    return undefined;
  }
}
