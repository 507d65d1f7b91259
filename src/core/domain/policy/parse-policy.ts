import { withoutMark } from "../foreign.ts";
import { sha256 } from "../hash.ts";
import { parseInstant } from "../time.ts";
import type { Policy } from "./policy.ts";
import { policyFieldsAt, policySchema, type Rule } from "./policy-schema.ts";
import { readJson } from "./reading/json-places.ts";
import { doubled, listed, notJson, objections, wordsFor } from "./reading/problems.ts";
import { isDay } from "./reading/texts.ts";
import { endOfDay } from "./reading/zone.ts";

/** In force where `WATCHDOG_POLICY` is not set, and what the CLI scans by without `--policy`. */
export const defaultPolicyJson = '{"rules":[{"name":"default","ttl":"PT8H","maxLifetime":"P10D"}]}';

/** What a process can be started with on Linux is 128 KiB a variable, its name and the end of it included. */
const mostBytes = 128 * 1024 - "WATCHDOG_POLICY=".length - 1;

/**
 * Reads a policy from JSON text. Its hash is over the text as given, so that any change shows; a byte order mark is no part of it. A day
 * alone is over at its end in `timeZone`. A problem says where, in which rule, and what was meant.
 */
export function parsePolicy(
  text: string,
  timeZone = "UTC",
): { readonly policy: Policy } | { readonly problem: string } {
  const json = withoutMark(text);
  const bytes = new TextEncoder().encode(json).length;
  if (bytes > mostBytes)
    return {
      problem: `is ${bytes} bytes long, and at most ${mostBytes} fit into a setting (128 KiB with its name)`,
    };
  const tree = readJson(json);
  if ("stopsAt" in tree) return { problem: notJson(json, tree.stopsAt) };
  const parsed = policySchema.safeParse(tree.value, { error: wordsFor });
  const problems = [...doubled(tree), ...objections(tree, parsed.error?.issues ?? [], policyFieldsAt)];
  if (!parsed.success || problems.length > 0) return { problem: listed(problems, tree) };
  const rules = parsed.data.rules.map(({ validUntil, ...rule }): Rule => {
    if (validUntil === undefined) return rule;
    return {
      ...rule,
      validUntil: isDay(validUntil) ? endOfDay(validUntil, timeZone) : parseInstant(validUntil),
    };
  });
  return { policy: { ...parsed.data, rules, hash: sha256(json), text: json } };
}
