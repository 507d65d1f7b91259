import { policyName, type Policy } from "../../domain/policy/policy.ts";
import type { Evidence } from "../../ports.ts";

/**
 * Keeps the text of a policy where nobody can change it, once: facts name it by its hash alone. Safe to repeat. Throws what the blobs throw,
 * and where something else lies under its name.
 */
export async function keepPolicy(policy: Policy, evidence: Evidence): Promise<void> {
  const name = policyName(policy);
  const kept = (await evidence.read(name)) ?? (await written(name, policy, evidence));
  if (kept !== policy.text) throw new Error(`The blob ${name} does not hold the policy of that hash`);
}

/** Whoever was faster wrote the same, or it shows. */
const written = async (name: string, { text }: Policy, evidence: Evidence): Promise<string | undefined> =>
  (await evidence.create(name, text)) === "created" ? text : evidence.read(name);
