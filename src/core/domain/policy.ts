import * as z from "zod";
import type { Severity } from "./alert.ts";
import type { Attribution } from "./attribution.ts";
import { matchesGlob } from "./glob.ts";
import { sha256 } from "./ledger.ts";
import { days, hours, minutes, parseDuration, parseInstant, type Instant, type Milliseconds } from "./time.ts";

const duration = z.string().transform((text, context): Milliseconds => {
  const length = parseDuration(text);
  if (length !== undefined) return length;
  context.addIssue({
    code: "custom",
    message: "is no ISO 8601 duration above zero in days, hours, minutes or seconds, like PT8H or P2D",
  });
  return z.NEVER;
});

const moment = z.string().transform((text, context): Instant => {
  const value = parseInstant(text);
  if (value !== undefined) return value;
  context.addIssue({ code: "custom", message: "is no date like 2026-12-04T18:00Z" });
  return z.NEVER;
});

const glob = z.string().min(1).max(512);

const ruleSchema = z.strictObject({
  name: z.string().min(1).max(100),
  match: z
    .strictObject({
      subscription: glob.optional(),
      resourceGroup: glob.optional(),
      bastion: glob.optional(),
      vm: glob.optional(),
      creator: glob.optional(),
      tags: z.record(z.string(), glob).optional(),
    })
    .optional(),
  allow: z.boolean().optional(),
  ttl: duration.optional(),
  warnBefore: duration.optional(),
  maxLifetime: duration.optional(),
  mode: z.enum(["enforce", "observe"]).optional(),
  severity: z.enum(["low", "medium", "high"]).optional(),
  channels: z.array(z.string().min(1)).optional(),
  fallback: z.array(z.string().min(1)).optional(),
  endSessions: z.boolean().optional(),
  validUntil: moment.optional(),
  trustTags: z.boolean().optional(),
});

/** The published shape of `WATCHDOG_POLICY` (DESIGN §8). Unknown fields are refused: a typo must not become a default. */
export const policySchema = z.strictObject({
  rules: z.array(ruleSchema).min(1, "a policy needs at least one rule"),
  preexistingGrace: duration.default(days(7)),
  maxRevocationsPerHour: z.number().int().min(1).default(20),
});

export type Rule = z.output<typeof ruleSchema>;
export type Policy = z.output<typeof policySchema> & { readonly hash: string };

export const defaultPolicyJson = '{"rules":[{"name":"default","ttl":"PT8H","maxLifetime":"P7D"}]}';

/** Reads a policy from JSON text. Its hash is over the text as given, so that any change shows. */
export function parsePolicy(json: string): { readonly policy: Policy } | { readonly problem: string } {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    return { problem: `is not JSON${placeIn(json, error)}` };
  }
  const parsed = policySchema.safeParse(value);
  return parsed.success ? { policy: { ...parsed.data, hash: sha256(json) } } : { problem: z.prettifyError(parsed.error) };
}

/** Where JSON stops being JSON. The parser's own words quote the text, and a setting's value is nobody's business in an error. */
function placeIn(json: string, error: unknown): string {
  const position = error instanceof Error ? /at position (\d+)/.exec(error.message)?.[1] : undefined;
  return position === undefined ? "" : `: character ${Number(position) + 1} of ${json.length} is out of place`;
}

/** Whether any rule asks for tags: only then are they read. */
export const matchesByTag = (policy: Policy): boolean => policy.rules.some(({ match }) => match?.tags !== undefined);

/** What is known about a link when it is judged. */
export interface Subject {
  readonly bastionId: string;
  readonly vmId: string;
  /** Undefined: the VM is not known to Resource Graph (yet, or any more). */
  readonly tags: Readonly<Record<string, string>> | undefined;
  readonly attribution: Attribution;
}

/** What the policy says about a link. */
export interface Verdict {
  readonly rule: string;
  readonly allowed: boolean;
  readonly ttl: Milliseconds;
  readonly warnBefore: Milliseconds;
  /** How long a VM may be open through links in all, extensions and re-creations included. */
  readonly maxLifetime: Milliseconds;
  readonly mode: "enforce" | "observe";
  readonly severity: Severity | undefined;
  readonly channels: readonly string[];
}

const defaultTtl = hours(8);
const defaultMaxLifetime = days(7);

/** The first rule that matches decides. A policy without a matching rule ends in the default: eight hours, enforced. */
export function judge(subject: Subject, policy: Policy, now: Instant): Verdict {
  const matching = policy.rules.filter((rule) => isInForce(rule, now) && matches(rule, subject));
  const [first] = matching;
  if (!first) return verdictOf({ name: "none matched: built-in default" });
  if (first.match?.tags === undefined || first.trustTags === true) return verdictOf(first);
  const otherwise = matching.find((rule) => rule.match?.tags === undefined || rule.trustTags === true);
  return stricterOnly(verdictOf(first), verdictOf(otherwise ?? { name: "none matched: built-in default" }));
}

const isInForce = (rule: Rule, now: Instant): boolean => rule.validUntil === undefined || now < rule.validUntil;

/** Tags are writable by whoever owns the VM: a rule that matches by tag may tighten what would hold without it, never loosen it. */
function stricterOnly(tagged: Verdict, otherwise: Verdict): Verdict {
  const loosens =
    (tagged.allowed && !otherwise.allowed) || tagged.ttl > otherwise.ttl || (tagged.mode === "observe" && otherwise.mode === "enforce");
  return loosens ? otherwise : tagged;
}

function verdictOf(rule: Rule): Verdict {
  const ttl = rule.ttl ?? defaultTtl;
  return {
    rule: rule.name,
    allowed: rule.allow ?? true,
    ttl,
    warnBefore: Math.min(rule.warnBefore ?? Math.min(Math.max(ttl / 4, minutes(15)), hours(4)), ttl),
    maxLifetime: Math.max(rule.maxLifetime ?? defaultMaxLifetime, ttl),
    mode: rule.mode ?? "enforce",
    severity: rule.severity,
    channels: rule.channels ?? [],
  };
}

function matches({ match = {} }: Rule, subject: Subject): boolean {
  const [, , subscription = "", , resourceGroup = ""] = subject.vmId.split("/");
  return (
    matchesText(match.subscription, subscription) &&
    matchesText(match.resourceGroup, resourceGroup) &&
    matchesText(match.bastion, subject.bastionId) &&
    matchesText(match.vm, subject.vmId) &&
    matchesCreator(match.creator, subject.attribution) &&
    matchesTags(match.tags, subject.tags)
  );
}

const matchesText = (pattern: string | undefined, text: string): boolean => pattern === undefined || matchesGlob(pattern, text);

function matchesCreator(pattern: string | undefined, attribution: Attribution): boolean {
  if (pattern === undefined) return true;
  if (attribution.kind !== "known") return false;
  const { userPrincipalName, objectId, appId } = attribution.caller;
  return [userPrincipalName, objectId, appId].some((name) => name !== undefined && matchesGlob(pattern, name));
}

const matchesTags = (wanted: Readonly<Record<string, string>> | undefined, tags: Subject["tags"]): boolean =>
  Object.entries(wanted ?? {}).every(([name, pattern]) =>
    Object.entries(tags ?? {}).some(([tag, value]) => tag.toLowerCase() === name.toLowerCase() && matchesGlob(pattern, value)),
  );
